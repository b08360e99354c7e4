//! Servers of one database, restarted one after the other under load.

use std::path::Path;

use acceptance::invariants::{assert_whole, told_later};
use acceptance::proof::{self, Sum};
use acceptance::server::free_address;
use acceptance::workload::ACTIVE_AT_ONCE;
use acceptance::{Data, Engine, Server, Workload, program};

use crate::life::{CLIENTS, evidence_of};
use crate::stopping::stop;

const ROUNDS: u32 = 2;

/// Under `make test-upgrade` one of the two is of an older version half of the time, and the schema is always the new one.
#[test]
fn two_servers_restarted_one_after_the_other_leave_nobody_without_an_answer() {
    let data = Data::new(Engine::MariaDb);
    let (evidence, addresses) = (evidence_of(&data), [free_address(), free_address()]);
    let (older, newer) = (program::older(), program::path());
    let serve = |program: &Path, address: &String| {
        Server::start_program(program, &data, "serve", &[ACTIVE_AT_ONCE, ("bind", address)])
    };
    let mut servers = addresses.each_ref().map(|address| serve(&older, address));
    let urls = servers.each_ref().map(Server::url);
    let workload = Workload::start(&evidence, &urls, CLIENTS, 1);
    let mut sum = Sum::of(proof::rounds(ROUNDS));
    let _ = data.run(&["migrate"]).well();
    for round in 0..sum.rounds {
        let next = if round % 2 == 0 { &newer } else { &older };
        for (server, address) in servers.iter_mut().zip(&addresses) {
            workload.let_pass(20);
            stop(server);
            workload.let_pass(20);
            *server = serve(next, address);
        }
        workload.pause();
        assert_whole(&data, &evidence);
        workload.resume();
    }
    sum.add(&workload.stop());
    sum.told_later = told_later(&data, &evidence.read());
    let versions = if older == newer { "one version" } else { "an older and this version in turn" };
    proof::report("faults.md", &format!("rolling, MariaDb, {versions}"), &sum.to_string());
}
