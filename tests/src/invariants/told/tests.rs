//! Each lie is found.

use super::*;
use crate::evidence::{Asked, Told};
use serde_json::json;

const VISIT: &str = "00000000-0000-7000-8000-00000000000a";
const SLOT: &str = "00000000-0000-7000-8000-00000000000b";

fn at(second: u32) -> DateTime<Utc> {
    format!("2026-11-21T09:00:{second:02}Z").parse().unwrap()
}

fn visit(revision: u64, status: &str) -> String {
    json!({"id": VISIT, "patient_id": "p", "slot_id": SLOT, "revision": revision, "status": status}).to_string()
}

/// A request in such a second, answered in the next one.
fn exchange(second: u32, path: &str, key: &str, answer: Option<(u16, String)>) -> Exchange {
    let method = if path.starts_with("/slots/") { "DELETE" } else { "POST" };
    let asked = Asked {
        client: "ada".to_owned(),
        method: method.to_owned(),
        path: path.to_owned(),
        body: None,
        key: Some(key.to_owned()),
    };
    let told = answer.map(|(status, body)| Told { at: at(second + 1), status, body, etag: None });
    Exchange { asked, at: at(second), told }
}

fn answer(revision: u64, body: &str) -> Answer {
    Answer { status: 201, change: (hex(VISIT), revision), given_at: at(1), body: body.to_owned() }
}

/// A slot was published, and booked under the key `k`; both were told.
fn clinic() -> (Stored, Vec<Exchange>) {
    let stored = Stored {
        changes: [((hex(VISIT), 1), ("booked".to_owned(), hex(SLOT)))].into(),
        slots: [(hex(SLOT), 2)].into(),
        accounts: ["ada@example.org".to_owned()].into(),
        answers: [("k".to_owned(), answer(1, &visit(1, "booked")))].into(),
    };
    let exchanges = vec![
        exchange(0, "/auth/register", "r", Some((201, json!({"id": "x", "email": "ada@example.org"}).to_string()))),
        exchange(0, "/slots", "s", Some((201, json!({"id": SLOT, "revision": 1}).to_string()))),
        exchange(0, "/appointments", "k", Some((201, visit(1, "booked")))),
    ];
    (stored, exchanges)
}

#[track_caller]
fn assert_found(stored: &Stored, exchanges: &[Exchange], words: &str) {
    let found = stored.violations(exchanges);
    assert!(found.iter().any(|found| found.contains(words)), "{words}: {found:#?}");
}

#[test]
fn what_was_told_and_is_there_is_fine() {
    let (stored, mut exchanges) = clinic();
    assert_eq!(stored.violations(&exchanges), [""; 0]);
    // So is what was told at last, and what nobody can know.
    exchanges.insert(0, exchange(0, "/appointments", "k", None));
    exchanges.push(exchange(3, "/appointments", "never answered", None));
    exchanges.push(exchange(3, "/appointments", "refused", Some((409, "{}".to_owned()))));
    assert_eq!(stored.violations(&exchanges), [""; 0]);
    assert_eq!(stored.untold(&exchanges), [""; 0]);
}

#[test]
fn what_was_answered_and_is_lost_is_found() {
    let (stored, exchanges) = clinic();
    assert_found(&Stored { changes: [].into(), ..stored.clone() }, &exchanges, "I6 there is no such change");
    let elsewhere = [((hex(VISIT), 1), ("booked".to_owned(), "another".to_owned()))].into();
    assert_found(&Stored { changes: elsewhere, ..stored.clone() }, &exchanges, "I6 there is no such change");
    assert_found(&Stored { slots: [].into(), ..stored.clone() }, &exchanges, "I6 there is no such slot");
    assert_found(&Stored { slots: [(hex(SLOT), 0)].into(), ..stored.clone() }, &exchanges, "I6 there is no such slot");
    assert_found(&Stored { accounts: [].into(), ..stored }, &exchanges, "I6 there is no such account");
}

#[test]
fn a_slot_may_be_gone_only_if_somebody_removed_it() {
    let (stored, mut exchanges) = clinic();
    let without = Stored { slots: [].into(), ..stored.clone() };
    let remove = |answer| exchange(5, &format!("/slots/{SLOT}"), "d", answer);
    exchanges.push(remove(Some((409, "{}".to_owned()))));
    assert_found(&without, &exchanges, "I6 there is no such slot");
    exchanges.push(remove(None));
    assert_eq!(without.violations(&exchanges), [""; 0]);
    exchanges.push(remove(Some((204, String::new()))));
    assert_eq!(without.violations(&exchanges), [""; 0]);
    assert_found(&stored, &exchanges, "I6 a removed slot is there");
}

#[test]
fn what_was_refused_and_done_is_found() {
    let (stored, mut exchanges) = clinic();
    exchanges.pop();
    exchanges.push(exchange(5, "/appointments", "k", Some((409, "{}".to_owned()))));
    assert_found(&stored, &exchanges, "I7 k was refused");
    // Also when an earlier try had no answer, unless that one was still under way.
    exchanges.insert(0, exchange(0, "/appointments", "k", None));
    assert_found(&stored, &exchanges, "I7 k was refused");
    let late = Answer { given_at: at(6), ..stored.answers["k"].clone() };
    let late = Stored { answers: [("k".to_owned(), late)].into(), ..stored };
    assert_eq!(late.violations(&exchanges), [""; 0]);
}

#[test]
fn what_nobody_asked_for_is_found() {
    let (stored, mut exchanges) = clinic();
    exchanges.pop();
    assert_found(&stored, &exchanges, "I7 nobody asked for revision 1");
    assert_found(&stored, &exchanges, "I7 nobody used the key k");
}

#[test]
fn a_key_with_two_answers_or_another_one_is_found() {
    let (stored, exchanges) = clinic();
    let with = |answers: &[(String, Answer)]| Stored { answers: answers.iter().cloned().collect(), ..stored.clone() };
    assert_found(&with(&[]), &exchanges, "I9 k was told");
    assert_found(&with(&[("k".to_owned(), answer(1, "another"))]), &exchanges, "I9 k was told");
    let mut twice = exchanges;
    twice.push(exchange(7, "/appointments", "k", Some((200, visit(1, "booked")))));
    assert_found(&stored, &twice, "I9 k was told");
}

#[test]
fn a_change_that_two_keys_claim_is_found_unless_the_second_moved_nothing() {
    let (mut stored, mut exchanges) = clinic();
    let told = stored.answers["k"].clone();
    let again = |path: &str| exchange(5, path, "again", Some((told.status, told.body.clone())));
    stored.answers.insert("again".to_owned(), told.clone());
    exchanges.push(again(&format!("/appointments/{VISIT}/reschedule")));
    assert_eq!(stored.violations(&exchanges), [""; 0]);
    exchanges.pop();
    exchanges.push(again(&format!("/appointments/{VISIT}/cancel")));
    assert_found(&stored, &exchanges, "I9 two answers tell of one change");
}

#[test]
fn a_revision_that_goes_back_is_found() {
    let (mut stored, mut exchanges) = clinic();
    stored.changes.insert((hex(VISIT), 2), ("cancelled".to_owned(), hex(SLOT)));
    stored.answers.insert("c".to_owned(), answer(2, &visit(2, "cancelled")));
    let cancelled = exchange(2, &format!("/appointments/{VISIT}/cancel"), "c", Some((201, visit(2, "cancelled"))));
    exchanges.push(cancelled);
    assert_eq!(stored.violations(&exchanges), [""; 0]);
    exchanges.reverse();
    assert_found(&stored, &exchanges, "I11 revision 2 was told before");
}

#[test]
fn what_was_done_and_told_to_nobody_is_found() {
    let (stored, mut exchanges) = clinic();
    exchanges.pop();
    exchanges.push(exchange(5, "/appointments", "k", None));
    assert_eq!(stored.untold(&exchanges), ["k"]);
    exchanges.push(exchange(6, "/appointments", "k", Some((201, visit(1, "booked")))));
    assert_eq!(stored.untold(&exchanges), [""; 0]);
}

#[test]
fn what_was_done_before_it_was_asked_again_is_counted() {
    let (stored, mut exchanges) = clinic();
    exchanges.pop();
    exchanges.push(exchange(0, "/appointments", "k", None));
    assert_eq!(stored.told_later(&exchanges), 0);
    // The answer was given in second 1.
    exchanges.push(exchange(1, "/appointments", "k", Some((201, visit(1, "booked")))));
    assert_eq!(stored.told_later(&exchanges), 0);
    exchanges.push(exchange(2, "/appointments", "k", Some((201, visit(1, "booked")))));
    assert_eq!(stored.told_later(&exchanges), 1);
}
