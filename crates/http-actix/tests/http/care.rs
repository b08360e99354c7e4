//! Who may see whom: the care relation, and what it opens.

use chrono::TimeDelta;
use kernel::{AppointmentId, PatientId};
use scheduling_core::AppointmentStatus as Status;
use serde_json::{Value, json};

use crate::ask::Ask;
use crate::house::{House, Who};
use crate::settings::set;

const TODAY: &str = "2026-11-20T08:30:00Z";
const CLINICAL: [&str; 3] = ["gender", "blood_group", "medical_history"];

fn of(patient: PatientId) -> String {
    format!("/api/v1/patients/{patient}")
}

/// Whether `who` reads the patient's record, and not the contact data alone.
async fn reads(house: &House, who: Who) -> bool {
    let patient = house.ask(who, Ask::get(of(house.patient))).await.expect(200).json();
    let shown = CLINICAL.map(|field| patient.get(field).is_some());
    assert!(patient["date_of_birth"].is_string(), "the date of birth is contact data");
    assert!(shown == [true; 3] || shown == [false; 3], "{patient}");
    shown == [true; 3]
}

/// `who` books the doctor's slot for the patient.
async fn book(house: &House, who: Who, start: &str) -> AppointmentId {
    let body = json!({
        "slot_id": house.free_slot(start).uuid(), "patient_id": house.patient.uuid(), "reason": "Rash", "notes": "Since May",
    });
    let visit = house.ask(who, Ask::post("/api/v1/appointments").json(&body)).await.expect(201).json();
    AppointmentId::new(visit["id"].as_str().unwrap().parse().unwrap())
}

async fn step(house: &House, who: Who, visit: AppointmentId, step: &str) {
    house.ask(who, Ask::post(format!("/api/v1/appointments/{visit}/{step}"))).await.expect(200);
}

#[actix_web::test]
async fn a_visit_that_the_patient_or_the_front_desk_books_opens_the_record_at_once() {
    for who in [Who::Patient, Who::Receptionist, Who::Admin] {
        let house = House::open().await;
        assert!(!reads(&house, Who::Doctor).await);
        book(&house, who, TODAY).await;
        assert!(reads(&house, Who::Doctor).await, "{who:?}");
        assert!(!reads(&house, Who::OtherDoctor).await && !reads(&house, Who::Receptionist).await);
        assert!(reads(&house, Who::Admin).await);
    }
}

#[actix_web::test]
async fn a_visit_that_a_doctor_makes_alone_opens_no_record() {
    let house = House::open().await;
    let visit = book(&house, Who::Doctor, TODAY).await;
    assert!(!reads(&house, Who::Doctor).await);
    step(&house, Who::Doctor, visit, "arrive").await;
    assert!(!reads(&house, Who::Doctor).await, "nor does the doctor's word that the patient has come");
    step(&house, Who::Receptionist, visit, "check-in").await;
    assert!(reads(&house, Who::Doctor).await, "the front desk has seen the patient");
}

#[actix_web::test]
async fn a_visit_that_a_doctor_makes_and_completes_alone_opens_no_record() {
    let house = House::open().await;
    let visit = book(&house, Who::Doctor, TODAY).await;
    house.clock.advance(TimeDelta::minutes(45));
    step(&house, Who::Doctor, visit, "complete").await;
    assert!(!reads(&house, Who::Doctor).await);
    set(&house, json!({"own_visits_open_records": true})).await;
    assert!(reads(&house, Who::Doctor).await, "a practice without a front desk goes by the doctor's word");
    set(&house, json!({"own_visits_open_records": false})).await;
    assert!(!reads(&house, Who::Doctor).await);
}

#[actix_web::test]
async fn a_visit_that_is_off_closes_the_record_and_keeps_the_name() {
    let house = House::open().await;
    set(&house, json!({"doctors_see": "own"})).await;
    let visit = book(&house, Who::Patient, TODAY).await;
    assert!(reads(&house, Who::Doctor).await);
    step(&house, Who::Patient, visit, "cancel").await;
    assert!(!reads(&house, Who::Doctor).await);
    let list = house.ask(Who::Doctor, Ask::get("/api/v1/patients")).await.expect(200).json();
    assert_eq!(list["items"][0]["full_name"], "Ada Lovelace", "they had an appointment");
    step(&house, Who::Admin, visit, "enter-in-error").await;
    house.ask(Who::Doctor, Ask::get(of(house.patient))).await.expect_problem(404, "unknown_patient");
    let row = house.ask(Who::Doctor, Ask::get(format!("/api/v1/appointments/{visit}"))).await.expect(200).json();
    assert_eq!(row.get("patient"), None, "it never was");
}

#[actix_web::test]
async fn the_notes_of_a_visit_that_is_off_are_part_of_the_record_in_every_reading() {
    let house = House::open().await;
    let visit = book(&house, Who::Patient, TODAY).await;
    let path = format!("/api/v1/appointments/{visit}");
    let readings = async |who: Who| -> Vec<Value> {
        let list = house.ask(who, Ask::get("/api/v1/appointments")).await.expect(200).json();
        let (mut list, one) = (list["items"].as_array().unwrap().clone(), house.ask(who, Ask::get(&path)).await);
        list.retain(|row| row["id"] == json!(visit.uuid()));
        vec![list.remove(0), one.expect(200).json()]
    };
    let of_change = async |who: Who| {
        let history = house.ask(who, Ask::get(format!("{path}/history"))).await.expect(200).json();
        history["items"].as_array().unwrap().last().unwrap()["reason"].clone()
    };
    for row in readings(Who::Doctor).await {
        assert_eq!((&row["reason"], &row["notes"]), (&json!("Rash"), &json!("Since May")));
    }
    let why = json!({"reason": "It was measles"});
    house.ask(Who::Patient, Ask::post(format!("{path}/cancel")).json(&why)).await.expect(200);
    for who in [Who::Patient, Who::Receptionist, Who::Admin] {
        for row in readings(who).await {
            assert_eq!((&row["reason"], &row["notes"]), (&json!("Rash"), &json!("Since May")), "{who:?}");
        }
        assert_eq!(of_change(who).await, "It was measles");
    }
    for row in readings(Who::Doctor).await {
        assert_eq!((&row["reason"], &row["notes"]), (&Value::Null, &Value::Null));
        assert_eq!(row["patient"]["full_name"], "Ada Lovelace");
    }
    assert_eq!(of_change(Who::Doctor).await, Value::Null);
    let amend = Ask::patch(path.as_str()).whatever_is_there().json(&json!({"reason": "Call back"}));
    let amended = house.ask(Who::Doctor, amend).await.expect(200).json();
    assert_eq!((&amended["reason"], &amended["notes"]), (&Value::Null, &Value::Null));

    book(&house, Who::Receptionist, "2026-11-20T09:30:00Z").await;
    for row in readings(Who::Doctor).await {
        assert_eq!(
            (&row["reason"], &row["notes"]),
            (&json!("Call back"), &json!("Since May")),
            "there is another visit"
        );
    }
}

#[actix_web::test]
async fn a_doctor_reads_what_they_wrote_themself() {
    let house = House::open().await;
    let visit = book(&house, Who::Doctor, TODAY).await;
    let row = house.ask(Who::Doctor, Ask::get(format!("/api/v1/appointments/{visit}"))).await.expect(200).json();
    assert_eq!((&row["reason"], &row["notes"]), (&json!("Rash"), &json!("Since May")));
    assert_eq!(row["patient"]["full_name"], "Ada Lovelace");
}

#[actix_web::test]
async fn a_doctor_who_finds_only_their_own_books_nobody_else() {
    let house = House::open().await;
    set(&house, json!({"doctors_see": "own"})).await;
    let slot = house.free_slot(TODAY).uuid();
    let ask =
        |patient: uuid::Uuid| Ask::post("/api/v1/appointments").json(&json!({"slot_id": slot, "patient_id": patient}));
    let unknown = house.ask(Who::Doctor, ask(house.patient.uuid())).await.expect_problem(404, "unknown_patient");
    let missing = house.ask(Who::Doctor, ask(testkit::sample::fresh())).await.expect_problem(404, "unknown_patient");
    assert_eq!(unknown.json()["detail"], missing.json()["detail"]);
    house.visit(Status::NoShow, "2026-11-19T09:00:00Z");
    house.ask(Who::Doctor, ask(house.patient.uuid())).await.expect(201);
    // Now the slot is known to be taken, and is refused by a read.
    house.ask(Who::Doctor, ask(house.patient.uuid())).await.expect_problem(409, "slot_not_free");
    house.ask(Who::Doctor, ask(house.other_patient.uuid())).await.expect_problem(404, "unknown_patient");
}

#[actix_web::test]
async fn in_an_emergency_a_doctor_reads_any_record_for_a_reason_that_is_kept() {
    let house = House::open().await;
    set(&house, json!({"doctors_see": "own"})).await;
    let path = format!("{}/emergency-access", of(house.patient));
    let ask = Ask::post(&path).json(&json!({"reason": "unconscious, allergies unknown"}));
    let patient = house.ask(Who::OtherDoctor, ask.clone()).await.expect(200).json();
    assert!(CLINICAL.iter().all(|field| patient.get(field).is_some()), "{patient}");
    house.ask(Who::OtherDoctor, Ask::get(of(house.patient))).await.expect_problem(404, "unknown_patient");

    let action = "/api/v1/audit?action=patient_read_in_emergency";
    let entries = house.ask(Who::Admin, Ask::get(action)).await.expect(200).json();
    let [entry] = &entries["items"].as_array().unwrap()[..] else { panic!("one entry: {entries}") };
    assert_eq!(entry["detail"], "unconscious, allergies unknown");
    assert_eq!(entry["subject_id"], json!(house.patient.uuid()));
    assert_eq!(entry["actor_id"], json!(house.account(Who::OtherDoctor).uuid()));

    for who in [Who::Patient, Who::Receptionist, Who::Admin] {
        house.ask(who, ask.clone()).await.expect_problem(403, "forbidden");
    }
    for body in [json!({}), json!({"reason": " "}), json!({"reason": null})] {
        let refused = house.ask(Who::Doctor, Ask::post(&path).json(&body)).await.expect_problem(422, "invalid");
        assert_eq!(refused.pointers(), ["/reason"]);
    }
    let nobody = Ask::post(format!("/api/v1/patients/{}/emergency-access", house.doctor));
    let nobody = nobody.json(&json!({"reason": "unconscious"}));
    house.ask(Who::Doctor, nobody).await.expect_problem(404, "unknown_patient");
}

#[actix_web::test]
async fn emergencies_are_few() {
    let house = House::open().await;
    let ask = Ask::post(format!("{}/emergency-access", of(house.patient))).json(&json!({"reason": "unconscious"}));
    for _ in 0..10 {
        house.ask(Who::Doctor, ask.clone()).await.expect(200);
        house.clock.advance(TimeDelta::minutes(1));
    }
    let refused = house.ask(Who::Doctor, ask.clone()).await.expect_problem(429, "rate_limited");
    assert_eq!(refused.header("retry-after"), Some("85801"), "23 hours, 50 minutes and a second");
    house.ask(Who::OtherDoctor, ask.clone()).await.expect(200);
    let email = house.email(Who::Doctor);
    house.clock.advance(TimeDelta::seconds(85_801));
    let login = json!({"identifier": email, "password": testkit::sample::PASSWORD});
    let stay = house.ask(Who::Nobody, Ask::post("/api/v1/auth/login").json(&login)).await.expect(200).json();
    let ask = ask.with("Authorization", format!("Bearer {}", stay["access_token"].as_str().unwrap()));
    house.ask(Who::Nobody, ask).await.expect(200);
}
