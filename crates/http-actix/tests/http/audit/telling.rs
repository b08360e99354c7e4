//! Every change writes one entry.

use chrono::TimeDelta;
use scheduling_core::AppointmentStatus;
use serde_json::{Value, json};
use testkit::sample;
use uuid::Uuid;

use crate::ask::Ask;
use crate::house::{ADDRESS, House, Who};

/// The newest entries, but for those of reading them.
async fn entries(house: &House, query: &str) -> Vec<Value> {
    let mut found = super::entries(house, query).await;
    found.retain(|entry| entry["action"] != "audit_read");
    found
}

/// How many entries there are.
async fn count(house: &House) -> usize {
    entries(house, "").await.len()
}

/// What `who` did by asking this, which must be one thing.
async fn told(house: &House, who: Who, ask: Ask) -> Value {
    let before = entries(house, "").await;
    let path = ask.path.clone();
    let answer = house.ask(who, ask).await;
    assert!(answer.status.is_success(), "{path}: {}", answer.json());
    let after = entries(house, "").await;
    let fresh: Vec<&Value> = after.iter().filter(|entry| !before.contains(entry)).collect();
    assert_eq!(fresh.len(), 1, "{path}: {fresh:?}");
    fresh[0].clone()
}

/// Asserts that asking this is told as this action of `who`, from where the request came; says about what.
async fn check(house: &House, who: Who, ask: Ask, action: &str, detail: Option<&str>) -> Option<Uuid> {
    let actor = house.app.claims(&house.pass(who).access_token).unwrap();
    let entry = told(house, who, ask).await;
    assert_eq!(entry["action"], action, "{entry}");
    assert_eq!(entry["actor_id"], json!(actor.account.uuid()), "{entry}");
    assert_eq!(entry["actor_role"], json!(actor.role.to_string()), "{entry}");
    assert_eq!(entry["address"], json!(ADDRESS.ip()), "{entry}");
    assert_eq!(entry["detail"], json!(detail), "{entry}");
    serde_json::from_value(entry["subject_id"].clone()).unwrap()
}

fn account(house: &House, who: Who) -> Uuid {
    house.app.claims(&house.pass(who).access_token).unwrap().account.uuid()
}

#[actix_web::test]
async fn a_changed_profile_is_told_by_the_names_of_its_fields() {
    let house = House::open().await;
    let (doctor, patient) = (house.doctor.uuid(), house.patient.uuid());

    let ask = Ask::patch("/api/v1/auth/me").json(&json!({"full_name": "Ada King"}));
    let subject = check(&house, Who::Patient, ask, "account_changed", Some("full_name")).await;
    assert_eq!(subject, Some(account(&house, Who::Patient)));

    let ask = Ask::patch("/api/v1/patients/me").json(&json!({"medical_history": "Hay fever", "address": "Hill 7"}));
    let subject = check(&house, Who::Patient, ask, "patient_changed", Some("address, medical_history")).await;
    assert_eq!(subject, Some(patient));

    let ask = Ask::patch(format!("/api/v1/patients/{patient}")).json(&json!({"full_name": "Ada", "address": "Hill 8"}));
    let subject = check(&house, Who::Receptionist, ask, "patient_changed", Some("full_name, address")).await;
    assert_eq!(subject, Some(patient));

    let fields = json!({"accepting_bookings": true, "experience_years": 9});
    let ask = Ask::patch("/api/v1/doctors/me").json(&fields);
    let subject = check(&house, Who::Doctor, ask, "doctor_changed", Some("experience_years")).await;
    assert_eq!(subject, Some(doctor), "what was said again is no change");
    let ask = Ask::patch(format!("/api/v1/doctors/{doctor}")).json(&fields);
    let subject = check(&house, Who::Admin, ask, "doctor_changed", None).await;
    assert_eq!(subject, Some(doctor));
}

#[actix_web::test]
async fn a_call_about_slots_is_told_once_however_many_they_are() {
    let house = House::open().await;
    let doctor = house.doctor.uuid();

    let ask = Ask::post("/api/v1/slots").json(&json!({"starts_at": "2026-11-24T09:00:00Z", "slot_minutes": 30}));
    let slot = check(&house, Who::Doctor, ask, "slots_published", None).await.unwrap();

    let ask = Ask::post("/api/v1/slots/bulk").json(&json!({
        "start_date": "2026-11-25", "end_date": "2026-11-25", "start_time": "09:00", "end_time": "12:00",
        "slot_minutes": 30, "doctor_id": doctor,
    }));
    assert_eq!(check(&house, Who::Receptionist, ask, "slots_published", Some("6 slots")).await, Some(doctor));

    let path = format!("/api/v1/slots/{slot}");
    let ask = Ask::patch(&path).whatever_is_there().json(&json!({"status": "busy_unavailable"}));
    assert_eq!(check(&house, Who::Doctor, ask, "slot_changed", Some("status")).await, Some(slot));

    let ask = Ask::delete(&path).whatever_is_there();
    assert_eq!(check(&house, Who::Admin, ask, "slots_removed", None).await, Some(slot));

    let slots = [house.free_slot("2026-11-23T14:00:00Z"), house.free_slot("2026-11-23T15:00:00Z")];
    let ask = Ask::post("/api/v1/slots/bulk-delete").json(&json!({"ids": slots.map(kernel::SlotId::uuid)}));
    assert_eq!(check(&house, Who::Doctor, ask, "slots_removed", Some("2 slots")).await, None);
}

#[actix_web::test]
async fn every_step_of_a_visit_is_told_by_its_name() {
    let house = House::open().await;
    let (booked, _) = house.visit(AppointmentStatus::Booked, "2026-11-20T17:00:00Z");
    let other = house.free_slot("2026-11-23T15:00:00Z");
    let pending = |hour: u32| house.visit(AppointmentStatus::Pending, &format!("2026-11-24T{hour}:00:00Z")).0;
    let begun = |minute: u32| house.visit(AppointmentStatus::Booked, &format!("2026-11-20T06:{minute}:00Z")).0;
    let (confirmed, refused, checked_in, completed, missed) =
        (pending(10), pending(11), begun(10), begun(20), begun(30));
    for (who, id, step, action) in [
        (Who::Doctor, confirmed, "confirm", "appointment_confirmed"),
        (Who::Admin, refused, "refuse", "appointment_refused"),
        (Who::Receptionist, booked, "arrive", "appointment_arrived"),
        (Who::Receptionist, booked, "cancel", "appointment_cancelled"),
        (Who::Admin, booked, "reinstate", "appointment_reinstated"),
        (Who::Admin, booked, "enter-in-error", "appointment_entered_in_error"),
        (Who::Doctor, checked_in, "check-in", "appointment_checked_in"),
        (Who::Doctor, completed, "complete", "appointment_completed"),
        (Who::Admin, missed, "no-show", "appointment_missed"),
    ] {
        let ask = Ask::post(format!("/api/v1/appointments/{id}/{step}"));
        assert_eq!(check(&house, who, ask, action, None).await, Some(id.uuid()), "{step}");
    }
    let path = format!("/api/v1/appointments/{confirmed}");
    let ask = Ask::patch(&path).whatever_is_there().json(&json!({"notes": "Bring the letter."}));
    assert_eq!(check(&house, Who::Patient, ask, "appointment_amended", Some("notes")).await, Some(confirmed.uuid()));
    let ask = Ask::post(format!("{path}/reschedule")).json(&json!({"slot_id": other.uuid()}));
    assert_eq!(check(&house, Who::Patient, ask, "appointment_moved", None).await, Some(confirmed.uuid()));
}

#[actix_web::test]
async fn leaving_is_told() {
    let house = House::open().await;
    let session = house.app.claims(&house.pass(Who::Patient).access_token).unwrap().session.uuid();
    let subject = check(&house, Who::Patient, Ask::post("/api/v1/auth/logout"), "session_ended", None).await;
    assert_eq!(subject, Some(session));
    let subject = check(&house, Who::Doctor, Ask::delete("/api/v1/auth/sessions"), "sessions_ended", None).await;
    assert_eq!(subject, Some(account(&house, Who::Doctor)));
}

#[actix_web::test]
async fn coming_in_is_told_and_a_wrong_password_is_not() {
    let house = House::open().await;
    let login = |password: &str| {
        Ask::post("/api/v1/auth/login").json(&json!({"identifier": house.email(Who::Doctor), "password": password}))
    };
    let entry = told(&house, Who::Nobody, login(sample::PASSWORD)).await;
    let doctor = house.app.claims(&house.pass(Who::Doctor).access_token).unwrap().account.uuid();
    assert_eq!((&entry["action"], &entry["actor_id"]), (&json!("logged_in"), &json!(doctor)));
    assert_eq!((&entry["actor_role"], &entry["address"]), (&json!("doctor"), &json!(ADDRESS.ip())));
    let before = count(&house).await;
    house.ask(Who::Nobody, login("something else")).await.expect(401);
    assert_eq!(count(&house).await, before);
}

#[actix_web::test]
async fn a_registration_is_told_without_an_actor() {
    let house = House::open().await;
    let ask = Ask::post("/api/v1/auth/register").json(&json!({
        "role": "patient", "email": "new@example.org", "password": "a long enough secret", "full_name": "New",
        "phone": "+49 30 5550100",
    }));
    let entry = told(&house, Who::Nobody, ask).await;
    assert_eq!((&entry["action"], &entry["actor_id"]), (&json!("account_registered"), &Value::Null));
    assert!(!entry.to_string().contains("secret"));
}

#[actix_web::test]
async fn a_refresh_token_used_twice_is_told() {
    let house = House::open().await;
    let refresh =
        || Ask::post("/api/v1/auth/refresh").json(&json!({"refresh_token": house.pass(Who::Doctor).refresh_token}));
    house.ask(Who::Nobody, refresh()).await.expect(200);
    house.clock.advance(TimeDelta::seconds(10));
    house.ask(Who::Nobody, refresh()).await.expect(401);
    let session = house.app.claims(&house.pass(Who::Doctor).access_token).unwrap().session.uuid();
    assert_eq!(entries(&house, "action=refresh_token_reused").await[0]["subject_id"], json!(session));
}

#[actix_web::test]
async fn staff_who_read_of_a_patient_are_told_of_by_how_much_they_read() {
    let house = House::open().await;
    house.visit(AppointmentStatus::Booked, "2026-11-20T17:00:00Z");
    let path = format!("/api/v1/patients/{}", house.patient);
    for (who, action) in [
        (Who::Patient, None),
        (Who::Doctor, Some("patient_record_read")),
        (Who::OtherDoctor, Some("patient_contact_read")),
        (Who::Receptionist, Some("patient_contact_read")),
        (Who::Admin, Some("patient_record_read")),
    ] {
        let before = entries(&house, "").await;
        let answer = house.ask(who, Ask::get(&path)).await.expect(200);
        let whole = answer.json().as_object().unwrap().contains_key("medical_history");
        let mut told = entries(&house, "").await;
        told.retain(|entry| !before.contains(entry));
        let actions: Vec<&str> = told.iter().filter_map(|entry| entry["action"].as_str()).collect();
        assert_eq!(actions, action.into_iter().collect::<Vec<_>>(), "{who:?}");
        assert_eq!(whole, action != Some("patient_contact_read"), "{who:?}");
    }
    house.ask(Who::Patient, Ask::get("/api/v1/patients/me")).await.expect(200);
    let read = entries(&house, &format!("action=patient_record_read&subject={}", house.patient)).await;
    let roles: Vec<_> = read.iter().map(|entry| entry["actor_role"].as_str().unwrap()).collect();
    assert_eq!(roles, ["admin", "doctor"], "newest first");
}

#[actix_web::test]
async fn a_retried_booking_is_told_once() {
    let house = House::open().await;
    let slot = house.free_slot("2026-11-23T09:00:00Z");
    for _ in 0..2 {
        let ask = Ask::post("/api/v1/appointments").with("Idempotency-Key", "k").json(&json!({"slot_id": slot.uuid()}));
        house.ask(Who::Patient, ask).await.expect(201);
    }
    assert_eq!(entries(&house, "action=appointment_booked").await.len(), 1);
}
