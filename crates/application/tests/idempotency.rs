//! The same request again gets the same answer and does nothing twice, whatever the store does.
#![expect(clippy::unwrap_used, reason = "what was not given stops the test that needs it")]

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

use application::appointments::Booking;
use application::idempotency::{Outcome, Retry};
use application::ports::{AnyStore, Labels};
use application::{App, Caller, Error, Party, Refusal, Settings};
use kernel::{Access, PatientId, SessionId, SlotId, StoreError, UnitOfWork, Verdict, Zone};
use scheduling_core::booking::Target;
use scheduling_core::{Appointment, SlotStatus};
use testkit::{Clinic, FixedClock, PlainPasswords, PlainTokens, SequentialIds, Shared, sample};

/// A store whose connection breaks while a commit is under way: before it, or after.
struct Flaky {
    store: Shared,
    breaks: AtomicU32,
    keeps: bool,
}

impl UnitOfWork<AnyStore> for Flaky {
    fn attempt(&self, access: Access, work: &mut dyn FnMut(&mut AnyStore) -> Verdict) -> Result<(), StoreError> {
        let breaks = access == Access::Write
            && self.breaks.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1)).is_ok();
        if !breaks {
            return self.store.attempt(access, work);
        }
        self.store.attempt(access, &mut |store| if self.keeps { work(store) } else { Verdict::RollBack })?;
        Err(StoreError::OutcomeUnknown { reason: "connection lost".to_owned() })
    }
}

/// A store that keeps the first commit, does not come to say so, and cannot be reached from then on.
struct Lost {
    store: Shared,
    is_lost: AtomicBool,
}

impl UnitOfWork<AnyStore> for Lost {
    fn attempt(&self, access: Access, work: &mut dyn FnMut(&mut AnyStore) -> Verdict) -> Result<(), StoreError> {
        if self.is_lost.load(Ordering::SeqCst) {
            return Err(StoreError::Unavailable { reason: "there is nobody".to_owned() });
        }
        self.store.attempt(access, work)?;
        if access == Access::Read {
            return Ok(());
        }
        self.is_lost.store(true, Ordering::SeqCst);
        Err(StoreError::OutcomeUnknown { reason: "connection lost".to_owned() })
    }
}

struct Desk {
    clinic: Clinic,
    patient: PatientId,
    slot: SlotId,
}

impl Desk {
    fn new() -> Self {
        let clinic = Clinic::in_memory(Zone::UTC);
        let doctor = clinic.doctor("Ada");
        let patient = clinic.patient("Bea");
        let slot = clinic.slot(doctor, sample::now() + chrono::TimeDelta::days(1), 30);
        Self { clinic, patient, slot }
    }

    fn steady(&self) -> App {
        app_on(self.clinic.store().clone())
    }

    fn flaky(&self, breaks: u32, keeps: bool) -> App {
        app_on(Arc::new(Flaky { store: self.clinic.store().clone(), breaks: breaks.into(), keeps }))
    }

    fn caller(&self, patient: PatientId) -> Caller {
        let account = self.clinic.patient_actor(patient).account;
        Caller { account, session: SessionId::new(sample::fresh()), party: Party::Patient(patient), address: None }
    }

    fn book(&self, app: &App, key: Option<&str>, asked: u8) -> Result<Outcome, Error> {
        let booking = Booking { target: Target::Slot(self.slot), patient: None, reason: None, notes: None };
        let retry = key.map(|key| Retry { key, fingerprint: [asked; 32], status: 201, body: told });
        app.book(&self.caller(self.patient), &booking, retry)
    }
}

fn app_on(store: Shared) -> App {
    App::new(
        store,
        Arc::new(FixedClock::default()),
        Arc::new(SequentialIds::default()),
        Arc::new(PlainPasswords),
        Arc::new(PlainTokens::default()),
        Settings::default(),
    )
}

fn told(appointment: &Appointment, labels: &Labels) -> String {
    format!("booked {} with {}", appointment.id, labels.doctor_name)
}

/// Asserts that the booking was done, or had been, and says what was told of it.
#[track_caller]
fn told_of(outcome: Result<Outcome, Error>) -> String {
    match outcome.unwrap() {
        Outcome::Done(appointment, labels) => told(&appointment, &labels),
        Outcome::Replayed { status, body, .. } => {
            assert_eq!(status, 201);
            body
        }
    }
}

#[test]
fn the_same_request_again_is_told_the_same() {
    let desk = Desk::new();
    let app = desk.steady();
    let first = desk.book(&app, Some("key"), 1);
    assert!(matches!(first, Ok(Outcome::Done(..))));
    let second = desk.book(&app, Some("key"), 1);
    assert!(matches!(second, Ok(Outcome::Replayed { .. })));
    assert_eq!(told_of(first), told_of(second));
}

#[test]
fn without_a_key_the_same_request_is_another_one() {
    let desk = Desk::new();
    let app = desk.steady();
    desk.book(&app, None, 1).unwrap();
    let refusal = scheduling_core::Refusal::SlotNotFree { status: SlotStatus::Busy };
    assert_eq!(desk.book(&app, None, 1), Err(refusal.into()));
}

#[test]
fn a_key_does_not_serve_two_requests() {
    let desk = Desk::new();
    let app = desk.steady();
    desk.book(&app, Some("key"), 1).unwrap();
    assert_eq!(desk.book(&app, Some("key"), 2), Err(Refusal::IdempotencyKeyReused.into()));
}

#[test]
fn a_key_is_its_owners() {
    let desk = Desk::new();
    let app = desk.steady();
    desk.book(&app, Some("key"), 1).unwrap();
    let other = Desk { patient: desk.clinic.patient("Cyd"), clinic: desk.clinic.clone(), slot: desk.slot };
    let refusal = scheduling_core::Refusal::SlotNotFree { status: SlotStatus::Busy };
    assert_eq!(other.book(&app, Some("key"), 1), Err(refusal.into()));
}

#[test]
fn a_refusal_is_decided_anew() {
    let desk = Desk::new();
    let app = desk.steady();
    let taken = desk.clinic.patient("Cyd");
    let booking = Booking { target: Target::Slot(desk.slot), patient: None, reason: None, notes: None };
    let Outcome::Done(visit, _) = app.book(&desk.caller(taken), &booking, None).unwrap() else { unreachable!() };
    assert!(desk.book(&app, Some("key"), 1).is_err());
    app.cancel(&desk.caller(taken), visit.id, None, None, None).unwrap();
    assert!(matches!(desk.book(&app, Some("key"), 1), Ok(Outcome::Done(..))));
}

#[test]
fn a_commit_that_was_kept_though_its_answer_was_lost_is_found_again() {
    let desk = Desk::new();
    let first = desk.book(&desk.flaky(1, true), Some("key"), 1);
    assert!(matches!(first, Ok(Outcome::Replayed { .. })), "{first:?}");
    assert_eq!(told_of(first), told_of(desk.book(&desk.steady(), Some("key"), 1)));
}

#[test]
fn a_commit_that_was_not_kept_is_made_again() {
    let desk = Desk::new();
    let first = desk.book(&desk.flaky(1, false), Some("key"), 1);
    assert!(matches!(first, Ok(Outcome::Done(..))), "{first:?}");
}

#[test]
fn without_a_key_an_unknown_outcome_is_said_to_be_unknown() {
    let desk = Desk::new();
    let first = desk.book(&desk.flaky(1, true), None, 1);
    assert!(matches!(first, Err(Error::Store(StoreError::OutcomeUnknown { .. }))), "{first:?}");
}

#[test]
fn a_store_that_never_knows_is_given_up() {
    let desk = Desk::new();
    let first = desk.book(&desk.flaky(u32::MAX, false), Some("key"), 1);
    assert!(matches!(first, Err(Error::Store(StoreError::OutcomeUnknown { .. }))), "{first:?}");
}

#[test]
fn what_is_unknown_stays_so_when_the_store_cannot_be_asked() {
    let desk = Desk::new();
    let lost = Lost { store: desk.clinic.store().clone(), is_lost: false.into() };
    let first = desk.book(&app_on(Arc::new(lost)), Some("key"), 1);
    assert!(matches!(first, Err(Error::Store(StoreError::OutcomeUnknown { .. }))), "{first:?}");
    assert!(matches!(desk.book(&desk.steady(), Some("key"), 1), Ok(Outcome::Replayed { .. })));
}
