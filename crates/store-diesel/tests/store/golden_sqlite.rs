//! What SQLite does when something goes wrong, and what becomes of the unit of work.

use std::collections::BTreeSet;

use application::ports::AnyStore;
use diesel::connection::SimpleConnection;
use diesel::result::{DatabaseErrorKind, Error};
use diesel::{Connection, SqliteConnection};
use kernel::{AccountId, Guard, Role, StoreError, UnitOfWorkExt};
use testkit::sample;

use crate::scratch::{Scratch, sqlite};

/// A connection that knows nothing of the store.
fn stranger(scratch: &Scratch) -> SqliteConnection {
    SqliteConnection::establish(scratch.url.trim_start_matches("sqlite://")).unwrap()
}

fn kind(result: diesel::QueryResult<usize>) -> Option<(String, String)> {
    match result {
        Err(Error::DatabaseError(kind, information)) => Some((format!("{kind:?}"), information.message().to_owned())),
        _ => None,
    }
}

fn run(connection: &mut SqliteConnection, sql: &str) -> diesel::QueryResult<usize> {
    diesel::RunQueryDsl::execute(diesel::sql_query(sql), connection)
}

#[test]
fn diesel_says_what_the_classifier_expects() {
    let scratch = sqlite();
    let connection = &mut stranger(&scratch);
    connection.batch_execute("PRAGMA foreign_keys = ON").unwrap();
    for (sql, expected, text) in [
        ("INSERT INTO specialties VALUES ('cardiology', 'x')", DatabaseErrorKind::UniqueViolation, "specialties.code"),
        ("INSERT INTO specialties VALUES ('x', NULL)", DatabaseErrorKind::NotNullViolation, "specialties.name"),
        (
            "INSERT INTO doctor_specialties VALUES (x'00', 'cardiology')",
            DatabaseErrorKind::ForeignKeyViolation,
            "FOREIGN KEY",
        ),
    ] {
        let (kind, message) = kind(run(connection, sql)).unwrap();
        assert_eq!(kind, format!("{expected:?}"));
        assert!(message.contains(text), "{message}");
    }
}

#[test]
fn an_unchanged_row_counts_as_found() {
    let scratch = sqlite();
    assert_eq!(run(&mut stranger(&scratch), "UPDATE guards SET revision = revision WHERE kind = 'admins'"), Ok(1));
}

#[test]
fn a_unique_violation_is_a_lost_race() {
    let scratch = sqlite();
    let account = sample::account(Role::Admin, "Ada");
    scratch.write(|store: &mut AnyStore| store.add_account(&account)).unwrap();
    let mut runs = 0;
    let again = scratch.write(|store: &mut AnyStore| {
        runs += 1;
        store.add_account(&account)
    });
    assert_eq!((again, runs), (Err(StoreError::Contended { attempts: runs }), runs));
    assert!(2 <= runs, "it was run {runs} times");
}

#[test]
fn a_missing_parent_is_a_failure_and_not_a_race() {
    let scratch = sqlite();
    let orphan = sample::patient(AccountId::new(sample::fresh()));
    let mut runs = 0;
    let added = scratch.write(|store: &mut AnyStore| {
        runs += 1;
        store.add_patient(&orphan)
    });
    assert!(matches!(&added, Err(StoreError::Failed { reason }) if reason.contains("FOREIGN KEY")), "{added:?}");
    assert_eq!(runs, 1);
}

#[test]
fn a_failure_that_the_work_swallows_is_not_committed() {
    let scratch = sqlite();
    let account = sample::account(Role::Admin, "Ada");
    let orphan = sample::patient(AccountId::new(sample::fresh()));
    let swallowed = scratch.write(|store: &mut AnyStore| {
        store.add_account(&account)?;
        let _ = store.add_patient(&orphan);
        Ok::<_, StoreError>(())
    });
    assert!(matches!(swallowed, Err(StoreError::Failed { .. })), "{swallowed:?}");
    assert_eq!(scratch.read(|store: &mut AnyStore| store.account(account.id)), Ok(None));
}

#[test]
fn a_writer_waits_for_its_turn_only_so_long() {
    let scratch = sqlite();
    let write = |_: &mut AnyStore| scratch.write(|store: &mut AnyStore| store.count_active_admins());
    let within = scratch.write(write);
    assert!(matches!(within, Err(StoreError::Unavailable { .. })), "{within:?}");
}

#[test]
fn work_that_panics_leaves_nothing_and_holds_nothing() {
    let scratch = sqlite();
    let account = sample::account(Role::Admin, "Ada");
    let panicked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        scratch.write(|store: &mut AnyStore| -> Result<(), StoreError> {
            store.add_account(&account)?;
            panic!("half way")
        })
    }));
    assert!(panicked.is_err());
    assert_eq!(scratch.write(|store: &mut AnyStore| store.account(account.id)), Ok(None));
}

#[test]
fn a_lock_that_is_not_given_up_is_a_lost_race() {
    let scratch = sqlite();
    let other = &mut stranger(&scratch);
    other.batch_execute("BEGIN IMMEDIATE").unwrap();
    let mut runs = 0;
    let held = scratch.write(|store: &mut AnyStore| {
        runs += 1;
        store.hold(&BTreeSet::from([Guard::Admins])).map(|_| ())
    });
    assert!(matches!(held, Err(StoreError::Contended { .. })), "{held:?}");
    assert_eq!(runs, 0, "the work begins only when the lock is there");
    assert_eq!(scratch.read(|store: &mut AnyStore| store.count_active_admins()), Ok(0), "readers do not wait");

    other.batch_execute("ROLLBACK").unwrap();
    let held = scratch.write(|store: &mut AnyStore| store.hold(&BTreeSet::from([Guard::Admins])).map(|_| ()));
    assert_eq!(held, Ok(()));
}

#[test]
fn many_writers_queue_and_none_is_turned_away() {
    const WRITERS: i64 = 24;
    const WRITES: i64 = 20;
    let scratch = sqlite();
    let write = || scratch.write(|store: &mut AnyStore| store.hold(&BTreeSet::from([Guard::Admins])).map(|_| ()));
    std::thread::scope(|scope| {
        for _ in 0..WRITERS {
            scope.spawn(|| assert!((0..WRITES).all(|_| write() == Ok(()))));
        }
    });
    let held = diesel::RunQueryDsl::get_result::<i64>(
        diesel::dsl::sql::<diesel::sql_types::BigInt>("SELECT revision FROM guards WHERE kind = 'admins'"),
        &mut stranger(&scratch),
    );
    assert_eq!(held, Ok(1 + WRITERS * WRITES));
}
