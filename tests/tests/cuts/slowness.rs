//! A database that takes its time: whoever would have to wait for others is sent away, and nothing is done by halves.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use acceptance::people::id_of;
use acceptance::race::at_once;
use acceptance::{Answer, Client, Data, Engine, wait};
use serde_json::{Value, json};

use crate::lanes::{Node, assert_is_trouble, hex, try_post};

/// How many requests are served at once.
const CONNECTIONS: usize = 4;

/// How many come at once.
const PATIENTS: usize = 24;

/// How long whoever is not served waits at most: a second in line, and one for a connection to the database.
const WAIT_MAX: Duration = Duration::from_secs(2);

/// How much longer than promised a busy machine may take.
const GRACE: Duration = Duration::from_secs(2);

struct Waiting {
    client: Client,
    wish: Value,
}

impl Waiting {
    /// What was answered, and after how long.
    fn book(&self) -> (Answer, Duration) {
        let begun = Instant::now();
        let answer = try_post(&self.client, "once", "/appointments", &self.wish).unwrap();
        (answer, begun.elapsed())
    }
}

fn start() -> (std::sync::Arc<Data>, Node, Vec<Waiting>) {
    let data = Data::new(Engine::MariaDb);
    let node = Node::start(&data, &[("connections", &CONNECTIONS.to_string())]);
    let slots = node.server.doctor().publish_row(3, u32::try_from(PATIENTS).unwrap());
    let patient = |slot| Waiting { client: node.server.patient().client, wish: json!({"slot_id": slot}) };
    let patients = slots.into_iter().map(patient).collect();
    (data, node, patients)
}

/// Those who were told so have a visit, and nobody else; when they ask again all have one.
fn assert_told_is_done(data: &Data, patients: &[Waiting], answers: &[Answer]) {
    let stored = || data.ask("SELECT LOWER(HEX(id)) AS told FROM appointments").into_iter().collect::<BTreeSet<_>>();
    let told = answers.iter().filter(|answer| answer.status == 201).map(|answer| hex(&id_of(&answer.json())));
    assert_eq!(stored(), told.collect(), "left: stored, right: told");
    let again = patients.iter().map(|patient| hex(&id_of(&patient.book().0.body_of(201))));
    assert_eq!(again.collect::<BTreeSet<_>>(), stored());
    assert_eq!(stored().len(), PATIENTS);
    let _ = data.run(&["check"]).well();
}

#[test]
fn who_would_wait_for_a_slow_database_is_sent_away() {
    let (data, node, patients) = start();
    node.proxy.set_delay(Duration::from_millis(100));
    let answers = at_once(patients.iter().map(|patient| || patient.book()).collect());
    node.proxy.set_delay(Duration::ZERO);

    let (served, refused): (Vec<_>, Vec<_>) = answers.iter().partition(|(answer, _)| answer.status == 201);
    let longest = refused.iter().map(|(_, waited)| *waited).max().unwrap();
    println!("{} were served, {} were refused, after {} ms at most", served.len(), refused.len(), longest.as_millis());
    for (answer, _) in &refused {
        assert_is_trouble(answer);
    }
    assert!(!served.is_empty() && longest < WAIT_MAX + GRACE, "{longest:?}");
    let answers: Vec<_> = answers.into_iter().map(|(answer, _)| answer).collect();
    assert_told_is_done(&data, &patients, &answers);
}

#[test]
fn a_database_that_stands_still_holds_up_none_but_those_who_are_at_it() {
    let (data, node, patients) = start();
    node.proxy.set_delay(Duration::from_secs(3_600));
    let refused = &AtomicUsize::new(0);
    let book = |patient: &Waiting| {
        let (answer, waited) = patient.book();
        if answer.status != 201 {
            assert_is_trouble(&answer);
            refused.fetch_add(1, Ordering::Relaxed);
        }
        (answer, waited)
    };
    let (begun, enough) = (Instant::now(), PATIENTS - CONNECTIONS);
    let (answers, sent_away, ready, asked) = thread::scope(|scope| {
        let threads: Vec<_> = patients.iter().map(|patient| scope.spawn(|| book(patient))).collect();
        wait::until("all the others to be sent away", || (enough <= refused.load(Ordering::Relaxed)).then_some(()));
        let (sent_away, asked_at) = (begun.elapsed(), Instant::now());
        let ready = node.server.client().at_root().within(WAIT_MAX + GRACE).try_get("/readyz");
        let asked = asked_at.elapsed();
        // Before anything can fail: the threads are waited for.
        node.proxy.set_delay(Duration::ZERO);
        let answers: Vec<_> = threads.into_iter().map(|thread| thread.join().unwrap().0).collect();
        (answers, sent_away, ready, asked)
    });
    println!(
        "{enough} of {PATIENTS} were sent away within {} ms, and who watches after {} ms",
        sent_away.as_millis(),
        asked.as_millis()
    );
    assert!(sent_away < WAIT_MAX + GRACE, "{sent_away:?}");
    ready.expect("who watches is answered").problem(503, "unavailable");
    assert_told_is_done(&data, &patients, &answers);
}
