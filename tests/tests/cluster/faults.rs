//! Nodes that go away and come back.

use std::time::{Duration, Instant};

use acceptance::cluster::Cluster;
use acceptance::{Person, Server, days, wait};
use serde_json::json;

/// Books a slot on a node that goes on; tells how long it took until one was booked.
fn book_in_spite(doctor: &Person, patient: &Person, day: u64) -> Duration {
    let begun = Instant::now();
    let publish = json!({"starts_at": days::instant(day, 540), "slot_minutes": 30});
    let slot = wait::until("a slot to be published", || {
        let answer = doctor.client.with("idempotency-key", &format!("publish-{day}")).post("/slots", &publish);
        assert!(matches!(answer.status, 201 | 503), "{}", answer.text());
        (answer.status == 201).then(|| answer.json()["id"].clone())
    });
    let wish = json!({"slot_id": slot});
    wait::until("a slot to be booked", || {
        let answer = patient.client.with("idempotency-key", &format!("book-{day}")).post("/appointments", &wish);
        assert!(matches!(answer.status, 201 | 503), "{}", answer.text());
        (answer.status == 201).then_some(())
    });
    begun.elapsed()
}

fn readiness(server: &Server) -> Option<u16> {
    server.client().at_root().try_get("/readyz").ok().map(|answer| answer.status)
}

#[test]
fn a_node_that_is_killed_comes_back_with_all_that_was_done_meanwhile() {
    let cluster = Cluster::new();
    let servers = cluster.serve();
    let (doctor, ada) = (servers[0].doctor(), servers[0].patient());
    book_in_spite(&doctor, &ada, 3);

    cluster.nodes[2].kill();
    let others = [readiness(&servers[0]), readiness(&servers[1])];
    assert_eq!(others, [Some(200); 2], "the others are ready also while they wait for it");
    let stall = book_in_spite(&doctor, &ada, 4);
    println!("a node was killed: the next booking took {} ms", stall.as_millis());
    book_in_spite(&doctor, &ada, 5);
    wait::until("the server to say that its node is gone", || (readiness(&servers[2]) == Some(503)).then_some(()));
    assert_eq!((readiness(&servers[0]), readiness(&servers[1])), (Some(200), Some(200)));

    let begun = Instant::now();
    cluster.nodes[2].start_again();
    wait::until("the server to be ready again", || (readiness(&servers[2]) == Some(200)).then_some(()));
    println!("it was back after {} ms", begun.elapsed().as_millis());
    let visits = ada.at(&servers[2]).client.get("/appointments").body_of(200);
    assert_eq!(visits["items"].as_array().unwrap().len(), 3);
    book_in_spite(&doctor.at(&servers[2]), &ada.at(&servers[2]), 6);
    drop(servers);
    cluster.assert_whole();
}

#[test]
fn a_node_that_stands_still_is_left_behind_and_catches_up() {
    let cluster = Cluster::new();
    let servers = cluster.serve();
    let (doctor, ada) = (servers[0].doctor(), servers[0].patient());
    book_in_spite(&doctor, &ada, 3);

    cluster.nodes[2].pause();
    let stall = book_in_spite(&doctor, &ada, 4);
    println!("a node stood still: the next booking took {} ms", stall.as_millis());
    book_in_spite(&doctor, &ada, 5);
    cluster.nodes[2].resume();
    // It believes for a moment that nothing has happened; but what it answers is never old.
    let visits = wait::until("the server to answer again", || {
        let answer = ada.at(&servers[2]).client.get("/appointments");
        assert!(matches!(answer.status, 200 | 503), "{}", answer.text());
        (answer.status == 200).then(|| answer.json())
    });
    assert_eq!(visits["items"].as_array().unwrap().len(), 3);
    wait::until("the server to be ready again", || (readiness(&servers[2]) == Some(200)).then_some(()));
    drop(servers);
    cluster.assert_whole();
}

#[test]
fn a_cluster_that_is_killed_comes_back_as_it_was() {
    let cluster = Cluster::new();
    let servers = cluster.serve();
    let (doctor, ada) = (servers[0].doctor(), servers[0].patient());
    for day in 3..13 {
        book_in_spite(&doctor.at(&servers[1]), &ada.at(&servers[2]), day);
    }
    cluster.nodes.iter().for_each(acceptance::cluster::Node::kill);
    let begun = Instant::now();
    cluster.nodes.iter().for_each(acceptance::cluster::Node::start_again);
    for server in &servers {
        wait::until("the servers to be ready again", || (readiness(server) == Some(200)).then_some(()));
    }
    println!("all nodes were killed: back after {} ms", begun.elapsed().as_millis());
    let visits = ada.at(&servers[1]).client.get("/appointments").body_of(200);
    assert_eq!(visits["items"].as_array().unwrap().len(), 10);
    drop(servers);
    cluster.assert_whole();
}
