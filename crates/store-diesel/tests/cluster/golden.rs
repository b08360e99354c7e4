//! What Galera does when something goes wrong, and what becomes of the unit of work.

use std::collections::BTreeSet;
use std::sync::Barrier;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;

use application::node::{Node, Standing, Unready};
use application::ports::AnyStore;
use diesel::MysqlConnection;
use diesel::connection::{AnsiTransactionManager, SimpleConnection, TransactionManager};
use diesel::result::{DatabaseErrorKind, Error};
use kernel::{Guard, StoreError, UnitOfWorkExt};
use store_diesel::ClusterNode;

use crate::nodes::{Nodes, ask, wait_until};

const HOLD: &str = "UPDATE guards SET revision = revision + 1 WHERE kind = 'admins'";

type Transactions = AnsiTransactionManager;

fn begin(connection: &mut MysqlConnection) {
    Transactions::begin_transaction_sql(connection, "START TRANSACTION").unwrap();
}

fn hold(store: &mut AnyStore) -> Result<(), StoreError> {
    store.hold(&BTreeSet::from([Guard::Admins])).map(|_| ())
}

/// How often the guard was held, on this node, once it has applied what others did.
fn revision(connection: &mut MysqlConnection) -> u32 {
    connection.batch_execute("SET SESSION wsrep_sync_wait = 1").unwrap();
    let told = "SELECT CAST(revision AS CHAR) AS told FROM guards WHERE kind = 'admins'";
    ask(connection, told).parse().unwrap()
}

fn is_unknown(error: &Error, text: &str) -> bool {
    matches!(error, Error::DatabaseError(DatabaseErrorKind::Unknown, said) if said.message().contains(text))
}

#[test]
fn diesel_does_not_know_the_deadlock_at_commit_and_the_classifier_does() {
    let nodes = Nodes::new();
    let (here, there) = (&mut nodes.raw(0), &mut nodes.raw(1));
    begin(there);
    there.batch_execute(HOLD).unwrap();
    here.batch_execute(HOLD).unwrap();
    revision(&mut nodes.raw(1));
    let error = Transactions::commit_transaction(there).unwrap_err();
    // diesel sends a ROLLBACK after it, which must not hide what was said first.
    let error = if let Error::RollbackErrorOnCommit { commit_error, .. } = error { *commit_error } else { error };
    assert!(is_unknown(&error, "Deadlock found"), "{error:?}");
}

#[test]
fn of_two_nodes_that_hold_one_guard_the_later_runs_its_work_again() {
    let nodes = Nodes::new();
    let before = revision(&mut nodes.raw(0));
    let both_hold_it = Barrier::new(2);
    let runs = AtomicU32::new(0);
    thread::scope(|scope| {
        for database in nodes.databases.iter().take(2) {
            scope.spawn(|| {
                let mut own_runs = 0;
                let held = database.write(|store: &mut AnyStore| {
                    own_runs += 1;
                    runs.fetch_add(1, Ordering::SeqCst);
                    let held = hold(store);
                    if own_runs == 1 {
                        both_hold_it.wait();
                    }
                    held
                });
                assert_eq!(held, Ok(()));
            });
        }
    });
    let runs = runs.into_inner();
    println!("two nodes, one guard: {runs} runs");
    assert!(3 <= runs, "{runs} runs");
    assert_eq!(revision(&mut nodes.raw(0)), before + 2);
}

#[test]
fn what_lost_before_its_rollback_keeps_its_answer_and_spoils_no_connection() {
    let nodes = Nodes::new();
    let [here, there, _] = nodes.databases.as_slice() else { panic!("three nodes") };
    let mut runs = 0;
    let refused = there.write(|store: &mut AnyStore| {
        runs += 1;
        hold(store)?;
        here.write(hold)?;
        revision(&mut nodes.raw(1));
        Err::<(), _>(StoreError::Failed { reason: "refused".to_owned() })
    });
    assert_eq!((refused, runs), (Err(StoreError::Failed { reason: "refused".to_owned() }), 1));
    for _ in 0..40 {
        assert_eq!(there.write(hold), Ok(()));
    }
}

#[test]
fn what_lost_before_its_next_statement_is_run_again() {
    let nodes = Nodes::new();
    let [here, there, _] = nodes.databases.as_slice() else { panic!("three nodes") };
    let mut runs = 0;
    let held = there.write(|store: &mut AnyStore| {
        runs += 1;
        hold(store)?;
        if runs == 1 {
            here.write(hold)?;
            revision(&mut nodes.raw(1));
        }
        hold(store)
    });
    assert_eq!((held, runs), (Ok(()), 2));
}

#[test]
fn a_rollback_of_what_has_lost_is_a_deadlock_too_and_breaks_the_connection() {
    let nodes = Nodes::new();
    let (here, there) = (&mut nodes.raw(0), &mut nodes.raw(1));
    begin(there);
    there.batch_execute(HOLD).unwrap();
    here.batch_execute(HOLD).unwrap();
    revision(&mut nodes.raw(1));
    let error = Transactions::rollback_transaction(there).unwrap_err();
    assert!(is_unknown(&error, "Deadlock found"), "{error:?}");
    assert!(Transactions::is_broken_transaction_manager(there));
}

/// A node that neither hears the others nor is heard, as if its network were gone, for as long as this lives.
struct Isolated(MysqlConnection);

impl Isolated {
    fn new(mut node: MysqlConnection) -> Self {
        node.batch_execute("SET GLOBAL wsrep_provider_options = 'gmcast.isolate=1'").unwrap();
        Self(node)
    }
}

impl Drop for Isolated {
    fn drop(&mut self) {
        self.0.batch_execute("SET GLOBAL wsrep_provider_options = 'gmcast.isolate=0'").unwrap();
    }
}

#[test]
fn a_node_that_lost_its_cluster_is_not_ready_and_does_nothing_until_it_is_back() {
    let nodes = Nodes::new();
    let there = nodes.databases.get(1).unwrap();
    let node = ClusterNode::at(&nodes.url(1)).unwrap();
    let mut isolated = None;
    assert_eq!(node.standing(), Ok(Standing::Member));
    // A wish that comes in the middle: the node is there when the work begins.
    let mut runs = 0;
    let held = there.write(|store: &mut AnyStore| {
        runs += 1;
        hold(store)?;
        if runs == 1 {
            isolated = Some(Isolated::new(nodes.raw(1)));
            wait_until("the node to say no", || node.standing() != Ok(Standing::Member));
        }
        hold(store)
    });
    let off = Unready { name: "wsrep_ready".to_owned(), found: "OFF".to_owned() };
    assert_eq!(node.standing(), Ok(Standing::Unready(off)));
    assert!(matches!(held, Err(StoreError::Unavailable { .. })), "{held:?}");
    let read = there.read(|store: &mut AnyStore| store.count_active_admins());
    let is_told = |reason: &str| reason.contains("WSREP") || reason == "a read was kept waiting";
    assert!(matches!(&read, Err(StoreError::Unavailable { reason }) if is_told(reason)), "{read:?}");
    let others = nodes.databases.first().unwrap().write(hold);
    assert_eq!(others, Ok(()), "two of three go on");

    drop(isolated);
    wait_until("the node to be back", || node.standing() == Ok(Standing::Member));
    assert_eq!(there.write(hold), Ok(()));
    assert_eq!(revision(&mut nodes.raw(1)), revision(&mut nodes.raw(0)));
}
