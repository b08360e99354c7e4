//! Locations and specialties.
use clinic_core::{Doctor, Location, LocationUse, Specialty};
use kernel::{DoctorId, LocationId, Revision, StoreError, Zone};

use super::rivals::{Patience, race};
use super::support::{assert_lost, odd_line, token};
use crate::clinic::{read, write};
use crate::memory::SPECIALTIES;
use crate::{Clinic, Shared, sample};

const ZONES: [&str; 6] =
    ["Africa/Lagos", "Africa/Nairobi", "Europe/London", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu"];

pub fn every_field_of_a_location_comes_back(store: &Shared) {
    for zone in ZONES.map(crate::zone) {
        let location = Location {
            name: odd_line("Clinic"),
            address: odd_line("Street"),
            city: odd_line("City"),
            ..sample::location(zone)
        };
        write(store, |store| store.add_location(&location));
        assert_eq!(read(store, |store| store.location(location.id)), Some(location));
    }
    assert_eq!(read(store, |store| store.location(LocationId::new(sample::fresh()))), None);
}

pub fn locations_come_oldest_first(store: &Shared) {
    let made = ZONES.map(|zone| sample::location(crate::zone(zone)));
    for location in &made {
        write(store, |store| store.add_location(location));
    }
    let mut found = read(store, |store| store.locations());
    found.retain(|location| made.contains(location));
    assert_eq!(found, made);
}

pub fn the_specialties_are_there_from_the_start(store: &Shared) {
    let expected: Vec<Specialty> = SPECIALTIES
        .iter()
        .map(|(code, name)| Specialty { code: (*code).to_owned(), name: (*name).to_owned() })
        .collect();
    let mut found = read(store, |store| store.specialties());
    assert!(found.is_sorted());
    found.retain(|specialty| SPECIALTIES.iter().any(|(code, _)| *code == specialty.code));
    assert_eq!(found, expected);
}

pub fn a_stale_location_is_not_written(store: &Shared) {
    let first = sample::location(Zone::UTC);
    write(store, |store| store.add_location(&first));
    let second = Location {
        name: odd_line("Clinic"),
        address: String::new(),
        city: odd_line("City"),
        zone: crate::zone("Asia/Kathmandu"),
        revision: first.revision.next(),
        ..first.clone()
    };
    write(store, |store| store.change_location(&second));
    assert_lost(store, |store| store.change_location(&Location { name: "Too late".to_owned(), ..second.clone() }));
    assert_eq!(read(store, |store| store.location(first.id)), Some(second));
}

pub fn a_location_is_removed_at_its_revision_only(store: &Shared) {
    let location = sample::location(Zone::UTC);
    write(store, |store| store.add_location(&location));
    assert_lost(store, |store| store.remove_location(location.id, Revision::FIRST.next()));
    write(store, |store| store.remove_location(location.id, Revision::FIRST));
    assert_eq!(read(store, |store| store.location(location.id)), None);
    assert_lost(store, |store| store.remove_location(location.id, Revision::FIRST));
}

pub fn who_and_what_is_at_a_location_is_known(store: &Shared) {
    let clinic = Clinic::open(store, Zone::UTC);
    let elsewhere = sample::location(Zone::UTC);
    write(store, |store| store.add_location(&elsewhere));
    let here = clinic.location().id;
    let use_of = |id| read(store, |store| store.use_of(id));
    let at = |id| read(store, |store| store.doctors_at(id));
    assert_eq!((use_of(here), at(here)), (LocationUse::default(), Vec::new()));
    let doctor = clinic.doctor("Ada");
    assert_eq!((use_of(here), at(here)), (LocationUse { people: true, times: false }, vec![doctor]));
    clinic.slot(doctor, sample::now(), 30);
    assert_eq!(use_of(here), LocationUse { people: true, times: true });
    assert_lost(store, |store| store.remove_location(here, Revision::FIRST));
    relocate(store, &clinic, doctor, &elsewhere);
    assert_eq!((use_of(here), at(here)), (LocationUse { people: false, times: true }, Vec::new()), "the slot stays");
    assert_eq!(use_of(elsewhere.id), LocationUse { people: true, times: false });
}

/// Gives the diary of a doctor another place.
pub(super) fn relocate(store: &Shared, clinic: &Clinic, id: DoctorId, to: &Location) {
    let schedule = clinic.schedule(id);
    let doctor = read(store, |store| store.doctor(id)).unwrap().doctor;
    let doctor = Doctor { location: to.id, revision: doctor.revision.next(), ..doctor };
    write(store, |store| {
        store.change_schedule(&scheduling_core::Schedule { location: to.id, zone: to.zone, ..schedule })?;
        store.change_doctor(&doctor)
    });
}

pub fn a_diary_is_read_in_the_zone_of_the_place_that_it_moved_to(store: &Shared) {
    let clinic = Clinic::open(store, Zone::UTC);
    let elsewhere = sample::location(crate::zone("Asia/Kathmandu"));
    write(store, |store| store.add_location(&elsewhere));
    let doctor = clinic.doctor("Ada");
    let slot = clinic.slots(doctor, sample::now(), 30, 1)[0];
    let comes = |at| read(store, |store| store.has_slots_to_come(doctor, clinic.location().id, at));
    assert!(comes(slot.interval.start()) && !comes(slot.interval.end()));
    assert!(!read(store, |store| store.has_slots_to_come(doctor, elsewhere.id, slot.interval.start())));
    relocate(store, &clinic, doctor, &elsewhere);
    let schedule = clinic.schedule(doctor);
    assert_eq!((schedule.location, schedule.zone), (elsewhere.id, elsewhere.zone));
    assert_eq!(read(store, |store| store.doctor(doctor)).unwrap().location, elsewhere);
    assert_eq!(read(store, |store| store.slot(slot.id)), Some(slot), "it stays where it was published");
    let nowhere = LocationId::new(sample::fresh());
    assert_lost(store, |store| store.change_schedule(&scheduling_core::Schedule { location: nowhere, ..schedule }));
}

pub fn a_specialty_is_added_renamed_and_removed(store: &Shared) {
    let code = format!("a_{}", token());
    let known = || read(store, |store| store.specialties()).into_iter().find(|specialty| specialty.code == code);
    let specialty = Specialty { code: code.clone(), name: odd_line("Care") };
    write(store, |store| store.add_specialty(&specialty));
    assert_eq!(known(), Some(specialty.clone()));
    assert_lost(store, |store| store.add_specialty(&specialty));
    let renamed = Specialty { name: odd_line("Better care"), ..specialty };
    write(store, |store| store.change_specialty(&renamed));
    write(store, |store| store.change_specialty(&renamed));
    assert_eq!(known(), Some(renamed.clone()));
    write(store, |store| store.remove_specialty(&code));
    assert_eq!(known(), None);
    assert_lost(store, |store| store.remove_specialty(&code));
    assert_lost(store, |store| store.change_specialty(&renamed));
}

/// A new specialty, and what makes it a doctor's.
fn specialty_for(store: &Shared, clinic: &Clinic) -> (String, Doctor) {
    let code = format!("a_{}", token());
    let id = clinic.doctor("Ada");
    write(store, |store| store.add_specialty(&Specialty { code: code.clone(), name: "Care".to_owned() }));
    let doctor = read(store, |store| store.doctor(id)).unwrap().doctor;
    (code.clone(), Doctor { specialties: vec![code], revision: doctor.revision.next(), ..doctor })
}

pub fn a_specialty_that_a_doctor_has_is_not_removed(store: &Shared) {
    let (code, doctor) = specialty_for(store, &Clinic::open(store, Zone::UTC));
    assert!(!read(store, |store| store.is_practised(&code)));
    write(store, |store| store.change_doctor(&doctor));
    assert!(read(store, |store| store.is_practised(&code)));
    assert_lost(store, |store| store.remove_specialty(&code));
    let without = Doctor { specialties: vec!["urology".to_owned()], revision: doctor.revision.next(), ..doctor };
    write(store, |store| store.change_doctor(&without));
    write(store, |store| store.remove_specialty(&code));
    let again = Doctor { specialties: vec![code.clone()], revision: without.revision.next(), ..without };
    assert_lost(store, |store| store.change_doctor(&again));
}

pub fn a_specialty_is_not_removed_while_a_doctor_gets_it(store: &Shared) {
    let clinic = Clinic::open(store, Zone::UTC);
    let patience = Patience::default();
    for _ in 0..10 {
        let (code, doctor) = specialty_for(store, &clinic);
        let outcomes = race(vec![true, false], |gets_it| {
            patience.write(store, |store| -> Result<bool, StoreError> {
                if gets_it {
                    let is_listed = store.specialties()?.iter().any(|specialty| specialty.code == code);
                    if is_listed {
                        store.change_doctor(&doctor)?;
                    }
                    return Ok(is_listed);
                }
                let is_free = !store.is_practised(&code)?;
                if is_free {
                    store.remove_specialty(&code)?;
                }
                Ok(is_free)
            })
        });
        let [got, removed] = outcomes.try_into().unwrap();
        assert_ne!(got, removed, "one of the two is refused");
    }
}

pub fn the_guard_of_places_is_there_from_the_start(store: &Shared) {
    let held = write(store, |store| store.hold(&std::collections::BTreeSet::from([kernel::Guard::Places])));
    assert_eq!(held, kernel::Held::All);
}
