//! Nodes that are killed, cut off or stopped while people book on all three: nothing that was answered is lost, every
//! promise holds on each node, and all have the same rows. One round of each; `make test-cluster-faults` runs more.

use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use acceptance::cluster::{Cluster, Node};
use acceptance::invariants::{assert_whole, told_later};
use acceptance::proof::{self, Sum, Waits};
use acceptance::server::free_address;
use acceptance::workload::Dice;
use acceptance::{Evidence, Server, Workload, wait};

const CLIENTS: usize = 9;

/// How many changes are answered while a node is away.
const CHANGES_MEANWHILE: u64 = 20;

/// Shorter and longer than the others wait for a node that says nothing (5 s).
const PAUSE_MS_MIN: u64 = 500;
const PAUSE_MS_MORE: usize = 9_000;

/// Does something to the nodes again and again under load, until all servers are ready again; then looks.
#[track_caller]
fn rounds(what: &str, disturb: impl Fn(&Cluster, &Workload, &mut Dice)) {
    let mut sum = Sum::of(proof::rounds(1));
    let mut dice = Dice::new(sum.rounds.into());
    let mut waits = Waits::default();
    let cluster = Cluster::new();
    let evidence = Arc::new(Evidence::create(&cluster.datas[0].folder().join("evidence")));
    let addresses = [(); 3].map(|()| free_address());
    let mut servers = cluster.serve_at(&addresses);
    let urls: Vec<String> = servers.iter().map(Server::url).collect();
    let workload = Workload::start(&evidence, &urls, CLIENTS, sum.rounds.into());
    for _ in 0..sum.rounds {
        workload.let_pass(20 + u64::try_from(dice.roll(40)).unwrap());
        disturb(&cluster, &workload, &mut dice);
        let begun = Instant::now();
        workload.let_pass(1);
        wait::until("all servers to be ready", || servers.iter().all(Server::is_ready).then_some(()));
        waits.add(begun.elapsed());

        workload.pause();
        // Their jobs write.
        drop(servers);
        cluster.assert_whole();
        for data in &cluster.datas {
            assert_whole(data, &evidence);
        }
        servers = cluster.serve_at(&addresses);
        workload.resume();
    }
    sum.add(&workload.stop());
    sum.told_later = told_later(&cluster.datas[0], &evidence.read());
    let figures = format!("{sum}; the same on three nodes; all were ready {waits}");
    proof::report("faults.md", &format!("{what}, Galera"), &figures);
}

fn any<'a>(cluster: &'a Cluster, dice: &mut Dice) -> &'a Node {
    &cluster.nodes[dice.roll(cluster.nodes.len())]
}

#[test]
fn no_answered_change_is_lost_when_a_node_is_killed() {
    rounds("kill_node", |cluster, workload, dice| {
        let node = any(cluster, dice);
        node.kill();
        workload.let_pass(CHANGES_MEANWHILE);
        node.start_again();
    });
}

#[test]
fn no_answered_change_is_lost_when_all_nodes_are_killed() {
    rounds("kill_cluster", |cluster, workload, _| {
        cluster.nodes.iter().for_each(Node::kill);
        workload.let_fail(1);
        cluster.nodes.iter().for_each(Node::start_again);
    });
}

#[test]
fn no_answered_change_is_lost_when_a_node_is_cut_off_and_joins_again() {
    rounds("partition", |cluster, workload, dice| {
        let node = any(cluster, dice);
        // Now and then its network comes and goes.
        for _ in 0..=dice.roll(3) {
            node.isolate();
            workload.let_pass(CHANGES_MEANWHILE);
            node.join_again();
        }
    });
}

#[test]
fn no_answered_change_is_lost_when_a_node_stands_still_for_a_while() {
    rounds("pause_node", |cluster, _, dice| {
        let node = any(cluster, dice);
        node.pause();
        let more = u64::try_from(dice.roll(PAUSE_MS_MORE)).unwrap();
        thread::sleep(Duration::from_millis(PAUSE_MS_MIN + more));
        node.resume();
    });
}
