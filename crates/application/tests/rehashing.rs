//! Passwords whose hashes were made by other rules, told over a store in memory.

use std::sync::Arc;

use application::audit::{AuditAction, AuditFilter};
use application::login::LoginAttempt;
use application::{App, Settings};
use identity_core::ports::{CredentialFailure, Passwords};
use identity_core::{Account, Password, PasswordHash, WeakPassword};
use kernel::{PageRequest, Role};
use testkit::clinic::{read, write};
use testkit::{FixedClock, MemoryStore, PlainPasswords, PlainTokens, SequentialIds, Shared, sample};

/// Hashes as today's rules make them; others are outdated. While one is compared, somebody else may log in.
struct NewRules {
    store: Shared,
    meanwhile: Option<Account>,
}

fn today(password: &str) -> PasswordHash {
    PasswordHash::new(format!("today:{password}"))
}

impl Passwords for NewRules {
    fn judge(&self, _: &Password, _: &[&str]) -> Result<(), WeakPassword> {
        Ok(())
    }

    fn hash(&self, password: &Password) -> Result<PasswordHash, CredentialFailure> {
        Ok(today(password.reveal()))
    }

    fn verify(&self, password: &str, hash: Option<&PasswordHash>) -> bool {
        if let Some(account) = &self.meanwhile
            && read(&self.store, |store| store.account(account.id)).is_some_and(|now| now.revision < account.revision)
        {
            write(&self.store, |store| store.change_account(account));
        }
        hash.is_some_and(|hash| PlainPasswords.verify(password, Some(hash)) || *hash == today(password))
    }

    fn is_outdated(&self, hash: &PasswordHash) -> bool {
        !hash.reveal().starts_with("today:")
    }
}

fn app(store: &Shared, meanwhile: Option<Account>) -> App {
    App::new(
        store.clone(),
        Arc::new(FixedClock::default()),
        Arc::new(SequentialIds::default()),
        Arc::new(NewRules { store: store.clone(), meanwhile }),
        Arc::new(PlainTokens::default()),
        Settings::default(),
    )
}

fn log_in(app: &App, account: &Account) -> Result<(), application::Error> {
    let identifier = account.email.as_str();
    app.login(&LoginAttempt { identifier, password: sample::PASSWORD, ..LoginAttempt::default() }).map(drop)
}

fn bea(store: &Shared) -> Account {
    let bea = sample::account(Role::Receptionist, "Bea");
    write(store, |store| store.add_account(&bea));
    bea
}

#[test]
fn a_login_hashes_the_password_by_todays_rules_once_and_says_so_in_the_audit_log() {
    let store = MemoryStore::shared();
    let (bea, app) = (bea(&store), app(&store, None));
    for _ in 0..2 {
        assert_eq!(log_in(&app, &bea), Ok(()));
        let rehashed = Account { password: today(sample::PASSWORD), revision: bea.revision.next(), ..bea.clone() };
        assert_eq!(read(&store, |store| store.account(bea.id)), Some(rehashed));
        let filter = AuditFilter { actions: [AuditAction::PasswordRehashed].into(), ..AuditFilter::default() };
        let page = PageRequest::default();
        let entries = read(&store, |store| store.audit_page(&filter, &page)).items;
        let subjects: Vec<_> = entries.into_iter().map(|line| line.subject).collect();
        assert_eq!(subjects, [Some(bea.id.uuid())]);
    }
}

#[test]
fn two_logins_at_once_are_both_let_in_though_one_hashes_the_password_anew() {
    let store = MemoryStore::shared();
    let bea = bea(&store);
    let rehashed = Account { password: today(sample::PASSWORD), revision: bea.revision.next(), ..bea.clone() };
    assert_eq!(log_in(&app(&store, Some(rehashed)), &bea), Ok(()));
}

#[test]
fn whoever_sets_another_password_meanwhile_is_first() {
    let store = MemoryStore::shared();
    let bea = bea(&store);
    let changed = Account { password: today("another orbit 43"), revision: bea.revision.next(), ..bea.clone() };
    let denied = log_in(&app(&store, Some(changed)), &bea);
    assert_eq!(denied, Err(identity_core::Refusal::WrongCredentials.into()));
}
