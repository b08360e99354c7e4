//! Doctors, with what their accounts and locations say.
use clinic_core::ports::DoctorFilter;
use clinic_core::{Doctor, DoctorEntry, Location};
use identity_core::Account;
use kernel::{AccountId, DoctorId, Money, Order, Role, Zone, fold};

use super::support::{all_pages, assert_lost, long_text, odd_line, token};
use crate::clinic::{read, write};
use crate::{Clinic, Shared, sample};

/// The names of the doctors that fit, page by page.
fn names(store: &Shared, filter: &DoctorFilter) -> Vec<String> {
    all_pages(store, 3, |store, page| store.doctors(filter, page)).into_iter().map(|row| row.full_name).collect()
}

fn by_name(name: &str) -> DoctorFilter {
    DoctorFilter { name: Some(name.to_owned()), ..DoctorFilter::default() }
}

pub fn every_field_of_a_doctor_comes_back(store: &Shared) {
    let clinic = Clinic::open(store, crate::zone("Asia/Kathmandu"));
    let account = Account {
        full_name: odd_line("Ada"),
        profile_pic: Some("https://example.org/ada".to_owned()),
        ..sample::account(Role::Doctor, "")
    };
    let full = Doctor {
        specialties: vec!["cardiology".to_owned(), "dentistry".to_owned(), "urology".to_owned()],
        license_number: odd_line("L"),
        qualifications: Some(long_text()),
        experience_years: Some(u8::MAX),
        consultation_fee: Some(Money::new(i64::MAX, "NGN").unwrap()),
        ..sample::doctor(account.id, clinic.location().id)
    };
    let bare_account = sample::account(Role::Doctor, "B");
    let bare = Doctor {
        qualifications: None,
        experience_years: None,
        consultation_fee: None,
        accepting_bookings: false,
        ..sample::doctor(bare_account.id, clinic.location().id)
    };
    for (account, doctor) in [(account, full), (bare_account, bare)] {
        clinic.add_doctor(&account, &doctor);
        let expected = Some(DoctorEntry {
            doctor: doctor.clone(),
            full_name: account.full_name,
            profile_pic: account.profile_pic,
            location: clinic.location().clone(),
            active: true,
        });
        assert_eq!(read(store, |store| store.doctor(doctor.id)), expected);
        assert_eq!(read(store, |store| store.doctor_of(account.id)), expected);
        let listed =
            all_pages(store, 1, |store, page| store.doctors(&by_name(&expected.as_ref().unwrap().full_name), page));
        assert!(listed.contains(expected.as_ref().unwrap()));
    }
    assert_eq!(read(store, |store| store.doctor(DoctorId::new(sample::fresh()))), None);
    assert_eq!(read(store, |store| store.doctor_of(AccountId::new(sample::fresh()))), None);
}

pub fn a_stale_doctor_is_not_written(store: &Shared) {
    let clinic = Clinic::open(store, Zone::UTC);
    let id = clinic.doctor("Ada");
    let stored = || read(store, |store| store.doctor(id)).unwrap().doctor;
    let first = stored();
    let second = Doctor {
        license_number: "L-2".to_owned(),
        qualifications: None,
        experience_years: Some(0),
        consultation_fee: None,
        accepting_bookings: false,
        revision: first.revision.next(),
        ..first
    };
    write(store, |store| store.change_doctor(&second));
    let stale = Doctor { specialties: vec!["urology".to_owned()], license_number: "L-3".to_owned(), ..second.clone() };
    assert_lost(store, |store| store.change_doctor(&stale));
    assert_eq!(stored(), second);
}

pub fn a_doctors_specialties_are_replaced(store: &Shared) {
    let clinic = Clinic::open(store, Zone::UTC);
    let id = clinic.doctor("Ada");
    for specialties in [vec!["cardiology", "general_practice"], vec!["cardiology"], vec!["dentistry", "urology"]] {
        let specialties: Vec<String> = specialties.into_iter().map(str::to_owned).collect();
        let doctor = read(store, |store| store.doctor(id)).unwrap().doctor;
        let changed = Doctor { specialties, revision: doctor.revision.next(), ..doctor };
        write(store, |store| store.change_doctor(&changed));
        assert_eq!(read(store, |store| store.doctor(id)).unwrap().doctor, changed);
    }
}

pub fn a_doctors_name_is_the_accounts(store: &Shared) {
    let clinic = Clinic::open(store, Zone::UTC);
    let token = token();
    let id = clinic.doctor(&format!("Ada {token}"));
    write(store, |store| {
        let account = store.account(clinic.doctor_actor(id).account)?.unwrap();
        let revision = account.revision.next();
        store.change_account(&Account { full_name: format!("Countess {token}"), revision, ..account })
    });
    assert_eq!(read(store, |store| store.doctor(id)).unwrap().full_name, format!("Countess {token}"));
    assert_eq!(names(store, &by_name(&token)), [format!("Countess {token}")]);
    assert_eq!(names(store, &by_name(&format!("Ada {token}"))), [""; 0]);
}

pub fn doctors_are_filtered(store: &Shared) {
    let token = token();
    let city = |name: &str| Location { city: format!("{name} {token}"), ..sample::location(Zone::UTC) };
    let (here, there) = (city("Köln"), city("Łódź"));
    let row = |name: &str, location: &Location, specialties: &[&str], accepting_bookings| {
        let account = sample::account(Role::Doctor, &format!("{name} {token}"));
        let specialties = specialties.iter().map(|code| (*code).to_owned()).collect();
        let doctor = Doctor { specialties, accepting_bookings, ..sample::doctor(account.id, location.id) };
        (account, doctor)
    };
    let rows = [
        row("Ada", &here, &["cardiology", "urology"], true),
        row("Bea", &here, &["cardiology"], false),
        row("Cleo", &there, &["urology"], true),
    ];
    write(store, |store| {
        [&here, &there].into_iter().try_for_each(|location| store.add_location(location))?;
        rows.iter().try_for_each(|(account, doctor)| {
            store.add_account(account)?;
            store.add_doctor(doctor)
        })
    });
    let check = |expected: &[&str], filter: &DoctorFilter| {
        let filter = DoctorFilter { name: Some(token.clone()), ..filter.clone() };
        let expected: Vec<String> = expected.iter().map(|name| format!("{name} {token}")).collect();
        assert_eq!(names(store, &filter), expected, "{filter:?}");
    };
    let all = DoctorFilter::default();
    let specialty = |code: &str| Some(code.to_owned());
    check(&["Ada", "Bea", "Cleo"], &all);
    check(&["Ada", "Bea"], &DoctorFilter { specialty: specialty("cardiology"), ..all.clone() });
    check(&["Ada", "Cleo"], &DoctorFilter { specialty: specialty("urology"), ..all.clone() });
    check(&[], &DoctorFilter { specialty: specialty("radiology"), ..all.clone() });
    check(&["Ada", "Bea"], &DoctorFilter { city: Some(format!("KO\u{308}LN {token}")), ..all.clone() });
    check(&[], &DoctorFilter { city: Some(token.clone()), ..all.clone() });
    check(&["Ada", "Cleo"], &DoctorFilter { accepting_bookings: Some(true), ..all.clone() });
    check(&["Bea"], &DoctorFilter { accepting_bookings: Some(false), ..all.clone() });
    check(&["Cleo"], &DoctorFilter { location: Some(there.id), ..all.clone() });
    let every = DoctorFilter {
        name: None,
        specialty: specialty("urology"),
        city: Some(here.city.clone()),
        accepting_bookings: Some(true),
        location: Some(here.id),
        free_within: None,
        order: Order::Ascending,
    };
    check(&["Ada"], &every);
}

pub fn doctors_come_in_pages_without_loss_or_repetition(store: &Shared) {
    let clinic = Clinic::open(store, Zone::UTC);
    let token = token();
    let first_names = ["bea", "Bea", "Ada", "BEA", "Zoë", "ZOE\u{308}", "zoe", "Åsa", "bea"];
    let mut expected: Vec<(String, DoctorId)> =
        first_names.map(|name| format!("{name} {token}")).map(|name| (fold(&name), clinic.doctor(&name))).to_vec();
    expected.sort();
    // The ids of accounts are made in the same order as those of doctors.
    for order in [Order::Ascending, Order::Descending] {
        for rows in 1..=10 {
            let filter = DoctorFilter { order, ..by_name(&token) };
            let all = all_pages(store, rows, |store, page| store.doctors(&filter, page));
            let found: Vec<_> = all.into_iter().map(|row| (fold(&row.full_name), row.doctor.id)).collect();
            assert_eq!(found, expected, "{rows} to a page, {order:?}");
        }
        expected.reverse();
    }
}
