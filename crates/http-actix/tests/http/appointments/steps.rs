use scheduling_core::AppointmentStatus as Status;
use serde_json::json;

use crate::ask::Ask;
use crate::house::{House, Who};

const COMING: &str = "2026-11-23T09:00:00Z";
const TODAY: &str = "2026-11-20T17:00:00Z";
const BEGUN: &str = "2026-11-20T07:45:00Z";

#[actix_web::test]
async fn a_step_leads_to_its_status() {
    for (from, start, action, to) in [
        (Status::Pending, COMING, "confirm", "booked"),
        (Status::Pending, COMING, "refuse", "cancelled"),
        (Status::Booked, TODAY, "arrive", "arrived"),
        (Status::Booked, TODAY, "check-in", "checked_in"),
        (Status::CheckedIn, BEGUN, "complete", "fulfilled"),
        (Status::Booked, BEGUN, "no-show", "noshow"),
        (Status::Arrived, COMING, "cancel", "cancelled"),
        (Status::Fulfilled, BEGUN, "enter-in-error", "entered_in_error"),
        (Status::Cancelled, COMING, "reinstate", "booked"),
        (Status::NoShow, BEGUN, "reinstate", "booked"),
    ] {
        let house = House::open().await;
        let (visit, slot) = house.visit(from, start);
        let answer =
            house.ask(Who::Admin, Ask::post(format!("/api/v1/appointments/{visit}/{action}"))).await.expect(200);
        assert_eq!(answer.json()["status"], to, "{from} {action}");
        assert_eq!((answer.header("etag"), &answer.json()["revision"]), (Some("\"2\""), &json!(2)));
        let slot = house.ask(Who::Admin, Ask::get(format!("/api/v1/slots/{slot}"))).await.expect(200).json();
        let active = !matches!(to, "cancelled" | "noshow" | "entered_in_error");
        assert_eq!(slot["status"], if active { "busy" } else { "free" }, "{from} {action}");
    }
}

#[actix_web::test]
async fn a_request_whose_time_has_begun_is_not_confirmed_and_expires() {
    let house = House::open().await;
    let (visit, slot) = house.visit(Status::Pending, BEGUN);
    let (coming, _) = house.visit(Status::Pending, TODAY);
    let confirm = |id| Ask::post(format!("/api/v1/appointments/{id}/confirm"));
    house.ask(Who::Doctor, confirm(visit)).await.expect_problem(422, "slot_in_past");
    assert_eq!((house.app.expire_requests(), house.app.expire_requests()), (Ok(1), Ok(0)));
    let history = Ask::get(format!("/api/v1/appointments/{visit}/history"));
    let history = house.ask(Who::Patient, history).await.expect(200).json();
    let last = &history["items"][1];
    assert_eq!((&last["to"]["status"], &last["reason_code"]), (&json!("cancelled"), &json!("expired")));
    assert_eq!(last["by"], json!(null));
    assert_eq!(house.contents().matches("kind: Cancelled").count(), 2, "both are told once");
    let slot = house.ask(Who::Admin, Ask::get(format!("/api/v1/slots/{slot}"))).await.expect(200).json();
    assert_eq!(slot["status"], "free");
    house.ask(Who::Doctor, confirm(coming)).await.expect(200);
}

#[actix_web::test]
async fn a_step_that_the_status_does_not_allow_says_what_the_status_is() {
    for (from, action) in [
        (Status::Booked, "confirm"),
        (Status::Cancelled, "refuse"),
        (Status::Pending, "arrive"),
        (Status::Fulfilled, "check-in"),
        (Status::Pending, "complete"),
        (Status::Arrived, "no-show"),
        (Status::CheckedIn, "cancel"),
        (Status::EnteredInError, "enter-in-error"),
        (Status::Booked, "reinstate"),
    ] {
        let house = House::open().await;
        let (visit, _) = house.visit(from, COMING);
        let before = house.contents();
        let ask = Ask::post(format!("/api/v1/appointments/{visit}/{action}"));
        let answer = house.ask(Who::Admin, ask).await.expect_problem(409, "illegal_move");
        assert_eq!(answer.json()["current_status"], from.to_string(), "{action}");
        assert_eq!(house.contents(), before, "{action}");
    }
}

#[actix_web::test]
async fn a_step_has_its_time() {
    let house = House::open().await;
    let (coming, _) = house.visit(Status::Booked, COMING);
    let (begun, _) = house.visit(Status::Booked, BEGUN);
    let (over, _) = house.visit(Status::Booked, "2026-11-20T07:00:00Z");
    for (who, visit, action, code) in [
        (Who::Doctor, coming, "complete", "too_early"),
        (Who::Doctor, coming, "no-show", "too_early"),
        (Who::Receptionist, coming, "arrive", "too_early"),
        (Who::Receptionist, coming, "check-in", "too_early"),
        (Who::Patient, begun, "cancel", "too_late_to_cancel"),
        (Who::Receptionist, over, "cancel", "too_late_to_cancel"),
    ] {
        let ask = Ask::post(format!("/api/v1/appointments/{visit}/{action}"));
        house.ask(who, ask).await.expect_problem(422, code);
    }
    house.ask(Who::Receptionist, Ask::post(format!("/api/v1/appointments/{begun}/cancel"))).await.expect(200);
}

#[actix_web::test]
async fn an_action_needs_no_body() {
    for body in [
        |ask: Ask| ask,
        |ask: Ask| ask.bytes("text/plain", ""),
        |ask: Ask| ask.bytes("application/json", " \n"),
        |ask: Ask| ask.json(&json!({})),
        |ask: Ask| ask.json(&json!(null)),
        |ask: Ask| ask.json(&json!({"reason": "ill", "reason_code": "patient_no_transport"})),
        |ask: Ask| ask.json(&json!({"reason": null, "reason_code": null})),
    ] {
        let house = House::open().await;
        let (visit, _) = house.visit(Status::Booked, COMING);
        let ask = body(Ask::post(format!("/api/v1/appointments/{visit}/cancel")));
        house.ask(Who::Patient, ask).await.expect(200);
    }
}

#[actix_web::test]
async fn what_was_undone_is_booked_only_if_the_slot_is_still_free() {
    let house = House::open().await;
    let (cancelled, slot) = house.visit(Status::Cancelled, COMING);
    let book = Ask::post("/api/v1/appointments").json(&json!({"slot_id": slot.uuid()}));
    house.ask(Who::OtherPatient, book).await.expect(201);
    let undo = Ask::post(format!("/api/v1/appointments/{cancelled}/reinstate"));
    house.ask(Who::Admin, undo).await.expect_problem(409, "slot_not_free");
}
