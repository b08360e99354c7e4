//! Locations and specialties.

use chrono_tz::Tz;
use clinic_core::{Location, Specialty};
use kernel::LocationId;

use super::support::odd_line;
use crate::clinic::{read, write};
use crate::memory::SPECIALTIES;
use crate::{Shared, sample};

const ZONES: [Tz; 6] = [
    Tz::Africa__Lagos,
    Tz::Africa__Nairobi,
    Tz::Europe__London,
    Tz::America__New_York,
    Tz::Australia__Lord_Howe,
    Tz::Asia__Kathmandu,
];

pub fn every_field_of_a_location_comes_back(store: &Shared) {
    for zone in ZONES {
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
    let made = ZONES.map(sample::location);
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
    assert_eq!(read(store, |store| store.specialties()), expected);
}
