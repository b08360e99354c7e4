//! One appointment per key, wherever a connection is cut.

use std::sync::Arc;
use std::thread;
use std::time::Instant;

use acceptance::proxy::End;
use acceptance::race::at_once;
use acceptance::{Data, Engine, Evidence, Person, Proxy, Server, on_each_engine, proof, wait};
use diesel::Connection;
use diesel::connection::SimpleConnection;
use serde_json::json;

use crate::lanes::{Lane, assert_all_and_no_more};
#[cfg(feature = "mysql")]
use crate::lanes::{Node, try_post};

on_each_engine!(one_appointment_per_key_when_clients_are_cut_off);

/// How often a connection is cut, unless `make test-cuts` says otherwise.
const CUTS: u32 = 100;

/// How many patients are cut off at the same time.
const LANES: u64 = 4;

fn evidence(data: &Data) -> Arc<Evidence> {
    Arc::new(Evidence::create(&data.folder().join("evidence")))
}

/// Goes on until as many connections were cut as are wanted.
fn cut(what: &str, lanes: Vec<Lane>, proxies: &[Arc<Proxy>], data: &Data, evidence: &Evidence) {
    let cuts = || proxies.iter().map(|proxy| proxy.cuts()).sum::<u64>();
    let (wanted, begun) = (u64::from(proof::rounds(CUTS)), Instant::now());
    let work = |mut lane: Lane| {
        move || {
            while cuts() < wanted {
                lane.round();
            }
            lane
        }
    };
    let lanes = at_once(lanes.into_iter().map(work).collect());
    assert_all_and_no_more(&lanes, data, evidence);
    let (in_vain, seconds) = (lanes.iter().map(Lane::asked_in_vain).sum::<u64>(), begun.elapsed().as_secs());
    let figures = format!("{} cuts, {in_vain} requests without a success; 0 violations, {seconds} s", cuts());
    proof::report("cuts.md", what, &figures);
}

fn one_appointment_per_key_when_clients_are_cut_off(engine: Engine) {
    let server = Server::start(engine);
    let (doctor, evidence) = (server.doctor(), evidence(server.data()));
    let proxies: Vec<_> = (0..LANES).map(|_| Arc::new(Proxy::before(server.address()))).collect();
    let lane = |(number, proxy): (u64, &Arc<Proxy>)| {
        Lane::new(&evidence, (&server, proxy.address()), &doctor, number, &[Arc::clone(proxy)])
    };
    let lanes = (0..).zip(&proxies).map(lane).collect();
    cut(&format!("clients cut off, {engine:?}"), lanes, &proxies, server.data(), &evidence);
}

#[test]
#[cfg(feature = "mysql")]
fn one_appointment_per_key_when_the_database_is_cut_off() {
    let data = Data::new(Engine::MariaDb);
    let nodes: Vec<Node> = (0..2).map(|_| Node::start(&data, &[])).collect();
    let (doctor, evidence) = (nodes[0].server.doctor(), evidence(&data));
    let lane = |(number, Node { server, proxy }): (u64, &Node)| {
        Lane::new(&evidence, (server, server.address()), &doctor, number, &[Arc::clone(proxy)])
    };
    let lanes = (0..).zip(&nodes).map(lane).collect();
    let proxies: Vec<_> = nodes.iter().map(|node| Arc::clone(&node.proxy)).collect();
    cut("database cut off, two servers", lanes, &proxies, &data, &evidence);
}

#[test]
#[cfg(feature = "mysql")]
fn one_appointment_per_key_when_either_side_is_cut_off() {
    let data = Data::new(Engine::MariaDb);
    let nodes: Vec<Node> = (0..2).map(|_| Node::start(&data, &[])).collect();
    let (doctor, evidence) = (nodes[0].server.doctor(), evidence(&data));
    let mut proxies = Vec::new();
    let lane = |(number, Node { server, proxy }): (u64, &Node)| {
        let before_server = Arc::new(Proxy::before(server.address()));
        let both = [Arc::clone(&before_server), Arc::clone(proxy)];
        proxies.extend_from_slice(&both);
        Lane::new(&evidence, (server, before_server.address()), &doctor, number, &both)
    };
    let lanes = (0..).zip(&nodes).map(lane).collect();
    cut("clients and database cut off, two servers", lanes, &proxies, &data, &evidence);
}

#[test]
#[cfg(feature = "mysql")]
fn nobody_hears_of_it_when_every_idle_connection_was_cut() {
    let data = Data::new(Engine::MariaDb);
    let Node { server, proxy } = &Node::start(&data, &[]);
    let slots = server.doctor().publish_row(3, 32);
    let patients: Vec<Person> = slots.iter().map(|_| server.patient()).collect();
    let wishes: Vec<_> = patients.iter().zip(&slots).collect();
    let (first, second) = wishes.split_at(16);

    // Each waits with a connection of its own, because somebody else has the guards.
    let mut locker = diesel::MysqlConnection::establish(&data.database_url()).unwrap();
    locker.batch_execute("BEGIN; UPDATE guards SET revision = revision + 1").unwrap();
    let waiting = "SELECT CAST(COUNT(*) AS CHAR) AS told FROM information_schema.processlist \
                   WHERE db = DATABASE() AND info LIKE 'UPDATE `guards`%'";
    thread::scope(|scope| {
        for (patient, slot) in first {
            scope.spawn(move || try_post(&patient.client, "once", "/appointments", &json!({"slot_id": slot})));
        }
        wait::until("more connections than attempts", || (12 <= data.ask(waiting)[0].parse().unwrap()).then_some(()));
        locker.batch_execute("ROLLBACK").unwrap();
    });
    proxy.cut_all(End::Reset);
    // Without a key: nobody has to ask again.
    for (patient, slot) in second {
        patient.book(slot);
    }
    let _ = data.run(&["check"]).well();
}
