//! Failed logins, told over a store in memory.

use std::net::IpAddr;
use std::sync::Arc;

use application::{App, Error, Settings};
use chrono::TimeDelta;
use identity_core::{Account, Refusal};
use kernel::Role;
use testkit::clinic::write;
use testkit::{CountingPasswords, FixedClock, MemoryStore, PlainTokens, SequentialIds, sample};

struct House {
    app: App,
    clock: FixedClock,
    passwords: CountingPasswords,
    bea: Account,
}

fn house() -> House {
    let store = MemoryStore::shared();
    let bea = sample::account(Role::Receptionist, "Bea");
    write(&store, |store| store.add_account(&bea));
    let (clock, passwords) = (FixedClock::default(), CountingPasswords::default());
    let app = App::new(
        store,
        Arc::new(clock.clone()),
        Arc::new(SequentialIds::default()),
        Arc::new(passwords.clone()),
        Arc::new(PlainTokens::default()),
        Settings::default(),
    );
    House { app, clock, passwords, bea }
}

impl House {
    fn login(&self, name: &str, password: &str, address: Option<IpAddr>) -> Result<(), Error> {
        self.app.login(name, password, None, address).map(|_| ())
    }
}

fn wait(retry_after_seconds: u32) -> Result<(), Error> {
    Err(Refusal::TooManyAttempts { retry_after_seconds }.into())
}

#[test]
fn an_unknown_name_and_a_wrong_password_are_one_answer_for_the_same_work_each_time() {
    let (known, unknown) = (house(), house());
    for _ in 0..20 {
        let answers = [
            (&known, known.login(known.bea.email.as_str(), "not the right one", None)),
            (&unknown, unknown.login("nobody@example.org", sample::PASSWORD, None)),
        ]
        .map(|(house, answer)| (answer, house.passwords.take_comparisons()));
        let [first, second] = &answers;
        assert_eq!(first, second);
        for house in [&known, &unknown] {
            house.clock.advance(TimeDelta::milliseconds(700));
        }
    }
}

#[test]
fn who_has_to_wait_is_refused_before_the_password_is_looked_at() {
    let house = house();
    for _ in 0..5 {
        assert_eq!(house.login("bea@example.org", "wrong", None), Err(Refusal::WrongCredentials.into()));
    }
    assert_eq!(house.passwords.take_comparisons(), 5);
    assert_eq!(house.login("bea@example.org", "wrong", None), wait(1));
    assert_eq!(house.passwords.take_comparisons(), 0);
}

#[test]
fn an_attacker_delays_the_owner_but_never_for_more_than_15_minutes() {
    let house = house();
    let name = house.bea.email.as_str();
    let mut delays = Vec::new();
    for _ in 0..24 {
        if let Err(error) = house.login(name, "wrong", None)
            && error != Refusal::WrongCredentials.into()
        {
            delays.push(error);
            house.clock.advance(TimeDelta::minutes(15));
            let _ = house.login(name, "wrong", None);
        }
    }
    assert!(delays.len() > 10 && delays.contains(&wait(900).unwrap_err()), "{delays:?}");
    assert_eq!(house.login(name, sample::PASSWORD, None), wait(900));
    house.clock.advance(TimeDelta::minutes(15));
    assert_eq!(house.login(name, sample::PASSWORD, None), Ok(()));
    assert_eq!(house.login(name, "wrong", None), Err(Refusal::WrongCredentials.into()), "all is forgotten");
}

#[test]
fn a_name_and_an_address_wait_each_for_themselves() {
    let house = house();
    let [one, other] = ["192.0.2.1", "192.0.2.2"].map(|text| Some(text.parse::<IpAddr>().unwrap()));
    for n in 0..5 {
        let answer = house.login(&format!("nobody{n}@example.org"), "wrong", one);
        assert_eq!(answer, Err(Refusal::WrongCredentials.into()));
    }
    let name = house.bea.email.as_str();
    assert_eq!(house.login(name, sample::PASSWORD, one), wait(1));
    assert_eq!(house.login(name, sample::PASSWORD, other), Ok(()));
    assert_eq!(house.login(name, sample::PASSWORD, None), Ok(()));
}
