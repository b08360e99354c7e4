//! Lists of times and visits.

use std::collections::BTreeSet;

use application::ports::{
    AppointmentEntry, AppointmentFilter, AppointmentSort, FreeSlot, FreeSlotFilter, PatientContact, SlotFilter, Store,
};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use clinic_core::{Doctor, Location, Patient};
use identity_core::Account;
use kernel::{AnyOf, AppointmentId, DoctorId, LocationId, Order, PatientId, Role, Word, Zone};
use scheduling_core::care::VisitFacts;
use scheduling_core::{Appointment, AppointmentStatus, Slot, SlotStatus};

use super::labels::labels_of;
use super::support::{all_pages, odd_line, token};
use crate::clinic::{read, write};
use crate::{Clinic, Shared, sample};

const PIC: &str = "https://example.org/pic";

fn nine() -> DateTime<Utc> {
    sample::instant("2026-11-23T09:00:00Z")
}

fn after(minutes: i64) -> DateTime<Utc> {
    nine() + TimeDelta::minutes(minutes)
}

/// Slots of two doctors that all start at one of three times, in the order of a list.
fn tied_slots(clinic: &Clinic, doctors: [DoctorId; 2]) -> Vec<Slot> {
    let mut slots: Vec<Slot> = Vec::new();
    for _ in 0..3 {
        slots.extend(doctors.iter().flat_map(|doctor| clinic.slots(*doctor, nine(), 30, 3)));
    }
    slots.sort_by_key(|slot| (slot.interval.start(), slot.id));
    slots
}

pub fn slots_are_filtered(store: &Shared) {
    let clinic = Clinic::open(store, Zone::UTC);
    let (ada, bea) = (clinic.doctor("Ada"), clinic.doctor("Bea"));
    let [first, second, third, fourth] = clinic.slots(ada, nine(), 30, 4).try_into().unwrap();
    clinic.slot(bea, nine(), 30);
    let blocked = second.with_status(SlotStatus::BusyUnavailable);
    write(store, |store| {
        store.change_slot(&blocked)?;
        store.change_slot(&fourth.with_status(SlotStatus::EnteredInError))
    });
    let check = |expected: &[Slot], filter: SlotFilter| {
        let filter = SlotFilter { doctor: Some(ada), ..filter };
        let found = all_pages(store, 2, |store, page| store.slots_page(&filter, page));
        assert_eq!(found.iter().map(|entry| entry.slot).collect::<Vec<_>>(), expected, "{filter:?}");
    };
    let all = SlotFilter::default();
    check(&[first, blocked, third], all.clone());
    check(&[first, third], SlotFilter { statuses: [SlotStatus::Free].into(), ..all.clone() });
    check(&[blocked], SlotFilter { statuses: [SlotStatus::BusyUnavailable].into(), ..all.clone() });
    check(&[], SlotFilter { statuses: [SlotStatus::EnteredInError].into(), ..all.clone() });
    let several = AnyOf::from([SlotStatus::BusyUnavailable, SlotStatus::EnteredInError, SlotStatus::Free]);
    check(&[first, blocked, third], SlotFilter { statuses: several, ..all.clone() });
    check(&[blocked, third], SlotFilter { from: Some(after(30)), ..all.clone() });
    check(&[first], SlotFilter { to: Some(after(30)), ..all.clone() });
    check(&[blocked], SlotFilter { from: Some(after(1)), to: Some(after(31)), ..all.clone() });
    check(&[], SlotFilter { from: Some(after(30)), to: Some(after(30)), ..all });
}

pub fn slots_come_in_pages_without_loss_or_repetition(store: &Shared) {
    let clinic = Clinic::open(store, Zone::UTC);
    let doctors = [clinic.doctor("Ada"), clinic.doctor("Bea")];
    let mut slots = tied_slots(&clinic, doctors);
    for slot in slots.iter_mut().step_by(3) {
        *slot = slot.with_status(SlotStatus::BusyUnavailable);
        write(store, |store| store.change_slot(slot));
    }
    for doctor in [Some(doctors[0]), None] {
        let both = [SlotStatus::BusyUnavailable, SlotStatus::Free];
        for statuses in [AnyOf::default(), both.into(), [SlotStatus::Free].into()] {
            let mut expected = slots.clone();
            expected.retain(|slot| doctor.is_none_or(|doctor| doctor == slot.doctor) && statuses.accepts(slot.status));
            let (from, to) = (Some(nine()), Some(after(90)));
            let filter = SlotFilter { doctor, from, to, statuses, ..SlotFilter::default() };
            for rows in [1, 2, 3, 4, 100] {
                let found = all_pages(store, rows, |store, page| store.slots_page(&filter, page));
                let mut found: Vec<Slot> = found.into_iter().map(|entry| entry.slot).collect();
                found.retain(|slot| doctors.contains(&slot.doctor));
                assert_eq!(found, expected, "{rows} to a page, {filter:?}");
            }
        }
    }
}

pub fn free_slots_are_filtered(store: &Shared) {
    let token = token();
    let city = |name: &str| Location { city: format!("{name} {token}"), ..sample::location(Zone::UTC) };
    let (here, there) = (city("Köln"), city("Łódź"));
    let name = odd_line("Ada");
    let row = |name: &str, location: &Location, specialty: &str, accepting_bookings| {
        let account = Account { profile_pic: Some(PIC.to_owned()), ..sample::account(Role::Doctor, name) };
        let specialties = vec!["allergology".to_owned(), specialty.to_owned()];
        let doctor = Doctor { specialties, accepting_bookings, ..sample::doctor(account.id, location.id) };
        let slot = sample::slot(&sample::schedule(&doctor, location), nine(), 30);
        (account, doctor, location.clone(), slot)
    };
    let rows = [
        row(&name, &here, "cardiology", true),
        row("Bea", &here, "cardiology", false),
        row("Cleo", &there, "urology", true),
        row("Dora", &there, "urology", true),
    ];
    let [ada, _, cleo, dora] = rows.each_ref().map(|(.., slot)| *slot);
    let blocked = dora.with_status(SlotStatus::BusyUnavailable);
    write(store, |store| {
        [&here, &there].into_iter().try_for_each(|location| store.add_location(location))?;
        rows.iter().try_for_each(|(account, doctor, location, slot)| {
            store.add_account(account)?;
            store.add_doctor(doctor)?;
            store
                .add_schedule(&scheduling_core::Schedule { id: slot.schedule, ..sample::schedule(doctor, location) })?;
            store.add_slots(&[*slot])
        })?;
        store.change_slot(&blocked)
    });
    let check = |expected: &[Slot], filter: &FreeSlotFilter| {
        let mut found = all_pages(store, 100, |store, page| store.free_slots(filter, page));
        found.retain(|row| rows.iter().any(|(_, doctor, ..)| doctor.id == row.slot.doctor));
        assert_eq!(found.iter().map(|row| row.slot).collect::<Vec<_>>(), expected, "{filter:?}");
    };
    let starts = |from, to| kernel::Starts::from(from..to);
    let all =
        FreeSlotFilter { starts: starts(nine(), after(1)), doctor: None, location: None, specialty: None, city: None };
    check(&[ada, cleo], &all);
    check(&[ada], &FreeSlotFilter { doctor: Some(ada.doctor), ..all.clone() });
    check(&[], &FreeSlotFilter { doctor: Some(dora.doctor), ..all.clone() });
    check(&[ada], &FreeSlotFilter { location: Some(here.id), ..all.clone() });
    check(&[cleo], &FreeSlotFilter { location: Some(there.id), ..all.clone() });
    check(&[], &FreeSlotFilter { location: Some(here.id), doctor: Some(cleo.doctor), ..all.clone() });
    check(&[], &FreeSlotFilter { location: Some(LocationId::new(sample::fresh())), ..all.clone() });
    check(&[ada], &FreeSlotFilter { specialty: Some("cardiology".to_owned()), ..all.clone() });
    check(&[ada, cleo], &FreeSlotFilter { specialty: Some("allergology".to_owned()), ..all.clone() });
    check(&[cleo], &FreeSlotFilter { city: Some(there.city.to_uppercase()), ..all.clone() });
    check(
        &[],
        &FreeSlotFilter { city: Some(there.city.clone()), specialty: Some("cardiology".to_owned()), ..all.clone() },
    );
    check(&[], &FreeSlotFilter { starts: starts(nine(), nine()), ..all.clone() });
    check(&[], &FreeSlotFilter { starts: starts(after(1), after(2)), ..all.clone() });

    let one = FreeSlotFilter { doctor: Some(ada.doctor), ..all };
    let found = read(store, |store| store.free_slots(&one, &kernel::PageRequest::default())).items;
    let labels = labels_of(&name, &here);
    assert_eq!(found, [FreeSlot { slot: ada, labels, doctor_pic: Some(PIC.to_owned()) }]);
}

pub fn free_slots_come_in_pages_without_loss_or_repetition(store: &Shared) {
    let clinic = Clinic::open(store, Zone::UTC);
    let doctors = ["Ada", "Bea"].map(|name| {
        let account = sample::account(Role::Doctor, name);
        let doctor = Doctor {
            specialties: vec!["cardiology".to_owned(), "urology".to_owned()],
            ..sample::doctor(account.id, clinic.location().id)
        };
        clinic.add_doctor(&account, &doctor)
    });
    let slots = tied_slots(&clinic, doctors);
    let all = FreeSlotFilter {
        starts: (nine()..after(90)).into(),
        doctor: None,
        location: None,
        specialty: None,
        city: None,
    };
    let filters = [
        FreeSlotFilter { doctor: Some(doctors[0]), ..all.clone() },
        FreeSlotFilter { location: Some(clinic.location().id), ..all.clone() },
        FreeSlotFilter { specialty: Some("urology".to_owned()), ..all.clone() },
        all,
    ];
    for filter in filters {
        let expected = slots.iter().filter(|slot| filter.doctor.is_none_or(|doctor| doctor == slot.doctor));
        let expected: Vec<Slot> = expected.copied().collect();
        for rows in [1, 2, 5, 100] {
            let found = all_pages(store, rows, |store, page| store.free_slots(&filter, page));
            let mut found: Vec<Slot> = found.into_iter().map(|row| row.slot).collect();
            found.retain(|slot| doctors.contains(&slot.doctor));
            assert_eq!(found, expected, "{rows} to a page, {filter:?}");
        }
    }
}

/// Three visits of one patient to two doctors, each half an hour later, the second of them called off.
fn three_visits(clinic: &Clinic) -> [Appointment; 3] {
    let (ada, bea, patient) = (clinic.doctor("Ada"), clinic.doctor("Bea"), clinic.patient("Cleo"));
    let slots = clinic.slots(ada, nine(), 30, 2);
    let later = clinic.slots(bea, after(60), 30, 1);
    let [first, second, third] = [slots[0], slots[1], later[0]].map(|slot| sample::appointment(&slot, patient));
    let second = Appointment { status: AppointmentStatus::Cancelled, ..second };
    let visits = [first, second, third];
    clinic.write(|store| visits.iter().try_for_each(|visit| store.add_appointment(visit)));
    visits
}

fn ids(store: &Shared, rows: u8, filter: &AppointmentFilter) -> Vec<AppointmentId> {
    let page = |store: &mut dyn Store, page: &_| store.appointments_page(filter, page);
    all_pages(store, rows, page).into_iter().map(|row| row.appointment.id).collect()
}

pub fn appointments_are_filtered(store: &Shared) {
    let clinic = Clinic::open(store, Zone::UTC);
    let [first, second, third] = three_visits(&clinic);
    three_visits(&clinic);
    let all = AppointmentFilter { patient: Some(first.patient), ..AppointmentFilter::default() };
    let check = |expected: &[&Appointment], filter: &AppointmentFilter| {
        let expected: Vec<AppointmentId> = expected.iter().map(|visit| visit.id).collect();
        assert_eq!(ids(store, 2, filter), expected, "{filter:?}");
    };
    check(&[&first, &second, &third], &all);
    check(&[&first, &second], &AppointmentFilter { doctor: Some(first.doctor), ..AppointmentFilter::default() });
    check(&[&third], &AppointmentFilter { doctor: Some(third.doctor), ..all.clone() });
    check(&[&second], &AppointmentFilter { statuses: [AppointmentStatus::Cancelled].into(), ..all.clone() });
    let either = AnyOf::from([AppointmentStatus::NoShow, AppointmentStatus::Cancelled]);
    check(&[&second], &AppointmentFilter { statuses: either, ..all.clone() });
    check(&[], &AppointmentFilter { statuses: [AppointmentStatus::NoShow].into(), ..all.clone() });
    check(&[&second, &third], &AppointmentFilter { from: Some(after(30)), ..all.clone() });
    check(&[&first], &AppointmentFilter { to: Some(after(30)), ..all.clone() });
    check(&[&second, &third], &AppointmentFilter { ends_after: Some(after(30)), ..all.clone() });
    check(&[&first, &second, &third], &AppointmentFilter { ends_after: Some(after(29)), ..all.clone() });
    check(&[&first], &AppointmentFilter { ended_by: Some(after(30)), ..all.clone() });
    check(&[], &AppointmentFilter { ended_by: Some(after(29)), ..all.clone() });
    check(&[&third, &second, &first], &AppointmentFilter { order: Order::Descending, ..all });
}

pub fn appointments_come_in_pages_in_both_orders(store: &Shared) {
    let clinic = Clinic::open(store, Zone::UTC);
    let patient = clinic.patient("Bea");
    let slots = tied_slots(&clinic, [clinic.doctor("Ada"), clinic.doctor("Cleo")]);
    let statuses = [AppointmentStatus::Booked, AppointmentStatus::Cancelled, AppointmentStatus::NoShow];
    let visit = |(slot, status): (&Slot, &AppointmentStatus)| Appointment {
        status: *status,
        ..sample::appointment(slot, patient)
    };
    let mut visits: Vec<Appointment> = slots.iter().zip(statuses.iter().cycle()).map(visit).collect();
    write(store, |store| visits.iter().try_for_each(|visit| store.add_appointment(visit)));
    visits.sort_by_key(|visit| (visit.interval.start(), visit.id));
    for order in [Order::Ascending, Order::Descending] {
        for statuses in [AnyOf::default(), AnyOf::from(statuses), [statuses[2], statuses[1]].into()] {
            let wanted = visits.iter().filter(|visit| statuses.accepts(visit.status));
            let expected: Vec<AppointmentId> = wanted.map(|visit| visit.id).collect();
            let of_one = AppointmentFilter { patient: Some(patient), statuses, order, ..AppointmentFilter::default() };
            for rows in [1, 2, 5, 18, 100] {
                assert_eq!(ids(store, rows, &of_one), expected, "{rows} to a page, {of_one:?}");
            }
            let (from, to) = (Some(nine()), Some(after(90)));
            let of_all = AppointmentFilter { patient: None, from, to, ..of_one };
            for rows in [1, 3, 100] {
                let mut found = ids(store, rows, &of_all);
                found.retain(|id| visits.iter().any(|visit| visit.id == *id));
                assert_eq!(found, expected, "{rows} to a page, {of_all:?}");
            }
        }
        visits.reverse();
    }
}

pub fn appointments_that_have_changed_are_found_in_the_order_of_their_changes(store: &Shared) {
    let clinic = Clinic::open(store, Zone::UTC);
    let (doctor, patients) = (clinic.doctor("Ada"), ["Bea", "Cleo"].map(|name| clinic.patient(name)));
    // No other case writes so late.
    let first = sample::instant("2131-01-01T00:00:00.000001Z");
    let at = |n: i64| first + TimeDelta::hours(n);
    let slots = clinic.slots(doctor, nine(), 30, 8);
    let mut visits: Vec<Appointment> = Vec::new();
    for (n, slot) in (0..).zip(&slots) {
        // Those that start later have changed earlier, two at a time.
        let visit = sample::appointment(slot, patients[usize::from(n % 3 == 0)]);
        visits.push(Appointment { updated_at: at((8 - n) / 2), ..visit });
    }
    write(store, |store| visits.iter().try_for_each(|visit| store.add_appointment(visit)));
    let (status, revision) = (AppointmentStatus::Cancelled, visits[0].revision.next());
    visits[0] = Appointment { status, revision, updated_at: at(9), ..visits[0].clone() };
    write(store, |store| store.change_appointment(&visits[0]));
    visits.sort_by_key(|visit| (visit.updated_at, visit.id));
    let of_doctor = AppointmentFilter {
        doctor: Some(doctor),
        updated_since: Some(at(1)),
        sort: AppointmentSort::Update,
        ..AppointmentFilter::default()
    };
    let statuses = AnyOf::from([AppointmentStatus::Booked, AppointmentStatus::NoShow]);
    let filters = [
        AppointmentFilter { updated_since: None, ..of_doctor.clone() },
        AppointmentFilter { updated_since: Some(at(2) + TimeDelta::microseconds(1)), ..of_doctor.clone() },
        AppointmentFilter { updated_since: Some(at(9)), ..of_doctor.clone() },
        AppointmentFilter { updated_since: Some(at(10)), ..of_doctor.clone() },
        AppointmentFilter { patient: Some(patients[0]), ..of_doctor.clone() },
        AppointmentFilter { doctor: None, patient: Some(patients[1]), ..of_doctor.clone() },
        AppointmentFilter { doctor: None, statuses, ..of_doctor.clone() },
        AppointmentFilter { doctor: None, ..of_doctor.clone() },
        of_doctor,
    ];
    for order in [Order::Ascending, Order::Descending] {
        for filter in &filters {
            let wanted = visits.iter().filter(|visit| {
                filter.updated_since.is_none_or(|since| since <= visit.updated_at)
                    && filter.patient.is_none_or(|patient| patient == visit.patient)
                    && filter.statuses.accepts(visit.status)
            });
            let expected: Vec<AppointmentId> = wanted.map(|visit| visit.id).collect();
            let filter = AppointmentFilter { order, ..filter.clone() };
            for rows in [1, 2, 100] {
                let mut found = ids(store, rows, &filter);
                found.retain(|id| visits.iter().any(|visit| visit.id == *id));
                assert_eq!(found, expected, "{rows} to a page, {filter:?}");
            }
        }
        visits.reverse();
    }
    let by_start =
        AppointmentFilter { updated_since: Some(at(4)), doctor: Some(doctor), ..AppointmentFilter::default() };
    visits.sort_by_key(|visit| visit.interval.start());
    let expected: Vec<_> = visits.iter().filter(|visit| at(4) <= visit.updated_at).map(|visit| visit.id).collect();
    assert_eq!(ids(store, 2, &by_start), expected);
}

pub fn an_appointment_entry_knows_the_patient_and_the_labels(store: &Shared) {
    let clinic = Clinic::open(store, Zone::UTC);
    let named = |role, name: &str| Account { full_name: odd_line(name), ..sample::account(role, "") };
    let (ada, bea) = (named(Role::Doctor, "Ada"), named(Role::Patient, "Bea"));
    let cleo = Account { phone: None, ..named(Role::Patient, "Cleo") };
    let doctor = clinic.add_doctor(&ada, &sample::doctor(ada.id, clinic.location().id));
    let of_bea = Patient { date_of_birth: NaiveDate::from_ymd_opt(2000, 2, 29), ..sample::patient(bea.id) };
    let of_cleo = Patient { date_of_birth: None, ..sample::patient(cleo.id) };
    for ((account, patient), slot) in
        [(&bea, &of_bea), (&cleo, &of_cleo)].into_iter().zip(clinic.slots(doctor, nine(), 30, 2))
    {
        clinic.add_patient(account, patient);
        let appointment = sample::appointment(&slot, patient.id);
        write(store, |store| store.add_appointment(&appointment));
        let expected = AppointmentEntry {
            patient: Some(PatientContact {
                full_name: account.full_name.clone(),
                phone: account.phone.as_ref().map(|phone| phone.as_str().to_owned()),
                date_of_birth: patient.date_of_birth,
            }),
            labels: labels_of(&ada.full_name, clinic.location()),
            appointment,
        };
        let id = expected.appointment.id;
        let filter = AppointmentFilter { patient: Some(patient.id), ..AppointmentFilter::default() };
        let listed = all_pages(store, 1, |store, page| store.appointments_page(&filter, page));
        assert_eq!(listed.as_slice(), std::slice::from_ref(&expected));
        assert_eq!(read(store, |store| store.appointment_entry(id)), Some(expected));
    }
    assert_eq!(read(store, |store| store.appointment_entry(AppointmentId::new(sample::fresh()))), None);
}

pub fn the_facts_of_visits_with_a_doctor_come_each_once(store: &Shared) {
    let clinic = Clinic::open(store, Zone::UTC);
    let (doctor, other_doctor) = (clinic.doctor("Ada"), clinic.doctor("Cleo"));
    let [bea, dora, emma] = ["Bea", "Dora", "Emma"].map(|name| clinic.patient(name));
    let received = [None, Some(Role::Doctor), Some(Role::Receptionist)];
    let mut expected = BTreeSet::new();
    for (n, slot) in clinic.slots(doctor, nine(), 30, 24).iter().enumerate() {
        let status = AppointmentStatus::ALL[n % 10];
        let patient = if n % 3 == 0 { dora } else { bea };
        // The last four repeat the facts of four before.
        let (booked_by, received_by) = (Role::ALL[(n % 20) % 4], received[(n % 20) % 3]);
        let visit = Appointment { status, booked_by, received_by, ..sample::appointment(slot, patient) };
        write(store, |store| store.add_appointment(&visit));
        expected.insert((patient, VisitFacts { status, booked_by, received_by }));
    }
    let elsewhere = sample::appointment(&clinic.slots(other_doctor, nine(), 30, 1)[0], emma);
    write(store, |store| store.add_appointment(&elsewhere));
    let facts = |doctor: DoctorId, patients: &[PatientId]| {
        let mut facts = read(store, |store| store.visits_with(doctor, patients));
        facts.sort_unstable();
        facts
    };
    let of = |patients: &[PatientId]| -> Vec<_> {
        expected.iter().filter(|(patient, _)| patients.contains(patient)).copied().collect()
    };
    for patients in [&[bea][..], &[dora], &[dora, bea, emma]] {
        assert_eq!(facts(doctor, patients), of(patients));
    }
    assert_eq!(facts(doctor, &[emma]), []);
    assert_eq!(facts(doctor, &[]), []);
    assert_eq!(facts(other_doctor, &[bea, emma]), [(emma, VisitFacts::from(&elsewhere))]);
}
