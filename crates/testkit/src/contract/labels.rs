//! What a time says of its doctor and its location.

use application::ports::{AppointmentFilter, FreeSlotFilter, Labels, SlotFilter};
use chrono::TimeDelta;
use clinic_core::Location;
use identity_core::Account;
use kernel::{DoctorId, LocationId, Role, SlotId};

use super::places::relocate;
use super::support::{all_pages, odd_line};
use crate::clinic::{read, write};
use crate::{Clinic, Shared, sample};

pub(super) fn labels_of(doctor_name: &str, location: &Location) -> Labels {
    Labels {
        doctor_name: doctor_name.to_owned(),
        location_name: location.name.clone(),
        city: location.city.clone(),
        zone: location.zone,
    }
}

fn odd_location(zone: &str) -> Location {
    let location = sample::location(crate::zone(zone));
    Location { name: odd_line("Main"), city: odd_line("Łódź"), ..location }
}

/// The labels of each slot and each visit of a doctor in every list, and by themselves, in the order of the slots.
fn shown(store: &Shared, doctor: DoctorId) -> [Vec<(SlotId, Labels)>; 3] {
    let own = SlotFilter { doctor: Some(doctor), ..SlotFilter::default() };
    let slots = all_pages(store, 1, |store, page| store.slots_page(&own, page));
    let starts = (sample::now()..sample::now() + TimeDelta::days(30)).into();
    let free = FreeSlotFilter { starts, doctor: Some(doctor), location: None, specialty: None, city: None };
    let free = all_pages(store, 1, |store, page| store.free_slots(&free, page));
    let visits = AppointmentFilter { doctor: Some(doctor), ..AppointmentFilter::default() };
    let visits = all_pages(store, 1, |store, page| store.appointments_page(&visits, page));
    for visit in &visits {
        let one = read(store, |store| store.appointment_entry(visit.appointment.id));
        assert_eq!(one.as_ref(), Some(visit));
    }
    [
        slots.into_iter().map(|row| (row.slot.id, row.labels)).collect(),
        free.into_iter().map(|row| (row.slot.id, row.labels)).collect(),
        visits.into_iter().map(|row| (row.appointment.slot, row.labels)).collect(),
    ]
}

pub fn a_time_is_labelled_with_its_doctor_and_its_own_location(store: &Shared) {
    let clinic = Clinic::open(store, crate::zone("Africa/Lagos"));
    let (here, there) = (clinic.location(), odd_location("Asia/Kathmandu"));
    write(store, |store| store.add_location(&there));
    let account = Account { full_name: odd_line("Ada"), ..sample::account(Role::Doctor, "") };
    let doctor = clinic.add_doctor(&account, &sample::doctor(account.id, here.id));
    clinic.doctor("Bea");
    let before = clinic.slots(doctor, sample::now(), 30, 1)[0];
    relocate(store, &clinic, doctor, &there);
    let after = clinic.slots(doctor, sample::now() + TimeDelta::days(1), 30, 1)[0];
    let patient = clinic.patient("Cleo");
    for slot in [before, after] {
        write(store, |store| store.add_appointment(&sample::appointment(&slot, patient)));
    }
    let labels = [here, &there].map(|location| labels_of(&account.full_name, location));
    let expected: Vec<_> = [before.id, after.id].into_iter().zip(labels.clone()).collect();
    assert_eq!(shown(store, doctor), [expected.clone(), expected.clone(), expected]);

    for (location, labels) in [here, &there].into_iter().zip(labels) {
        let found = read(store, |store| store.labels(doctor, location.id));
        assert_eq!(found, Some(labels.clone()));
        // The schedule is at the second location, whichever slot is offered.
        for slot in [before, after] {
            let found = read(store, |store| {
                store.offer(slot.id)?;
                store.labels(doctor, location.id)
            });
            assert_eq!(found, Some(labels.clone()));
        }
    }
    let (nobody, nowhere) = (DoctorId::new(sample::fresh()), LocationId::new(sample::fresh()));
    assert_eq!(read(store, |store| store.labels(nobody, here.id)), None);
    assert_eq!(read(store, |store| store.labels(doctor, nowhere)), None);
}

pub fn labels_follow_their_doctor_and_location(store: &Shared) {
    let clinic = Clinic::open(store, crate::zone("Africa/Lagos"));
    let doctor = clinic.doctor("Ada");
    let slot = clinic.slots(doctor, sample::now(), 30, 1)[0];
    let visit = sample::appointment(&slot, clinic.patient("Bea"));
    write(store, |store| store.add_appointment(&visit));
    write(store, |store| store.offer(slot.id));
    let place = clinic.location();
    let location = Location { revision: place.revision.next(), ..odd_location("Asia/Kathmandu") };
    let location = Location { id: place.id, ..location };
    let (full_name, account) = (odd_line("Grace"), clinic.doctor_actor(doctor).account);
    write(store, |store| {
        let account = store.account(account)?.expect("the doctor has one");
        store.change_account(&Account {
            full_name: full_name.clone(),
            revision: account.revision.next(),
            ..account
        })?;
        store.change_location(&location)
    });
    let labels = labels_of(&full_name, &location);
    assert_eq!(write(store, |store| store.labels(doctor, place.id)), Some(labels.clone()));
    let expected = vec![(slot.id, labels)];
    assert_eq!(shown(store, doctor), [expected.clone(), expected.clone(), expected]);
}
