//! What happens to an account while its password is being hashed, which takes a while and is done outside any
//! transaction.
#![expect(clippy::unwrap_used, reason = "what was not given stops the test that needs it")]

use std::sync::Arc;

use application::login::LoginAttempt;
use application::{App, Caller, Error, Party, Settings};
use chrono::TimeDelta;
use identity_core::activating;
use identity_core::ports::{CredentialFailure, Passwords, Tokens};
use identity_core::{
    Account, AccountStatus, OneTimeToken, Password, PasswordHash, Refusal, TokenPurpose, WeakPassword, one_time,
    recovering,
};
use kernel::{Role, SessionId, StoreError, UnitOfWorkExt};
use testkit::sample::PASSWORD;
use testkit::{FixedClock, MemoryStore, PlainPasswords, PlainTokens, SequentialIds, Shared, clinic, sample};

const NEW: &str = "lantern orbit 42";

type Meanwhile = fn(&Shared, &Account);

/// Passwords that take long enough for something else to happen.
struct SlowPasswords {
    store: Shared,
    account: Account,
    meanwhile: Meanwhile,
}

impl Passwords for SlowPasswords {
    fn judge(&self, _: &Password, _: &[&str]) -> Result<(), WeakPassword> {
        Ok(())
    }

    fn hash(&self, password: &Password) -> Result<PasswordHash, CredentialFailure> {
        (self.meanwhile)(&self.store, &self.account);
        PlainPasswords.hash(password)
    }

    fn verify(&self, password: &str, hash: Option<&PasswordHash>) -> bool {
        let known = PlainPasswords.verify(password, hash);
        (self.meanwhile)(&self.store, &self.account);
        known
    }

    fn is_outdated(&self, hash: &PasswordHash) -> bool {
        PlainPasswords.is_outdated(hash)
    }
}

/// An application, an account in it, and what happens to the account each time that a password is hashed.
fn app(meanwhile: Meanwhile) -> (App, Account, Shared) {
    let store = MemoryStore::shared();
    let account = sample::account(Role::Receptionist, "Rosa");
    clinic::write(&store, |store| store.add_account(&account));
    let passwords = SlowPasswords { store: Shared::clone(&store), account: account.clone(), meanwhile };
    let app = App::new(
        Shared::clone(&store),
        Arc::new(FixedClock::default()),
        Arc::new(SequentialIds::default()),
        Arc::new(passwords),
        Arc::new(PlainTokens::default()),
        Settings::default(),
    );
    (app, account, store)
}

fn close(store: &Shared, account: &Account) {
    let closed: Result<_, identity_core::Error> =
        store.write(|store| activating::deactivate(store, account.id, None, sample::now()));
    closed.unwrap();
}

fn set_another_password(store: &Shared, account: &Account) {
    let other = PasswordHash::new("plain:another password".to_owned());
    let set: Result<_, identity_core::Error> = store.write(|store| {
        let account = store.account(account.id)?.unwrap();
        if account.password == other {
            return Ok(());
        }
        recovering::set_password(store, account, &other, None, sample::now()).map(|_| ())
    });
    set.unwrap();
}

fn sessions(store: &Shared, account: &Account) -> usize {
    clinic::read(store, |store| store.live_sessions_of(account.id, sample::now())).len()
}

fn caller(account: &Account) -> Caller {
    let session = SessionId::new(sample::fresh());
    Caller { account: account.id, session, party: Party::Receptionist, address: None }
}

#[test]
fn who_is_closed_while_they_log_in_is_not_let_in() {
    let (app, account, store) = app(close);
    let login = app
        .login(&LoginAttempt { identifier: account.email.as_str(), password: PASSWORD, ..LoginAttempt::default() })
        .map(|_| ());
    assert_eq!(login, Err(Error::from(Refusal::AccountInactive)));
    assert_eq!(sessions(&store, &account), 0);
}

#[test]
fn the_old_password_does_not_let_in_while_another_is_set() {
    let (app, account, store) = app(set_another_password);
    let login = app
        .login(&LoginAttempt { identifier: account.email.as_str(), password: PASSWORD, ..LoginAttempt::default() })
        .map(|_| ());
    assert_eq!(login, Err(Error::from(Refusal::WrongCredentials)));
    assert_eq!(sessions(&store, &account), 0);
}

#[test]
fn a_password_that_was_changed_meanwhile_is_not_changed_again() {
    let (app, account, store) = app(set_another_password);
    let caller = caller(&account);
    let new = Password::new(NEW.to_owned()).unwrap();
    assert_eq!(app.change_password(&caller, PASSWORD, &new), Err(Error::from(Refusal::WrongPassword)));
    let now = clinic::read(&store, |store| store.account(account.id)).unwrap();
    assert_eq!(now.password.reveal(), "plain:another password");
}

#[test]
fn the_old_password_closes_no_account_while_another_is_set() {
    let (app, account, store) = app(set_another_password);
    let closed = app.close_my_account(&caller(&account), PASSWORD).map(|_| ());
    assert_eq!(closed, Err(Error::from(Refusal::WrongPassword)));
    let now = clinic::read(&store, |store| store.account(account.id)).unwrap();
    assert_eq!(now.status, AccountStatus::Active);
}

#[test]
fn a_token_that_was_used_meanwhile_is_not_used_again() {
    fn hash() -> identity_core::TokenHash {
        PlainTokens::default().hash_of("mailed")
    }
    let (app, account, store) = app(|store, _| {
        let used: Result<_, identity_core::Error> =
            store.write(|store| one_time::redeem(store, &hash(), TokenPurpose::ResetPassword, sample::now()));
        used.unwrap();
    });
    let expires_at = sample::now() + TimeDelta::hours(1);
    let token = OneTimeToken {
        hash: hash(),
        purpose: TokenPurpose::ResetPassword,
        account: account.id,
        issued_at: sample::now(),
        expires_at,
        used_at: None,
    };
    clinic::write(&store, |store| -> Result<(), StoreError> { store.add_one_time_token(&token) });
    let new = Password::new(NEW.to_owned()).unwrap();
    assert_eq!(app.reset_password("mailed", &new), Err(Error::from(Refusal::OneTimeTokenInvalid)));
    assert_eq!(clinic::read(&store, |store| store.account(account.id)), Some(account));
}
