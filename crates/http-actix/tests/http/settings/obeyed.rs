//! Each setting is obeyed by the rule that it names, from the change on.

use std::sync::Mutex;

use application::Error;
use application::accounts::{NewAccount, NewProfile};
use application::delivering::Stationery;
use chrono::TimeDelta;
use identity_core::{Password, Refusal};
use messaging_core::ports::{DeliveryFailure, Post};
use messaging_core::{Contents, Letter};
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
    house.clock.advance(TimeDelta::minutes(10));
    let cancel = Ask::post(format!("/api/v1/appointments/{visit}/cancel"));
    house.ask(Who::Patient, cancel.clone()).await.expect_problem(422, "too_late_to_cancel");
    set(&house, json!({"cancel_notice_minutes": 60})).await;
    house.ask(Who::Patient, cancel).await.expect(200);
}

#[actix_web::test]
async fn cancel_grace_minutes() {
    let house = House::open().await;
    set(&house, json!({"cancel_notice_minutes": 1440})).await;
    let cancel = async |minutes, start: &str| {
        let visit = book(&house, Who::Patient, start).await.expect(201).json()["id"].clone();
        house.clock.advance(TimeDelta::minutes(minutes));
        let path = format!("/api/v1/appointments/{}/cancel", visit.as_str().unwrap());
        house.ask(Who::Patient, Ask::post(path)).await
    };
    cancel(9, "2026-11-20T10:00:00Z").await.expect(200);
    cancel(10, "2026-11-20T11:00:00Z").await.expect_problem(422, "too_late_to_cancel");
    set(&house, json!({"cancel_grace_minutes": 0})).await;
    cancel(0, "2026-11-20T12:00:00Z").await.expect_problem(422, "too_late_to_cancel");
    // What nobody has confirmed can always be withdrawn.
    set(&house, json!({"confirmation": "by_doctor"})).await;
    cancel(30, "2026-11-20T13:00:00Z").await.expect(200);
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
async fn a_day_that_is_full_is_not_offered_anywhere() {
    let house = House::open().await;
    for hour in 11..17 {
        house.free_slot(&format!("2026-11-23T{hour}:00:00Z"));
    }
    let full = house.free_slot("2026-11-23T17:00:00Z").uuid();
    let next = house.free_slot("2026-11-24T09:00:00Z").uuid();
    let other = house.clinic.slot(house.other_doctor, sample::instant("2026-11-23T18:00:00Z"), 30).uuid();
    book(&house, Who::Patient, NINE).await.expect(201);
    set(&house, json!({"doctor_day_max": 1})).await;

    let of = |doctor: kernel::DoctorId, query: &str| format!("/api/v1/doctors/{doctor}{query}");
    let ids = async |path: &str| -> Vec<Value> {
        let page = house.ask(Who::Patient, Ask::get(path)).await.expect(200).json();
        let id = |row: &Value| row.get("slot_id").unwrap_or(&row["id"]).clone();
        page["items"].as_array().unwrap().iter().map(id).collect()
    };
    let (doctor, day) = (house.doctor.uuid(), "from=2026-11-23&to=2026-11-23");
    assert_eq!(ids("/api/v1/availability").await, [json!(other), json!(next)]);
    assert_eq!(ids("/api/v1/availability?limit=1").await, [json!(other)]);
    assert_eq!(ids(&format!("/api/v1/availability?doctor_id={doctor}&{day}")).await, [json!(null); 0]);
    assert_eq!(ids(&format!("/api/v1/slots?doctor_id={doctor}")).await, [json!(next)]);
    house.ask(Who::Patient, Ask::get(format!("/api/v1/slots/{full}"))).await.expect_problem(404, "unknown_slot");
    house.ask(Who::Doctor, Ask::get(format!("/api/v1/slots/{full}"))).await.expect(200);

    let page = house.ask(Who::Nobody, Ask::get(of(house.doctor, ""))).await.expect(200).json();
    assert_eq!(
        (page["next_free_slots"].as_array().unwrap().len(), &page["next_free_slots"][0]["slot_id"]),
        (1, &json!(next))
    );
    let listed = "/api/v1/doctors?next_free=1&free_from=2026-11-23&free_to=2026-11-23";
    assert_eq!(names(&house, Who::Nobody, listed).await, ["Mary Seacole"]);
    assert_eq!(names(&house, Who::Nobody, &format!("{listed}&limit=1")).await, ["Mary Seacole"]);
    let earliest = "/api/v1/doctors?sort=earliest_free";
    assert_eq!(names(&house, Who::Nobody, earliest).await, ["Mary Seacole", "Grace Hopper"]);
    let first = house.ask(Who::Nobody, Ask::get(format!("{earliest}&limit=1"))).await.expect(200).json();
    let cursor = first["page"]["next_cursor"].as_str().unwrap();
    assert_eq!(names(&house, Who::Nobody, &format!("{earliest}&limit=1&cursor={cursor}")).await, ["Grace Hopper"]);
    // A full day has room again.
    set(&house, json!({"doctor_day_max": 2})).await;
    assert_eq!(names(&house, Who::Nobody, earliest).await, ["Grace Hopper", "Mary Seacole"]);
    assert_eq!(ids("/api/v1/availability").await.len(), 9);
}

#[actix_web::test]
async fn those_who_do_not_manage_slots_see_what_they_could_book() {
    let house = House::open().await;
    let [soon, coming, far] =
        ["2026-11-20T08:30:00Z", NINE, "2026-12-20T09:00:00Z"].map(|start| house.free_slot(start).uuid());
    set(&house, json!({"booking_notice_minutes": 60, "booking_horizon_days": 10})).await;
    let list = Ask::get(format!("/api/v1/slots?doctor_id={}", house.doctor.uuid()));
    let seen = house.ask(Who::Patient, list.clone()).await.expect(200).json();
    assert_eq!((seen["items"].as_array().unwrap().len(), &seen["items"][0]["id"]), (1, &json!(coming)));
    assert_eq!(house.ask(Who::Doctor, list).await.expect(200).json()["items"].as_array().unwrap().len(), 3);
    for (slot, is_shown) in [(soon, false), (coming, true), (far, false)] {
        let answer = house.ask(Who::Patient, Ask::get(format!("/api/v1/slots/{slot}"))).await;
        assert_eq!(answer.status.as_u16(), if is_shown { 200 } else { 404 });
    }
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

#[derive(Default)]
struct Alarms(Mutex<Vec<u32>>);

impl Post for Alarms {
    fn deliver(&self, letter: &Letter) -> Result<(), DeliveryFailure> {
        let Contents::Visit(visit) = &letter.contents else { return Ok(()) };
        self.0.lock().unwrap().push(visit.calendar.as_ref().unwrap().alarm_minutes);
        Ok(())
    }
}

#[actix_web::test]
async fn calendar_alarm_minutes() {
    let house = House::open().await;
    let stationery =
        Stationery { public_url: "https://clinic.example".to_owned(), calendar_domain: "clinic.example".to_owned() };
    let alarms = Alarms::default();
    for (start, minutes) in [(NINE, 60), (TEN, 0)] {
        if minutes != 60 {
            set(&house, json!({"calendar_alarm_minutes": minutes})).await;
        }
        book(&house, Who::Patient, start).await.expect(201);
        house.app.deliver_due(&alarms, &stationery, 1, &|| true).unwrap();
    }
    assert_eq!(*alarms.0.lock().unwrap(), [60, 60, 0, 0]);
}

#[actix_web::test]
async fn birth_year_min() {
    let house = House::open().await;
    let born = |date: &str| Ask::patch("/api/v1/patients/me").json(&json!({"date_of_birth": date}));
    let mistyped = house.ask(Who::Patient, born("1899-12-31")).await.expect_problem(422, "invalid");
    assert_eq!(mistyped.pointers(), ["/date_of_birth"]);
    set(&house, json!({"birth_year_min": 1890})).await;
    house.ask(Who::Patient, born("1899-12-31")).await.expect(200);
    set(&house, json!({"birth_year_min": 1900})).await;
    let moved = Ask::patch("/api/v1/patients/me").json(&json!({"date_of_birth": "1899-12-31", "address": "Hill 7"}));
    house.ask(Who::Patient, moved).await.expect(200);
}
