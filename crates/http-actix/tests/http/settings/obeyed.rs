//! Each setting is obeyed by the rule that it names, from the change on.

use application::Error;
use application::accounts::{NewAccount, NewProfile};
use chrono::TimeDelta;
use identity_core::{Password, Refusal};
use scheduling_core::AppointmentStatus;
use serde_json::{Value, json};
use testkit::sample;

use super::set;
use crate::ask::{Answer, Ask};
use crate::house::{House, Who};

const NINE: &str = "2026-11-23T09:00:00Z";
const TEN: &str = "2026-11-23T10:00:00Z";

async fn login(house: &House) -> Answer {
    let body = json!({"identifier": house.email(Who::Patient), "password": sample::PASSWORD});
    house.ask(Who::Nobody, Ask::post("/api/v1/auth/login").json(&body)).await
}

async fn book(house: &House, who: Who, start: &str) -> Answer {
    let slot = house.free_slot(start).uuid();
    house.ask(who, Ask::post("/api/v1/appointments").json(&json!({"slot_id": slot}))).await
}

async fn publish(house: &House, start: &str) -> Answer {
    let body = json!({"starts_at": start, "slot_minutes": 30});
    house.ask(Who::Doctor, Ask::post("/api/v1/slots").json(&body)).await
}

async fn names(house: &House, who: Who, path: &str) -> Vec<String> {
    let list = house.ask(who, Ask::get(path)).await.expect(200).json();
    let name = |row: &Value| row["full_name"].as_str().unwrap().to_owned();
    list["items"].as_array().unwrap().iter().map(name).collect()
}

#[actix_web::test]
async fn login_identifiers() {
    let house = House::open().await;
    login(&house).await.expect(200);
    set(&house, json!({"login_identifiers": ["username", "national_id"]})).await;
    login(&house).await.expect_problem(401, "wrong_credentials");
    set(&house, json!({"login_identifiers": null})).await;
    login(&house).await.expect(200);
}

#[actix_web::test]
async fn admins_max() {
    let house = House::open().await;
    let make = |n: u8| {
        house.app.create_account(&NewAccount {
            email: format!("admin{n}@example.org").parse().unwrap(),
            password: Password::new("lantern orbit 42".to_owned()).ok(),
            full_name: "Boss".to_owned(),
            phone: None,
            username: None,
            national_id: None,
            profile_pic: None,
            profile: NewProfile::Admin,
        })
    };
    make(1).unwrap();
    assert_eq!(make(2).unwrap_err(), Error::from(Refusal::TooManyAdmins { most: 2 }));
    set(&house, json!({"admins_max": 3})).await;
    make(2).unwrap();
    assert_eq!(make(3).unwrap_err(), Error::from(Refusal::TooManyAdmins { most: 3 }));
}

#[actix_web::test]
async fn access_token_minutes_and_refresh_token_days() {
    let house = House::open().await;
    set(&house, json!({"access_token_minutes": 5, "refresh_token_days": 1})).await;
    let stay = login(&house).await.expect(200).json();
    assert_eq!(stay["expires_in"], 300);
    house.clock.advance(TimeDelta::hours(23));
    let refresh = |token: &Value| Ask::post("/api/v1/auth/refresh").json(&json!({"refresh_token": token}));
    let next = house.ask(Who::Nobody, refresh(&stay["refresh_token"])).await.expect(200).json();
    house.clock.advance(TimeDelta::hours(25));
    house.ask(Who::Nobody, refresh(&next["refresh_token"])).await.expect_problem(401, "refresh_token_invalid");
}

#[actix_web::test]
async fn currency() {
    let house = House::open().await;
    let fee = async || {
        let body = json!({"consultation_fee": {"amount_minor": 4_500}});
        house.ask(Who::Doctor, Ask::patch("/api/v1/doctors/me").json(&body)).await.expect(200).json()
    };
    assert_eq!(fee().await["consultation_fee"], json!({"amount_minor": 4_500, "currency": "EUR"}));
    set(&house, json!({"currency": "NGN"})).await;
    assert_eq!(fee().await["consultation_fee"], json!({"amount_minor": 4_500, "currency": "NGN"}));
}

#[actix_web::test]
async fn doctors_see() {
    let house = House::open().await;
    house.visit(AppointmentStatus::Fulfilled, NINE);
    let all = ["Ada Lovelace", "Ben Carson"];
    let of = |patient: kernel::PatientId| format!("/api/v1/patients/{patient}");
    assert_eq!(names(&house, Who::Doctor, "/api/v1/patients").await, all);
    house.ask(Who::OtherDoctor, Ask::get(of(house.patient))).await.expect(200);

    set(&house, json!({"doctors_see": "own"})).await;
    assert_eq!(names(&house, Who::Doctor, "/api/v1/patients").await, all[..1]);
    assert_eq!(names(&house, Who::Doctor, "/api/v1/patients?q=LOVE").await, all[..1]);
    assert_eq!(names(&house, Who::Doctor, "/api/v1/patients?q=ben").await, [""; 0]);
    assert_eq!(names(&house, Who::OtherDoctor, "/api/v1/patients").await, [""; 0]);
    house.ask(Who::Doctor, Ask::get(of(house.patient))).await.expect(200);
    house.ask(Who::Doctor, Ask::get(of(house.other_patient))).await.expect_problem(404, "unknown_patient");
    house.ask(Who::OtherDoctor, Ask::get(of(house.patient))).await.expect_problem(404, "unknown_patient");
    for who in [Who::Receptionist, Who::Admin] {
        assert_eq!(names(&house, who, "/api/v1/patients").await, all);
        house.ask(who, Ask::get(of(house.other_patient))).await.expect(200);
    }
}

#[actix_web::test]
async fn confirmation() {
    let house = House::open().await;
    set(&house, json!({"confirmation": "by_doctor"})).await;
    assert_eq!(book(&house, Who::Patient, NINE).await.expect(201).json()["status"], "pending");
    set(&house, json!({"confirmation": "automatic"})).await;
    assert_eq!(book(&house, Who::Patient, TEN).await.expect(201).json()["status"], "booked");
}

#[actix_web::test]
async fn booking_notice_minutes() {
    let house = House::open().await;
    set(&house, json!({"booking_notice_minutes": 60})).await;
    book(&house, Who::Patient, "2026-11-20T08:59:00Z").await.expect_problem(422, "notice_too_short");
    let free = house.ask(Who::Nobody, Ask::get("/api/v1/availability")).await.expect(200).json();
    assert_eq!(free["items"], json!([]), "what cannot be booked is not offered");
    book(&house, Who::Patient, "2026-11-20T09:00:00Z").await.expect(201);
}

#[actix_web::test]
async fn booking_horizon_days() {
    let house = House::open().await;
    set(&house, json!({"booking_horizon_days": 3})).await;
    book(&house, Who::Patient, "2026-11-23T08:01:00Z").await.expect_problem(422, "beyond_horizon");
    book(&house, Who::Patient, "2026-11-22T08:00:00Z").await.expect(201);
}

#[actix_web::test]
async fn cancel_notice_minutes() {
    let house = House::open().await;
    let (visit, _) = house.visit(AppointmentStatus::Booked, "2026-11-20T10:00:00Z");
    set(&house, json!({"cancel_notice_minutes": 180})).await;
    let cancel = Ask::post(format!("/api/v1/appointments/{visit}/cancel"));
    house.ask(Who::Patient, cancel.clone()).await.expect_problem(422, "too_late_to_cancel");
    set(&house, json!({"cancel_notice_minutes": 60})).await;
    house.ask(Who::Patient, cancel).await.expect(200);
}

#[actix_web::test]
async fn patient_upcoming_max() {
    let house = House::open().await;
    set(&house, json!({"patient_upcoming_max": 1})).await;
    book(&house, Who::Patient, NINE).await.expect(201);
    book(&house, Who::Patient, TEN).await.expect_problem(422, "patient_cap_reached");
}

#[actix_web::test]
async fn doctor_day_max() {
    let house = House::open().await;
    set(&house, json!({"doctor_day_max": 1})).await;
    book(&house, Who::Patient, NINE).await.expect(201);
    book(&house, Who::OtherPatient, TEN).await.expect_problem(422, "doctor_day_cap_reached");
}

#[actix_web::test]
async fn publish_horizon_days() {
    let house = House::open().await;
    set(&house, json!({"publish_horizon_days": 3})).await;
    publish(&house, "2026-11-24T09:00:00Z").await.expect_problem(422, "beyond_horizon");
    publish(&house, "2026-11-22T09:00:00Z").await.expect(201);
}

#[actix_web::test]
async fn slots_per_doctor_day_max() {
    let house = House::open().await;
    set(&house, json!({"slots_per_doctor_day_max": 1})).await;
    let first = publish(&house, NINE).await.expect(201).json();
    publish(&house, TEN).await.expect_problem(422, "too_many_slots_in_day");
    assert_eq!(first["starts_at"], NINE);
}

#[actix_web::test]
async fn expired_slots_retention_days() {
    let house = House::open().await;
    house.free_slot("2026-11-20T09:00:00Z");
    set(&house, json!({"expired_slots_retention_days": 1})).await;
    house.clock.advance(TimeDelta::hours(25));
    assert_eq!(house.app.sweep().unwrap().slots, 0);
    house.clock.advance(TimeDelta::hours(1));
    assert_eq!(house.app.sweep().unwrap().slots, 1);
}
