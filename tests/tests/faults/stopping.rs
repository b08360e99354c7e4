//! SIGTERM under load.

use acceptance::invariants::{assert_whole, told_later, untold};
use acceptance::proof::{self, Sum};
use acceptance::workload::ACTIVE_AT_ONCE;
use acceptance::{Data, Engine, Server, Workload, on_each_engine, wait};

use crate::life::{CLIENTS, evidence_of};

on_each_engine!(whoever_was_let_in_is_answered_before_the_server_ends);

const ROUNDS: u32 = 2;

/// Ends it as a service manager does.
#[track_caller]
pub(crate) fn stop(server: &mut Server) {
    server.terminate();
    let ended = wait::until("the server to end", || server.ended());
    assert_eq!(ended.code(), Some(0), "{}", server.stderr());
}

fn whoever_was_let_in_is_answered_before_the_server_ends(engine: Engine) {
    let mut sum = Sum::of(proof::rounds(ROUNDS));
    let data = Data::new(engine);
    let evidence = evidence_of(&data);
    for seed in 0..sum.rounds {
        let mut server = Server::start_on(&data, &[ACTIVE_AT_ONCE]);
        let workload = Workload::start(&evidence, &[server.url()], CLIENTS, seed.into());
        workload.let_pass(60);
        stop(&mut server);
        sum.add(&workload.stop());
        assert_eq!(untold(&data, &evidence.read()), [""; 0], "done, and nobody was told");
        assert_whole(&data, &evidence);
    }
    sum.told_later = told_later(&data, &evidence.read());
    proof::report("faults.md", &format!("stopping, {engine:?}"), &format!("{sum}; none done that was not answered"));
}
