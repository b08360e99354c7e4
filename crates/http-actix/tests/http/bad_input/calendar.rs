//! The strange days and hours.

use serde_json::{Value, json};

use super::complaint;
use crate::ask::Ask;
use crate::house::{House, Who};

fn bulk(changes: &Value) -> Ask {
    let mut body = json!({
        "start_date": "2027-03-01", "end_date": "2027-03-02", "start_time": "09:00", "end_time": "17:00",
        "slot_minutes": 30,
    });
    body.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
    Ask::post("/api/v1/slots/bulk").json(&body)
}

#[actix_web::test]
async fn hours_that_make_no_sense_are_refused_by_name() {
    let house = House::open().await;
    let mut wrong = Vec::new();
    for (hours, pointer) in [
        (json!({"end_date": "2027-02-28"}), "/end_date"),
        (json!({"start_date": "9999-12-31"}), "/end_date"),
        (json!({"end_time": "09:00"}), "/end_time"),
        (json!({"end_time": "08:00"}), "/end_time"),
        (json!({"start_time": "23:59", "end_time": "00:00"}), "/end_time"),
        (json!({"start_time": "09:00:30"}), "/start_time"),
        (json!({"end_time": "16:59:59"}), "/end_time"),
        (json!({"slot_minutes": 480, "end_time": "16:59"}), "/slot_minutes"),
        (json!({"weekdays": ["sun"]}), "/weekdays"),
        (json!({"break": {"start": "13:00", "end": "12:00"}}), "/break/end"),
        (json!({"break": {"start": "12:00", "end": "12:00"}}), "/break/end"),
        (json!({"break": {"start": "12:00:01", "end": "13:00"}}), "/break/start"),
        (json!({"break": {"start": "08:00", "end": "10:00"}}), "/break"),
        (json!({"break": {"start": "16:00", "end": "18:00"}}), "/break"),
        (json!({"break": {"start": "09:00", "end": "17:00"}}), "/slot_minutes"),
    ] {
        wrong.extend(complaint(&house, Who::Doctor, bulk(&hours), pointer).await.map(|it| format!("{hours}: {it}")));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[actix_web::test]
async fn days_that_are_too_far_or_too_many_are_refused_before_anything_is_made() {
    let house = House::open().await;
    let before = house.contents();
    for (hours, code, pointer) in [
        (json!({"end_date": "2037-03-01", "slot_minutes": 5}), "too_many_slots", "/end_date"),
        (
            json!({"start_date": "0001-01-01", "end_date": "9999-12-31", "slot_minutes": 5}),
            "too_many_slots",
            "/end_date",
        ),
        (json!({"start_date": "0001-01-01", "end_date": "0001-01-01"}), "slot_in_past", "/start_date"),
        (json!({"start_date": "9999-12-31", "end_date": "9999-12-31"}), "beyond_horizon", "/end_date"),
        (json!({"start_date": "2027-12-27", "end_date": "2027-12-27"}), "beyond_horizon", "/end_date"),
        (
            json!({"start_time": "00:00", "end_time": "23:59", "slot_minutes": 5}),
            "too_many_slots_in_day",
            "/slot_minutes",
        ),
    ] {
        let answer = house.ask(Who::Doctor, bulk(&hours)).await.expect_problem(422, code);
        assert_eq!(answer.pointers(), [pointer], "{hours}");
        assert_eq!(house.contents(), before, "{hours}");
    }
}

#[actix_web::test]
async fn the_ends_of_the_calendar_are_places_like_any_other() {
    let house = House::open().await;
    let slot = house.free_slot("2027-03-01T09:00:00Z");
    let doctor = house.doctor.uuid();
    let before = house.contents();
    for (at, code) in [("0001-01-01T00:00:00Z", "slot_in_past"), ("9999-12-31T23:59:00Z", "beyond_horizon")] {
        let one = Ask::post("/api/v1/slots").json(&json!({"starts_at": at, "slot_minutes": 480}));
        let other = Ask::patch(format!("/api/v1/slots/{slot}")).whatever_is_there().json(&json!({"starts_at": at}));
        for ask in [one, other] {
            assert_eq!(house.ask(Who::Doctor, ask).await.expect_problem(422, code).pointers(), ["/starts_at"]);
        }
        let book = Ask::post("/api/v1/appointments").json(&json!({"doctor_id": doctor, "starts_at": at}));
        house.ask(Who::Patient, book).await.expect_problem(404, "unknown_slot");
    }
    for date in ["0001-01-01", "9999-12-31"] {
        let born = Ask::patch("/api/v1/patients/me").json(&json!({"date_of_birth": date}));
        let answer = house.ask(Who::Patient, born).await.expect_problem(422, "invalid");
        assert_eq!(answer.pointers(), ["/date_of_birth"]);
    }
    assert_eq!(house.contents(), before, "nobody is two thousand years old");
}

#[actix_web::test]
async fn a_slot_has_whole_minutes_also_after_a_change() {
    let house = House::open().await;
    let slot = house.free_slot("2027-03-01T09:00:00Z");
    for at in ["2027-03-01T10:00:01Z", "2027-03-01T10:00:00.5Z", "2027-03-01T10:00:00.000001Z"] {
        let one = Ask::post("/api/v1/slots").json(&json!({"starts_at": at, "slot_minutes": 30}));
        let other = Ask::patch(format!("/api/v1/slots/{slot}")).whatever_is_there().json(&json!({"starts_at": at}));
        for ask in [one, other] {
            assert_eq!(complaint(&house, Who::Doctor, ask, "/starts_at").await, None);
        }
    }
}
