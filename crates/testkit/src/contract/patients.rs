//! Patients, with what their accounts say.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use clinic_core::duplicate::Birth;
use clinic_core::ports::PatientFilter;
use clinic_core::{BloodGroup, Gender, LastDigits, Patient, PatientEntry, PhoneFilter};
use identity_core::Account;
use kernel::{AccountId, Order, PatientId, Role, Word, Zone, fold};
use scheduling_core::{Appointment, AppointmentStatus};

use super::support::{all_pages, assert_lost, long_text, odd_line, token};
use crate::clinic::{read, write};
use crate::{Clinic, Shared, sample};

fn by_name(name: Option<&str>) -> PatientFilter {
    PatientFilter { name: name.map(str::to_owned), ..PatientFilter::default() }
}

pub fn every_field_of_a_patient_comes_back(store: &Shared) {
    let clinic = Clinic::open(store, Zone::UTC);
    let check = |account: &Account, patient: &Patient| {
        clinic.add_patient(account, patient);
        let expected = Some(PatientEntry {
            patient: patient.clone(),
            full_name: account.full_name.clone(),
            email: account.email.as_str().to_owned(),
            phone: account.phone.as_ref().map(|phone| phone.as_str().to_owned()),
            profile_pic: account.profile_pic.clone(),
        });
        assert_eq!(read(store, |store| store.patient(patient.id)), expected);
        assert_eq!(read(store, |store| store.patient_of(account.id)), expected);
    };
    for (blood_group, gender) in BloodGroup::ALL.iter().zip(Gender::ALL.iter().cycle()) {
        let account = Account {
            full_name: odd_line("Bea"),
            profile_pic: Some("https://example.org/bea".to_owned()),
            ..sample::account(Role::Patient, "")
        };
        let full = Patient {
            date_of_birth: NaiveDate::from_ymd_opt(1900, 2, 28),
            gender: Some(*gender),
            blood_group: Some(*blood_group),
            address: Some(long_text()),
            emergency_contact: Some(odd_line("Her sister")),
            medical_history: Some(long_text()),
            ..sample::patient(account.id)
        };
        check(&account, &full);
    }
    let account = Account { phone: None, ..sample::account(Role::Patient, "B") };
    let bare = Patient {
        date_of_birth: None,
        gender: None,
        blood_group: None,
        address: None,
        emergency_contact: None,
        medical_history: None,
        ..sample::patient(account.id)
    };
    check(&account, &bare);
    assert_eq!(read(store, |store| store.patient(PatientId::new(sample::fresh()))), None);
    assert_eq!(read(store, |store| store.patient_of(AccountId::new(sample::fresh()))), None);
}

pub fn a_stale_patient_is_not_written(store: &Shared) {
    let clinic = Clinic::open(store, Zone::UTC);
    let id = clinic.patient("Bea");
    let stored = || read(store, |store| store.patient(id)).unwrap().patient;
    let first = stored();
    let second = Patient {
        date_of_birth: NaiveDate::from_ymd_opt(2126, 2, 28),
        gender: None,
        address: None,
        medical_history: Some(long_text()),
        revision: first.revision.next(),
        ..first
    };
    write(store, |store| store.change_patient(&second));
    let stale = Patient { address: Some("too late".to_owned()), ..second.clone() };
    assert_lost(store, |store| store.change_patient(&stale));
    assert_eq!(stored(), second);
}

pub fn patients_come_in_pages_without_loss_or_repetition(store: &Shared) {
    let clinic = Clinic::open(store, Zone::UTC);
    let token = token();
    let first_names = ["bea", "Bea", "Ada", "BEA", "Zoë", "ZOE\u{308}", "zoe", "Åsa", "bea"];
    let mut expected: Vec<(String, PatientId)> =
        first_names.map(|name| format!("{name} {token}")).map(|name| (fold(&name), clinic.patient(&name))).to_vec();
    expected.sort();
    for order in [Order::Ascending, Order::Descending] {
        for rows in 1..=10 {
            let filter = PatientFilter { order, ..by_name(Some(&token)) };
            let all = all_pages(store, rows, |store, page| store.patients(&filter, page));
            let found: Vec<_> = all.into_iter().map(|row| (fold(&row.full_name), row.patient.id)).collect();
            assert_eq!(found, expected, "{rows} to a page, {order:?}");
        }
        let unnamed = PatientFilter { order, ..PatientFilter::default() };
        let mut all = all_pages(store, 100, |store, page| store.patients(&unnamed, page));
        all.retain(|row| row.full_name.ends_with(&token));
        let found: Vec<_> = all.into_iter().map(|row| (fold(&row.full_name), row.patient.id)).collect();
        assert_eq!(found, expected, "{order:?}");
        expected.reverse();
    }
}

pub fn a_doctor_finds_those_who_have_or_had_an_appointment_with_them(store: &Shared) {
    let clinic = Clinic::open(store, Zone::UTC);
    let (doctor, other) = (clinic.doctor("Ada"), clinic.doctor("Cleo"));
    let token = token();
    let [bea, dora, emma, fay, gina] =
        ["Bea", "Dora", "Emma", "Fay", "Gina"].map(|name| clinic.patient(&format!("{name} {token}")));
    let slots = clinic.slots(doctor, sample::now(), 30, 6);
    let visit = |slot: usize, patient, status| Appointment { status, ..sample::appointment(&slots[slot], patient) };
    let mut strangers = visit(4, fay, AppointmentStatus::Booked);
    strangers.doctor = other;
    for appointment in [
        visit(0, bea, AppointmentStatus::Booked),
        visit(1, bea, AppointmentStatus::Fulfilled),
        visit(2, dora, AppointmentStatus::Pending),
        visit(3, emma, AppointmentStatus::Cancelled),
        visit(5, gina, AppointmentStatus::EnteredInError),
        strangers,
    ] {
        write(store, |store| store.add_appointment(&appointment));
    }
    let own = |doctor, name: Option<&str>| -> Vec<PatientId> {
        let filter = PatientFilter { found_by: Some(doctor), ..by_name(name) };
        let all = all_pages(store, 1, |store, page| store.patients(&filter, page));
        all.into_iter().map(|row| row.patient.id).collect()
    };
    assert_eq!(own(doctor, None), [bea, dora, emma]);
    assert_eq!(own(doctor, Some(&format!("DORA {token}"))), [dora]);
    assert_eq!(own(doctor, Some(&format!("Gina {token}"))), []);
    assert_eq!(own(other, None), [fay]);
    assert_eq!(own(clinic.doctor("New"), None), []);
}

pub fn those_who_were_born_on_some_days_are_found(store: &Shared) {
    let clinic = Clinic::open(store, Zone::UTC);
    let (doctor, other) = (clinic.doctor("Ada"), clinic.doctor("Cleo"));
    let [first, second, third] = [1, 2, 3].map(|day| NaiveDate::from_ymd_opt(1816, 2, day).unwrap());
    let born = |date| {
        let account = Account { full_name: odd_line("Bea"), ..sample::account(Role::Patient, "") };
        let patient = Patient { date_of_birth: date, ..sample::patient(account.id) };
        clinic.add_patient(&account, &patient);
        (patient.id, account.full_name)
    };
    let people = [Some(first), Some(first), Some(second), Some(third), None].map(|date| (date, born(date)));
    for (slot, (_, (patient, _))) in clinic.slots(doctor, sample::now(), 30, 5).iter().zip(&people).skip(1) {
        let visit = sample::appointment(slot, *patient);
        let status = if *patient == people[2].1.0 { AppointmentStatus::EnteredInError } else { visit.status };
        write(store, |store| store.add_appointment(&Appointment { status, ..visit.clone() }));
    }
    let check = |dates: &[NaiveDate], found_by, expected: &[usize]| {
        let dates = dates.iter().copied().collect::<BTreeSet<_>>();
        let found = read(store, |store| store.births_on(&dates, found_by));
        let ours = |birth: &Birth| people.iter().any(|(_, (id, _))| *id == birth.patient);
        let found: BTreeSet<Birth> = found.into_iter().filter(ours).collect();
        let expected = expected.iter().map(|place| {
            let (date, (patient, full_name)) = people[*place].clone();
            Birth { date: date.unwrap(), patient, full_name }
        });
        assert_eq!(found, expected.collect(), "{dates:?} {found_by:?}");
    };
    check(&[first], None, &[0, 1]);
    check(&[second, first], None, &[0, 1, 2]);
    check(&[first, second, third], Some(doctor), &[1, 3]);
    check(&[first, second, third], Some(other), &[]);
    check(&[NaiveDate::from_ymd_opt(1816, 2, 4).unwrap()], None, &[]);
}

pub fn patients_are_found_by_phone_national_id_and_birth(store: &Shared) {
    let clinic = Clinic::open(store, Zone::UTC);
    let token = token();
    let row = |name: &str, born: Option<NaiveDate>| {
        let national_id = Some(format!("Id-{}{name}1", &token[..16]).parse().unwrap());
        let account = Account { national_id, ..sample::account(Role::Patient, &format!("{name} {token}")) };
        clinic.add_patient(&account, &Patient { date_of_birth: born, ..sample::patient(account.id) });
        account
    };
    let born = NaiveDate::from_ymd_opt(1815, 12, 10);
    let (ada, bea, cleo) = (row("Ada", born), row("Bea", born), row("Cleo", None));
    let check = |expected: &[&Account], filter: PatientFilter| {
        let found = all_pages(store, 1, |store, page| store.patients(&filter, page));
        let found: Vec<_> = found.into_iter().map(|row| row.patient.account).collect();
        assert_eq!(found, expected.iter().map(|account| account.id).collect::<Vec<_>>(), "{filter:?}");
    };
    let named = by_name(Some(&token));
    let phone = |account: &Account| account.phone.as_ref().map(|phone| PhoneFilter::Whole(phone.as_str().to_owned()));
    let end = |account: &Account, digits: usize| {
        let number = account.phone.as_ref().unwrap().as_str();
        LastDigits::read(&number[number.len() - digits..]).map(PhoneFilter::EndsWith)
    };
    let national_id = |account: &Account| account.national_id.as_ref().map(|id| id.as_str().to_lowercase());
    check(&[&ada, &bea, &cleo], named.clone());
    check(&[&bea], PatientFilter { phone: phone(&bea), ..PatientFilter::default() });
    check(&[&cleo], PatientFilter { national_id: national_id(&cleo), ..PatientFilter::default() });
    check(&[&ada, &bea], PatientFilter { date_of_birth: born, ..named.clone() });
    check(&[&ada], PatientFilter { date_of_birth: born, phone: phone(&ada), ..named.clone() });
    check(&[], PatientFilter { date_of_birth: born, phone: phone(&cleo), ..named.clone() });
    for digits in [4, 9] {
        let found = [&ada, &bea, &cleo].into_iter().filter(|other| end(other, digits) == end(&bea, digits));
        let found: Vec<&Account> = found.collect();
        check(&found, PatientFilter { phone: end(&bea, digits), ..named.clone() });
    }
    check(&[], PatientFilter { phone: Some(PhoneFilter::Whole("+4930".to_owned())), ..named.clone() });
    check(&[], PatientFilter { national_id: Some(format!("Id-{}", &token[..16])), ..named });
    check(&[], PatientFilter { phone: Some(PhoneFilter::Whole("+0".to_owned())), ..PatientFilter::default() });
}
