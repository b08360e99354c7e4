//! Long answers, shorter for those who ask.

use std::io::Read;

use flate2::read::GzDecoder;
use serde_json::{Value, json};

use crate::ask::{Answer, Ask};
use crate::house::{House, Who};

/// With a page of free times that is long enough.
async fn open() -> House {
    let house = House::open().await;
    for minute in 0..30 {
        house.free_slot(&format!("2026-11-23T09:{minute:02}:00Z"));
    }
    house
}

/// Whether a cache is told to keep answers to other wishes apart.
fn varies(answer: &Answer) -> bool {
    answer.headers.get_all("vary").any(|value| value.to_str().unwrap().contains("Accept-Encoding"))
}

fn packed(ask: Ask) -> Ask {
    ask.with("Accept-Encoding", "deflate, gzip;q=0.9, br")
}

#[track_caller]
fn unpacked(answer: &Answer) -> Vec<u8> {
    assert_eq!(answer.header("content-encoding"), Some("gzip"));
    let mut bytes = Vec::new();
    GzDecoder::new(answer.body.as_ref()).read_to_end(&mut bytes).unwrap();
    bytes
}

#[actix_web::test]
async fn a_long_answer_is_packed_for_whoever_asks_and_for_nobody_else() {
    let house = open().await;
    let free = || Ask::get("/api/v1/availability");
    let plain = house.ask(Who::Nobody, free()).await.expect(200);
    assert!(1_024 < plain.body.len(), "{}", plain.body.len());
    for refused in ["", "identity", "br", "gzip;q=0"] {
        let answer = house.ask(Who::Nobody, free().with("Accept-Encoding", refused)).await.expect(200);
        assert_eq!((answer.header("content-encoding"), &answer.body), (None, &plain.body), "{refused}");
    }
    let answer = house.ask(Who::Nobody, packed(free())).await.expect(200);
    assert_eq!(unpacked(&answer), plain.body);
    assert!(answer.body.len() * 3 < plain.body.len());
    assert!(varies(&plain) && varies(&answer));
    for path in ["/api/v1/openapi.json", "/api/docs/swagger-ui-bundle.js"] {
        let plain = house.ask(Who::Nobody, Ask::get(path)).await.expect(200);
        assert_eq!(unpacked(&house.ask(Who::Nobody, packed(Ask::get(path))).await.expect(200)), plain.body, "{path}");
    }
}

#[actix_web::test]
async fn a_packed_page_is_the_same_page_to_whoever_has_it() {
    let house = open().await;
    let free = || Ask::get("/api/v1/availability");
    let plain = house.ask(Who::Nobody, free()).await.expect(200);
    let strong = plain.header("etag").unwrap();
    let answer = house.ask(Who::Nobody, packed(free())).await.expect(200);
    let weak = answer.header("etag").unwrap();
    assert_eq!(weak, format!("W/{strong}"));
    for tag in [strong, weak] {
        house.ask(Who::Nobody, packed(free()).with("If-None-Match", tag)).await.expect(304);
    }
}

#[actix_web::test]
async fn what_is_changed_by_its_tag_and_what_holds_tokens_is_not_packed() {
    let house = open().await;
    let slot = house.free_slot("2026-11-23T13:00:00Z");
    let booking = json!({"slot_id": slot.uuid(), "reason": "é".repeat(500)});
    let booked = house.ask(Who::Patient, packed(Ask::post("/api/v1/appointments").json(&booking))).await.expect(201);
    let body: Value = serde_json::from_slice(&booked.body).unwrap();
    assert!(1_024 < booked.body.len());
    assert_eq!((booked.header("content-encoding"), booked.header("etag")), (None, Some("\"1\"")));
    let path = format!("/api/v1/appointments/{}", body["id"].as_str().unwrap());
    let read = house.ask(Who::Patient, packed(Ask::get(path))).await.expect(200);
    assert_eq!(read.header("etag"), Some("\"1\""), "good for If-Match");

    let login = json!({"identifier": house.email(Who::Patient), "password": testkit::sample::PASSWORD});
    for path in ["/api/v1/auth/login", "/api/v1//auth/login/"] {
        let answer = house.ask(Who::Nobody, packed(Ask::post(path).json(&login))).await.expect(200);
        assert!(answer.header("content-encoding").is_none() && !varies(&answer), "{path}");
    }
}

#[actix_web::test]
async fn a_short_answer_is_not_packed() {
    let house = House::open().await;
    let answer = house.ask(Who::Nobody, packed(Ask::get("/healthz"))).await.expect(200);
    assert_eq!(answer.json(), json!({"status": "ok"}));
    assert!(!varies(&answer));
}
