//! Failed logins, told over a store in memory.
#![expect(clippy::unwrap_used, reason = "what was not given stops the test that needs it")]

use std::net::IpAddr;
use std::sync::Arc;

use application::login::LoginAttempt;
use application::{App, Caller, Error, Settings};
use chrono::TimeDelta;
use identity_core::{Account, Password, Refusal};
use kernel::Role;
use testkit::clinic::write;
use testkit::{CountingPasswords, FixedClock, MemoryStore, PlainTokens, SequentialIds, Shared, sample};

struct House {
    app: App,
    clock: FixedClock,
    passwords: CountingPasswords,
    store: Shared,
    memory: Arc<MemoryStore>,
    bea: Account,
}

fn house() -> House {
    let memory = Arc::new(MemoryStore::new());
    let store: Shared = memory.clone();
    let bea = Account { username: "grace1906".parse().ok(), ..sample::account(Role::Receptionist, "Bea") };
    write(&store, |store| store.add_account(&bea));
    let (clock, passwords) = (FixedClock::default(), CountingPasswords::default());
    let app = App::new(
        store.clone(),
        Arc::new(clock.clone()),
        Arc::new(SequentialIds::default()),
        Arc::new(passwords.clone()),
        Arc::new(PlainTokens::default()),
        Settings::default(),
    );
    House { app, clock, passwords, store, memory, bea }
}

impl House {
    /// A login from a device that answered this token.
    fn login_on(&self, device: &str, name: &str, password: &str) -> Result<String, Error> {
        let device_token = Some(device).filter(|token| !token.is_empty());
        let address = Some([192, 0, 2, 1].into());
        let attempt = LoginAttempt { identifier: name, password, device_token, address, ..LoginAttempt::default() };
        self.app.login(&attempt).map(|logged_in| logged_in.device_token)
    }

    /// Somebody else with an account of their own.
    fn other(&self, account: &Account) {
        write(&self.store, |store| store.add_account(account));
    }

    fn caller(&self, name: &str) -> Caller {
        let attempt = LoginAttempt { identifier: name, password: sample::PASSWORD, ..LoginAttempt::default() };
        let logged_in = self.app.login(&attempt).unwrap();
        let claims = self.app.claims(&logged_in.access_token).unwrap();
        self.app.caller(&claims, None).unwrap()
    }

    fn login(&self, name: &str, password: &str, address: Option<IpAddr>) -> Result<(), Error> {
        self.app.login(&LoginAttempt { identifier: name, password, address, ..LoginAttempt::default() }).map(|_| ())
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

#[test]
fn an_account_has_one_counter_whichever_of_its_names_is_typed() {
    let house = house();
    let names = [house.bea.email.as_str(), "grace1906", "GRACE1906"];
    for n in 0..5 {
        assert_eq!(house.login(names[n % 3], "wrong", None), Err(Refusal::WrongCredentials.into()));
    }
    for name in names {
        assert_eq!(house.login(name, sample::PASSWORD, None), wait(1), "{name}");
    }
}

#[test]
fn a_success_of_an_account_that_shares_a_name_forgets_nothing_of_the_others() {
    let house = house();
    // As before names were unique: the attacker's number is the victim's username.
    let eve = Account { national_id: "grace1906".parse().ok(), ..sample::account(Role::Patient, "Eve") };
    house.other(&eve);
    for _ in 0..5 {
        assert_eq!(house.login("grace1906", "wrong", None), Err(Refusal::WrongCredentials.into()));
        assert_eq!(house.login(eve.email.as_str(), sample::PASSWORD, None), Ok(()));
    }
    assert_eq!(house.login("grace1906", "wrong", None), wait(1));
}

#[test]
fn a_stranger_cannot_keep_the_owner_out_on_a_device_that_has_logged_in_before() {
    let house = house();
    let name = house.bea.email.as_str();
    let device = house.login_on("", name, sample::PASSWORD).unwrap();
    for _ in 0..100 {
        // The stranger follows `Retry-After`, even from behind the owner's address.
        let _ = house.login_on("", name, "wrong");
        house.clock.advance(TimeDelta::minutes(1));
    }
    assert!(house.login_on("", name, sample::PASSWORD).is_err());
    assert!(house.login_on(&device, name, sample::PASSWORD).is_ok());
    assert!(house.login_on("", name, sample::PASSWORD).is_err(), "the stranger's failures stay");
}

#[test]
fn a_device_waits_for_its_own_failures_and_forgets_them_when_it_comes_in() {
    let house = house();
    let name = house.bea.email.as_str();
    let device = house.login_on("", name, sample::PASSWORD).unwrap();
    for _ in 0..5 {
        assert_eq!(house.login_on(&device, name, "wrong"), Err(Refusal::WrongCredentials.into()));
    }
    assert_eq!(house.login_on(&device, name, sample::PASSWORD).map(drop), wait(1));
    assert!(house.login_on("", name, sample::PASSWORD).is_ok());
    house.clock.advance(TimeDelta::seconds(1));
    let renewed = house.login_on(&device, name, sample::PASSWORD).unwrap();
    for _ in 0..5 {
        assert_eq!(house.login_on(&renewed, name, "wrong"), Err(Refusal::WrongCredentials.into()));
    }
    assert_eq!(house.login_on(&device, name, sample::PASSWORD).map(drop), wait(1), "it is the same device");
}

#[test]
fn a_device_token_is_good_for_its_account_until_the_password_is_set_anew() {
    let house = house();
    let name = house.bea.email.as_str();
    let eve = sample::account(Role::Patient, "Eve");
    house.other(&eve);
    let of_eve = house.login_on("", eve.email.as_str(), sample::PASSWORD).unwrap();
    let device = house.login_on("", name, sample::PASSWORD).unwrap();
    for _ in 0..5 {
        assert_eq!(house.login_on(&of_eve, name, "wrong"), Err(Refusal::WrongCredentials.into()));
    }
    for token in ["", "garbage", &of_eve] {
        assert_eq!(house.login_on(token, name, sample::PASSWORD).map(drop), wait(1), "{token}");
    }
    house.clock.advance(TimeDelta::milliseconds(500));
    let new = Password::new("violet tractor humming".to_owned()).unwrap();
    house.app.set_password(&house.bea.email, &new).unwrap();
    assert_eq!(house.login_on(&device, name, new.reveal()).map(drop), wait(1));
}

#[test]
fn a_session_does_not_let_anybody_guess_the_password_nor_does_a_stranger_stop_its_owner() {
    let house = house();
    let name = house.bea.email.as_str();
    let [stolen, own] = [house.caller(name), house.caller(name)];
    let new = Password::new("violet tractor humming".to_owned()).unwrap();
    let change = |caller: &Caller, old: &str| house.app.change_password(caller, old, &new);
    for _ in 0..5 {
        assert_eq!(change(&stolen, "wrong"), Err(Refusal::WrongPassword.into()));
        let _ = house.login(name, "wrong", None);
    }
    let _ = house.passwords.take_comparisons();
    assert_eq!(change(&stolen, sample::PASSWORD), wait(1));
    assert_eq!(house.passwords.take_comparisons(), 0);
    assert_eq!(house.login(name, sample::PASSWORD, None), wait(1));
    assert_eq!(change(&own, sample::PASSWORD), Ok(()));
}

#[test]
fn what_was_typed_as_a_name_is_not_kept() {
    let house = house();
    let typed = "Correct Horse Battery";
    assert_eq!(house.login(typed, "wrong", None), Err(Refusal::WrongCredentials.into()));
    let contents = format!("{:?}", house.memory);
    assert!(contents.contains("UnknownName"), "it is counted");
    let bytes = |text: &str| format!("{:?}", text.as_bytes()).trim_matches(['[', ']']).to_owned();
    for text in [typed.to_owned(), typed.to_lowercase(), bytes(typed), bytes(&typed.to_lowercase())] {
        assert!(!contents.contains(&text), "{text}");
    }
}
