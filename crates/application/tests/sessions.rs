//! Coming in, staying and leaving, told over a store in memory.
#![expect(clippy::unwrap_used, reason = "what was not given stops the test that needs it")]

use std::sync::Arc;

use application::accounts::{Me, NewAccount, NewProfile, PatientDetails};
use application::login::LoginAttempt;
use application::sessions::LoggedIn;
use application::{App, Caller, Error, Refusal, Settings};
use chrono::TimeDelta;
use identity_core::{IdentifierKind, Lifetimes, Password, UniqueField};
use kernel::{PageRequest, Role};
use testkit::{FixedClock, MemoryStore, PlainPasswords, PlainTokens, SequentialIds};

const PASSWORD: &str = "lantern orbit 42";

struct House {
    app: App,
    clock: FixedClock,
}

impl House {
    fn new(settings: Settings) -> Self {
        let clock = FixedClock::default();
        let app = App::new(
            MemoryStore::shared(),
            Arc::new(clock.clone()),
            Arc::new(SequentialIds::default()),
            Arc::new(PlainPasswords),
            Arc::new(PlainTokens::default()),
            settings,
        );
        Self { app, clock }
    }

    fn register(&self, email: &str, profile: NewProfile) -> Result<Me, Error> {
        self.app.register(&new(email, profile), None)
    }

    fn bea(&self) -> Me {
        self.register("Bea@example.org", NewProfile::Patient(PatientDetails::default())).unwrap()
    }

    fn log_in(&self, identifier: &str) -> Result<LoggedIn, Error> {
        self.app.login(&LoginAttempt { identifier, password: PASSWORD, ..LoginAttempt::default() })
    }

    fn caller(&self, access_token: &str) -> Result<Caller, Error> {
        self.app.caller(&self.app.claims(access_token)?, None)
    }
}

fn patient() -> NewProfile {
    NewProfile::Patient(PatientDetails::default())
}

fn new(email: &str, profile: NewProfile) -> NewAccount {
    NewAccount {
        email: email.parse().unwrap(),
        password: Password::new(PASSWORD.to_owned()).ok(),
        full_name: "Bea".to_owned(),
        phone: None,
        username: None,
        national_id: None,
        profile_pic: None,
        profile,
    }
}

fn refused(refusal: identity_core::Refusal) -> Error {
    refusal.into()
}

#[test]
fn the_public_makes_neither_receptionists_nor_administrators() {
    let house = House::new(Settings::default());
    for profile in [NewProfile::Receptionist, NewProfile::Admin] {
        assert_eq!(house.register("eve@example.org", profile), Err(Refusal::Forbidden.into()));
    }
}

#[test]
fn no_more_than_the_allowed_administrators_are_made() {
    let house = House::new(Settings { admins_max: 1, ..Settings::default() });
    house.app.create_account(&new("one@example.org", NewProfile::Admin)).unwrap();
    let second = house.app.create_account(&new("two@example.org", NewProfile::Admin));
    assert_eq!(second, Err(refused(identity_core::Refusal::TooManyAdmins { most: 1 })));
    assert!(house.app.create_account(&new("two@example.org", NewProfile::Receptionist)).is_ok());
}

#[test]
fn one_address_has_one_account_whatever_its_case() {
    let house = House::new(Settings::default());
    house.bea();
    let again = house.register("BEA@EXAMPLE.ORG", NewProfile::Patient(PatientDetails::default()));
    assert_eq!(again, Err(refused(identity_core::Refusal::Taken { field: UniqueField::Email })));
}

#[test]
fn who_logs_in_is_known_by_the_token_until_they_log_out() {
    let house = House::new(Settings::default());
    let bea = house.bea();
    let tokens = house
        .app
        .login(&LoginAttempt {
            identifier: "bea@EXAMPLE.org",
            password: PASSWORD,
            user_agent: Some("curl"),
            ..LoginAttempt::default()
        })
        .unwrap();
    let caller = house.caller(&tokens.access_token).unwrap();
    assert_eq!((caller.account, caller.role()), (bea.account.id, Role::Patient));
    assert_eq!(
        house.app.sessions(&caller, &PageRequest::default()).unwrap().items[0].user_agent.as_deref(),
        Some("curl")
    );
    house.app.logout(&caller).unwrap();
    assert_eq!(house.caller(&tokens.access_token), Err(Refusal::Unauthenticated.into()));
    let refreshed = house.app.refresh(&tokens.refresh_token).map(|_| ());
    assert_eq!(refreshed, Err(refused(identity_core::Refusal::RefreshTokenInvalid)));
}

#[test]
fn a_wrong_password_and_an_unknown_name_are_one_answer() {
    let house = House::new(Settings::default());
    house.bea();
    for (name, password) in [("bea@example.org", "wrong"), ("eve@example.org", PASSWORD), ("", "")] {
        let denied =
            house.app.login(&LoginAttempt { identifier: name, password, ..LoginAttempt::default() }).map(|_| ());
        assert_eq!(denied, Err(refused(identity_core::Refusal::WrongCredentials)), "{name:?}");
    }
}

#[test]
fn only_the_identifiers_of_the_settings_are_accepted() {
    let house = House::new(Settings { identifiers: vec![IdentifierKind::Username], ..Settings::default() });
    house.bea();
    assert!(house.log_in("bea@example.org").is_err());
}

#[test]
fn a_session_lives_on_from_refresh_to_refresh_and_no_token_works_twice() {
    let house = House::new(Settings::default());
    house.bea();
    let first = house.log_in("bea@example.org").unwrap();
    house.clock.advance(TimeDelta::days(6));
    let second = house.app.refresh(&first.refresh_token).unwrap();
    house.clock.advance(TimeDelta::days(6));
    let third = house.app.refresh(&second.refresh_token).unwrap();
    assert!(house.caller(&third.access_token).is_ok());

    let reused = house.app.refresh(&first.refresh_token).map(|_| ());
    assert_eq!(reused, Err(refused(identity_core::Refusal::RefreshTokenReused)));
    assert_eq!(house.caller(&third.access_token), Err(Refusal::Unauthenticated.into()));
    assert!(house.app.refresh(&third.refresh_token).is_err());
}

#[test]
fn tokens_live_as_long_as_the_settings_say() {
    let lifetimes = Lifetimes { access_minutes: 5, refresh_days: 1 };
    let house = House::new(Settings { lifetimes, ..Settings::default() });
    house.bea();
    let tokens = house.log_in("bea@example.org").unwrap();
    assert_eq!(tokens.expires_in_seconds, 300);
    house.clock.advance(TimeDelta::minutes(4));
    assert!(house.caller(&tokens.access_token).is_ok());
    house.clock.advance(TimeDelta::minutes(2));
    assert_eq!(house.caller(&tokens.access_token), Err(Refusal::Unauthenticated.into()));
    house.clock.advance(TimeDelta::days(1));
    let late = house.app.refresh(&tokens.refresh_token).map(|_| ());
    assert_eq!(late, Err(refused(identity_core::Refusal::RefreshTokenInvalid)));
}

#[test]
fn one_ends_only_ones_own_sessions() {
    let house = House::new(Settings::default());
    house.bea();
    house.register("eve@example.org", NewProfile::Patient(PatientDetails::default())).unwrap();
    let bea = house.caller(&house.log_in("bea@example.org").unwrap().access_token).unwrap();
    let eve = house.caller(&house.log_in("eve@example.org").unwrap().access_token).unwrap();
    let denied = house.app.end_session(&eve, bea.session);
    assert_eq!(denied, Err(refused(identity_core::Refusal::UnknownSession)));
    house.log_in("bea@example.org").unwrap();
    house.app.end_all_sessions(&bea).unwrap();
    assert!(house.app.sessions(&bea, &PageRequest::default()).unwrap().items.is_empty());
    assert_eq!(house.app.sessions(&eve, &PageRequest::default()).unwrap().items.len(), 1);
}

#[test]
fn nobody_registers_a_name_that_another_account_has_as_another_kind() {
    let house = House::new(Settings::default());
    let number = "AB-12345";
    let victim = NewAccount { national_id: number.parse().ok(), ..new("bea@example.org", patient()) };
    let squatter = NewAccount { username: number.to_lowercase().parse().ok(), ..new("eve@example.org", patient()) };
    let victim = house.app.register(&victim, None).unwrap();
    let refused = Err(refused(identity_core::Refusal::Taken { field: UniqueField::Username }));
    assert_eq!(house.app.register(&squatter, None), refused);
    let logged_in = house.log_in(number).unwrap();
    assert_eq!(logged_in.me.account.id, victim.account.id);
}

#[test]
fn the_same_refresh_token_gets_the_same_again_for_ten_seconds() {
    let house = House::new(Settings::default());
    house.bea();
    let first = house.log_in("bea@example.org").unwrap();
    let second = house.app.refresh(&first.refresh_token).unwrap();
    house.clock.advance(TimeDelta::milliseconds(9_999));
    let again = house.app.refresh(&first.refresh_token).unwrap();
    assert_eq!(again.refresh_token, second.refresh_token);
    let of = |token: &str| house.caller(token).unwrap();
    assert_eq!(of(&again.access_token), of(&second.access_token));
    house.clock.advance(TimeDelta::milliseconds(1));
    let reused = house.app.refresh(&first.refresh_token).map(|_| ());
    assert_eq!(reused, Err(refused(identity_core::Refusal::RefreshTokenReused)));
    assert_eq!(house.caller(&second.access_token), Err(Refusal::Unauthenticated.into()));
}
