//! `kill -9` and SIGSTOP of MariaDB, while the server goes on.

use std::thread;
use std::time::{Duration, Instant};

use acceptance::mariadb::OwnMariaDb;
use acceptance::proof::{self, Waits};
use acceptance::workload::Dice;
use acceptance::{Data, Server, Workload};

use crate::life;

const ROUNDS: u32 = 1;

const BACK_MAX: Duration = Duration::from_secs(5);

/// Shorter than clients wait for an answer.
const PAUSE_MS_MIN: u64 = 500;
const PAUSE_MS_MORE: usize = 3_000;

/// Does something to MariaDB again and again, and asserts that nothing is lost and that work goes on soon afterwards.
#[track_caller]
fn rounds(what: &str, disturb: impl Fn(&OwnMariaDb, &Workload, &mut Dice)) {
    let mariadb = OwnMariaDb::start();
    let mut waits = Waits::default();
    let sum = life::rounds(
        proof::rounds(ROUNDS),
        || Data::on_mariadb(mariadb.url()),
        |life, dice| {
            disturb(&mariadb, &life.workload, dice);
            let begun = Instant::now();
            life.workload.let_pass(1);
            waits.add(begun.elapsed());
        },
    );
    proof::report("faults.md", &format!("{what}, MariaDb"), &format!("{sum}; work goes on {waits}"));
    waits.assert_within(BACK_MAX);
}

#[test]
fn no_answered_change_is_lost_when_it_is_killed_and_work_goes_on_when_it_is_back() {
    rounds("kill_database", |mariadb, workload, _| {
        mariadb.kill();
        workload.let_fail(1);
        mariadb.start_again();
        mariadb.wait_until_ready();
    });
}

#[test]
fn a_server_that_comes_up_first_waits_for_it() {
    let mariadb = OwnMariaDb::start();
    let data = Data::on_mariadb(mariadb.url());
    mariadb.kill();
    thread::scope(|scope| {
        let server = scope.spawn(|| Server::start_on(&data, &[]));
        // Longer than a connection is waited for.
        thread::sleep(Duration::from_secs(2));
        assert!(!server.is_finished(), "nobody serves without a database");
        mariadb.start_again();
        assert!(server.join().unwrap().stderr().contains("waiting for the database"));
    });
}

#[test]
fn no_answered_change_is_lost_when_it_stands_still_and_work_goes_on_with_it() {
    rounds("stopped_database", |mariadb, _, dice| {
        mariadb.pause();
        let more = u64::try_from(dice.roll(PAUSE_MS_MORE)).unwrap();
        thread::sleep(Duration::from_millis(PAUSE_MS_MIN + more));
        mariadb.resume();
    });
}
