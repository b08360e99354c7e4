use application::Settings;
use kernel::Zone;
use scheduling_core::{AppointmentStatus, BookingPolicy, Confirmation};
use serde_json::{Value, json};

use crate::ask::Ask;
use crate::house::{House, Who};

const NINE: &str = "2026-11-23T09:00:00Z";
const TEN: &str = "2026-11-23T10:00:00Z";

fn book(body: &Value) -> Ask {
    Ask::post("/api/v1/appointments").json(body)
}

#[actix_web::test]
async fn an_appointment_that_was_booked_can_be_read_where_the_answer_says() {
    let house = House::open().await;
    let slot = house.free_slot(NINE);
    let body = json!({"slot_id": slot.uuid(), "reason": "Cough 🩺", "notes": "Since\nMonday"});
    let made = house.ask(Who::Patient, book(&body)).await.expect(201);
    let visit = made.json();
    let id = visit["id"].as_str().unwrap();
    assert_eq!(
        visit,
        json!({
            "id": id, "status": "booked", "patient_id": house.patient.uuid(), "doctor_id": house.doctor.uuid(),
            "doctor_name": "Grace Hopper", "location_id": house.clinic.location().id.uuid(),
            "location_name": "Clinic by the river", "city": "Berlin", "time_zone": "UTC", "slot_id": slot.uuid(),
            "starts_at": NINE, "ends_at": "2026-11-23T09:30:00Z", "reason": "Cough 🩺", "notes": "Since\nMonday", "revision": 1,
            "created_at": "2026-11-20T08:00:00Z", "updated_at": "2026-11-20T08:00:00Z",
        })
    );
    assert_eq!(made.header("location"), Some(format!("/api/v1/appointments/{id}").as_str()));
    assert_eq!((made.header("etag"), made.header("content-type")), (Some("\"1\""), Some("application/json")));
    let read = house.ask(Who::Patient, Ask::get(made.header("location").unwrap())).await.expect(200);
    assert_eq!((read.json(), read.header("etag")), (visit, Some("\"1\"")));
    let slot = house.ask(Who::Doctor, Ask::get(format!("/api/v1/slots/{slot}"))).await.expect(200);
    assert_eq!(slot.json()["status"], "busy");
}

#[actix_web::test]
async fn a_slot_is_named_by_its_doctor_and_start_as_well() {
    let house = House::open().await;
    let slot = house.free_slot(NINE);
    let doctor = house.doctor.uuid();
    let body = json!({"doctor_id": doctor, "starts_at": "2026-11-23T10:00:00+01:00"});
    assert_eq!(house.ask(Who::Patient, book(&body)).await.expect(201).json()["slot_id"], json!(slot.uuid()));
    let body = json!({"doctor_id": doctor, "starts_at": TEN});
    house.ask(Who::Patient, book(&body)).await.expect_problem(404, "unknown_slot");
}

#[actix_web::test]
async fn a_slot_is_named_in_one_way() {
    let house = House::open().await;
    let (slot, doctor) = (house.free_slot(NINE).uuid(), house.doctor.uuid());
    let (visit, _) = house.visit(AppointmentStatus::Booked, TEN);
    for (body, pointers) in [
        (json!({}), vec!["/slot_id"]),
        (json!({"slot_id": null}), vec!["/slot_id"]),
        (json!({"doctor_id": doctor}), vec!["/starts_at"]),
        (json!({"starts_at": NINE}), vec!["/doctor_id"]),
        (json!({"slot_id": slot, "doctor_id": doctor}), vec!["/doctor_id"]),
        (json!({"slot_id": slot, "doctor_id": doctor, "starts_at": NINE}), vec!["/doctor_id"]),
    ] {
        let move_ = Ask::post(format!("/api/v1/appointments/{visit}/reschedule")).json(&body);
        for ask in [book(&body), move_] {
            let answer = house.ask(Who::Patient, ask).await.expect_problem(422, "invalid");
            assert_eq!(answer.pointers(), pointers, "{body}");
        }
    }
}

#[actix_web::test]
async fn a_slot_that_was_shown_at_another_time_is_neither_booked_nor_moved_to() {
    let house = House::open().await;
    let (visit, _) = house.visit(AppointmentStatus::Booked, "2026-11-25T09:00:00Z");
    let slot = house.free_slot(NINE).uuid();
    let edit = Ask::patch(format!("/api/v1/slots/{slot}")).whatever_is_there().json(&json!({"starts_at": TEN}));
    house.ask(Who::Doctor, edit).await.expect(200);
    let (shown, now) = (json!({"slot_id": slot, "starts_at": NINE}), json!({"slot_id": slot, "starts_at": TEN}));
    let go = |body: &Value| Ask::post(format!("/api/v1/appointments/{visit}/reschedule")).json(body);
    let before = house.contents();
    for ask in [book(&shown), go(&shown)] {
        house.ask(Who::Patient, ask).await.expect_problem(409, "slot_changed");
    }
    assert_eq!(house.contents(), before);
    assert_eq!(house.ask(Who::Patient, go(&now)).await.expect(200).json()["starts_at"], TEN);
    let other = house.free_slot(NINE).uuid();
    let other = json!({"slot_id": other, "starts_at": "2026-11-23T10:00:00+01:00"});
    assert_eq!(house.ask(Who::OtherPatient, book(&other)).await.expect(201).json()["starts_at"], NINE);
}

#[actix_web::test]
async fn the_same_move_again_is_answered_and_changes_nothing() {
    let house = House::open().await;
    let (visit, _) = house.visit(AppointmentStatus::Booked, NINE);
    let slot = house.free_slot(TEN).uuid();
    let path = format!("/api/v1/appointments/{visit}/reschedule");
    let go = |body: Value| Ask::post(path.as_str()).json(&body);
    let first = house.ask(Who::Patient, go(json!({"slot_id": slot, "starts_at": TEN}))).await.expect(200);
    let before = house.contents();
    let doctor = house.doctor.uuid();
    for body in [
        json!({"slot_id": slot}),
        json!({"slot_id": slot, "starts_at": TEN}),
        json!({"doctor_id": doctor, "starts_at": TEN}),
    ] {
        let again = house.ask(Who::Patient, go(body.clone())).await.expect(200);
        assert_eq!((&again.body, again.header("etag")), (&first.body, first.header("etag")), "{body}");
        assert_eq!(house.contents(), before, "no history, no message, no entry in the audit log");
    }
}

#[actix_web::test]
async fn a_visit_whose_slot_has_moved_is_not_reinstated_at_another_time() {
    let house = House::open().await;
    let (visit, slot) = house.visit(AppointmentStatus::Cancelled, NINE);
    let reinstate = Ask::post(format!("/api/v1/appointments/{visit}/reinstate"));
    let edit = |body: Value| Ask::patch(format!("/api/v1/slots/{slot}")).whatever_is_there().json(&body);
    for body in [json!({"starts_at": TEN}), json!({"starts_at": NINE, "slot_minutes": 60})] {
        house.ask(Who::Doctor, edit(body)).await.expect(200);
        house.ask(Who::Admin, reinstate.clone()).await.expect_problem(409, "slot_changed");
    }
    house.ask(Who::Doctor, edit(json!({"slot_minutes": 30}))).await.expect(200);
    assert_eq!(house.ask(Who::Admin, reinstate).await.expect(200).json()["starts_at"], NINE);
}

#[actix_web::test]
async fn nothing_new_is_booked_for_a_patient_whose_account_is_closed() {
    let house = House::open().await;
    let (visit, _) = house.visit(AppointmentStatus::Booked, NINE);
    let (cancelled, _) = house.visit(AppointmentStatus::Cancelled, "2026-11-24T09:00:00Z");
    let slot = house.free_slot(TEN).uuid();
    let account = house.account(Who::Patient);
    house.ask(Who::Admin, Ask::post(format!("/api/v1/accounts/{account}/deactivate"))).await.expect(200);
    let before = house.contents();
    let body = json!({"slot_id": slot, "patient_id": house.patient.uuid()});
    let on = |visit: kernel::AppointmentId, action: &str| Ask::post(format!("/api/v1/appointments/{visit}/{action}"));
    for (who, ask) in [
        (Who::Receptionist, book(&body)),
        (Who::Doctor, book(&body)),
        (Who::Admin, book(&body)),
        (Who::Receptionist, on(visit, "reschedule").json(&json!({"slot_id": slot, "reason": "so it is"}))),
        (Who::Admin, on(cancelled, "reinstate")),
    ] {
        house.ask(who, ask).await.expect_problem(409, "patient_inactive");
    }
    assert_eq!(house.contents(), before);
    house.ask(Who::Receptionist, on(visit, "cancel")).await.expect(200);
}

#[actix_web::test]
async fn what_cannot_be_booked_says_why() {
    let house = House::open().await;
    let (_, taken) = house.visit(AppointmentStatus::Booked, NINE);
    let past = house.free_slot("2026-11-20T07:30:00Z");
    let far = house.free_slot("2027-12-26T09:00:00Z");
    let overlapping = house.clinic.slot(house.other_doctor, testkit::sample::instant("2026-11-23T09:15:00Z"), 30);
    for (slot, status, code) in [
        (taken.uuid(), 409, "slot_not_free"),
        (past.uuid(), 422, "slot_in_past"),
        (far.uuid(), 422, "beyond_horizon"),
        (overlapping.uuid(), 409, "patient_busy"),
        (uuid::Uuid::from_u128(7), 404, "unknown_slot"),
    ] {
        house.ask(Who::Patient, book(&json!({"slot_id": slot}))).await.expect_problem(status, code);
    }
    let body = json!({"slot_id": overlapping.uuid(), "patient_id": uuid::Uuid::from_u128(7)});
    house.ask(Who::Receptionist, book(&body)).await.expect_problem(404, "unknown_patient");
    let close = Ask::patch("/api/v1/doctors/me").json(&json!({"accepting_bookings": false}));
    house.ask(Who::OtherDoctor, close).await.expect(200);
    let body = json!({"slot_id": overlapping.uuid()});
    house.ask(Who::OtherPatient, book(&body)).await.expect_problem(409, "doctor_not_accepting");
}

#[actix_web::test]
async fn what_cannot_be_booked_yet_or_any_more_says_why() {
    let booking = BookingPolicy {
        notice_minutes_min: 60,
        patient_upcoming_max: Some(1),
        doctor_day_max: Some(1),
        ..BookingPolicy::default()
    };
    let house = House::open_with(Settings { booking, ..Settings::default() }, Zone::UTC).await;
    let soon = house.free_slot("2026-11-20T08:59:00Z").uuid();
    house.ask(Who::Patient, book(&json!({"slot_id": soon}))).await.expect_problem(422, "notice_too_short");
    house.visit(AppointmentStatus::Booked, NINE);
    let same_day = house.free_slot(TEN).uuid();
    house.ask(Who::Patient, book(&json!({"slot_id": same_day}))).await.expect_problem(422, "patient_cap_reached");
    let refused = house.ask(Who::OtherPatient, book(&json!({"slot_id": same_day}))).await;
    refused.expect_problem(422, "doctor_day_cap_reached");
}

#[actix_web::test]
async fn a_visit_moves_and_stays_the_same_visit() {
    let house = House::open().await;
    let (visit, old) = house.visit(AppointmentStatus::Booked, NINE);
    let new = house.clinic.slot(house.other_doctor, testkit::sample::instant(TEN), 45);
    let path = format!("/api/v1/appointments/{visit}/reschedule");
    let moved =
        house.ask(Who::Patient, Ask::post(path.as_str()).json(&json!({"slot_id": new.uuid()}))).await.expect(200);
    let told = moved.json();
    assert_eq!((&told["id"], &told["slot_id"]), (&json!(visit.uuid()), &json!(new.uuid())));
    assert_eq!(
        (&told["doctor_id"], &told["ends_at"]),
        (&json!(house.other_doctor.uuid()), &json!("2026-11-23T10:45:00Z"))
    );
    assert_eq!(told["doctor_name"], "Mary Seacole");
    assert_eq!((moved.header("etag"), moved.header("location")), (Some("\"2\""), None));
    let status = async |slot: kernel::SlotId| {
        house.ask(Who::Admin, Ask::get(format!("/api/v1/slots/{slot}"))).await.json()["status"].clone()
    };
    assert_eq!((status(old).await, status(new).await), (json!("free"), json!("busy")));
}

#[actix_web::test]
async fn a_visit_that_moves_to_another_place_says_where_it_is_now() {
    let house = House::open().await;
    let (visit, _) = house.visit(AppointmentStatus::Booked, NINE);
    let north = json!({"name": "North", "city": "Patan", "time_zone": "Asia/Kathmandu"});
    let north = house.ask(Who::Admin, Ask::post("/api/v1/locations").json(&north)).await.expect(201).json();
    let there =
        Ask::patch(format!("/api/v1/doctors/{}", house.other_doctor)).json(&json!({"location_id": north["id"]}));
    house.ask(Who::Admin, there.whatever_is_there()).await.expect(200);
    let slot = house.clinic.slot(house.other_doctor, testkit::sample::instant(TEN), 30).uuid();
    let path = format!("/api/v1/appointments/{visit}");
    let go = |key: &str| {
        let go = Ask::post(format!("{path}/reschedule")).json(&json!({"slot_id": slot, "starts_at": TEN}));
        go.with("Idempotency-Key", key)
    };
    let moved = house.ask(Who::Patient, go("k-1")).await.expect(200).json();
    assert_eq!(moved["location_id"], north["id"]);
    let shown = ["doctor_name", "location_name", "city", "time_zone"].map(|name| moved[name].clone());
    assert_eq!(shown, ["Mary Seacole", "North", "Patan", "Asia/Kathmandu"]);
    for ask in [go("k-1"), go("k-2"), Ask::get(path.as_str())] {
        assert_eq!(house.ask(Who::Patient, ask).await.expect(200).json(), moved, "again, there already, and read");
    }
}

#[actix_web::test]
async fn a_move_that_is_refused_changes_nothing() {
    let house = House::open().await;
    let (visit, _) = house.visit(AppointmentStatus::Booked, NINE);
    let (over, taken) = house.visit(AppointmentStatus::Fulfilled, TEN);
    let before = house.contents();
    for (visit, slot, status, code) in [
        (visit, taken.uuid(), 409, "slot_not_free"),
        (visit, uuid::Uuid::from_u128(7), 404, "unknown_slot"),
        (over, taken.uuid(), 409, "illegal_move"),
    ] {
        let ask = Ask::post(format!("/api/v1/appointments/{visit}/reschedule")).json(&json!({"slot_id": slot}));
        house.ask(Who::Patient, ask).await.expect_problem(status, code);
    }
    assert_eq!(house.contents(), before);
}

#[actix_web::test]
async fn staff_with_a_reason_may_set_a_closed_book_aside() {
    let house = House::open().await;
    let (visit, _) = house.visit(AppointmentStatus::Booked, NINE);
    let slot = house.free_slot(TEN).uuid();
    let close = Ask::patch("/api/v1/doctors/me").json(&json!({"accepting_bookings": false}));
    house.ask(Who::Doctor, close).await.expect(200);
    let path = format!("/api/v1/appointments/{visit}/reschedule");
    let go = |body: Value| Ask::post(path.as_str()).json(&body);
    let with_reason = json!({"slot_id": slot, "reason": "asked by phone"});
    house.ask(Who::Patient, go(with_reason.clone())).await.expect_problem(409, "doctor_not_accepting");
    house.ask(Who::Receptionist, go(json!({"slot_id": slot}))).await.expect_problem(409, "doctor_not_accepting");
    house.ask(Who::Receptionist, go(with_reason)).await.expect(200);
}

#[actix_web::test]
async fn where_the_doctor_confirms_a_booking_waits() {
    let booking = BookingPolicy { confirmation: Confirmation::ByDoctor, ..BookingPolicy::default() };
    let house = House::open_with(Settings { booking, ..Settings::default() }, Zone::UTC).await;
    let body = json!({"slot_id": house.free_slot(NINE).uuid()});
    let visit = house.ask(Who::Patient, book(&body)).await.expect(201).json();
    assert_eq!(visit["status"], "pending");
    let path = format!("/api/v1/appointments/{}/confirm", visit["id"].as_str().unwrap());
    assert_eq!(house.ask(Who::Doctor, Ask::post(path)).await.expect(200).json()["status"], "booked");
}
