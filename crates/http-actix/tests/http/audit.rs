//! Who did what, and who may know it.

use application::audit::{AuditAction, AuditEntry};
use chrono::TimeDelta;
use scheduling_core::AppointmentStatus;
use serde_json::{Value, json};
use testkit::sample;

use crate::ask::Ask;
use crate::house::{ADDRESS, House, Who};

/// The newest entries, with what they say.
async fn entries(house: &House, query: &str) -> Vec<Value> {
    let page = house.ask(Who::Admin, Ask::get(format!("/api/v1/audit?limit=100&{query}"))).await.expect(200).json();
    page["items"].as_array().unwrap().clone()
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

#[actix_web::test]
async fn every_change_is_told_once_with_who_and_from_where() {
    let house = House::open().await;
    let (booked, _) = house.visit(AppointmentStatus::Booked, "2026-11-23T10:00:00Z");
    let (free, other) = (house.free_slot("2026-11-23T14:00:00Z"), house.free_slot("2026-11-23T15:00:00Z"));
    let (doctor, patient) = (house.doctor.uuid(), house.patient.uuid());
    let (visit, slots) = (format!("/api/v1/appointments/{booked}"), "/api/v1/slots");
    let account = house.app.claims(&house.pass(Who::Patient).access_token).unwrap().account.to_string();

    let cases = [
        (Who::Patient, Ask::patch("/api/v1/auth/me").json(&json!({"full_name": "Ada King"})), "account_changed", Some(account.clone()), Some("full_name")),
        (Who::Patient, Ask::patch("/api/v1/patients/me").json(&json!({"medical_history": "Secret", "address": "Hill 7"})), "patient_changed", Some(patient.to_string()), Some("address, medical_history")),
        (Who::Receptionist, Ask::patch(format!("/api/v1/patients/{patient}")).json(&json!({"full_name": "Ada L.", "address": "Hill 8"})), "patient_changed", Some(patient.to_string()), Some("full_name, address")),
        (Who::Doctor, Ask::patch("/api/v1/doctors/me").json(&json!({"accepting_bookings": true, "license_number": "L-9"})), "doctor_changed", Some(doctor.to_string()), Some("license_number")),
        (Who::Admin, Ask::patch(format!("/api/v1/doctors/{doctor}")).json(&json!({"license_number": "L-10"})), "doctor_changed", Some(doctor.to_string()), Some("license_number")),
        (Who::Doctor, Ask::post(slots).json(&json!({"starts_at": "2026-11-24T09:00:00Z", "slot_minutes": 30})), "slots_published", None, None),
        (Who::Doctor, Ask::post("/api/v1/slots/bulk").json(&json!({"start_date": "2026-11-25", "end_date": "2026-11-25", "start_time": "09:00", "end_time": "12:00", "slot_minutes": 30})), "slots_published", Some(doctor.to_string()), Some("6 slots")),
        (Who::Doctor, Ask::patch(format!("{slots}/{free}")).whatever_is_there().json(&json!({"status": "busy_unavailable"})), "slot_changed", Some(free.to_string()), Some("status")),
        (Who::Doctor, Ask::delete(format!("{slots}/{free}")).whatever_is_there(), "slots_removed", Some(free.to_string()), None),
        (Who::Patient, Ask::patch(&visit).whatever_is_there().json(&json!({"notes": "Private words."})), "appointment_amended", Some(booked.to_string()), Some("notes")),
        (Who::Patient, Ask::post(format!("{visit}/reschedule")).json(&json!({"slot_id": other.uuid()})), "appointment_moved", Some(booked.to_string()), None),
        (Who::Receptionist, Ask::post(format!("{visit}/arrive")), "appointment_arrived", Some(booked.to_string()), None),
        (Who::Receptionist, Ask::post(format!("{visit}/cancel")), "appointment_cancelled", Some(booked.to_string()), None),
        (Who::Admin, Ask::post(format!("{visit}/reinstate")), "appointment_reinstated", Some(booked.to_string()), None),
        (Who::Admin, Ask::post(format!("{visit}/enter-in-error")), "appointment_entered_in_error", Some(booked.to_string()), None),
        (Who::Doctor, Ask::post("/api/v1/slots/bulk-delete").json(&json!({"ids": [other.uuid()]})), "slots_removed", None, Some("1 slot")),
        (Who::Admin, Ask::get(format!("/api/v1/patients/{patient}")), "patient_record_read", Some(patient.to_string()), None),
        (Who::Admin, Ask::get("/api/v1/audit/export"), "audit_exported", None, Some("to 2026-11-20T08:00:00+00:00")),
        (Who::Patient, Ask::delete("/api/v1/auth/sessions"), "sessions_ended", Some(account), None),
        (Who::OtherPatient, Ask::post("/api/v1/auth/logout"), "session_ended", None, None),
    ];
    for (who, ask, action, subject, detail) in cases {
        let actor = house.app.claims(&house.pass(who).access_token).unwrap();
        let entry = told(&house, who, ask).await;
        assert_eq!(entry["action"], action, "{entry}");
        assert_eq!(entry["actor_id"], json!(actor.account.uuid()), "{entry}");
        assert_eq!(entry["actor_role"], json!(actor.role.to_string()), "{entry}");
        assert_eq!(entry["address"], json!(ADDRESS.ip()), "{entry}");
        assert_eq!(entry["detail"], json!(detail), "{entry}");
        assert!(subject.is_none() || entry["subject_id"] == json!(subject), "{entry}");
        assert!(!entry.to_string().contains("Secret") && !entry.to_string().contains("Private"), "{entry}");
    }
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
    house.ask(Who::Nobody, refresh()).await.expect(401);
    let session = house.app.claims(&house.pass(Who::Doctor).access_token).unwrap().session.uuid();
    assert_eq!(entries(&house, "action=refresh_token_reused").await[0]["subject_id"], json!(session));
}

#[actix_web::test]
async fn only_staff_who_read_all_of_a_patient_are_told_of() {
    let house = House::open().await;
    house.visit(AppointmentStatus::Booked, "2026-11-23T10:00:00Z");
    let path = format!("/api/v1/patients/{}", house.patient);
    for (who, reads) in [
        (Who::Patient, false),
        (Who::Doctor, true),
        (Who::OtherDoctor, false),
        (Who::Receptionist, false),
        (Who::Admin, true),
    ] {
        let before = count(&house).await;
        let answer = house.ask(who, Ask::get(&path)).await.expect(200);
        let whole = answer.json().as_object().unwrap().contains_key("medical_history");
        assert_eq!(count(&house).await - before, usize::from(reads), "{who:?}");
        assert!(whole || !reads, "{who:?}");
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

/// What would forge lines in a log of text.
const INJECTED: &str =
    "x\r\n{\"action\":\"logged_in\"}\n2026-11-20 INFO admin\u{1b}[2J\u{2028} '; DROP TABLE audit; -- <b>";

fn inject(house: &House, entries: u32) {
    let entry = |n: u32| AuditEntry {
        id: sample::fresh(),
        at: house.app.now() - TimeDelta::days(1) + TimeDelta::seconds(n.into()),
        actor: None,
        role: None,
        action: AuditAction::AccountChanged,
        subject: None,
        address: Some(INJECTED.to_owned()),
        detail: Some(format!("{n} {INJECTED}")),
    };
    let entries: Vec<_> = (0..entries).map(entry).collect();
    house.clinic.write(|store| entries.iter().try_for_each(|entry| store.add_audit(entry)));
}

#[actix_web::test]
async fn what_would_forge_a_log_line_comes_out_as_data() {
    let house = House::open().await;
    inject(&house, 1);
    let entry = &entries(&house, "action=account_changed").await[0];
    assert_eq!((&entry["address"], &entry["detail"]), (&json!(INJECTED), &json!(format!("0 {INJECTED}"))));
}

#[actix_web::test]
async fn the_log_is_taken_out_a_line_an_entry_oldest_first_and_up_to_now() {
    let house = House::open().await;
    inject(&house, 250);
    let export = Ask::get("/api/v1/audit/export?from=2026-11-19&to=2026-11-19");
    let answer = house.ask(Who::Admin, export).await.expect(200);
    assert_eq!(answer.header("content-type"), Some("application/x-ndjson"));
    assert!(answer.header("content-disposition").unwrap().starts_with("attachment"));
    let text = String::from_utf8(answer.body.to_vec()).unwrap();
    assert!(text.ends_with('\n'));
    let lines: Vec<Value> = text.split_terminator('\n').map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.len(), 250);
    for (n, line) in lines.iter().enumerate() {
        assert_eq!(line["detail"], format!("{n} {INJECTED}"));
    }
    let exported = entries(&house, "action=audit_exported").await;
    assert_eq!(exported.len(), 1);
    assert_eq!(exported[0]["detail"], "2026-11-19T00:00:00+00:00 to 2026-11-20T00:00:00+00:00");

    let nothing = house.ask(Who::Admin, Ask::get("/api/v1/audit/export?to=2001-01-01")).await.expect(200);
    assert!(nothing.body.is_empty());
}

#[actix_web::test]
async fn the_log_is_read_in_pages_newest_first() {
    let house = House::open().await;
    inject(&house, 5);
    let mut path = "/api/v1/audit?action=account_changed&limit=2".to_owned();
    let mut seen = Vec::new();
    loop {
        let page = house.ask(Who::Admin, Ask::get(&path)).await.expect(200).json();
        seen.extend(
            page["items"].as_array().unwrap().iter().map(|entry| entry["detail"].as_str().unwrap()[..1].to_owned()),
        );
        let Some(cursor) = page["page"]["next_cursor"].as_str() else { break };
        path = format!("/api/v1/audit?action=account_changed&limit=2&cursor={cursor}");
    }
    assert_eq!(seen, ["4", "3", "2", "1", "0"]);
}

#[actix_web::test]
async fn an_export_takes_no_other_parameter_and_no_range_that_cannot_be() {
    let house = House::open().await;
    for (query, pointer) in [
        ("from=tomorrow", "/query/from"),
        ("to=2027-02-30", "/query/to"),
        ("from=2027-03-02&to=2027-03-01", "/query/to"),
        ("from=2020-01-01&to=2027-01-01", "/query/to"),
        ("limit=5", "/query/limit"),
        ("actor=7", "/query/actor"),
    ] {
        let answer = house.ask(Who::Admin, Ask::get(format!("/api/v1/audit/export?{query}"))).await;
        assert_eq!(answer.expect_problem(422, "invalid").pointers(), [pointer], "{query}");
    }
}

#[actix_web::test]
async fn every_step_of_a_visit_is_told_by_its_name() {
    let house = House::open().await;
    let pending = |hour: u32| house.visit(AppointmentStatus::Pending, &format!("2026-11-23T{hour}:00:00Z")).0;
    let begun = |minute: u32| house.visit(AppointmentStatus::Booked, &format!("2026-11-20T06:{minute}:00Z")).0;
    for (id, step, action) in [
        (pending(10), "confirm", "appointment_confirmed"),
        (pending(11), "refuse", "appointment_refused"),
        (begun(10), "check-in", "appointment_checked_in"),
        (begun(20), "complete", "appointment_completed"),
        (begun(30), "no-show", "appointment_missed"),
    ] {
        let entry = told(&house, Who::Admin, Ask::post(format!("/api/v1/appointments/{id}/{step}"))).await;
        assert_eq!((&entry["action"], &entry["subject_id"]), (&json!(action), &json!(id.uuid())));
    }
}
