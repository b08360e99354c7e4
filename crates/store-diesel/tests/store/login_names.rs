//! Accounts that shared a name before names were unique.

use identity_core::ports::LoginNames;
use identity_core::{Account, IdentifierKind, login_names};
use kernel::{Role, StoreError, UnitOfWorkExt, Word};
use store_diesel::SharedLoginName;
use testkit::sample;

use crate::scratch::Scratch;

/// Undoes the migration, and does it again over accounts of which two share a name.
fn the_older_keeps_it(scratch: &Scratch, run: fn(&Scratch, &str), [up, down]: [&str; 2]) {
    let name = "grace1906";
    let older = Account { username: name.parse().ok(), ..sample::account(Role::Patient, "Grace") };
    let newer = Account { national_id: name.to_uppercase().parse().ok(), ..sample::account(Role::Patient, "Eve") };
    let add =
        |account: &Account| -> Result<(), StoreError> { scratch.shared().write(|store| store.add_account(account)) };
    add(&newer).and_then(|()| add(&older)).unwrap();
    run(scratch, "INSERT INTO login_failures VALUES ('identifier', 'a password', 1, '2026-11-20 08:00:00')");
    run(scratch, down);
    run(scratch, up);

    let found = scratch.shared().read(|store| login_names::find(store, name, IdentifierKind::ALL));
    assert_eq!(found, Ok(Some(older.clone())));
    let shared = [SharedLoginName { account: newer.id, owner: older.id }];
    assert_eq!(scratch.database.shared_login_names().unwrap(), shared);
    let reconciled = scratch.shared().write(LoginNames::reconcile_login_names);
    assert_eq!(reconciled, Ok::<_, StoreError>(0));
    let forgotten =
        scratch.shared().write(|store| store.remove_login_failures(sample::now() + chrono::TimeDelta::days(9), 9));
    assert_eq!(forgotten, Ok::<_, StoreError>(0), "what was typed is gone");
}

#[test]
#[cfg(feature = "sqlite")]
fn of_two_with_one_name_on_sqlite_the_older_keeps_it() {
    let migration = [
        include_str!("../../../../migrations/sqlite/2026-11-30-000014_login_names/up.sql"),
        include_str!("../../../../migrations/sqlite/2026-11-30-000014_login_names/down.sql"),
    ];
    the_older_keeps_it(&crate::scratch::sqlite(), Scratch::on_file, migration);
}

#[test]
#[cfg(feature = "mysql")]
fn of_two_with_one_name_on_mariadb_the_older_keeps_it() {
    let migration = [
        include_str!("../../../../migrations/mysql/2026-11-30-000014_login_names/up.sql"),
        include_str!("../../../../migrations/mysql/2026-11-30-000014_login_names/down.sql"),
    ];
    the_older_keeps_it(&crate::scratch::mysql(), Scratch::on_schema, migration);
}
