//! What is free, as it is shown: at once by the server that was told, within a second by another one.
#![expect(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a test stops at the first thing that is not as it should be"
)]

#[cfg(feature = "mysql")]
use acceptance::wait;
use acceptance::{Client, Engine, Server, days, on_each_engine};

on_each_engine!(whoever_is_answered_sees_it_whatever_others_do, a_page_that_the_client_has_is_not_sent_again,);

/// How often what was done is looked for while others look all the time.
const ROUNDS: usize = 30;

fn rows(client: &Client, path: &str) -> usize {
    client.get(path).body_of(200)["items"].as_array().unwrap().len()
}

#[cfg(feature = "mysql")]
#[test]
fn what_one_server_has_done_another_shows_within_a_second() {
    let one = Server::start(Engine::MariaDb);
    let other = Server::start_on(one.data(), &[]);
    let (doctor, patient) = (one.doctor(), one.patient());
    let nobody = other.client();
    let (free, all) = (format!("/availability?doctor_id={}", doctor.id()), "/slots?status=free");
    let there = doctor.client.to(&other.url());
    let seen = || (rows(&nobody, &free), rows(&there, all));
    assert_eq!(seen(), (0, 0));

    let slot = doctor.publish(&days::instant(3, 540), 30);
    wait::within_a_second("the slot to be shown", || seen() == (1, 1));
    let visit = patient.book(&slot);
    wait::within_a_second("the slot to be gone", || seen() == (0, 0));
    assert_eq!((rows(&one.client(), &free), rows(&doctor.client, all)), (0, 0));
    let _ = patient.client.post_nothing(&format!("/appointments/{visit}/cancel")).expect(200);
    wait::within_a_second("the slot to be shown again", || seen() == (1, 1));
    let _ = doctor.client.patch("/doctors/me", &serde_json::json!({"accepting_bookings": false})).expect(200);
    wait::within_a_second("the doctor to be closed", || rows(&nobody, &free) == 0);
}

fn whoever_is_answered_sees_it_whatever_others_do(engine: Engine) {
    let server = Server::start(engine);
    let (doctor, patient) = (server.doctor(), server.patient());
    let free = format!("/availability?doctor_id={}", doctor.id());
    let slot = doctor.publish(&days::instant(3, 540), 30);
    let done = std::sync::atomic::AtomicBool::new(false);
    std::thread::scope(|scope| {
        for _ in 0..4 {
            let (client, free, done) = (server.client(), &free, &done);
            scope.spawn(move || {
                while !done.load(std::sync::atomic::Ordering::Relaxed) {
                    let _ = client.get(free).expect(200);
                }
            });
        }
        let seen: Vec<_> = (0..ROUNDS)
            .map(|_| {
                let visit = patient.book(&slot);
                let after_booking = rows(&patient.client, &free);
                let _ = patient.client.post_nothing(&format!("/appointments/{visit}/cancel")).expect(200);
                (after_booking, rows(&patient.client, &free))
            })
            .collect();
        done.store(true, std::sync::atomic::Ordering::Relaxed);
        assert_eq!(seen, [(0, 1); ROUNDS]);
    });
}

fn a_page_that_the_client_has_is_not_sent_again(engine: Engine) {
    let server = Server::start(engine);
    let doctor = server.doctor();
    let _ = doctor.publish(&days::instant(3, 540), 30);
    for (client, path) in [(server.client(), "/availability"), (doctor.client.clone(), "/slots")] {
        let first = client.get(path).expect(200);
        let tag = first.header("etag").unwrap();
        let again = client.with("if-none-match", tag).get(path).expect(304);
        assert_eq!((again.text().as_str(), again.header("etag"), again.header("content-type")), ("", Some(tag), None));
        assert!(again.header("content-length").is_none_or(|length| length != "0"), "RFC 9110, 8.6");
        assert_eq!(client.with("if-none-match", "\"other\"").get(path).expect(200).text(), first.text());
    }
}
