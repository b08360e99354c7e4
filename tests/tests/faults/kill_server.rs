//! `kill -9` of the server.

use std::time::Duration;

use acceptance::proof::{self, Waits};
use acceptance::{Data, Engine, on_each_engine};

use crate::life;

on_each_engine!(no_answered_change_is_lost_and_the_next_server_is_ready_at_once);

const ROUNDS: u32 = 2;

const READY_MAX: Duration = Duration::from_secs(2);

fn no_answered_change_is_lost_and_the_next_server_is_ready_at_once(engine: Engine) {
    let mut waits = Waits::default();
    let sum = life::rounds(
        proof::rounds(ROUNDS),
        || Data::new(engine),
        |life, _| {
            life.kill();
            waits.add(life.serve());
        },
    );
    proof::report("faults.md", &format!("kill_server, {engine:?}"), &format!("{sum}; ready {waits}"));
    waits.assert_within(READY_MAX);
}
