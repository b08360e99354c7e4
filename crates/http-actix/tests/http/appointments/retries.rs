use scheduling_core::AppointmentStatus;
use serde_json::{Value, json};

use crate::ask::{Answer, Ask};
use crate::house::{House, Who};

const NINE: &str = "2026-11-23T09:00:00Z";

fn book(key: &str, body: &Value) -> Ask {
    Ask::post("/api/v1/appointments").with("Idempotency-Key", key).json(body)
}

fn told(answer: &Answer) -> (u16, String, Vec<Option<&str>>) {
    let body = String::from_utf8(answer.body.to_vec()).unwrap();
    let headers = ["location", "etag", "content-type"].map(|name| answer.header(name)).into();
    (answer.status.as_u16(), body, headers)
}

#[actix_web::test]
async fn the_same_request_under_the_same_key_is_told_the_same_and_does_nothing() {
    let house = House::open().await;
    let body = json!({"slot_id": house.free_slot(NINE).uuid()});
    let first = house.ask(Who::Patient, book("k-1", &body)).await.expect(201);
    let before = house.contents();
    let again = house.ask(Who::Patient, book("k-1", &body)).await;
    assert_eq!(told(&again), told(&first));
    assert_eq!(house.contents(), before);
}

#[actix_web::test]
async fn a_key_is_good_for_one_request_of_one_account() {
    let house = House::open().await;
    let [nine, ten] = [NINE, "2026-11-23T10:00:00Z"].map(|start| json!({"slot_id": house.free_slot(start).uuid()}));
    house.ask(Who::Patient, book("k-1", &nine)).await.expect(201);
    house.ask(Who::Patient, book("k-1", &ten)).await.expect_problem(422, "idempotency_key_reused");
    house.ask(Who::OtherPatient, book("k-1", &ten)).await.expect(201);
}

#[actix_web::test]
async fn a_refusal_is_decided_anew() {
    let house = House::open().await;
    let (visit, slot) = house.visit(AppointmentStatus::Booked, NINE);
    let body = json!({"slot_id": slot.uuid()});
    house.ask(Who::OtherPatient, book("k-1", &body)).await.expect_problem(409, "slot_not_free");
    house.ask(Who::Patient, Ask::post(format!("/api/v1/appointments/{visit}/cancel"))).await.expect(200);
    house.ask(Who::OtherPatient, book("k-1", &body)).await.expect(201);
}

#[actix_web::test]
async fn every_action_can_be_repeated_under_its_key() {
    let house = House::open().await;
    let (visit, _) = house.visit(AppointmentStatus::Booked, NINE);
    let new = house.free_slot("2026-11-20T17:00:00Z").uuid();
    let on_visit = |action: &str| format!("/api/v1/appointments/{visit}/{action}");
    let at_last = json!({"reason_code": "patient"});
    let steps = [
        (Who::Patient, Ask::post(on_visit("reschedule")).json(&json!({"slot_id": new}))),
        (Who::Receptionist, Ask::post(on_visit("arrive"))),
        (Who::Doctor, Ask::post(on_visit("cancel")).json(&at_last)),
        (Who::Admin, Ask::post(on_visit("reinstate"))),
        (Who::Receptionist, Ask::post(on_visit("check-in"))),
        (Who::Admin, Ask::post(on_visit("enter-in-error"))),
    ];
    for (number, (who, ask)) in steps.into_iter().enumerate() {
        let ask = ask.with("Idempotency-Key", format!("k-{number}"));
        let first = house.ask(who, ask.clone()).await.expect(200);
        assert_eq!(told(&house.ask(who, ask).await), told(&first));
    }
}

#[actix_web::test]
async fn a_key_is_one_visible_word() {
    let house = House::open().await;
    let body = json!({"slot_id": house.free_slot(NINE).uuid()});
    let before = house.contents();
    for key in ["", "a b", &"x".repeat(256), "é"] {
        let answer = house.ask(Who::Patient, book(key, &body)).await.expect_problem(422, "invalid");
        assert_eq!(answer.pointers(), ["/header/idempotency-key"], "{key}");
    }
    let twice = book("k-1", &body).with("Idempotency-Key", "k-2");
    house.ask(Who::Patient, twice).await.expect_problem(422, "invalid");
    assert_eq!(house.contents(), before);
}
