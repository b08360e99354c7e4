//! Schedules and slots.

use std::collections::BTreeSet;

use chrono::{DateTime, TimeDelta, Utc};
use clinic_core::Doctor;
use identity_core::{Account, AccountStatus};
use kernel::{AppointmentId, DoctorId, Position, Revision, SlotId, Word, Zone};
use scheduling_core::{Appointment, AppointmentStatus, Interval, Offer, Slot, SlotStatus};

use super::appointments::first_change;
use super::support::{assert_lost, try_write};
use crate::clinic::{read, write};
use crate::{Clinic, Shared, sample};

fn nine() -> DateTime<Utc> {
    sample::instant("2026-11-23T09:00:00Z")
}

fn minutes(start: i64, end: i64) -> Interval {
    Interval::new(nine() + TimeDelta::minutes(start), nine() + TimeDelta::minutes(end)).unwrap()
}

fn stored(store: &Shared, id: SlotId) -> Option<Slot> {
    read(store, |store| store.slot(id))
}

pub fn a_schedule_is_open_on_the_terms_of_its_doctor_and_location(store: &Shared) {
    let clinic = Clinic::open(store, crate::zone("Australia/Lord_Howe"));
    let doctor = clinic.doctor("Ada");
    let schedule = clinic.schedule(doctor);
    assert_eq!(
        (schedule.doctor, schedule.location, schedule.zone),
        (doctor, clinic.location().id, clinic.location().zone)
    );
    assert!(schedule.accepting_bookings);
    write(store, |store| {
        let doctor = store.doctor(doctor)?.unwrap().doctor;
        store.change_doctor(&Doctor { accepting_bookings: false, revision: doctor.revision.next(), ..doctor })
    });
    assert!(!clinic.schedule(doctor).accepting_bookings);
    assert_eq!(read(store, |store| store.schedule_of(DoctorId::new(sample::fresh()))), None);
}

pub fn every_field_of_a_slot_comes_back(store: &Shared) {
    let clinic = Clinic::open(store, Zone::UTC);
    let schedule = clinic.schedule(clinic.doctor("Ada"));
    let far = Interval::new(sample::instant("2126-02-28T23:59:00Z"), sample::instant("2126-03-01T07:59:00Z")).unwrap();
    let near = sample::slot(&schedule, nine(), 5);
    let far = Slot { interval: far, revision: Revision::new(u32::MAX).unwrap(), ..sample::slot(&schedule, nine(), 5) };
    write(store, |store| store.add_slots(&[near, far]));
    assert_eq!((stored(store, near.id), stored(store, far.id)), (Some(near), Some(far)));
    assert_eq!(stored(store, SlotId::new(sample::fresh())), None);

    let mut both = read(store, |store| store.slots(&[far.id, SlotId::new(sample::fresh()), near.id]));
    both.sort_by_key(|slot| slot.id);
    assert_eq!(both, [near, far]);
    assert_eq!(read(store, |store| store.slots(&[])), []);
}

pub fn a_slot_keeps_the_offset_it_was_published_with(store: &Shared) {
    let clinic = Clinic::open(store, crate::zone("America/St_Johns"));
    let schedule = clinic.schedule(clinic.doctor("Ada"));
    let known = sample::slot(&schedule, nine(), 5);
    let unknown = Slot { utc_offset: None, ..sample::slot(&schedule, nine() + TimeDelta::minutes(5), 5) };
    write(store, |store| store.add_slots(&[known, unknown]));
    assert_eq!(known.utc_offset.map(|offset| offset.local_minus_utc()), Some(-12_600));
    assert_eq!((stored(store, known.id), stored(store, unknown.id)), (Some(known), Some(unknown)));
    let moved = Slot { utc_offset: chrono::FixedOffset::west_opt(9_000), ..unknown.with_status(SlotStatus::Free) };
    write(store, |store| store.change_slot(&moved));
    assert_eq!(stored(store, unknown.id), Some(moved));
}

pub fn slots_entered_in_error_are_never_returned(store: &Shared) {
    let clinic = Clinic::open(store, Zone::UTC);
    let doctor = clinic.doctor("Ada");
    let [slot] = clinic.slots(doctor, nine(), 30, 1).try_into().unwrap();
    let mut last = slot;
    for status in SlotStatus::ALL {
        last = Slot { interval: minutes(0, 45), ..last.with_status(*status) };
        write(store, |store| store.change_slot(&last));
        let expected = (*status != SlotStatus::EnteredInError).then_some(last);
        assert_eq!(stored(store, slot.id), expected);
        assert_eq!(read(store, |store| store.slots(&[slot.id])), expected.as_slice());
        assert_eq!(read(store, |store| store.slots_within(doctor, minutes(0, 30))), expected.as_slice());
        assert_eq!(read(store, |store| store.offer(slot.id)).map(|offer| offer.slot), expected);
        assert_eq!(read(store, |store| store.offer_starting(doctor, nine())).map(|offer| offer.slot), expected);
    }
}

pub fn an_offer_comes_with_its_schedule(store: &Shared) {
    let clinic = Clinic::open(store, crate::zone("Africa/Lagos"));
    let [before, ada, after] = ["Bea", "Ada", "Cleo"].map(|name| clinic.doctor(name));
    clinic.slot(before, nine(), 30);
    let [first, second] = clinic.slots(ada, nine(), 30, 2).try_into().unwrap();
    clinic.slot(after, nine(), 30);
    let schedule = clinic.schedule(ada);
    assert_eq!(read(store, |store| store.offer(second.id)), Some(Offer { slot: second, schedule }));
    let starting = |start| read(store, |store| store.offer_starting(ada, start));
    assert_eq!(starting(nine()), Some(Offer { slot: first, schedule }));
    assert_eq!(starting(nine() + TimeDelta::microseconds(1)), None);
    assert_eq!(read(store, |store| store.offer(SlotId::new(sample::fresh()))), None);
}

pub fn a_doctor_whose_account_is_not_active_offers_nothing(store: &Shared) {
    let clinic = Clinic::open(store, Zone::UTC);
    let doctor = clinic.doctor("Ada");
    let slot = clinic.slot(doctor, nine(), 30);
    for status in AccountStatus::ALL {
        write(store, |store| {
            let account = store.doctor(doctor)?.unwrap().doctor.account;
            let account = store.account(account)?.unwrap();
            store.change_account(&Account { status: *status, revision: account.revision.next(), ..account })
        });
        let accepting = |offer: Option<Offer>| offer.map(|offer| offer.schedule.accepting_bookings);
        let expected = Some(*status == AccountStatus::Active);
        assert_eq!(accepting(read(store, |store| store.offer(slot))), expected, "{status}");
        assert_eq!(accepting(read(store, |store| store.offer_starting(doctor, nine()))), expected, "{status}");
    }
}

pub fn touching_is_not_overlapping(store: &Shared) {
    let clinic = Clinic::open(store, Zone::UTC);
    let (ada, bea) = (clinic.doctor("Ada"), clinic.doctor("Bea"));
    let [first, second] = clinic.slots(ada, nine(), 30, 2).try_into().unwrap();
    clinic.slot(bea, nine(), 60);
    let check = |span: Interval, expected: &[Slot]| {
        assert_eq!(read(store, |store| store.slots_within(ada, span)), expected, "{span:?}");
    };
    check(minutes(-30, 0), &[]);
    check(minutes(-30, 1), &[first]);
    check(minutes(0, 30), &[first]);
    check(minutes(29, 31), &[first, second]);
    check(minutes(30, 31), &[second]);
    check(minutes(10, 20), &[first]);
    check(minutes(-600, 600), &[first, second]);
    check(minutes(60, 90), &[]);
}

pub fn a_stale_slot_is_not_written(store: &Shared) {
    let clinic = Clinic::open(store, Zone::UTC);
    let [first] = clinic.slots(clinic.doctor("Ada"), nine(), 30, 1).try_into().unwrap();
    let second = first.with_status(SlotStatus::BusyUnavailable);
    write(store, |store| store.change_slot(&second));
    assert_lost(store, |store| store.change_slot(&first.with_status(SlotStatus::Busy)));
    assert_lost(store, |store| store.change_slot(&second.with_status(SlotStatus::Busy).with_status(SlotStatus::Free)));
    assert_lost(store, |store| store.change_slot(&Slot { id: SlotId::new(sample::fresh()), ..second }));
    assert_eq!(stored(store, first.id), Some(second));
}

pub fn a_slot_is_removed_at_its_revision_only(store: &Shared) {
    let clinic = Clinic::open(store, Zone::UTC);
    let [first, other] = clinic.slots(clinic.doctor("Ada"), nine(), 30, 2).try_into().unwrap();
    let second = first.with_status(SlotStatus::BusyUnavailable);
    write(store, |store| store.change_slot(&second));
    assert_lost(store, |store| store.remove_slot(first.id, first.revision));
    assert_eq!(stored(store, first.id), Some(second));
    write(store, |store| store.remove_slot(first.id, second.revision));
    assert_lost(store, |store| store.remove_slot(first.id, second.revision));
    assert_eq!((stored(store, first.id), stored(store, other.id)), (None, Some(other)));
}

pub fn slots_are_added_all_or_none(store: &Shared) {
    let clinic = Clinic::open(store, Zone::UTC);
    let doctor = clinic.doctor("Ada");
    let [old] = clinic.slots(doctor, nine(), 30, 1).try_into().unwrap();
    let new = sample::slot(&clinic.schedule(doctor), nine() + TimeDelta::hours(1), 30);
    try_write(store, |store| store.add_slots(&[new, Slot { interval: minutes(120, 150), ..old }])).unwrap_err();
    assert_eq!(read(store, |store| store.slots_within(doctor, minutes(-600, 600))), [old]);
    write(store, |store| store.add_slots(&[]));
}

pub fn thousands_of_slots_are_added_at_once(store: &Shared) {
    let clinic = Clinic::open(store, Zone::UTC);
    let doctor = clinic.doctor("Ada");
    let slots = clinic.slots(doctor, nine(), 5, 5_000);
    let span = Interval::new(nine(), slots.last().unwrap().interval.end()).unwrap();
    assert_eq!(read(store, |store| store.slots_within(doctor, span)), slots);
    let ids: Vec<SlotId> = slots.iter().map(|slot| slot.id).collect();
    let found: BTreeSet<SlotId> = read(store, |store| store.slots(&ids)).into_iter().map(|slot| slot.id).collect();
    assert_eq!(found, ids.into_iter().collect());
}

pub fn expired_slots_are_removed_unless_they_ever_had_an_appointment(store: &Shared) {
    let clinic = Clinic::open(store, Zone::UTC);
    let (doctor, patient) = (clinic.doctor("Ada"), clinic.patient("Bea"));
    let by = clinic.patient_actor(patient);
    let start = sample::instant("1999-01-01T09:00:00Z");
    let slots = clinic.slots(doctor, start, 30, 9);
    let [moved_from, moved_to, cancelled, blocked, in_error, free @ ..] = slots.as_slice() else { unreachable!() };
    let cutoff = slots.last().unwrap().interval.end();
    write(store, |store| {
        let booked = sample::appointment(moved_from, patient);
        let moved = Appointment {
            slot: moved_to.id,
            interval: moved_to.interval,
            revision: booked.revision.next(),
            ..booked.clone()
        };
        let called_off = Appointment {
            id: AppointmentId::new(sample::fresh()),
            status: AppointmentStatus::Cancelled,
            ..sample::appointment(cancelled, patient)
        };
        store.add_appointment(&booked)?;
        store.add_change(&first_change(&booked, by))?;
        store.change_appointment(&moved)?;
        store.add_change(&scheduling_core::Change { from: Some(booked.standing()), ..first_change(&moved, by) })?;
        store.add_appointment(&called_off)?;
        store.add_change(&first_change(&called_off, by))?;
        store.change_slot(&blocked.with_status(SlotStatus::BusyUnavailable))?;
        store.change_slot(&in_error.with_status(SlotStatus::EnteredInError))
    });

    let position = |slot: &Slot| Position { key: slot.interval.start(), id: slot.id.uuid() };
    let after = |last: Option<&Slot>| read(store, |store| store.expired_slots(cutoff, last.map(position).as_ref(), 2));
    let mut expired = [&free[..3], &clinic.slots(clinic.doctor("Cy"), free[0].interval.start(), 30, 2)].concat();
    expired.sort_by_key(position);
    let first = after(None);
    let second = after(first.last());
    let third = after(second.last());
    assert_eq!([&*first, &*second, &*third].concat(), expired);
    assert_eq!(after(third.last()), []);
    // Somebody was there in between.
    let other = second[0].with_status(SlotStatus::BusyUnavailable);
    write(store, |store| store.change_slot(&other));
    assert_eq!(write(store, |store| store.remove_unchanged_slots(&expired)), 4);
    assert_eq!(write(store, |store| store.remove_unchanged_slots(&expired)), 0);
    assert_eq!(stored(store, other.id), Some(other));
    write(store, |store| store.remove_slot(other.id, other.revision));
    let left: Vec<SlotId> = slots.iter().map(|slot| slot.id).filter(|id| stored(store, *id).is_some()).collect();
    assert_eq!(left, [moved_from.id, moved_to.id, cancelled.id, blocked.id, free.last().unwrap().id]);
    write(store, |store| store.remove_slot(free.last().unwrap().id, Revision::FIRST));
}
