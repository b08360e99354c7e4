//! One appointment per key, wherever a connection is cut.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::{Duration, Instant};

use acceptance::race::at_once;
use acceptance::proxy::End;
use acceptance::{Data, Engine, Person, Proxy, Server, on_each_engine};

use crate::lanes::{Lane, assert_all_and_no_more};
#[cfg(feature = "mysql")]
use crate::lanes::Node;

on_each_engine!(one_appointment_per_key_when_clients_are_cut_off);

/// How often a connection is cut, unless the environment says otherwise.
const CUTS: u64 = 100;

/// How many patients are cut off at the same time.
const LANES: u64 = 4;

#[expect(clippy::disallowed_methods, reason = "`make test-cuts` says there how often")]
fn cuts_wanted() -> u64 {
    std::env::var("SLOTKEEPER_TEST_CUTS").map_or(CUTS, |text| text.parse().unwrap())
}

/// Goes on until as many connections were cut as are wanted.
fn cut(what: &str, lanes: Vec<Lane>, proxies: &[Arc<Proxy>], data: &Data) {
    let cuts = || proxies.iter().map(|proxy| proxy.cuts()).sum::<u64>();
    let (wanted, begun) = (cuts_wanted(), Instant::now());
    let work = |mut lane: Lane| {
        move || {
            while cuts() < wanted {
                lane.round();
            }
            lane
        }
    };
    let lanes = at_once(lanes.into_iter().map(work).collect());
    let in_vain: u64 = lanes.iter().map(Lane::asked_in_vain).sum();
    println!("{what}: {} cuts, asked {in_vain} times in vain, in {} s", cuts(), begun.elapsed().as_secs());
    assert!(wanted <= cuts() && 0 < in_vain);
    assert_all_and_no_more(&lanes, data);
}

fn one_appointment_per_key_when_clients_are_cut_off(engine: Engine) {
    let server = Server::start(engine);
    let doctor = server.doctor();
    let proxies: Vec<_> = (0..LANES).map(|_| Arc::new(Proxy::before(server.address()))).collect();
    let lane = |(number, proxy): (u64, &Arc<Proxy>)| {
        Lane::new(&server, proxy.address(), &doctor, number, &[Arc::clone(proxy)])
    };
    let lanes = (0..).zip(&proxies).map(lane).collect();
    cut(&format!("clients, {engine:?}"), lanes, &proxies, server.data());
}

#[test]
#[cfg(feature = "mysql")]
fn one_appointment_per_key_when_the_database_is_cut_off() {
    let data = Data::new(Engine::MariaDb);
    let nodes: Vec<Node> = (0..2).map(|_| Node::start(&data, &[])).collect();
    let doctor = nodes[0].server.doctor();
    let lane = |(number, Node { server, proxy }): (u64, &Node)| {
        Lane::new(server, server.address(), &doctor, number, &[Arc::clone(proxy)])
    };
    let lanes = (0..).zip(&nodes).map(lane).collect();
    let proxies: Vec<_> = nodes.iter().map(|node| Arc::clone(&node.proxy)).collect();
    cut("database", lanes, &proxies, &data);
}

#[test]
#[cfg(feature = "mysql")]
fn one_appointment_per_key_when_either_side_is_cut_off() {
    let data = Data::new(Engine::MariaDb);
    let nodes: Vec<Node> = (0..2).map(|_| Node::start(&data, &[])).collect();
    let doctor = nodes[0].server.doctor();
    let mut proxies = Vec::new();
    let lane = |(number, Node { server, proxy }): (u64, &Node)| {
        let before_server = Arc::new(Proxy::before(server.address()));
        let both = [Arc::clone(&before_server), Arc::clone(proxy)];
        proxies.extend_from_slice(&both);
        Lane::new(server, before_server.address(), &doctor, number, &both)
    };
    let lanes = (0..).zip(&nodes).map(lane).collect();
    cut("clients and database", lanes, &proxies, &data);
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

    // So slow that each needs a connection of its own.
    proxy.set_delay(Duration::from_millis(20));
    let book = |(patient, slot): &(&Person, &String)| patient.book(slot);
    assert_eq!(at_once(first.iter().map(|wish| || book(wish)).collect()).len(), 16);
    proxy.set_delay(Duration::ZERO);
    proxy.cut_all(End::Reset);
    // Without a key: it must not be known only by its answer that nothing went wrong.
    assert_eq!(second.iter().map(book).collect::<BTreeSet<_>>().len(), 16);
    let _ = data.run(&["check"]).well();
}
