//! The same on SQLite itself, where it goes wrong for real.

use application::ports::AnyStore;
use diesel::connection::SimpleConnection;
use diesel::{QueryResult, RunQueryDsl, sql_query};
use kernel::{Access, DoctorId, Guard, UnitOfWorkExt};
use uuid::Uuid;

use super::*;
use crate::connection::AnyConnection;
use crate::database::{Database, POOL_WAIT};
use crate::transaction::Transaction;

/// The rows of [`guard`] 3 and 4.
const GUARD_3: &str = "INSERT INTO guards VALUES ('doctor', x'00000000000000000000000000000003', 1)";
const GUARD_4: &str = "INSERT INTO guards VALUES ('doctor', x'00000000000000000000000000000004', 1)";

/// A row that refers to nothing.
const ORPHAN: &str = "INSERT INTO doctor_specialties VALUES (x'00', 'cardiology')";

fn scratch() -> (tempfile::TempDir, Database) {
    let folder = tempfile::tempdir().unwrap();
    let database =
        Database::open(&format!("sqlite://{}/clinic.db", folder.path().display()), 2, testkit::time_zones()).unwrap();
    database.migrate().unwrap();
    (folder, database)
}

fn guard(number: u128) -> Guard {
    Guard::Doctor(DoctorId::new(Uuid::from_u128(number)))
}

/// A part that adds this guard.
fn adds(number: u128) -> PartOf<Transaction> {
    Box::new(move |transaction| {
        transaction.attempt(&mut |store: &mut AnyStore| {
            store.add_guard(guard(number)).map_or(Verdict::RollBack, |()| Verdict::Commit)
        })
    })
}

/// A part that sends these statements, and gives up at the first that fails.
fn sends(statements: &'static [&'static str]) -> PartOf<Transaction> {
    Box::new(move |transaction| {
        let send = |connection: &mut AnyConnection| -> QueryResult<()> {
            statements.iter().try_for_each(|sql| sql_query(*sql).execute(connection).map(drop))
        };
        transaction.run(send).map_or(Ok(Verdict::RollBack), |()| Ok(Verdict::Commit))
    })
}

fn gathered(database: &Database, parts: Vec<PartOf<Transaction>>) -> Vec<Told> {
    gather(&turns(), || database.transaction(Access::Write, POOL_WAIT), parts, || {})
}

/// Which of these guards are there.
fn found<const N: usize>(database: &Database, numbers: [u128; N]) -> [bool; N] {
    numbers.map(|number| {
        let held = database.write(|store: &mut AnyStore| store.hold(&[guard(number)].into()));
        held.unwrap() == kernel::Held::All
    })
}

#[test]
fn a_part_that_the_engine_refuses_leaves_the_others() {
    let (_folder, database) = scratch();
    let told = gathered(&database, vec![adds(1), sends(&[GUARD_3]), sends(&[GUARD_4, ORPHAN]), adds(2)]);
    assert_eq!(told, all(&Ok(()), 4));
    assert_eq!(found(&database, [1, 2, 3, 4]), [true, true, true, false]);
}

#[test]
fn a_commit_that_the_engine_refuses_undoes_every_part() {
    let (_folder, database) = scratch();
    let orphan = sends(&["PRAGMA defer_foreign_keys = ON", ORPHAN]);
    let told = gathered(&database, vec![adds(1), orphan, adds(2)]);
    let is_unknown = |told: &Told| matches!(told, Some(Err(Trouble::Failed(StoreError::OutcomeUnknown { .. }))));
    assert!(told.iter().all(is_unknown), "{told:?}");
    assert_eq!(found(&database, [1, 2]), [false, false]);
}

#[test]
fn a_transaction_that_the_engine_ends_is_lost_to_all_and_the_next_one_is_not() {
    let (_folder, database) = scratch();
    let ends = sends(&["INSERT OR ROLLBACK INTO specialties VALUES ('cardiology', 'x')"]);
    let told = gathered(&database, vec![adds(1), ends, adds(2)]);
    assert_eq!(told, [Some(Err(Trouble::LostRace)), Some(Err(Trouble::LostRace)), Some(Ok(()))]);
    assert_eq!(found(&database, [1, 2]), [false, true]);
}

#[test]
fn who_fills_the_file_fails_for_good_and_the_others_may_run_again() {
    let (_folder, database) = scratch();
    database.link(Access::Write).unwrap().connection.batch_execute("PRAGMA max_page_count = 1").unwrap();
    let fills: PartOf<Transaction> = Box::new(|transaction| {
        transaction.attempt(&mut |store: &mut AnyStore| {
            // The engine takes the smallest count that holds what is there, and a page has room for a few rows.
            let added = (100..100_000).try_for_each(|number| store.add_guard(guard(number)));
            added.map_or(Verdict::RollBack, |()| Verdict::Commit)
        })
    });
    let told = gathered(&database, vec![adds(1), fills, adds(2)]);
    // SQLite ends the whole transaction when there is no room.
    assert!(
        matches!(
            told.as_slice(),
            [Some(Err(Trouble::LostRace)), Some(Err(Trouble::Failed(StoreError::Unavailable { .. }))), Some(Ok(()))]
        ),
        "{told:?}"
    );
    assert_eq!(found(&database, [1, 2, 100]), [false, true, false]);
}
