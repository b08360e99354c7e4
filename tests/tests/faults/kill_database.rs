//! `kill -9` and SIGSTOP of MariaDB, while the server goes on.

use std::thread;
use std::time::{Duration, Instant};

use acceptance::mariadb::OwnMariaDb;
use acceptance::{Data, proof};

use crate::life;

const ROUNDS: u32 = 2;

const BACK_MAX: Duration = Duration::from_secs(5);

/// Shorter than clients wait for an answer.
const PAUSE_MS_MIN: u64 = 500;
const PAUSE_MS_MORE: usize = 3_000;

#[test]
fn no_answered_change_is_lost_when_it_is_killed_and_work_goes_on_when_it_is_back() {
    let mariadb = OwnMariaDb::start();
    let mut slowest = Duration::ZERO;
    let sum = life::rounds(
        proof::rounds(ROUNDS),
        || Data::on_mariadb(mariadb.url()),
        |life, _| {
            mariadb.kill();
            life.workload.let_fail(1);
            mariadb.start_again();
            mariadb.wait_until_ready();
            let begun = Instant::now();
            life.workload.let_pass(1);
            slowest = begun.elapsed().max(slowest);
        },
    );
    proof::report("faults.md", "kill_database, MariaDb", &format!("{sum}; work goes on after {slowest:.2?} at most"));
    assert!(slowest <= BACK_MAX, "work went on after {slowest:?}");
}

#[test]
fn no_answered_change_is_lost_when_it_stands_still_and_work_goes_on_with_it() {
    let mariadb = OwnMariaDb::start();
    let mut slowest = Duration::ZERO;
    let sum = life::rounds(
        proof::rounds(ROUNDS),
        || Data::on_mariadb(mariadb.url()),
        |life, dice| {
            mariadb.pause();
            let more = u64::try_from(dice.roll(PAUSE_MS_MORE)).unwrap();
            thread::sleep(Duration::from_millis(PAUSE_MS_MIN + more));
            mariadb.resume();
            let begun = Instant::now();
            life.workload.let_pass(1);
            slowest = begun.elapsed().max(slowest);
        },
    );
    proof::report(
        "faults.md",
        "stopped_database, MariaDb",
        &format!("{sum}; work goes on after {slowest:.2?} at most"),
    );
    assert!(slowest <= BACK_MAX, "work went on after {slowest:?}");
}
