//! Somebody changes the audit log with SQL, behind the program's back.

use std::collections::BTreeSet;
use std::sync::Arc;

use application::audit::{AuditAction, AuditEntry, Finding, Search};
use application::{App, Settings};
use chrono::TimeDelta;
use kernel::{StoreError, UnitOfWorkExt};
use testkit::{FixedClock, PlainPasswords, PlainTokens, SequentialIds, sample};
use uuid::Uuid;

use crate::scratch::Scratch;

/// A log of five sealed entries, and their ids.
fn sealed(scratch: &Scratch) -> (App, [Uuid; 5]) {
    let app = App::new(
        scratch.shared(),
        Arc::new(FixedClock::at(sample::now() + TimeDelta::hours(1))),
        Arc::new(SequentialIds::default()),
        Arc::new(PlainPasswords),
        Arc::new(PlainTokens::default()),
        Settings::default(),
    );
    let entry = |n: i64| AuditEntry {
        id: sample::fresh(),
        at: sample::now() + TimeDelta::seconds(n),
        actor: None,
        role: None,
        action: AuditAction::AccountCreated,
        subject: Some(sample::fresh()),
        address: None,
        detail: None,
        shown: BTreeSet::new(),
    };
    let entries = [0, 1, 2, 3, 4].map(entry);
    let stored: Result<(), StoreError> =
        scratch.shared().write(|store| entries.iter().try_for_each(|entry| store.add_audit(entry)));
    stored.unwrap();
    assert_eq!(app.seal_audit(Search::Everything), Ok(5));
    assert_eq!(app.verify_audit().unwrap().findings, []);
    (app, entries.map(|entry| entry.id))
}

fn is_found(scratch: &Scratch, run: fn(&Scratch, &str)) {
    let (app, [first, second, third, fourth, _]) = sealed(scratch);
    let hex = |id: Uuid| format!("x'{}'", id.simple());
    let findings = || app.verify_audit().unwrap().findings;

    // A row is changed, and put back.
    run(scratch, &format!("UPDATE audit SET action = 'logged_in' WHERE id = {}", hex(second)));
    assert_eq!(findings(), [Finding::Changed { seq: 2, entry: second }]);
    run(scratch, &format!("UPDATE audit SET action = 'account_created', address = '::1' WHERE id = {}", hex(second)));
    assert_eq!(findings(), [Finding::Changed { seq: 2, entry: second }]);
    run(scratch, &format!("UPDATE audit SET address = NULL WHERE id = {}", hex(second)));
    assert_eq!(findings(), []);

    // A seal is changed: of an entry that is right it says something else.
    let first_hash = "(SELECT h FROM (SELECT hash AS h FROM audit_seals WHERE seq = 1) one)";
    run(scratch, &format!("UPDATE audit_seals SET hash = {first_hash} WHERE seq = 3"));
    assert_eq!(findings(), [Finding::BrokenLink { seq: 3 }]);

    // A seal is removed; the entry, which has none now, does not get its old place again.
    run(scratch, "DELETE FROM audit_seals WHERE seq = 3");
    let unsealed = Finding::Unsealed { entries: 1, oldest: third, at: sample::now() + TimeDelta::seconds(2) };
    assert_eq!(findings(), [Finding::MissingSeals { first: 3, last: 3 }, unsealed]);
    assert_eq!(app.seal_audit(Search::Everything), Ok(1));
    assert_eq!(findings(), [Finding::MissingSeals { first: 3, last: 3 }]);

    // A row is removed, and another with its seal.
    run(scratch, &format!("DELETE FROM audit WHERE id = {}", hex(fourth)));
    run(scratch, &format!("DELETE FROM audit WHERE id = {}", hex(first)));
    run(scratch, "DELETE FROM audit_seals WHERE seq = 1");
    assert_eq!(
        findings(),
        [
            Finding::MissingSeals { first: 1, last: 1 },
            Finding::MissingSeals { first: 3, last: 3 },
            Finding::MissingEntry { seq: 4, entry: fourth },
        ]
    );
}

#[test]
#[cfg(feature = "sqlite")]
fn whatever_is_changed_or_removed_on_sqlite_is_found() {
    is_found(&crate::scratch::sqlite(), Scratch::on_file);
}

#[test]
#[cfg(feature = "mysql")]
fn whatever_is_changed_or_removed_on_mariadb_is_found() {
    is_found(&crate::scratch::mysql(), Scratch::on_schema);
}
