//! Doctors by their earliest free slot, and the next free slots of many doctors at once.

use std::ops::Range;

use application::directory::NextFree;
use chrono::{DateTime, TimeDelta, Utc};
use clinic_core::Doctor;
use clinic_core::ports::DoctorFilter;
use identity_core::{Account, AccountStatus};
use kernel::{DoctorId, Role, Starts, Zone};
use scheduling_core::{Appointment, AppointmentStatus, Slot, SlotStatus};

use super::support::{all_pages, token};
use crate::clinic::{read, write};
use crate::{Clinic, Shared, sample};

fn after(minutes: i64) -> DateTime<Utc> {
    sample::instant("2026-11-23T09:00:00Z") + TimeDelta::minutes(minutes)
}

fn within(from: i64, to: i64) -> Starts {
    span(from, to).into()
}

fn span(from: i64, to: i64) -> Range<DateTime<Utc>> {
    after(from)..after(to)
}

/// A doctor who is set up by `set_up`.
fn doctor(clinic: &Clinic, name: &str, set_up: impl FnOnce(&mut Account, &mut Doctor)) -> DoctorId {
    let mut account = sample::account(Role::Doctor, name);
    let mut doctor = sample::doctor(account.id, clinic.location().id);
    set_up(&mut account, &mut doctor);
    clinic.add_doctor(&account, &doctor)
}

fn closed(_: &mut Account, doctor: &mut Doctor) {
    doctor.accepting_bookings = false;
}

fn shut_out(account: &mut Account, _: &mut Doctor) {
    account.status = AccountStatus::Inactive;
}

/// What makes a doctor special.
type SetUp = fn(&mut Account, &mut Doctor);

/// Doctors who have no slot that counts, whatever they publish.
const HIDDEN: [(&str, SetUp); 2] = [("Elif", closed), ("Fay", shut_out)];

fn names_by_earliest(store: &Shared, filter: &DoctorFilter, within: &Starts) -> Vec<String> {
    let found = all_pages(store, 1, |store, page| store.doctors_by_earliest_free(filter, within, page));
    found.into_iter().map(|row| row.full_name).collect()
}

pub fn doctors_come_by_their_earliest_free_slot(store: &Shared) {
    let clinic = Clinic::open(store, Zone::UTC);
    let ada = doctor(&clinic, "Ada", |_, doctor| doctor.specialties = vec!["cardiology".to_owned()]);
    let [bea, cleo, dora] = ["Bea", "Cleo", "Dora"].map(|name| clinic.doctor(name));
    clinic.slots(ada, after(60), 30, 3);
    clinic.slots(bea, after(30), 30, 4);
    clinic.slots(cleo, after(0), 30, 1);
    let blocked = clinic.slots(dora, after(0), 30, 2)[0].with_status(SlotStatus::BusyUnavailable);
    write(store, |store| store.change_slot(&blocked));
    for (name, set_up) in HIDDEN {
        clinic.slots(doctor(&clinic, name, set_up), after(0), 30, 4);
    }
    clinic.doctor("Gus");
    let here = DoctorFilter { location: Some(clinic.location().id), ..DoctorFilter::default() };
    let check = |expected: &[&str], filter: DoctorFilter, from, to| {
        let found = names_by_earliest(store, &filter, &within(from, to));
        assert_eq!(found, expected, "{from} {to} {filter:?}");
    };
    check(&["Cleo", "Bea", "Dora", "Ada"], here.clone(), 0, 600);
    check(&["Bea", "Dora", "Ada"], here.clone(), 1, 600);
    check(&["Bea", "Dora"], here.clone(), 1, 60);
    check(&["Ada", "Bea"], here.clone(), 60, 61);
    check(&[], here.clone(), 600, 900);
    check(&["Ada"], DoctorFilter { specialty: Some("cardiology".to_owned()), ..here.clone() }, 0, 600);
    check(&["Dora"], DoctorFilter { name: Some("DO".to_owned()), ..here.clone() }, 30, 600);
    check(&["Cleo"], DoctorFilter { city: Some("BERLIN".to_owned()), ..here.clone() }, 0, 1);
    check(&[], DoctorFilter { city: Some("Paris".to_owned()), ..here.clone() }, 0, 600);
    check(&[], DoctorFilter { accepting_bookings: Some(false), ..here }, 0, 600);
}

pub fn doctors_come_by_their_earliest_free_slot_in_pages_without_loss_or_repetition(store: &Shared) {
    let clinic = Clinic::open(store, Zone::UTC);
    let mut expected: Vec<(Slot, DoctorId)> = Vec::new();
    for n in 0..9 {
        let id = clinic.doctor("Ada");
        // Three at a time begin together, and some have two slots that do.
        let first = clinic.slots(id, after(n / 3 * 30), 30, 4)[0];
        let second = clinic.slots(id, after(n / 3 * 30), 30, 1)[0];
        expected.push((if first.id < second.id { first } else { second }, id));
    }
    expected.sort_by_key(|(slot, _)| (slot.interval.start(), slot.id));
    let expected: Vec<DoctorId> = expected.into_iter().map(|(_, id)| id).collect();
    let here = DoctorFilter { location: Some(clinic.location().id), ..DoctorFilter::default() };
    for rows in 1..=10 {
        let all = all_pages(store, rows, |store, page| store.doctors_by_earliest_free(&here, &within(0, 600), page));
        let found: Vec<DoctorId> = all.into_iter().map(|row| row.doctor.id).collect();
        assert_eq!(found, expected, "{rows} to a page");
    }
}

pub fn the_next_free_slots_of_many_doctors_come_at_once(store: &Shared) {
    let clinic = Clinic::open(store, Zone::UTC);
    let [ada, bea, cleo] = ["Ada", "Bea", "Cleo"].map(|name| clinic.doctor(name));
    let of_ada = clinic.slots(ada, after(0), 30, 8);
    let of_bea = clinic.slots(bea, after(60), 30, 2);
    let blocked = of_ada[1].with_status(SlotStatus::Busy);
    write(store, |store| store.change_slot(&blocked));
    let none = [doctor(&clinic, "Elif", closed), doctor(&clinic, "Fay", shut_out)];
    for id in none {
        clinic.slots(id, after(0), 30, 4);
    }
    let all = [vec![ada, bea, cleo], none.to_vec()].concat();
    let next = |doctors: &[DoctorId], each, from, to| {
        let each = NextFree::new(each).unwrap();
        read(store, |store| store.next_free_slots(doctors, &within(from, to), each))
    };
    let of = |slots: &[Slot], doctor| slots.iter().filter(|slot| slot.doctor == doctor).copied().collect::<Vec<_>>();
    let found = next(&all, 3, 0, 600);
    assert_eq!(of(&found, ada), [of_ada[0], of_ada[2], of_ada[3]]);
    assert_eq!(of(&found, bea), of_bea);
    assert_eq!(found.len(), 5);
    assert_eq!(next(&[ada], 5, 60, 120), of_ada[2..4]);
    assert_eq!(next(&[cleo], 5, 0, 600), []);
    assert_eq!(next(&[], 5, 0, 600), []);
    let many: Vec<DoctorId> = (0..250).map(|_| DoctorId::new(sample::fresh())).chain([bea]).collect();
    assert_eq!(next(&many, 1, 0, 600), of_bea[..1]);
}

pub fn doctors_are_found_by_when_they_are_free(store: &Shared) {
    let clinic = Clinic::open(store, Zone::UTC);
    let token = token();
    let named = |name: &str| format!("{name} {token}");
    let [ada, bea] = ["Ada", "Bea"].map(|name| clinic.doctor(&named(name)));
    clinic.slots(ada, after(0), 30, 2);
    clinic.slots(bea, after(30), 30, 2);
    for (name, set_up) in HIDDEN {
        clinic.slots(doctor(&clinic, &named(name), set_up), after(0), 30, 4);
    }
    let check = |expected: &[&str], free_within| {
        let filter = DoctorFilter { name: Some(token.clone()), free_within, ..DoctorFilter::default() };
        let found = all_pages(store, 1, |store, page| store.doctors(&filter, page));
        let found: Vec<String> = found.into_iter().map(|row| row.full_name).collect();
        assert_eq!(found, expected.iter().map(|name| named(name)).collect::<Vec<_>>(), "{filter:?}");
    };
    check(&["Ada", "Bea", "Elif"], None);
    check(&["Ada"], Some(within(0, 30)));
    check(&["Ada", "Bea"], Some(within(0, 31)));
    check(&["Bea"], Some(within(60, 90)));
    check(&[], Some(within(61, 90)));
    check(&[], Some(within(0, 0)));
}

pub fn a_doctor_whose_account_may_not_come_in_is_not_open_to_anybody(store: &Shared) {
    let clinic = Clinic::open(store, Zone::UTC);
    let id = clinic.doctor("Ada");
    let slot = clinic.slots(id, after(0), 30, 1)[0];
    let set = |status| {
        write(store, |store| {
            let account = store.account(clinic.doctor_actor(id).account)?.unwrap();
            store.change_account(&Account { status, revision: account.revision.next(), ..account })
        });
    };
    let is_open = || {
        let offers = read(store, |store| Ok([store.offer(slot.id)?, store.offer_starting(id, slot.interval.start())?]));
        let offers = offers.map(|offer| offer.unwrap().schedule.accepting_bookings);
        assert_eq!(offers, [clinic.schedule(id).accepting_bookings; 2]);
        let filter = application::ports::FreeSlotFilter {
            starts: within(0, 1),
            doctor: Some(id),
            location: None,
            specialty: None,
            city: None,
        };
        let free = read(store, |store| store.free_slots(&filter, &kernel::PageRequest::default())).items;
        assert_eq!(!free.is_empty(), offers[0]);
        let entry = read(store, |store| store.doctor(id)).unwrap();
        assert!(entry.doctor.accepting_bookings, "what the doctor has said stays");
        assert_eq!(entry.active, offers[0]);
        offers[0]
    };
    assert!(is_open());
    set(AccountStatus::Inactive);
    assert!(!is_open());
    set(AccountStatus::Active);
    assert!(is_open());
}

pub fn the_starts_of_active_appointments_are_found_for_each_doctor_in_a_span_of_their_own(store: &Shared) {
    let clinic = Clinic::open(store, Zone::UTC);
    let [ada, bea, cleo] = ["Ada", "Bea", "Cleo"].map(|name| clinic.doctor(name));
    for doctor in [ada, bea, cleo] {
        let statuses = [AppointmentStatus::Booked, AppointmentStatus::Cancelled, AppointmentStatus::Pending];
        for (slot, status) in clinic.slots(doctor, after(0), 30, 3).iter().zip(statuses) {
            let visit = Appointment { status, ..sample::appointment(slot, clinic.patient("Dora")) };
            write(store, |store| store.add_appointment(&visit));
        }
    }
    let found = |spans: &[(DoctorId, Range<DateTime<Utc>>)]| {
        let mut found = read(store, |store| store.active_starts(spans));
        found.sort_unstable();
        found
    };
    let mut expected = vec![(ada, after(0)), (bea, after(60))];
    expected.sort_unstable();
    assert_eq!(found(&[(ada, span(0, 60)), (bea, span(1, 61))]), expected);
    assert_eq!(found(&[(ada, span(0, 61))]), [(ada, after(0)), (ada, after(60))]);
    assert_eq!(found(&[(ada, span(61, 600))]), []);
    assert_eq!(found(&[]), []);
}
