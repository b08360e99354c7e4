//! The free slots of one location.

use application::ports::FreeSlotFilter;
use clinic_core::Doctor;
use kernel::{LocalDays, LocationId, Starts, Zone};
use scheduling_core::{Slot, SlotStatus};

use super::support::all_pages;
use crate::clinic::write;
use crate::{Clinic, Shared, sample};

/// Whoever moved here, and whoever left, shows what is to come at the location and nothing of another.
pub fn the_free_slots_of_a_location_are_those_of_its_doctors_in_order(store: &Shared) {
    let (here, there) = (Clinic::open(store, crate::zone("Pacific/Auckland")), Clinic::open(store, Zone::UTC));
    let midnight = sample::instant("2026-11-22T11:00:00Z");
    let mut expected: Vec<Slot> = Vec::new();
    for n in 0..6_u32 {
        // Two of them begin together each time, and the last is booked until the afternoon.
        let start = midnight + chrono::TimeDelta::minutes((15 * (n / 2)).into());
        let slots = here.slots(here.doctor(&format!("Ada {n}")), start, 60, 3 + 2 * n);
        let booked = if n == 5 { 12 } else { 0 };
        write(store, |store| {
            slots.iter().take(booked).try_for_each(|slot| store.change_slot(&slot.with_status(SlotStatus::Busy)))
        });
        expected.extend(slots.iter().skip(booked));
    }
    let who_left = here.doctor("Bea");
    here.slots(who_left, midnight, 60, 3);
    there.slots(there.doctor("Cleo"), midnight, 60, 3);
    write(store, |store| {
        let doctor = store.doctor(who_left)?.expect("she is there").doctor;
        let revision = doctor.revision.next();
        store.change_doctor(&Doctor { location: there.location().id, revision, ..doctor })
    });
    expected.sort_by_key(|slot| (slot.interval.start(), slot.id));
    let within = midnight..midnight + chrono::TimeDelta::days(2);
    let day = "2026-11-23".parse().ok();
    let filter = |location: LocationId, hours: i64, days: LocalDays| FreeSlotFilter {
        starts: Starts { within: within.start + chrono::TimeDelta::hours(hours)..within.end, days },
        doctor: None,
        location: Some(location),
        specialty: None,
        city: Some("berlin".to_owned()),
    };
    for hours in [0, 2, 11] {
        for days in [LocalDays::default(), LocalDays { first: day, last: day }] {
            let filter = filter(here.location().id, hours, days);
            let expected: Vec<&Slot> = expected
                .iter()
                .filter(|slot| filter.starts.contain(here.location().zone, slot.interval.start()))
                .collect();
            for rows in [1, 2, 3, 7, 100] {
                let found = all_pages(store, rows, |store, page| store.free_slots(&filter, page));
                assert_eq!(found.iter().map(|free| &free.slot).collect::<Vec<_>>(), expected, "{rows} to a page");
            }
        }
    }
    let gone = FreeSlotFilter { doctor: Some(who_left), ..filter(here.location().id, 0, LocalDays::default()) };
    assert_eq!(all_pages(store, 5, |store, page| store.free_slots(&gone, page)), []);
}
