//! What happens to a visit, its slot and its history, told over a store in memory.
#![expect(clippy::unwrap_used, reason = "what was not given stops the test that needs it")]

use chrono::{DateTime, TimeDelta, Utc};
use kernel::{AppointmentId, DoctorId, Expected, PatientId, Revision, Role, SlotId, UnitOfWorkExt, Zone};
use scheduling_core::booking::{self, BookingRequest, Target};
use scheduling_core::cancelling::{self, CancelRequest};
use scheduling_core::visiting::{self, Step};
use scheduling_core::{
    Actor, Appointment, AppointmentStatus, BookingPolicy, CancelReason, ChangeKind, Error, Refusal, SlotStatus,
};
use testkit::{Clinic, sample};

/// One doctor, one patient, one slot, and what can be done with them.
struct Day {
    clinic: Clinic,
    doctor: DoctorId,
    patient: PatientId,
    slot: SlotId,
}

fn nine() -> DateTime<Utc> {
    "2027-01-05T09:00:00Z".parse().unwrap()
}

impl Day {
    fn new() -> Self {
        let clinic = Clinic::in_memory(Zone::UTC);
        let doctor = clinic.doctor("Ada");
        let patient = clinic.patient("Bea");
        let slot = clinic.slot(doctor, nine(), 30);
        Self { clinic, doctor, patient, slot }
    }

    fn book(&self, patient: PatientId, now: DateTime<Utc>) -> Result<Appointment, Error> {
        let request = BookingRequest {
            id: AppointmentId::new(sample::fresh()),
            patient,
            target: Target::Start { doctor: self.doctor, start: nine() },
            reason: None,
            notes: None,
            by: self.clinic.patient_actor(patient),
        };
        self.clinic.store().write(|store| booking::book(store, &request, &BookingPolicy::default(), now))
    }

    fn booked(&self) -> Appointment {
        self.book(self.patient, nine() - TimeDelta::days(1)).unwrap()
    }

    fn by(&self, role: Role) -> Actor {
        Actor { account: self.clinic.account(role, "Eve"), role }
    }

    fn step(&self, visit: &Appointment, step: Step, now: DateTime<Utc>) -> Result<Appointment, Error> {
        let by = self.clinic.doctor_actor(self.doctor);
        self.clinic.store().write(|store| visiting::advance(store, visit, step, by, Some("why".to_owned()), now))
    }

    fn reinstate(&self, visit: &Appointment) -> Result<Appointment, Error> {
        let (by, policy) = (self.by(Role::Admin), BookingPolicy::default());
        self.clinic.store().write(|store| visiting::reinstate(store, visit, by, None, &policy, nine()))
    }

    fn slot_status(&self) -> SlotStatus {
        self.clinic.read(|store| store.slot(self.slot)).unwrap().status
    }
}

#[test]
fn a_slot_is_busy_exactly_while_an_active_appointment_has_it() {
    let day = Day::new();
    assert_eq!(day.slot_status(), SlotStatus::Free);
    let booked = day.booked();
    assert_eq!(day.slot_status(), SlotStatus::Busy);
    let arrived = day.step(&booked, Step::Arrive, nine()).unwrap();
    let fulfilled = day.step(&arrived, Step::Complete, nine()).unwrap();
    assert_eq!((fulfilled.status, day.slot_status()), (AppointmentStatus::Fulfilled, SlotStatus::Busy));
    day.step(&fulfilled, Step::EnterInError, nine()).unwrap();
    assert_eq!(day.slot_status(), SlotStatus::Free);
}

#[test]
fn a_cancelled_visit_leaves_its_slot_to_the_next() {
    let day = Day::new();
    let booked = day.booked();
    let request = CancelRequest {
        by: day.clinic.patient_actor(day.patient),
        reason_code: Some(CancelReason::PatientFeelingBetter),
        reason: None,
    };
    let policy = BookingPolicy::default();
    let now = nine() - TimeDelta::hours(1);
    day.clinic.store().write(|store| cancelling::cancel(store, &booked, &request, &policy, now)).unwrap();
    let other = day.clinic.patient("Cyd");
    assert_eq!(day.book(other, now).unwrap().slot, day.slot);
}

#[test]
fn a_visit_that_took_another_turn_since_it_was_read_is_not_overwritten() {
    let day = Day::new();
    let booked = day.booked();
    day.step(&booked, Step::Arrive, nine()).unwrap();
    let stale = day.step(&booked, Step::NoShow, nine());
    assert!(matches!(stale, Err(Error::Store(kernel::StoreError::Contended { .. }))), "{stale:?}");
    assert_eq!(day.slot_status(), SlotStatus::Busy);
}

#[test]
fn a_visit_says_when_it_was_last_changed() {
    let day = Day::new();
    let booked = day.booked();
    assert_eq!(booked.updated_at, booked.created_at);
    let (store, by, policy) = (day.clinic.store(), day.by(Role::Admin), BookingPolicy::default());
    let at = |minutes| nine() + TimeDelta::minutes(minutes);
    let words = (None, Some("Fasting".to_owned()));
    let amended =
        store.write(|store| visiting::amend(store, &booked, &Expected::Any, words.clone(), by, at(-120))).unwrap();
    let request = CancelRequest { by, reason_code: None, reason: None };
    let cancelled = store.write(|store| cancelling::cancel(store, &amended, &request, &policy, at(-60))).unwrap();
    let again = day.reinstate(&cancelled).unwrap();
    let arrived = day.step(&again, Step::Arrive, at(5)).unwrap();
    let times = [&amended, &cancelled, &again, &arrived].map(|visit| visit.updated_at);
    assert_eq!(times, [at(-120), at(-60), at(0), at(5)]);
    // The clock of another server may be behind.
    let done = day.step(&arrived, Step::Complete, at(4)).unwrap();
    assert_eq!((done.updated_at, done.created_at), (at(5), booked.created_at));
    assert_eq!(day.clinic.read(|store| store.appointment(booked.id)), Some(done));
}

#[test]
fn every_change_has_one_entry_in_the_history() {
    let day = Day::new();
    let booked = day.booked();
    let missed = day.step(&booked, Step::NoShow, nine()).unwrap();
    let history = day.clinic.read(|store| store.changes_of(booked.id));
    let told: Vec<_> = history.iter().map(|change| (change.revision, change.kind, change.to.status)).collect();
    assert_eq!(
        told,
        [
            (Revision::FIRST, ChangeKind::Booked, AppointmentStatus::Booked),
            (missed.revision, ChangeKind::Status, AppointmentStatus::NoShow),
        ]
    );
    assert_eq!(history[1].from.map(|from| from.status), Some(AppointmentStatus::Booked));
    assert_eq!((history[1].reason.as_deref(), history[1].at), (Some("why"), nine()));
}

#[test]
fn a_no_show_can_be_undone_while_its_slot_is_still_free() {
    let day = Day::new();
    let missed = day.step(&day.booked(), Step::NoShow, nine()).unwrap();
    assert_eq!(day.slot_status(), SlotStatus::Free);
    let booked = day.reinstate(&missed).unwrap();
    assert_eq!((booked.status, day.slot_status()), (AppointmentStatus::Booked, SlotStatus::Busy));
}

#[test]
fn an_undo_checks_the_slot_and_the_patient_again() {
    let day = Day::new();
    let missed = day.step(&day.booked(), Step::NoShow, nine()).unwrap();
    let other = day.clinic.patient("Cyd");
    day.book(other, nine() - TimeDelta::hours(1)).unwrap();
    assert_eq!(day.reinstate(&missed), Err(Refusal::SlotNotFree { status: SlotStatus::Busy }.into()));

    let day = Day::new();
    let missed = day.step(&day.booked(), Step::NoShow, nine()).unwrap();
    let elsewhere = day.clinic.doctor("Dan");
    let slot = day.clinic.slot(elsewhere, nine() + TimeDelta::minutes(15), 30);
    let request = BookingRequest {
        id: AppointmentId::new(sample::fresh()),
        patient: day.patient,
        target: Target::Slot(slot),
        reason: None,
        notes: None,
        by: day.clinic.patient_actor(day.patient),
    };
    let policy = BookingPolicy::default();
    let visit = day.clinic.store().write(|store| booking::book(store, &request, &policy, nine())).unwrap();
    assert_eq!(day.reinstate(&missed), Err(Refusal::PatientBusy { interval: visit.interval }.into()));
}

#[test]
fn only_what_was_cancelled_or_missed_can_be_undone() {
    let day = Day::new();
    let booked = day.booked();
    let refusal = Refusal::IllegalMove { from: AppointmentStatus::Booked, to: AppointmentStatus::Booked };
    assert_eq!(day.reinstate(&booked), Err(refusal.into()));
}

#[test]
fn words_are_rewritten_only_by_those_who_have_seen_the_last() {
    let day = Day::new();
    let booked = day.booked();
    let by = day.clinic.patient_actor(day.patient);
    let amend = |visit: &Appointment, expected: &Expected| {
        let words = (Some("cough".to_owned()), None);
        day.clinic.store().write(|store| visiting::amend(store, visit, expected, words.clone(), by, nine()))
    };
    let amended = amend(&booked, &Expected::OneOf(vec![Revision::FIRST])).unwrap();
    assert_eq!((amended.reason.as_deref(), amended.status), (Some("cough"), booked.status));
    let stale = amend(&amended, &Expected::OneOf(vec![Revision::FIRST]));
    assert_eq!(stale, Err(Refusal::Stale { actual: amended.revision }.into()));
    assert!(amend(&amended, &Expected::Any).is_ok());
}

#[test]
fn caps_count_what_is_there() {
    let day = Day::new();
    day.booked();
    let later = day.clinic.slot(day.doctor, nine() + TimeDelta::hours(2), 30);
    let book = |patient: PatientId, policy: &BookingPolicy| {
        let request = BookingRequest {
            id: AppointmentId::new(sample::fresh()),
            patient,
            target: Target::Slot(later),
            reason: None,
            notes: None,
            by: day.clinic.patient_actor(patient),
        };
        day.clinic.store().write(|store| booking::book(store, &request, policy, nine() - TimeDelta::hours(1)))
    };
    let one_each = BookingPolicy { patient_upcoming_max: Some(1), ..BookingPolicy::default() };
    assert_eq!(book(day.patient, &one_each), Err(Refusal::PatientCapReached { most: 1 }.into()));
    let one_a_day = BookingPolicy { doctor_day_max: Some(1), ..BookingPolicy::default() };
    let other = day.clinic.patient("Cyd");
    assert_eq!(book(other, &one_a_day), Err(Refusal::DoctorDayCapReached { most: 1 }.into()));
    assert!(book(other, &BookingPolicy { doctor_day_max: Some(2), ..one_a_day }).is_ok());
}
