//! Somebody changes the audit log with SQL, behind the program's back.

use std::collections::BTreeSet;
use std::sync::Arc;

use application::audit::{AuditAction, AuditEntry, Finding, Head, SealKeeper, Search};
use application::{App, Settings};
use chrono::TimeDelta;
use kernel::{StoreError, UnitOfWorkExt};
use testkit::{FixedClock, PlainPasswords, PlainSeals, PlainTokens, SequentialIds, sample};
use uuid::Uuid;

use crate::scratch::Scratch;

fn entry(n: i64) -> AuditEntry {
    AuditEntry {
        id: sample::fresh(),
        at: sample::now() + TimeDelta::seconds(n),
        actor: None,
        role: None,
        action: AuditAction::AccountCreated,
        subject: Some(sample::fresh()),
        address: None,
        detail: None,
        shown: BTreeSet::new(),
        state: None,
    }
}

fn app(scratch: &Scratch) -> App {
    App::new(
        scratch.shared(),
        Arc::new(FixedClock::at(sample::now() + TimeDelta::hours(1))),
        Arc::new(SequentialIds::default()),
        Arc::new(PlainPasswords),
        Arc::new(PlainTokens::default()),
        Settings::default(),
    )
}

/// A log of five sealed entries, and their ids.
fn sealed(scratch: &Scratch, app: App) -> (App, [Uuid; 5]) {
    let entries = [0, 1, 2, 3, 4].map(entry);
    let stored: Result<(), StoreError> =
        scratch.shared().write(|store| entries.iter().try_for_each(|entry| store.add_audit(entry)));
    stored.unwrap();
    assert_eq!(app.seal_audit(Search::Everything), Ok(5));
    assert_eq!(app.verify_audit().unwrap().findings, []);
    (app, entries.map(|entry| entry.id))
}

fn hex(id: Uuid) -> String {
    format!("x'{}'", id.simple())
}

/// Somebody who has the database, but neither the key nor the file beside it, makes a part of the log anew.
fn who_has_no_key_is_found(scratch: &Scratch, run: fn(&Scratch, &str)) {
    let seals = Arc::new(PlainSeals::with_key(7));
    let (keyed, [.., fourth, fifth]) = sealed(scratch, app(scratch).with_seal_keeper(seals.clone()));
    let verified = || keyed.verify_audit().unwrap();
    assert_eq!((verified().keyed_from, verified().findings), (Some(1), vec![]));
    let head = seals.head();

    // A file that is behind is fine, and so is one that is lost.
    seals.put(head.clone().map(|head| Head { seq: 2, hash: hash_of_seal(scratch, 2), ..head }));
    assert_eq!(verified().findings, []);
    seals.put(None);
    assert_eq!(verified().findings, []);
    seals.put(head.clone());

    // The end is cut off with its seal.
    run(scratch, &format!("DELETE FROM audit WHERE id = {}", hex(fifth)));
    run(scratch, "DELETE FROM audit_seals WHERE seq = 5");
    assert_eq!(verified().findings, [Finding::CutOff { seq: 5 }]);

    // What is before it is changed, and sealed anew by who has no key.
    run(scratch, &format!("UPDATE audit SET action = 'logged_in' WHERE id = {}", hex(fourth)));
    run(scratch, "DELETE FROM audit_seals WHERE seq = 4");
    assert_eq!(app(scratch).seal_audit(Search::Everything), Ok(1));
    assert_eq!(verified().findings, [Finding::CutOff { seq: 5 }]);
    seals.put(None);
    assert_eq!(verified().findings, [Finding::ForeignSeals { first: 4, last: 4 }]);
    seals.put(head.clone());

    // The log goes on, and what is kept stays what it was.
    let stored: Result<(), StoreError> = scratch.shared().write(|store| store.add_audit(&entry(9)));
    stored.unwrap();
    assert_eq!(keyed.seal_audit(Search::Everything), Ok(1));
    assert_eq!(verified().findings, [Finding::AnotherEnd { seq: 5 }]);
    assert_eq!(seals.head(), head);

    // A seal of another key.
    let other = app(scratch).with_seal_keeper(Arc::new(PlainSeals::with_key(8)));
    assert_eq!((keyed.has_seal_key(), other.has_seal_key()), (Ok(true), Ok(false)));
    run(scratch, "UPDATE audit_seals SET mac = hash WHERE seq = 2 OR seq = 3");
    assert!(verified().findings.contains(&Finding::ForeignSeals { first: 2, last: 3 }));
}

/// The hash of this seal.
fn hash_of_seal(scratch: &Scratch, seq: u64) -> [u8; 32] {
    let found: Result<_, StoreError> = scratch.shared().read(|store| store.seals_after(seq - 1, 1));
    found.unwrap().first().map(|found| found.seal.hash).unwrap()
}

/// A log whose first seals were made by an earlier version goes on with a key, also where such a version still seals.
fn an_upgraded_log_is_whole(scratch: &Scratch) {
    let seals = Arc::new(PlainSeals::with_key(7));
    let (earlier, _) = sealed(scratch, app(scratch));
    let keyed = app(scratch).with_seal_keeper(seals.clone());
    let verified = || keyed.verify_audit().unwrap();
    assert_eq!((verified().keyed_from, verified().findings), (None, vec![]));
    let more = |by: &App, n: i64| {
        let stored: Result<(), StoreError> = scratch.shared().write(|store| store.add_audit(&entry(n)));
        stored.unwrap();
        assert_eq!(by.seal_audit(Search::Everything), Ok(1));
        verified()
    };
    let verified = more(&keyed, 6);
    assert_eq!((verified.keyed_from, verified.findings), (Some(6), vec![]));
    let verified = more(&earlier, 7);
    assert_eq!((verified.keyed_from, verified.findings), (Some(6), vec![]));
    let verified = more(&keyed, 8);
    assert_eq!((verified.keyed_from, verified.findings), (Some(6), vec![]));
    assert_eq!(seals.head().map(|head| head.seq), Some(8));

    // Key and end are lost: another key begins, and says from where on.
    let anew = app(scratch).with_seal_keeper(Arc::new(PlainSeals::with_key(9)));
    more(&anew, 9);
    let verified = anew.verify_audit().unwrap();
    assert_eq!((verified.keyed_from, verified.findings), (Some(9), vec![]));
}

fn is_found(scratch: &Scratch, run: fn(&Scratch, &str)) {
    let (app, [first, second, third, fourth, _]) = sealed(scratch, app(scratch));
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

#[test]
#[cfg(feature = "sqlite")]
fn who_has_the_database_and_not_the_key_is_found_on_sqlite() {
    who_has_no_key_is_found(&crate::scratch::sqlite(), Scratch::on_file);
}

#[test]
#[cfg(feature = "mysql")]
fn who_has_the_database_and_not_the_key_is_found_on_mariadb() {
    who_has_no_key_is_found(&crate::scratch::mysql(), Scratch::on_schema);
}

#[test]
#[cfg(feature = "sqlite")]
fn a_log_goes_on_with_a_key_after_an_upgrade_on_sqlite() {
    an_upgraded_log_is_whole(&crate::scratch::sqlite());
}

#[test]
#[cfg(feature = "mysql")]
fn a_log_goes_on_with_a_key_after_an_upgrade_on_mariadb() {
    an_upgraded_log_is_whole(&crate::scratch::mysql());
}
