//! Days are those of the location of each row.

use application::directory::NextFree;
use application::ports::{AppointmentFilter, FreeSlotFilter, SlotFilter};
use chrono::NaiveDate;
use clinic_core::ports::DoctorFilter;
use kernel::{DoctorId, LocalDays, Starts};
use scheduling_core::Slot;

use super::support::{all_pages, token};
use crate::clinic::{read, write};
use crate::{Clinic, Shared, sample};

/// A day, or several.
fn days(first: &str, last: &str) -> LocalDays {
    let day = |text: &str| text.parse::<NaiveDate>().ok();
    LocalDays { first: day(first), last: day(last) }
}

/// The days, within twenty years.
fn any_time(days: LocalDays) -> Starts {
    Starts { within: sample::instant("2020-01-01T00:00:00Z")..sample::instant("2040-01-01T00:00:00Z"), days }
}

/// Slots of a doctor at a new location in this zone, an hour each, from midnight of the first day on.
fn diary(store: &Shared, zone: &str, name: &str, midnight: &str, hours: u32) -> (DoctorId, Vec<Slot>) {
    let clinic = Clinic::open(store, crate::zone(zone));
    let doctor = clinic.doctor(name);
    (doctor, clinic.slots(doctor, sample::instant(midnight), 60, hours))
}

/// Asserts that each list of each doctor has these slots on these days, and nothing else.
fn check(store: &Shared, doctors: &[(DoctorId, &[Slot])], days: LocalDays) {
    let mut expected: Vec<Slot> = doctors.iter().flat_map(|(_, slots)| slots.iter().copied()).collect();
    expected.sort_by_key(|slot| (slot.interval.start(), slot.id));
    let is_ours = |doctor: DoctorId| doctors.iter().any(|(ours, _)| *ours == doctor);
    for rows in [1, 2, 7, 100] {
        let Starts { within, days } = any_time(days);
        let all = SlotFilter { from: Some(within.start), to: Some(within.end), days, ..SlotFilter::default() };
        let found = all_pages(store, rows, |store, page| store.slots_page(&all, page));
        let mut found: Vec<Slot> = found.into_iter().map(|entry| entry.slot).collect();
        found.retain(|slot| is_ours(slot.doctor));
        assert_eq!(found, expected, "slots of {days:?}, {rows} to a page");
        let free = FreeSlotFilter { starts: any_time(days), doctor: None, location: None, specialty: None, city: None };
        let found = all_pages(store, rows, |store, page| store.free_slots(&free, page));
        let mut found: Vec<Slot> = found.into_iter().map(|free| free.slot).collect();
        found.retain(|slot| is_ours(slot.doctor));
        assert_eq!(found, expected, "free slots of {days:?}, {rows} to a page");
    }
    for (doctor, slots) in doctors {
        let own = SlotFilter { doctor: Some(*doctor), days, ..SlotFilter::default() };
        let found = all_pages(store, 5, |store, page| store.slots_page(&own, page));
        assert_eq!(found.into_iter().map(|entry| entry.slot).collect::<Vec<_>>(), *slots);
        let free = FreeSlotFilter {
            starts: any_time(days),
            doctor: Some(*doctor),
            location: None,
            specialty: None,
            city: None,
        };
        let found = all_pages(store, 5, |store, page| store.free_slots(&free, page));
        assert_eq!(found.into_iter().map(|free| free.slot).collect::<Vec<_>>(), *slots);
        let next = read(store, |store| store.next_free_slots(&[*doctor], &any_time(days), NextFree::MAX));
        assert_eq!(next, slots[..slots.len().min(5)]);
    }
}

pub fn a_day_in_auckland_is_aucklands(store: &Shared) {
    // Midnight of the 10th is 11:00 of the 9th in UTC.
    let (doctor, slots) = diary(store, "Pacific/Auckland", "Ada", "2026-12-09T11:00:00Z", 48);
    check(store, &[(doctor, &slots[..24])], days("2026-12-10", "2026-12-10"));
    check(store, &[(doctor, &slots[24..])], days("2026-12-11", "2026-12-11"));
    check(store, &[(doctor, &slots)], days("2026-12-10", "2026-12-11"));
    check(store, &[(doctor, &slots[24..])], days("2026-12-11", ""));
    check(store, &[(doctor, &slots[..24])], days("", "2026-12-10"));
    check(store, &[(doctor, &[])], days("2026-12-12", "2026-12-12"));
}

pub fn one_list_has_the_day_of_each_location(store: &Shared) {
    let (ada, in_auckland) = diary(store, "Pacific/Auckland", "Ada", "2026-12-08T11:00:00Z", 72);
    let (bea, in_new_york) = diary(store, "America/New_York", "Bea", "2026-12-09T05:00:00Z", 72);
    let (cleo, in_utc) = diary(store, "UTC", "Cleo", "2026-12-09T00:00:00Z", 72);
    let on = |nth: usize| nth * 24..(nth + 1) * 24;
    for (nth, day) in ["2026-12-09", "2026-12-10", "2026-12-11"].into_iter().enumerate() {
        let expected = [(ada, &in_auckland[on(nth)]), (bea, &in_new_york[on(nth)]), (cleo, &in_utc[on(nth)])];
        check(store, &expected, days(day, day));
    }
}

pub fn a_day_of_23_hours_and_one_of_25_are_whole(store: &Shared) {
    let (doctor, slots) = diary(store, "Europe/London", "Ada", "2027-03-28T00:00:00Z", 24);
    check(store, &[(doctor, &slots[..23])], days("2027-03-28", "2027-03-28"));
    check(store, &[(doctor, &slots[23..])], days("2027-03-29", "2027-03-29"));
    let (doctor, slots) = diary(store, "Europe/London", "Bea", "2027-10-30T23:00:00Z", 26);
    check(store, &[(doctor, &slots[..25])], days("2027-10-31", "2027-10-31"));
    check(store, &[(doctor, &slots[25..])], days("2027-11-01", "2027-11-01"));
}

pub fn appointments_are_on_days_of_their_locations(store: &Shared) {
    let patient = Clinic::open(store, kernel::Zone::UTC).patient("Dora");
    let (_, in_auckland) = diary(store, "Pacific/Auckland", "Ada", "2026-12-09T11:00:00Z", 48);
    let (_, in_new_york) = diary(store, "America/New_York", "Bea", "2026-12-10T05:00:00Z", 48);
    let all: Vec<Slot> = in_auckland.iter().chain(&in_new_york).copied().collect();
    write(store, |store| all.iter().try_for_each(|slot| store.add_appointment(&sample::appointment(slot, patient))));
    for (nth, day) in ["2026-12-10", "2026-12-11"].into_iter().enumerate() {
        let on = nth * 24..(nth + 1) * 24;
        let mut expected: Vec<Slot> = in_auckland[on.clone()].iter().chain(&in_new_york[on]).copied().collect();
        expected.sort_by_key(|slot| slot.interval.start());
        let filter = AppointmentFilter { patient: Some(patient), days: days(day, day), ..AppointmentFilter::default() };
        for rows in [1, 3, 100] {
            let found = all_pages(store, rows, |store, page| store.appointments_page(&filter, page));
            let starts = found.iter().map(|entry| entry.appointment.interval.start());
            assert!(starts.eq(expected.iter().map(|slot| slot.interval.start())), "{day}, {rows} to a page");
        }
    }
}

pub fn doctors_are_free_on_days_of_their_locations(store: &Shared) {
    let token = token();
    let name = |name: &str| format!("{name} {token}");
    // 20:00 of the 10th in New York and 14:00 of the 11th in Auckland are the same hour of the 11th in UTC.
    let (ada, of_ada) = diary(store, "Pacific/Auckland", &name("Ada"), "2026-12-11T01:00:00Z", 1);
    let (bea, of_bea) = diary(store, "America/New_York", &name("Bea"), "2026-12-11T01:00:00Z", 1);
    for (day, expected) in
        [("2026-12-10", vec![(bea, of_bea[0])]), ("2026-12-11", vec![(ada, of_ada[0])]), ("2026-12-12", vec![])]
    {
        let within = any_time(days(day, day));
        let named = DoctorFilter { name: Some(token.clone()), ..DoctorFilter::default() };
        let free = DoctorFilter { free_within: Some(within.clone()), ..named.clone() };
        let by_name = all_pages(store, 1, |store, page| store.doctors(&free, page));
        let by_time = all_pages(store, 1, |store, page| store.doctors_by_earliest_free(&named, &within, page));
        for found in [by_name, by_time] {
            let found: Vec<DoctorId> = found.into_iter().map(|entry| entry.doctor.id).collect();
            assert_eq!(found, expected.iter().map(|(doctor, _)| *doctor).collect::<Vec<_>>(), "{day}");
        }
        let next = read(store, |store| store.next_free_slots(&[ada, bea], &within, NextFree::MAX));
        assert_eq!(next, expected.iter().map(|(_, slot)| *slot).collect::<Vec<_>>(), "{day}");
    }
}
