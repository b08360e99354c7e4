//! Many who want the same few times, all at once.

use std::collections::BTreeMap;
use std::thread;
use std::time::{Duration, Instant};

use serde_json::json;

use crate::answer::Answer;
use crate::days;
use crate::people::Person;
use crate::race::at_once;
use crate::server::Server;

/// How many people want something.
const CLIENTS: usize = 200;

/// How many times there are.
const SLOTS: u32 = 100;

/// How many slots of half an hour are on one day.
const SLOTS_PER_DAY: u32 = 40;

/// How long a client asks again.
const PATIENCE: Duration = Duration::from_secs(60);

/// Asks for a slot, and again where nothing was done because too many asked at once.
fn book(patient: &Person, slot: &str) -> Answer {
    let begun = Instant::now();
    loop {
        let answer = patient.client.post("/appointments", &json!({"slot_id": slot}));
        let Some(pause) = answer.retry_pause(&["contended", "unavailable"]) else { return answer };
        assert!(begun.elapsed() < PATIENCE, "sent away for too long: {}", answer.text());
        thread::sleep(pause);
    }
}

/// Lets 200 clients, spread over these servers of one database, try each so many slots of 100; half of them at once try
/// the same one. Asserts that each slot was booked once, that everyone else was told why not, and that nothing else was
/// answered; tells how long it took.
///
/// `tries` is at most 50; 50 are 10,000 attempts.
#[track_caller]
pub fn assert_each_slot_is_booked_once(servers: &[Server], tries: u8) -> Duration {
    let doctor = servers[0].doctor();
    let slot = |n: u32| doctor.publish(&days::instant(3 + u64::from(n / SLOTS_PER_DAY), n % SLOTS_PER_DAY * 30), 30);
    let slots: Vec<String> = (0..SLOTS).map(slot).collect();
    let here = |n: usize| &servers[n % servers.len()];
    let patients: Vec<Person> = (0..CLIENTS).map(|n| servers[0].patient().at(here(n))).collect();

    let begun = Instant::now();
    let client = |(n, patient): (usize, &Person)| {
        let own = slots.iter().skip(n % 2).step_by(2).cycle().take(usize::from(tries));
        let ask = |slot: &String| book(patient, slot);
        own.map(ask).collect::<Vec<_>>()
    };
    let works = patients.iter().enumerate().map(|one| move || client(one)).collect();
    let answers: Vec<_> = at_once(works).into_iter().flatten().collect();
    let took = begun.elapsed();

    let mut statuses = BTreeMap::new();
    for answer in &answers {
        *statuses.entry(answer.status).or_insert(0_u32) += 1;
        if answer.status == 409 {
            answer.problem(409, "slot_not_free");
        }
    }
    let attempts = u32::try_from(answers.len()).expect("not so many");
    println!("{attempts} attempts in {} ms on {} servers: {statuses:?}", took.as_millis(), servers.len());
    let wanted = (2 * u32::from(tries)).min(SLOTS);
    assert_eq!(statuses, BTreeMap::from([(201, wanted), (409, attempts - wanted)]));
    took
}
