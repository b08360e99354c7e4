//! What MariaDB does when something goes wrong, and what becomes of the unit of work.

use std::collections::BTreeSet;
use std::sync::Barrier;
use std::sync::atomic::{AtomicU32, Ordering};

use application::ports::AnyStore;
use diesel::connection::SimpleConnection;
use diesel::result::{DatabaseErrorKind, Error};
use diesel::{MysqlConnection, RunQueryDsl};
use kernel::{AccountId, DoctorId, Guard, PatientId, Role, StoreError, UnitOfWorkExt};
use testkit::sample;

use crate::scratch::{Scratch, connect, mysql};

fn run(connection: &mut MysqlConnection, sql: &str) -> diesel::QueryResult<usize> {
    diesel::sql_query(sql).execute(connection)
}

fn hold(store: &mut AnyStore, guard: Guard) -> Result<(), StoreError> {
    store.hold(&BTreeSet::from([guard])).map(|_| ())
}

/// A doctor's and a patient's guard.
fn guards(scratch: &Scratch) -> (Guard, Guard) {
    let doctor = Guard::Doctor(DoctorId::new(sample::fresh()));
    let patient = Guard::Patient(PatientId::new(sample::fresh()));
    scratch
        .write(|store: &mut AnyStore| {
            store.add_guard(doctor)?;
            store.add_guard(patient)
        })
        .unwrap();
    (doctor, patient)
}

#[test]
fn diesel_says_what_the_classifier_expects() {
    let scratch = mysql();
    let connection = &mut connect(&scratch.url);
    for (sql, expected) in [
        ("INSERT INTO specialties VALUES ('cardiology', 'x')", DatabaseErrorKind::UniqueViolation),
        ("INSERT INTO specialties VALUES ('x', NULL)", DatabaseErrorKind::NotNullViolation),
        (
            "INSERT INTO doctor_specialties VALUES (REPEAT('x', 16), 'cardiology')",
            DatabaseErrorKind::ForeignKeyViolation,
        ),
    ] {
        match run(connection, sql) {
            Err(Error::DatabaseError(kind, _)) => assert_eq!(format!("{kind:?}"), format!("{expected:?}")),
            other => panic!("{sql}: {other:?}"),
        }
    }
}

#[test]
fn a_transaction_that_was_rolled_back_has_lost_its_savepoint() {
    let scratch = mysql();
    let connection = &mut connect(&scratch.url);
    let ended = "SET autocommit = 0; START TRANSACTION READ WRITE; SAVEPOINT unit; ROLLBACK; \
                 UPDATE guards SET revision = 7; RELEASE SAVEPOINT unit; COMMIT";
    let error = connection.batch_execute(ended).unwrap_err();
    assert!(error.to_string().contains("SAVEPOINT unit does not exist"), "{error}");
    connection.batch_execute("ROLLBACK").unwrap();
    assert_eq!(run(connection, "UPDATE guards SET revision = 8 WHERE revision = 7"), Ok(0), "it was not kept");
}

#[test]
fn an_unchanged_row_counts_as_found() {
    let scratch = mysql();
    assert_eq!(run(&mut connect(&scratch.url), "UPDATE guards SET revision = revision WHERE kind = 'admins'"), Ok(1));
}

#[test]
fn a_unique_violation_is_a_lost_race() {
    let scratch = mysql();
    let account = sample::account(Role::Admin, "Ada");
    scratch.write(|store: &mut AnyStore| store.add_account(&account)).unwrap();
    let mut runs = 0;
    let again = scratch.write(|store: &mut AnyStore| {
        runs += 1;
        store.add_account(&account)
    });
    assert_eq!(again, Err(StoreError::Contended { attempts: runs }));
    assert!(2 <= runs, "it was run {runs} times");
}

#[test]
fn a_missing_parent_is_a_failure_and_not_a_race() {
    let scratch = mysql();
    let account = sample::account(Role::Admin, "Ada");
    let orphan = sample::patient(AccountId::new(sample::fresh()));
    let mut runs = 0;
    let swallowed = scratch.write(|store: &mut AnyStore| {
        runs += 1;
        store.add_account(&account)?;
        let _ = store.add_patient(&orphan);
        Ok::<_, StoreError>(())
    });
    assert!(
        matches!(&swallowed, Err(StoreError::Failed { reason }) if reason.contains("foreign key")),
        "{swallowed:?}"
    );
    assert_eq!(runs, 1);
    assert_eq!(scratch.read(|store: &mut AnyStore| store.account(account.id)), Ok(None), "and nothing was kept");
}

#[test]
fn of_two_that_wait_for_each_other_one_is_run_again() {
    let scratch = mysql();
    // The victim was rolled back by the server; what it still sent would be kept without the rest.
    let afterthought = sample::account(Role::Admin, "Ada");
    let (doctor, patient) = guards(&scratch);
    let both_hold_one = Barrier::new(2);
    let runs = AtomicU32::new(0);
    let crosswise = |first: Guard, second: Guard| {
        let mut own_runs = 0;
        scratch.write(|store: &mut AnyStore| {
            own_runs += 1;
            runs.fetch_add(1, Ordering::SeqCst);
            hold(store, first)?;
            if own_runs == 1 {
                both_hold_one.wait();
            }
            let held = hold(store, second);
            if held.is_err() {
                let _ = store.add_account(&afterthought);
            }
            held
        })
    };
    std::thread::scope(|scope| {
        let one = scope.spawn(|| crosswise(doctor, patient));
        let other = scope.spawn(|| crosswise(patient, doctor));
        assert_eq!((one.join().unwrap(), other.join().unwrap()), (Ok(()), Ok(())));
    });
    assert!(3 <= runs.load(Ordering::SeqCst), "one of the two was the victim");
    assert_eq!(scratch.read(|store: &mut AnyStore| store.account(afterthought.id)), Ok(None));
}

#[test]
fn a_guard_that_is_not_given_up_is_a_lost_race() {
    let scratch = mysql();
    let (doctor, _) = guards(&scratch);
    let held = scratch.write(|store: &mut AnyStore| {
        hold(store, doctor)?;
        let mut runs = 0;
        let other = scratch.write(|store: &mut AnyStore| {
            runs += 1;
            hold(store, doctor)
        });
        assert_eq!(other, Err(StoreError::Contended { attempts: runs }));
        Ok::<_, StoreError>(())
    });
    assert_eq!(held, Ok(()));
}

#[test]
fn a_connection_that_is_killed_in_the_work_is_replaced() {
    let scratch = mysql();
    let (doctor, _) = guards(&scratch);
    let mut runs = 0;
    let held = scratch.write(|store: &mut AnyStore| {
        runs += 1;
        hold(store, doctor)?;
        if runs == 1 {
            scratch.kill_connections();
        }
        hold(store, doctor)
    });
    assert_eq!(held, Ok(()));
    assert!(2 <= runs, "it was run {runs} times");
}

#[test]
fn connections_that_were_killed_in_the_pool_are_replaced() {
    let scratch = mysql();
    let (doctor, _) = guards(&scratch);
    scratch.kill_connections();
    assert_eq!(scratch.write(|store: &mut AnyStore| hold(store, doctor)), Ok(()));
}

#[test]
fn a_connection_that_is_lost_at_commit_leaves_the_outcome_unknown() {
    let scratch = mysql();
    let (doctor, _) = guards(&scratch);
    let mut runs = 0;
    let held = scratch.write(|store: &mut AnyStore| {
        runs += 1;
        hold(store, doctor)?;
        scratch.kill_connections();
        Ok::<_, StoreError>(())
    });
    assert!(matches!(held, Err(StoreError::OutcomeUnknown { .. })), "{held:?}");
    assert_eq!(runs, 1, "it is never run again by itself");
}

#[test]
fn a_read_loses_nothing_with_its_connection() {
    let scratch = mysql();
    let counted = scratch.read(|store: &mut AnyStore| {
        let count = store.count_active_admins()?;
        scratch.kill_connections();
        Ok::<_, StoreError>(count)
    });
    assert_eq!(counted, Ok(0));
}
