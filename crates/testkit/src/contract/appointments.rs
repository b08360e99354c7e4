//! Appointments and their history.

use chrono::{DateTime, TimeDelta, Utc};
use identity_core::{Account, AccountStatus};
use kernel::{AppointmentId, PatientId, Revision, Role, Word, Zone};
use scheduling_core::ports::Engagements;
use scheduling_core::{
    Actor, Appointment, AppointmentStatus, CancelReason, Change, ChangeKind, Interval, Slot, SlotStatus,
};

use super::support::{all_pages, assert_lost, long_text};
use crate::clinic::{read, write};
use crate::{Clinic, Shared, sample};

fn nine() -> DateTime<Utc> {
    sample::instant("2026-11-23T09:00:00Z")
}

fn minutes(start: i64, end: i64) -> Interval {
    Interval::new(nine() + TimeDelta::minutes(start), nine() + TimeDelta::minutes(end)).unwrap()
}

/// A clinic with this many slots of half an hour from nine, back to back, and a patient.
fn clinic(store: &Shared, slots: u32) -> (Clinic, Vec<Slot>, PatientId) {
    let clinic = Clinic::open(store, Zone::UTC);
    let slots = clinic.slots(clinic.doctor("Ada"), nine(), 30, slots);
    let patient = clinic.patient("Bea");
    (clinic, slots, patient)
}

fn with_status(status: AppointmentStatus, appointment: &Appointment) -> Appointment {
    Appointment { status, revision: appointment.revision.next(), ..appointment.clone() }
}

/// The entry that says that this appointment was made.
pub(super) fn first_change(appointment: &Appointment, by: Actor) -> Change {
    Change {
        appointment: appointment.id,
        revision: appointment.revision,
        at: appointment.created_at,
        by,
        kind: ChangeKind::Booked,
        from: None,
        to: appointment.standing(),
        reason_code: None,
        reason: None,
    }
}

pub fn every_field_of_an_appointment_comes_back(store: &Shared) {
    let (_, slots, patient) = clinic(store, 11);
    for (status, slot) in AppointmentStatus::ALL.iter().zip(&slots) {
        let full = Appointment {
            status: *status,
            reason: Some(long_text()),
            notes: Some(long_text()),
            booked_by: Role::Doctor,
            received_by: Some(Role::Receptionist),
            revision: Revision::new(u32::MAX).unwrap(),
            created_at: sample::instant("2126-11-20T08:00:00.000001Z"),
            updated_at: sample::instant("2126-11-20T08:00:00.000002Z"),
            ..sample::appointment(slot, patient)
        };
        let bare = Appointment {
            status: AppointmentStatus::Cancelled,
            reason: None,
            notes: None,
            booked_by: Role::Admin,
            received_by: None,
            ..sample::appointment(slot, patient)
        };
        for appointment in [full, bare] {
            write(store, |store| store.add_appointment(&appointment));
            assert_eq!(read(store, |store| store.appointment(appointment.id)), Some(appointment));
        }
    }
    assert_eq!(read(store, |store| store.appointment(AppointmentId::new(sample::fresh()))), None);
}

pub fn a_stale_appointment_is_not_written(store: &Shared) {
    let (clinic, slots, patient) = clinic(store, 1);
    let first = sample::appointment(&slots[0], patient);
    let elsewhere = clinic.slots(clinic.doctor("Cleo"), nine() + TimeDelta::days(1), 45, 1)[0];
    let second = Appointment {
        doctor: elsewhere.doctor,
        slot: elsewhere.id,
        interval: elsewhere.interval,
        notes: Some("🩺".to_owned()),
        reason: None,
        received_by: Some(Role::Doctor),
        ..with_status(AppointmentStatus::Pending, &first)
    };
    write(store, |store| store.add_appointment(&first));
    write(store, |store| store.change_appointment(&second));
    assert_lost(store, |store| store.change_appointment(&with_status(AppointmentStatus::Cancelled, &first)));
    let unknown =
        Appointment { id: AppointmentId::new(sample::fresh()), ..with_status(AppointmentStatus::Cancelled, &first) };
    assert_lost(store, |store| store.change_appointment(&unknown));
    assert_eq!(read(store, |store| store.appointment(first.id)), Some(second));
}

pub fn a_slot_has_one_active_appointment(store: &Shared) {
    let (clinic, slots, patient) = clinic(store, 2);
    let other = clinic.patient("Cleo");
    let first = sample::appointment(&slots[0], patient);
    write(store, |store| store.add_appointment(&first));
    for status in AppointmentStatus::ALL.iter().copied().filter(|status| status.is_active()) {
        assert_lost(store, |store| {
            store.add_appointment(&Appointment { status, ..sample::appointment(&slots[0], other) })
        });
    }
    let cancelled = Appointment { status: AppointmentStatus::Cancelled, ..sample::appointment(&slots[0], other) };
    let beside = sample::appointment(&slots[1], other);
    write(store, |store| store.add_appointment(&cancelled).and_then(|()| store.add_appointment(&beside)));
    assert_lost(store, |store| store.change_appointment(&with_status(AppointmentStatus::Booked, &cancelled)));
    let moved = Appointment { slot: slots[0].id, ..with_status(AppointmentStatus::Booked, &beside) };
    assert_lost(store, |store| store.change_appointment(&moved));

    write(store, |store| store.change_appointment(&with_status(AppointmentStatus::NoShow, &first)));
    write(store, |store| store.change_appointment(&moved));
    let arrived = with_status(AppointmentStatus::Arrived, &moved);
    write(store, |store| store.change_appointment(&arrived));
    assert_eq!(read(store, |store| store.appointment(beside.id)), Some(arrived));
}

pub fn the_active_appointments_in_slots_are_found(store: &Shared) {
    let (_, slots, patient) = clinic(store, 3);
    let booked = sample::appointment(&slots[0], patient);
    let cancelled = Appointment { status: AppointmentStatus::Cancelled, ..sample::appointment(&slots[0], patient) };
    let elsewhere = sample::appointment(&slots[1], patient);
    for appointment in [&booked, &cancelled, &elsewhere] {
        write(store, |store| store.add_appointment(appointment));
    }
    let active_in = |slots: &[Slot]| {
        let ids: Vec<_> = slots.iter().map(|slot| slot.id).collect();
        let mut found = read(store, |store| store.active_in(&ids));
        found.sort_by_key(|appointment| appointment.interval);
        found
    };
    assert_eq!(active_in(&slots), [booked.clone(), elsewhere]);
    assert_eq!(active_in(&slots[..1]), [booked]);
    assert_eq!(active_in(&slots[2..]), []);
    assert_eq!(active_in(&[]), []);
}

pub fn a_patients_appointments_overlap_only_if_they_share_an_instant(store: &Shared) {
    let (clinic, slots, patient) = clinic(store, 3);
    let other = clinic.patient("Cleo");
    let booked = sample::appointment(&slots[0], patient);
    let cancelled = Appointment { status: AppointmentStatus::Cancelled, ..sample::appointment(&slots[1], patient) };
    let anothers = sample::appointment(&slots[1], other);
    for appointment in [&booked, &cancelled, &anothers] {
        write(store, |store| store.add_appointment(appointment));
    }
    let check = |span, expected: &[&Appointment]| {
        let found = read(store, |store| store.engagements_of(patient, span)).appointments;
        assert_eq!(found.iter().collect::<Vec<_>>(), expected, "{span:?}");
    };
    check(minutes(-30, 0), &[]);
    check(minutes(30, 90), &[]);
    check(minutes(-30, 1), &[&booked]);
    check(minutes(29, 90), &[&booked]);
    check(minutes(10, 20), &[&booked]);
    check(minutes(-600, 600), &[&booked]);
}

pub fn a_patients_engagements_tell_whether_their_account_is_closed(store: &Shared) {
    let (clinic, slots, patient) = clinic(store, 1);
    let visit = sample::appointment(&slots[0], patient);
    let engagements = |span| read(store, |store| store.engagements_of(patient, span));
    let is =
        |appointments: &[Appointment], is_inactive| Engagements { appointments: appointments.to_vec(), is_inactive };
    assert_eq!(engagements(minutes(0, 30)), is(&[], false));
    write(store, |store| store.add_appointment(&visit));
    assert_eq!(engagements(minutes(0, 30)), is(std::slice::from_ref(&visit), false));
    let account = clinic.patient_actor(patient).account;
    for (status, is_closed) in
        [(AccountStatus::Inactive, true), (AccountStatus::Waiting, false), (AccountStatus::Active, false)]
    {
        write(store, |store| {
            let account = store.account(account)?.expect("it was made");
            store.change_account(&Account { status, revision: account.revision.next(), ..account })
        });
        assert_eq!(engagements(minutes(0, 30)), is(std::slice::from_ref(&visit), is_closed), "{status}");
        assert_eq!(engagements(minutes(30, 60)), is(&[], is_closed), "{status}");
    }
}

pub fn coming_appointments_are_counted_until_they_end(store: &Shared) {
    let (_, slots, patient) = clinic(store, 3);
    let statuses = [AppointmentStatus::Booked, AppointmentStatus::Arrived, AppointmentStatus::Cancelled];
    for (slot, status) in slots.iter().zip(statuses) {
        let appointment = Appointment { status, ..sample::appointment(slot, patient) };
        write(store, |store| store.add_appointment(&appointment));
    }
    let count = |minute| {
        let now = nine() + TimeDelta::minutes(minute);
        read(store, |store| store.count_upcoming_of_patient(patient, now))
    };
    assert_eq!([-60, 0, 29, 30, 59, 60].map(count), [2, 2, 2, 1, 1, 0]);
}

pub fn a_doctors_day_counts_what_starts_in_it(store: &Shared) {
    let (clinic, slots, patient) = clinic(store, 3);
    let statuses = [AppointmentStatus::Booked, AppointmentStatus::Fulfilled, AppointmentStatus::NoShow];
    for (slot, status) in slots.iter().zip(statuses) {
        let appointment = Appointment { status, ..sample::appointment(slot, patient) };
        write(store, |store| store.add_appointment(&appointment));
    }
    let other = clinic.slots(clinic.doctor("Cleo"), nine(), 30, 1)[0];
    write(store, |store| store.add_appointment(&sample::appointment(&other, patient)));
    let count =
        |start, end| read(store, |store| store.count_active_of_doctor_within(slots[0].doctor, minutes(start, end)));
    assert_eq!([count(0, 90), count(0, 30), count(0, 31), count(1, 90), count(-90, 0)], [2, 1, 2, 1, 0]);
}

pub fn every_field_of_a_change_comes_back_in_order(store: &Shared) {
    let (clinic, slots, patient) = clinic(store, 2);
    let by = clinic.patient_actor(patient);
    let appointment = sample::appointment(&slots[0], patient);
    write(store, |store| store.add_appointment(&appointment));
    let first = first_change(&appointment, by);
    let moved = Appointment { slot: slots[1].id, interval: slots[1].interval, ..appointment.clone() };
    let mut changes = vec![first.clone()];
    let reasons = CancelReason::ALL.iter().map(Some).chain([None]);
    for ((reason_code, kind), role) in reasons.zip(ChangeKind::ALL.iter().cycle()).zip(Role::ALL.iter().cycle()) {
        let last = changes.last().unwrap();
        changes.push(Change {
            revision: last.revision.next(),
            at: sample::instant("2126-11-20T08:00:00.999999Z"),
            by: Actor { role: *role, ..by },
            kind: *kind,
            from: Some(last.to),
            to: moved.standing(),
            reason_code: reason_code.copied(),
            reason: Some(long_text()),
            ..first.clone()
        });
    }
    for change in changes.iter().rev() {
        write(store, |store| store.add_change(change));
    }
    assert_eq!(read(store, |store| store.changes_of(appointment.id)), changes);
    assert_eq!(read(store, |store| store.changes_of(AppointmentId::new(sample::fresh()))), []);
    assert_eq!(all_pages(store, 2, |store, request| store.changes_page(appointment.id, request)), changes);
}

pub fn a_revision_has_one_entry_in_the_history(store: &Shared) {
    let (clinic, slots, patient) = clinic(store, 1);
    let appointment = sample::appointment(&slots[0], patient);
    let first = first_change(&appointment, clinic.patient_actor(patient));
    write(store, |store| {
        store.change_slot(&slots[0].with_status(SlotStatus::Busy))?;
        store.add_appointment(&appointment)?;
        store.add_change(&first)
    });
    let second = Change { reason: Some("again".to_owned()), ..first.clone() };
    super::support::try_write(store, |store| store.add_change(&second)).unwrap_err();
    assert_eq!(read(store, |store| store.changes_of(appointment.id)), [first]);
}

pub fn visits_whose_time_has_come_are_found_by_their_status(store: &Shared) {
    let clinic = Clinic::open(store, Zone::UTC);
    // Long before anything else that shares the store.
    let start = sample::instant("1999-01-05T09:00:00Z");
    let slots = clinic.slots(clinic.doctor("Ada"), start, 30, 5);
    let visits: Vec<Appointment> = slots.iter().map(|slot| sample::appointment(slot, clinic.patient("Bea"))).collect();
    let [booked, arrived, pending] =
        [AppointmentStatus::Booked, AppointmentStatus::Arrived, AppointmentStatus::Pending];
    for (visit, status) in visits.iter().zip([booked, arrived, booked, booked, pending]) {
        write(store, |store| store.add_appointment(&Appointment { status, ..visit.clone() }));
    }
    let in_status = |status, cutoff, most| -> Vec<AppointmentId> {
        read(store, |store| store.begun(status, cutoff, most)).iter().map(|visit| visit.id).collect()
    };
    let found = |cutoff, most| in_status(booked, cutoff, most);
    let third = visits[2].interval.start();
    assert_eq!(found(third, 10), [visits[0].id, visits[2].id]);
    assert_eq!(found(third - chrono::TimeDelta::microseconds(1), 10), [visits[0].id]);
    assert_eq!(found(third, 1), [visits[0].id]);
    assert_eq!(in_status(pending, third, 10), []);
    assert_eq!(in_status(pending, visits[4].interval.start(), 10), [visits[4].id]);
}
