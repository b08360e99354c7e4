//! Whether accounts and histories are as the audit log says, over a store in memory.

use std::sync::Arc;

use application::audit::{Discrepancy, compare};
use application::{App, Settings};
use identity_core::{Account, AccountStatus, PasswordHash};
use kernel::Role;
use testkit::clinic::write;
use testkit::{FixedClock, MemoryStore, PlainPasswords, PlainTokens, SequentialIds, Shared, sample};

fn app(store: &Shared) -> App {
    App::new(
        store.clone(),
        Arc::new(FixedClock::default()),
        Arc::new(SequentialIds::default()),
        Arc::new(PlainPasswords),
        Arc::new(PlainTokens::default()),
        Settings::default(),
    )
}

fn somebody(store: &Shared) -> Account {
    let account = sample::account(Role::Receptionist, "Bea");
    write(store, |store| store.add_account(&account));
    account
}

#[test]
fn accounts_that_were_there_before_are_recorded_once_and_others_are_found() {
    let store = MemoryStore::shared();
    let found = || compare(&*store).unwrap();
    let app = app(&store);
    let before: Vec<Account> = (0..250).map(|_| somebody(&store)).collect();
    assert_eq!(found().len(), 250);
    app.record_accounts().unwrap();
    assert_eq!(found(), []);

    let later = somebody(&store);
    app.record_accounts().unwrap();
    assert_eq!(found(), [Discrepancy::UntoldAccount(later.id.uuid())]);

    let [first, second, third, ..] = &before[..] else { panic!("there are some") };
    write(&store, |store| {
        let next = |account: &Account| Account { revision: account.revision.next(), ..account.clone() };
        store.change_account(&Account { role: Role::Admin, ..next(first) })?;
        store.change_account(&Account { status: AccountStatus::Inactive, ..next(second) })?;
        store.change_account(&Account { password: PasswordHash::new("other".to_owned()), ..next(third) })
    });
    for changed in [first, second, third] {
        assert!(found().contains(&Discrepancy::Account(changed.id.uuid())), "{changed:?}");
    }
    assert_eq!(found().len(), 4);
}
