//! Whom an installation lets in: who waits, who has proved their address, who is closed.

use application::Settings;
use chrono::TimeDelta;
use identity_core::TokenPurpose;
use kernel::{AccountId, Zone};
use scheduling_core::AppointmentStatus;
use serde_json::{Value, json};
use testkit::sample::PASSWORD;

use crate::ask::{Answer, Ask};
use crate::house::{House, Who};

async fn careful() -> House {
    let settings = Settings { email_verification: true, admins_max: 3, ..Settings::default() };
    House::open_with(settings, Zone::UTC).await
}

fn form(role: &str) -> Value {
    let mut form = json!({
        "role": role, "email": format!("{role}@example.org"), "password": "a long enough secret", "full_name": "Zoë",
        "phone": if role == "doctor" { "+49 30 5550100" } else { "+49 30 5550101" },
    });
    if role == "doctor" {
        form["doctor"] = json!({"specialties": ["cardiology"], "license_number": "L-1"});
    }
    form
}

async fn register(house: &House, role: &str) -> (AccountId, Value) {
    let answer = house.ask(Who::Nobody, Ask::post("/api/v1/auth/register").json(&form(role))).await.expect(201).json();
    (AccountId::new(answer["id"].as_str().unwrap().parse().unwrap()), answer)
}

async fn login(house: &House, email: &str, password: &str) -> Answer {
    let body = json!({"identifier": email, "password": password});
    house.ask(Who::Nobody, Ask::post("/api/v1/auth/login").json(&body)).await
}

/// Follows a link that was mailed.
async fn verify(house: &House, account: AccountId) -> Answer {
    let text = house.mailed_to(account, TokenPurpose::VerifyEmail);
    house.ask(Who::Nobody, Ask::post("/api/v1/auth/verify-email").json(&json!({"token": text}))).await
}

#[actix_web::test]
async fn who_registers_comes_in_once_the_address_is_proved() {
    let house = careful().await;
    let (account, answer) = register(&house, "patient").await;
    assert_eq!(answer["status"], "active");
    assert!(house.is_owed(account, "VerifyEmail"));
    login(&house, "patient@example.org", "a long enough secret").await.expect_problem(403, "email_unverified");
    login(&house, "patient@example.org", "not the right one").await.expect_problem(401, "wrong_credentials");
    verify(&house, account).await.expect(204);
    login(&house, "patient@example.org", "a long enough secret").await.expect(200);
    assert!(house.contents().contains("EmailVerified"));
}

#[actix_web::test]
async fn who_waits_comes_in_once_an_administrator_has_opened_the_account() {
    let house = careful().await;
    let (account, answer) = register(&house, "doctor").await;
    assert_eq!(answer["status"], "waiting");
    login(&house, "doctor@example.org", "a long enough secret").await.expect_problem(403, "email_unverified");
    verify(&house, account).await.expect(204);
    login(&house, "doctor@example.org", "a long enough secret").await.expect_problem(403, "account_waiting");
    login(&house, "doctor@example.org", "not the right one").await.expect_problem(401, "wrong_credentials");
    let activate = Ask::post(format!("/api/v1/accounts/{account}/activate"));
    let opened = house.ask(Who::Admin, activate).await.expect(200).json();
    assert_eq!(opened["status"], "active");
    login(&house, "doctor@example.org", "a long enough secret").await.expect(200);
}

#[actix_web::test]
async fn with_the_settings_of_a_new_installation_doctors_wait_and_nobody_proves() {
    let house = House::open().await;
    for (role, status) in [("patient", "active"), ("doctor", "waiting")] {
        let (account, answer) = register(&house, role).await;
        assert_eq!(answer["status"], status);
        assert!(!house.is_owed(account, "VerifyEmail"));
    }
    login(&house, "patient@example.org", "a long enough secret").await.expect(200);
    login(&house, "doctor@example.org", "a long enough secret").await.expect_problem(403, "account_waiting");
    let listed = house.ask(Who::Nobody, Ask::get("/api/v1/doctors?q=zo")).await.expect(200).json();
    assert_eq!(listed["items"], json!([]), "who waits is in no directory");
}

#[actix_web::test]
async fn another_link_is_sent_to_who_has_not_proved_the_address() {
    let house = careful().await;
    let (account, _) = register(&house, "patient").await;
    let resend = Ask::post("/api/v1/auth/resend-verification").json(&json!({"email": "PATIENT@example.org"}));
    let count = || house.contents().matches("kind: VerifyEmail").count();
    house.ask(Who::Nobody, resend.clone()).await.expect(202);
    assert_eq!(count(), 1, "the first is not a minute old");
    house.clock.advance(TimeDelta::minutes(1));
    house.ask(Who::Nobody, resend.clone()).await.expect(202);
    assert_eq!(count(), 2);
    verify(&house, account).await.expect(204);
    house.clock.advance(TimeDelta::minutes(1));
    house.ask(Who::Nobody, resend).await.expect(202);
    assert_eq!(count(), 2, "it is proved");
}

#[actix_web::test]
async fn whose_account_is_closed_is_out_at_once() {
    let house = House::open().await;
    let account = house.account(Who::Patient);
    let close = Ask::post(format!("/api/v1/accounts/{account}/deactivate"));
    assert_eq!(house.ask(Who::Admin, close.clone()).await.expect(200).json()["status"], "inactive");
    house.ask(Who::Patient, Ask::get("/api/v1/auth/me")).await.expect_problem(401, "unauthenticated");
    let refresh = json!({"refresh_token": house.pass(Who::Patient).refresh_token});
    let refresh = Ask::post("/api/v1/auth/refresh").json(&refresh);
    house.ask(Who::Nobody, refresh.clone()).await.expect_problem(401, "refresh_token_invalid");
    login(&house, &house.email(Who::Patient), PASSWORD).await.expect_problem(403, "account_inactive");
    login(&house, &house.email(Who::Patient), "not the right one").await.expect_problem(401, "wrong_credentials");

    assert_eq!(house.ask(Who::Admin, close).await.expect(200).json()["status"], "inactive");

    house.ask(Who::Admin, Ask::post(format!("/api/v1/accounts/{account}/activate"))).await.expect(200);
    house.ask(Who::Patient, Ask::get("/api/v1/auth/me")).await.expect_problem(401, "unauthenticated");
    house.ask(Who::Nobody, refresh).await.expect_problem(401, "refresh_token_invalid");
    login(&house, &house.email(Who::Patient), PASSWORD).await.expect(200);
}

#[actix_web::test]
async fn closing_an_account_tells_of_the_visits_still_ahead() {
    let house = House::open().await;
    let (later, _) = house.visit(AppointmentStatus::Pending, "2026-11-24T09:00:00Z");
    let (first, _) = house.visit(AppointmentStatus::Booked, "2026-11-23T09:00:00Z");
    house.visit(AppointmentStatus::Cancelled, "2026-11-23T10:00:00Z");
    house.visit(AppointmentStatus::Fulfilled, "2026-11-20T07:00:00Z");
    for (who, twice) in [(Who::Doctor, false), (Who::Doctor, true), (Who::Patient, false)] {
        let close = Ask::post(format!("/api/v1/accounts/{}/deactivate", house.account(who)));
        let closed = house.ask(Who::Admin, close).await.expect(200).json();
        let ahead = closed["needs_attention"].as_array().unwrap();
        let ids: Vec<_> = ahead.iter().map(|row| row["appointment_id"].clone()).collect();
        assert_eq!(ids, [json!(first.uuid()), json!(later.uuid())], "{who:?} {twice}");
        assert_eq!((&ahead[0]["status"], &ahead[1]["status"]), (&json!("booked"), &json!("pending")));
        assert_eq!(ahead[0]["patient_id"], json!(house.patient.uuid()));
        let shown = ["doctor_name", "location_name", "city", "time_zone"].map(|name| ahead[0][name].clone());
        assert_eq!(shown, ["Grace Hopper", "Clinic by the river", "Berlin", "UTC"]);
    }
    let close = Ask::post(format!("/api/v1/accounts/{}/deactivate", house.account(Who::Receptionist)));
    assert_eq!(house.ask(Who::Admin, close).await.expect(200).json()["needs_attention"], json!([]));
}

#[actix_web::test]
async fn a_doctor_whose_account_is_closed_cannot_be_booked() {
    let house = House::open().await;
    let slot = house.free_slot("2026-11-23T09:00:00Z");
    let book = Ask::post("/api/v1/appointments").json(&json!({"slot_id": slot.uuid()}));
    let doctor = house.account(Who::Doctor);
    house.ask(Who::Admin, Ask::post(format!("/api/v1/accounts/{doctor}/deactivate"))).await.expect(200);
    house.ask(Who::Patient, book.clone()).await.expect_problem(409, "doctor_not_accepting");
    house.ask(Who::Admin, Ask::post(format!("/api/v1/accounts/{doctor}/activate"))).await.expect(200);
    house.ask(Who::Patient, book).await.expect(201);
}
