//! What a write makes old of all that is remembered, and what it leaves, told over a store in memory.
#![expect(clippy::unwrap_used, reason = "what was not given stops the test that needs it")]

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use application::appointments::Booking;
use application::audit::Search;
use application::delivering::Stationery;
use application::editions::{Edition, Topic};
use application::idempotency::{Outcome, Retry};
use application::login::LoginAttempt;
use application::ports::AnyStore;
use application::{App, Caller, Error, Party, Refusal, Settings};
use chrono::TimeDelta;
use identity_core::Claims;
use kernel::{Access, DoctorId, PatientId, Role, SessionId, SlotId, StoreError, UnitOfWork, Verdict, Zone};
use messaging_core::Letter;
use messaging_core::ports::{DeliveryFailure, Post};
use scheduling_core::booking::Target;
use testkit::{Clinic, FixedClock, PlainPasswords, PlainTokens, SequentialIds, Shared, sample};

/// A store that keeps what it was given, and may not know that it has.
struct Forgetful {
    store: Shared,
    forgets: AtomicBool,
}

impl UnitOfWork<AnyStore> for Forgetful {
    fn attempt(&self, access: Access, work: &mut dyn FnMut(&mut AnyStore) -> Verdict) -> Result<(), StoreError> {
        self.store.attempt(access, work)?;
        if access == Access::Write && self.forgets.load(Ordering::SeqCst) {
            return Err(StoreError::OutcomeUnknown { reason: "connection lost".to_owned() });
        }
        Ok(())
    }
}

struct Desk {
    clinic: Clinic,
    clock: FixedClock,
    app: App,
    store: Arc<Forgetful>,
    doctor: DoctorId,
    other: DoctorId,
    patient: PatientId,
    slot: SlotId,
}

impl Desk {
    fn new() -> Self {
        let clinic = Clinic::in_memory(Zone::UTC);
        let (doctor, other) = (clinic.doctor("Ada"), clinic.doctor("Grace"));
        let patient = clinic.patient("Bea");
        let slot = clinic.slot(doctor, sample::now() + TimeDelta::days(1), 30);
        let clock = FixedClock::default();
        let store = Arc::new(Forgetful { store: clinic.store().clone(), forgets: false.into() });
        let app = App::new(
            store.clone(),
            Arc::new(clock.clone()),
            Arc::new(SequentialIds::default()),
            Arc::new(PlainPasswords),
            Arc::new(PlainTokens::default()),
            Settings { no_show_grace_minutes: Some(60), ..Settings::default() },
        );
        Self { clinic, clock, app, store, doctor, other, patient, slot }
    }

    fn caller(&self) -> Caller {
        let account = self.clinic.patient_actor(self.patient).account;
        Caller { account, session: SessionId::new(sample::fresh()), party: Party::Patient(self.patient), address: None }
    }

    fn book(&self, key: Option<&str>) -> Result<Outcome, Error> {
        let booking = Booking { target: Target::Slot(self.slot), patient: None, reason: None, notes: None };
        let retry = key.map(|key| Retry { key, fingerprint: [7; 32], status: 201, body: |_, _| String::new() });
        self.app.book(&self.caller(), &booking, retry)
    }

    fn editions(&self) -> [Edition; 4] {
        [Topic::People, Topic::AllDoctors, Topic::Doctor(self.doctor), Topic::Doctor(self.other)]
            .map(|topic| self.app.edition(topic))
    }

    /// What is old after this: who is calling, everyone's times, the doctor's, the other one's.
    fn old_after(&self, deed: impl FnOnce(&App)) -> [bool; 4] {
        let before = self.editions();
        deed(&self.app);
        let mut now = self.editions().into_iter();
        before.map(|before| !before.is_good(&now.next().unwrap()))
    }
}

const NOTHING: [bool; 4] = [false; 4];
const PEOPLE: [bool; 4] = [true, false, false, false];
const THE_DOCTORS: [bool; 4] = [false, true, true, false];
const EVERYTHING: [bool; 4] = [true; 4];

#[test]
fn a_booking_makes_old_what_is_shown_of_that_doctor_and_of_all_together() {
    let desk = Desk::new();
    assert_eq!(desk.old_after(|_| assert!(desk.book(None).is_ok())), THE_DOCTORS);
}

#[test]
fn what_was_refused_leaves_everything_as_it_was() {
    let desk = Desk::new();
    desk.book(Some("key")).unwrap();
    assert_eq!(desk.old_after(|_| assert!(matches!(desk.book(None), Err(Error::Refused(_))))), NOTHING);
    assert_eq!(desk.old_after(|_| assert!(matches!(desk.book(Some("other")), Err(Error::Refused(_))))), NOTHING);
}

#[test]
fn a_write_of_which_the_store_does_not_know_whether_it_was_kept_counts_as_kept() {
    let desk = Desk::new();
    desk.store.forgets.store(true, Ordering::SeqCst);
    let old = desk.old_after(|_| assert!(matches!(desk.book(None), Err(Error::Store(_)))));
    assert_eq!(old, THE_DOCTORS);
    let account = desk.clinic.account(Role::Receptionist, "Rosa");
    let email = desk.clinic.read(|store| store.account(account)).unwrap().email;
    assert_eq!(desk.old_after(|app| assert!(app.deactivate(&email).is_err())), EVERYTHING);
}

#[test]
fn what_was_done_before_and_is_told_again_may_have_been_done_elsewhere() {
    let desk = Desk::new();
    desk.book(Some("key")).unwrap();
    let again = || matches!(desk.book(Some("key")), Ok(Outcome::Replayed { .. }));
    assert_eq!(desk.old_after(|_| assert!(again())), EVERYTHING);
}

#[test]
fn coming_and_staying_leave_the_lists_as_they_are_and_going_is_known() {
    let desk = Desk::new();
    let email = desk.clinic.read(|store| store.account(desk.caller().account)).unwrap().email;
    let login =
        |password| desk.app.login(&LoginAttempt { identifier: email.as_str(), password, ..LoginAttempt::default() });
    assert_eq!(desk.old_after(|_| assert!(login("wrong").is_err())), NOTHING);
    desk.clock.advance(TimeDelta::hours(1));
    let stay = login(sample::PASSWORD).unwrap();
    assert_eq!(desk.old_after(|_| assert!(login(sample::PASSWORD).is_ok())), NOTHING);
    assert_eq!(desk.old_after(|app| assert!(app.refresh(&stay.refresh_token).is_ok())), NOTHING);
    assert_eq!(desk.old_after(|app| assert!(app.forgot_password(&email).is_ok())), NOTHING);
    desk.clock.advance(TimeDelta::seconds(10));
    let reused = identity_core::Refusal::RefreshTokenReused;
    assert_eq!(
        desk.old_after(|app| assert_eq!(app.refresh(&stay.refresh_token).unwrap_err(), Error::from(reused))),
        PEOPLE
    );
    let caller = desk.app.caller(&desk.app.claims(&login(sample::PASSWORD).unwrap().access_token).unwrap(), None);
    assert_eq!(desk.old_after(|app| assert!(app.logout(&caller.unwrap()).is_ok())), PEOPLE);
}

/// Takes every letter.
struct Taker;

impl Post for Taker {
    fn deliver(&self, _: &Letter) -> Result<(), DeliveryFailure> {
        Ok(())
    }
}

#[test]
fn jobs_make_old_only_what_they_change() {
    let desk = Desk::new();
    desk.book(None).unwrap();
    assert_eq!(desk.old_after(|app| assert!(0 < app.seal_audit(Search::Recent).unwrap())), NOTHING);
    let stationery =
        Stationery { public_url: "https://clinic.example".to_owned(), calendar_domain: "clinic.example".to_owned() };
    assert_eq!(
        desk.old_after(|app| assert!(0 < app.deliver_due(&Taker, &stationery, 1, &|| true).unwrap().sent)),
        NOTHING
    );
    assert_eq!(desk.old_after(|app| assert_eq!(app.mark_no_shows(), Ok(0))), NOTHING);
    desk.clock.advance(TimeDelta::days(2));
    assert_eq!(desk.old_after(|app| assert_eq!(app.mark_no_shows(), Ok(1))), THE_DOCTORS);

    desk.clinic.slot(desk.doctor, sample::now() + TimeDelta::days(3), 30);
    assert_eq!(desk.old_after(|app| assert_eq!(app.sweep().unwrap().slots, 0)), NOTHING);
    desk.clock.advance(TimeDelta::days(40));
    assert_eq!(desk.old_after(|app| assert_eq!(app.sweep().unwrap().slots, 1)), EVERYTHING);
}

#[test]
fn a_session_is_not_remembered_beyond_its_end_and_a_refreshed_one_is_not_forgotten() {
    let desk = Desk::new();
    let email = desk.clinic.read(|store| store.account(desk.caller().account)).unwrap().email;
    let stay = desk
        .app
        .login(&LoginAttempt { identifier: email.as_str(), password: sample::PASSWORD, ..LoginAttempt::default() })
        .unwrap();
    let claims = desk.app.claims(&stay.access_token).unwrap();
    let caller = |claims: &Claims| desk.app.caller(claims, None).map(|caller| caller.session);
    let end = sample::now() + TimeDelta::days(7);
    desk.clock.set(end - TimeDelta::milliseconds(200));
    assert_eq!(caller(&claims), Ok(claims.session));
    let stranger = Claims { account: desk.clinic.account(Role::Admin, "Eve"), ..claims.clone() };
    assert_eq!(caller(&stranger), Err(Refusal::Unauthenticated.into()), "the session is remembered, for its owner");
    desk.clock.set(end);
    assert_eq!(caller(&claims), Err(Refusal::Unauthenticated.into()));

    desk.clock.set(end - TimeDelta::milliseconds(200));
    assert_eq!(caller(&claims), Ok(claims.session));
    desk.app.refresh(&stay.refresh_token).unwrap();
    desk.clock.set(end);
    assert_eq!(caller(&claims), Ok(claims.session));
}
