//! Who comes too late for a slot is told so without a transaction that writes, and is told nothing else than with one.
#![expect(clippy::unwrap_used, reason = "what was not given stops the test that needs it")]

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use application::appointments::Booking;
use application::idempotency::{Outcome, Retry};
use application::ports::AnyStore;
use application::{App, Caller, Error, Party, Refusal, Settings};
use chrono::TimeDelta;
use kernel::{Access, AccountId, DoctorId, PatientId, SessionId, SlotId, StoreError, UnitOfWork, Verdict, Zone};
use scheduling_core::SlotStatus;
use scheduling_core::booking::Target;
use testkit::{Clinic, FixedClock, PlainPasswords, PlainTokens, SequentialIds, Shared, sample};

/// A store that says how often it was read and written.
struct Counting {
    store: Shared,
    reads: AtomicU32,
    writes: AtomicU32,
}

impl UnitOfWork<AnyStore> for Counting {
    fn attempt(&self, access: Access, work: &mut dyn FnMut(&mut AnyStore) -> Verdict) -> Result<(), StoreError> {
        match access {
            Access::Read => self.reads.fetch_add(1, Ordering::Relaxed),
            Access::Write => self.writes.fetch_add(1, Ordering::Relaxed),
        };
        self.store.attempt(access, work)
    }
}

struct Desk {
    clinic: Clinic,
    counting: Arc<Counting>,
    ids: Arc<SequentialIds>,
    doctor: DoctorId,
    slot: SlotId,
    ada: Caller,
    bea: Caller,
}

const REFUSED: scheduling_core::Refusal = scheduling_core::Refusal::SlotNotFree { status: SlotStatus::Busy };

impl Desk {
    fn new() -> Self {
        let clinic = Clinic::in_memory(Zone::UTC);
        let doctor = clinic.doctor("Grace");
        let slot = clinic.slot(doctor, sample::now() + TimeDelta::days(1), 30);
        let [ada, bea] = ["Ada", "Bea"].map(|name| patient(&clinic, name));
        let store = Shared::clone(clinic.store());
        let counting = Arc::new(Counting { store, reads: AtomicU32::new(0), writes: AtomicU32::new(0) });
        Self { clinic, counting, ids: Arc::default(), doctor, slot, ada, bea }
    }

    /// A node that has seen nothing yet.
    fn node(&self) -> App {
        let app = App::new(
            self.counting.clone(),
            Arc::new(FixedClock::default()),
            self.ids.clone(),
            Arc::new(PlainPasswords),
            Arc::new(PlainTokens::default()),
            Settings::default(),
        );
        app.settings();
        app
    }

    /// A node on which Ada has just booked the slot.
    fn node_that_knows(&self) -> App {
        let node = self.node();
        self.book(&node, &self.ada).unwrap();
        node
    }

    fn book(&self, node: &App, caller: &Caller) -> Result<Outcome, Error> {
        node.book(caller, &wish(Target::Slot(self.slot), None), None)
    }

    /// How often the store is read and written.
    fn counted(&self, work: impl FnOnce()) -> (u32, u32) {
        let take = || [&self.counting.reads, &self.counting.writes].map(|count| count.swap(0, Ordering::Relaxed));
        take();
        work();
        take().into()
    }
}

fn patient(clinic: &Clinic, name: &str) -> Caller {
    let patient = clinic.patient(name);
    caller(clinic.patient_actor(patient).account, Party::Patient(patient))
}

fn caller(account: AccountId, party: Party) -> Caller {
    Caller { account, session: SessionId::new(sample::fresh()), party, address: None }
}

fn wish(target: Target, patient: Option<PatientId>) -> Booking {
    Booking { target, patient, reason: None, notes: None }
}

fn under(key: &str, asked: u8) -> Retry<'_> {
    Retry { key, fingerprint: [asked; 32], status: 201, body: |_, _| "told".to_owned() }
}

#[test]
fn who_comes_too_late_only_reads() {
    let desk = Desk::new();
    let node = desk.node_that_knows();
    assert_eq!(desk.counted(|| assert_eq!(desk.book(&node, &desk.bea), Err(REFUSED.into()))), (1, 0));
}

#[test]
fn a_node_learns_from_its_own_refusals() {
    let desk = Desk::new();
    desk.node_that_knows();
    let other = desk.node();
    assert_eq!(desk.counted(|| assert_eq!(desk.book(&other, &desk.bea), Err(REFUSED.into()))), (0, 1));
    assert_eq!(desk.counted(|| assert_eq!(desk.book(&other, &desk.bea), Err(REFUSED.into()))), (1, 0));
}

#[test]
fn a_time_is_remembered_like_a_slot() {
    let desk = Desk::new();
    let node = desk.node();
    let target = Target::Start { doctor: desk.doctor, start: sample::now() + TimeDelta::days(1) };
    node.book(&desk.ada, &wish(target, None), None).unwrap();
    let late = || assert_eq!(node.book(&desk.bea, &wish(target, None), None), Err(REFUSED.into()));
    assert_eq!(desk.counted(late), (1, 0));
}

#[test]
fn bookings_of_other_slots_pay_nothing() {
    let desk = Desk::new();
    let node = desk.node_that_knows();
    let other = desk.clinic.slot(desk.doctor, sample::now() + TimeDelta::days(2), 30);
    assert_eq!(desk.counted(|| drop(node.book(&desk.bea, &wish(Target::Slot(other), None), None).unwrap())), (0, 1));
}

#[test]
fn a_slot_that_is_free_again_is_booked_at_once() {
    let desk = Desk::new();
    let node = desk.node();
    let Outcome::Done(visit, _) = desk.book(&node, &desk.ada).unwrap() else { panic!("it was not asked before") };
    node.cancel(&desk.ada, visit.id, None, None, None).unwrap();
    let Outcome::Done(visit, _) = desk.book(&node, &desk.bea).unwrap() else { panic!("it was not asked before") };
    // Another node moves it away.
    let other = desk.clinic.slot(desk.doctor, sample::now() + TimeDelta::days(2), 30);
    desk.node().reschedule(&desk.bea, visit.id, Target::Slot(other), None, None).unwrap();
    assert!(matches!(desk.book(&node, &desk.ada), Ok(Outcome::Done(..))));
}

#[test]
fn a_slot_that_is_no_longer_blocked_is_booked_at_once() {
    let desk = Desk::new();
    let node = desk.node();
    let to = |status| {
        desk.clinic.write(|store| {
            let slot = store.slot(desk.slot)?.unwrap();
            store.change_slot(&slot.with_status(status))
        });
    };
    to(SlotStatus::BusyUnavailable);
    let refused = scheduling_core::Refusal::SlotNotFree { status: SlotStatus::BusyUnavailable };
    assert_eq!([(); 2].map(|()| desk.book(&node, &desk.ada)), [Err(refused.clone().into()), Err(refused.into())]);
    to(SlotStatus::Free);
    assert!(matches!(desk.book(&node, &desk.ada), Ok(Outcome::Done(..))));
}

#[test]
fn the_answer_under_the_same_key_goes_before_the_refusal() {
    let desk = Desk::new();
    let node = desk.node();
    let book = |key, asked| node.book(&desk.ada, &wish(Target::Slot(desk.slot), None), Some(under(key, asked)));
    assert!(matches!(book("key", 1), Ok(Outcome::Done(..))));
    assert_eq!(desk.counted(|| assert!(matches!(book("key", 1), Ok(Outcome::Replayed { .. })))), (1, 0));
    assert_eq!(book("key", 2), Err(Refusal::IdempotencyKeyReused.into()));
    assert_eq!(book("other", 1), Err(REFUSED.into()));
}

/// What each caller hears of a slot that is taken, from a node that knows and from one that does not.
#[test]
fn what_is_refused_is_refused_as_the_transaction_would() {
    let desk = Desk::new();
    let node = desk.node_that_knows();
    let party = |party| caller(AccountId::new(sample::fresh()), party);
    let (known, nobody) = (Some(desk.clinic.patient("Cleo")), Some(PatientId::new(sample::fresh())));
    let other = desk.clinic.doctor("Edsger");
    for (caller, patient, expected) in [
        (desk.bea, None, Error::from(REFUSED)),
        (party(Party::Receptionist), known, REFUSED.into()),
        (party(Party::Doctor(desk.doctor)), known, REFUSED.into()),
        (party(Party::Doctor(other)), known, Refusal::Unknown(application::Thing::Slot).into()),
        (
            party(Party::Receptionist),
            nobody,
            scheduling_core::Refusal::UnknownPatient { patient: nobody.unwrap() }.into(),
        ),
    ] {
        let book = |node: &App| node.book(&caller, &wish(Target::Slot(desk.slot), patient), None);
        assert_eq!([book(&node), book(&desk.node())], [Err(expected.clone()), Err(expected)]);
    }
}
