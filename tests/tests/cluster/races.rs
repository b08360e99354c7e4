//! Many who want the same at the same time, each at another server.

use acceptance::cluster::Cluster;
use acceptance::contention::assert_each_slot_is_booked_once;
use acceptance::race::at_once;
use acceptance::{Answer, Person, Server, days};
use serde_json::json;

/// How often everything happens at once.
const STORM_ROUNDS: u32 = 25;

fn book(patient: &Person, slot: &str) -> Answer {
    patient.client.post("/appointments", &json!({"slot_id": slot}))
}

#[track_caller]
fn assert_one_won(answers: &[Answer], code: &str) {
    let (won, lost): (Vec<_>, Vec<_>) = answers.iter().partition(|answer| answer.status == 201);
    assert_eq!(won.len(), 1, "{:?}", answers.iter().map(|answer| answer.status).collect::<Vec<_>>());
    for answer in lost {
        answer.problem(409, code);
    }
}

/// The server whose turn it is.
fn turn(servers: &[Server], n: usize) -> &Server {
    &servers[n % servers.len()]
}

#[test]
fn of_64_patients_on_three_nodes_one_gets_the_slot() {
    let cluster = Cluster::new();
    let servers = cluster.serve();
    let slot = &servers[0].doctor().publish(&days::instant(3, 540), 30);
    let patients: Vec<Person> = (0..64).map(|n| servers[0].patient().at(turn(&servers, n))).collect();
    let answers = at_once(patients.iter().map(|patient| || book(patient, slot)).collect());
    assert_one_won(&answers, "slot_not_free");
    drop(servers);
    cluster.assert_whole();
}

#[test]
fn a_patient_who_asks_three_nodes_is_at_one_of_40_places() {
    let cluster = Cluster::new();
    let servers = cluster.serve();
    let patient = servers[0].patient();
    let everywhere: Vec<Person> = servers.iter().map(|server| patient.at(server)).collect();
    // Each begins one minute after the other, so that all of them overlap.
    let slots: Vec<String> = (0..40).map(|n| servers[0].doctor().publish(&days::instant(3, 540 + n), 60)).collect();
    let works = slots.iter().enumerate().map(|(n, slot)| (&everywhere[n % everywhere.len()], slot));
    let answers = at_once(works.map(|(patient, slot)| move || book(patient, slot)).collect());
    assert_one_won(&answers, "patient_busy");
    drop(servers);
    cluster.assert_whole();
}

#[test]
fn whatever_happens_at_once_on_three_nodes_the_data_stay_whole() {
    let cluster = Cluster::new();
    let servers = cluster.serve();
    let [one, two, three] = servers.as_slice() else { panic!("three servers") };
    let (doctor, ada, eve, ben) = (one.doctor(), one.patient(), one.patient(), one.patient());
    let admin = one.admin().at(three);
    let (ada_elsewhere, eve_elsewhere, ben) = (ada.at(two), eve.at(three), ben.at(two));
    let any = doctor.at(three).client.with("if-match", "*");
    for round in 0..STORM_ROUNDS {
        let [here, there] = [0, 30].map(|minute| doctor.publish(&days::instant(3 + u64::from(round), minute), 30));
        let visit = ada.book(&here);
        let cancel = format!("/appointments/{visit}/cancel");
        let reschedule = format!("/appointments/{visit}/reschedule");
        let reinstate = format!("/appointments/{visit}/reinstate");
        let works: Vec<Box<dyn FnOnce() -> Answer + Send>> = vec![
            Box::new(|| ada.client.post_nothing(&cancel)),
            Box::new(|| ada_elsewhere.client.post(&reschedule, &json!({"slot_id": there}))),
            Box::new(|| admin.client.post_nothing(&reinstate)),
            Box::new(|| book(&eve, &here)),
            Box::new(|| book(&eve_elsewhere, &there)),
            Box::new(|| book(&ben, &here)),
            Box::new(|| book(&ben, &there)),
            Box::new(|| any.delete(&format!("/slots/{here}"))),
            Box::new(|| any.patch(&format!("/slots/{there}"), &json!({"status": "busy_unavailable"}))),
        ];
        for answer in at_once(works) {
            let fine = matches!(answer.status, 200 | 201 | 204 | 404 | 409);
            assert!(fine, "{}: {}: {}", answer.asked, answer.status, answer.text());
        }
    }
    drop(servers);
    cluster.assert_whole();
}

#[test]
fn of_10000_attempts_on_three_nodes_100_win() {
    let cluster = Cluster::new();
    let servers = cluster.serve();
    assert_each_slot_is_booked_once(&servers, 50);
    drop(servers);
    cluster.assert_whole();
}
