//! What the installation decides for itself, told over a store in memory that counts and can be away.
#![expect(clippy::unwrap_used, reason = "what was not given stops the test that needs it")]

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

use application::ports::{AnyStore, Store};
use application::settings::{DoctorsSee, SettingEdit, setting};
use application::{App, Caller, Error, Party, Refusal, Settings};
use chrono::TimeDelta;
use kernel::{Access, AccountId, DoctorId, Expected, PatientId, Revision, SessionId, StoreError, UnitOfWork, Verdict};
use testkit::{FixedClock, MemoryStore, PlainPasswords, PlainTokens, SequentialIds, sample};

/// A store that says how often it was asked, and answers nothing while it is away.
struct Counting {
    memory: MemoryStore,
    asked: AtomicU32,
    away: AtomicBool,
}

impl UnitOfWork<dyn Store> for Counting {
    fn attempt(&self, access: Access, work: &mut dyn FnMut(&mut AnyStore) -> Verdict) -> Result<(), StoreError> {
        self.asked.fetch_add(1, Ordering::Relaxed);
        if self.away.load(Ordering::Relaxed) {
            return Err(StoreError::Unavailable { reason: "away".to_owned() });
        }
        self.memory.attempt(access, work)
    }
}

struct House {
    store: Arc<Counting>,
    clock: FixedClock,
}

impl House {
    fn new() -> Self {
        let store = Counting { memory: MemoryStore::new(), asked: AtomicU32::new(0), away: AtomicBool::new(false) };
        Self { store: Arc::new(store), clock: FixedClock::default() }
    }

    /// A node of the installation.
    fn node(&self) -> App {
        App::new(
            self.store.clone(),
            Arc::new(self.clock.clone()),
            Arc::new(SequentialIds::default()),
            Arc::new(PlainPasswords),
            Arc::new(PlainTokens::default()),
            Settings { admins_max: 7, ..Settings::default() },
        )
    }

    fn asked(&self) -> u32 {
        self.store.asked.swap(0, Ordering::Relaxed)
    }
}

fn caller(party: Party) -> Caller {
    Caller { account: AccountId::new(sample::fresh()), session: SessionId::new(sample::fresh()), party, address: None }
}

fn edit(name: &str, text: &str) -> SettingEdit {
    setting(name).unwrap().to(text).unwrap()
}

#[test]
fn the_store_is_asked_at_most_every_two_seconds() {
    let house = House::new();
    let node = house.node();
    for _ in 0..10 {
        assert_eq!(node.settings().admins_max, 7);
    }
    assert_eq!(house.asked(), 1);
    house.clock.advance(TimeDelta::milliseconds(1_999));
    node.settings();
    assert_eq!(house.asked(), 0);
    house.clock.advance(TimeDelta::milliseconds(1));
    node.settings();
    node.settings();
    assert_eq!(house.asked(), 1);
}

#[test]
fn a_node_obeys_its_own_change_at_once_and_another_one_two_seconds_later() {
    let house = House::new();
    let (here, there) = (house.node(), house.node());
    assert_eq!((here.settings().doctors_see, there.settings().doctors_see), (DoctorsSee::All, DoctorsSee::All));
    here.change_settings(&caller(Party::Admin), &[edit("doctors_see", "own")], &Expected::Any).unwrap();
    assert_eq!((here.settings().doctors_see, there.settings().doctors_see), (DoctorsSee::Own, DoctorsSee::All));
    house.clock.advance(TimeDelta::seconds(2));
    assert_eq!(there.settings().doctors_see, DoctorsSee::Own);
}

#[test]
fn while_the_store_is_away_the_last_known_settings_hold() {
    let house = House::new();
    let node = house.node();
    node.install_setting(edit("admins_max", "3")).unwrap();
    house.store.away.store(true, Ordering::Relaxed);
    house.clock.advance(TimeDelta::hours(1));
    assert_eq!(node.settings().admins_max, 3);
    let new = house.node();
    assert_eq!(new.settings().admins_max, 7, "who knows nothing yet goes by the configuration");
    house.store.away.store(false, Ordering::Relaxed);
    assert_eq!(new.settings().admins_max, 3, "and asks again");
}

#[test]
fn only_an_administrator_reads_and_changes_settings() {
    let house = House::new();
    let node = house.node();
    let others = [
        Party::Receptionist,
        Party::Doctor(DoctorId::new(sample::fresh())),
        Party::Patient(PatientId::new(sample::fresh())),
    ];
    for other in others.map(caller) {
        assert_eq!(node.read_settings(&other).unwrap_err(), Error::from(Refusal::Forbidden));
        let change = node.change_settings(&other, &[edit("admins_max", "3")], &Expected::Any);
        assert_eq!(change.unwrap_err(), Error::from(Refusal::Forbidden));
    }
    assert_eq!(node.read_settings(&caller(Party::Admin)).unwrap().revision, Revision::FIRST);
}

#[test]
fn what_the_command_line_changes_is_audited_as_nobodys() {
    let house = House::new();
    let node = house.node();
    node.install_setting(edit("admins_max", "3")).unwrap();
    let stored = format!("{:?}", house.store.memory);
    assert!(stored.contains("actor: None, role: None, action: SettingsChanged"), "{stored}");
    assert!(stored.contains("detail: Some(\"admins_max\")"), "{stored}");
    assert_eq!(node.install_setting(setting("admins_max").unwrap().reset()).unwrap().settings.admins_max, 7);
}
