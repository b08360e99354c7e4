//! `kill -9` of the server.

use std::time::Duration;

use acceptance::{Data, Engine, on_each_engine, proof};

use crate::life;

on_each_engine!(no_answered_change_is_lost_and_the_next_server_is_ready_at_once);

const ROUNDS: u32 = 3;

const READY_MAX: Duration = Duration::from_secs(2);

fn no_answered_change_is_lost_and_the_next_server_is_ready_at_once(engine: Engine) {
    let mut slowest = Duration::ZERO;
    let sum = life::rounds(
        proof::rounds(ROUNDS),
        || Data::new(engine),
        |life, _| {
            life.kill();
            slowest = life.serve().max(slowest);
        },
    );
    proof::report(
        "faults.md",
        &format!("kill_server, {engine:?}"),
        &format!("{sum}; ready after {slowest:.2?} at most"),
    );
    assert!(slowest <= READY_MAX, "a server was ready after {slowest:?}");
}
