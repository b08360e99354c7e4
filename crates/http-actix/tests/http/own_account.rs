//! Another e-mail address for one's own account, and its end.

use application::Settings;
use identity_core::TokenPurpose::ChangeEmail;
use kernel::Zone;
use scheduling_core::AppointmentStatus;
use serde_json::{Value, json};
use testkit::sample::PASSWORD;

use crate::ask::{Answer, Ask};
use crate::house::{House, Who};

async fn proving() -> House {
    House::open_with(Settings { email_verification: true, ..Settings::default() }, Zone::UTC).await
}

async fn change(house: &House, who: Who, email: &str, password: &str) -> Answer {
    let body = json!({"email": email, "password": password});
    house.ask(who, Ask::post("/api/v1/auth/me/email").json(&body)).await
}

async fn close(house: &House, who: Who, password: &str) -> Answer {
    house.ask(who, Ask::post("/api/v1/auth/me/close").json(&json!({"password": password}))).await
}

async fn me(house: &House, who: Who) -> Value {
    house.ask(who, Ask::get("/api/v1/auth/me")).await.expect(200).json()
}

async fn login(house: &House, identifier: &str) -> Answer {
    let body = json!({"identifier": identifier, "password": PASSWORD});
    house.ask(Who::Nobody, Ask::post("/api/v1/auth/login").json(&body)).await
}

#[actix_web::test]
async fn a_new_address_counts_once_its_link_is_opened() {
    let house = proving().await;
    let old = house.email(Who::Patient);
    let answer = change(&house, Who::Patient, "ada@new.example", PASSWORD).await.expect(200).json();
    assert_eq!((&answer["email"], &answer["pending_email"]), (&json!(old), &json!("ada@new.example")));
    login(&house, "ada@new.example").await.expect_problem(401, "wrong_credentials");
    login(&house, &old).await.expect(200);

    let token = house.mailed(Who::Patient, ChangeEmail);
    let verify = Ask::post("/api/v1/auth/verify-email").json(&json!({"token": token}));
    house.ask(Who::Nobody, verify.clone()).await.expect(204);
    let now = me(&house, Who::Patient).await;
    assert_eq!((&now["email"], &now["pending_email"]), (&json!("ada@new.example"), &Value::Null));
    login(&house, &old).await.expect_problem(401, "wrong_credentials");
    login(&house, "ada@new.example").await.expect(200);
    house.ask(Who::Nobody, verify).await.expect_problem(422, "token_invalid");
}

#[actix_web::test]
async fn a_wanted_address_is_forgotten_when_an_administrator_sets_another() {
    let house = proving().await;
    change(&house, Who::Patient, "ada@wanted.example", PASSWORD).await.expect(200);
    let wanted = house.mailed(Who::Patient, ChangeEmail);
    let account = me(&house, Who::Patient).await["id"].as_str().unwrap().to_owned();
    let set = Ask::patch(format!("/api/v1/accounts/{account}")).json(&json!({"email": "ada@set.example"}));
    house.ask(Who::Admin, set).await.expect(200);
    let now = me(&house, Who::Patient).await;
    assert_eq!((&now["email"], &now["pending_email"]), (&json!("ada@set.example"), &Value::Null));
    let verify = Ask::post("/api/v1/auth/verify-email").json(&json!({"token": wanted}));
    house.ask(Who::Nobody, verify).await.expect_problem(422, "token_invalid");
}

#[actix_web::test]
async fn whether_an_address_is_taken_is_not_told_where_it_is_proved() {
    let house = proving().await;
    let taken = house.email(Who::OtherPatient);
    let answer = change(&house, Who::Patient, &taken, PASSWORD).await.expect(200).json();
    assert_eq!(answer["pending_email"], taken, "as for one that is free");
    let token = house.mailed(Who::Patient, ChangeEmail);
    let verify = Ask::post("/api/v1/auth/verify-email").json(&json!({"token": token}));
    house.ask(Who::Nobody, verify).await.expect_problem(409, "email_taken");
    assert_eq!(me(&house, Who::OtherPatient).await["email"], taken);
    change(&house, Who::Patient, "ada@third.example", PASSWORD).await.expect_problem(429, "too_many_attempts");
}

#[actix_web::test]
async fn an_address_on_trust_is_changed_at_once_and_told_when_taken() {
    let house = House::open().await;
    let taken = house.email(Who::Doctor);
    change(&house, Who::Patient, &taken, PASSWORD).await.expect_problem(409, "email_taken");
    let answer = change(&house, Who::Patient, "ada@new.example", PASSWORD).await.expect(200).json();
    assert_eq!((&answer["email"], &answer["pending_email"]), (&json!("ada@new.example"), &Value::Null));
    login(&house, "ada@new.example").await.expect(200);
}

#[actix_web::test]
async fn a_session_alone_changes_no_address_and_closes_nothing() {
    let house = House::open().await;
    let before = house.contents();
    for answer in
        [change(&house, Who::Patient, "eve@example.org", "wrong").await, close(&house, Who::Patient, "wrong").await]
    {
        assert_eq!(answer.expect_problem(422, "invalid").pointers(), ["/password"]);
    }
    assert_eq!(me(&house, Who::Patient).await["status"], "active");
    assert_ne!(house.contents(), before, "both guesses are counted");
    for _ in 0..3 {
        close(&house, Who::Patient, "wrong").await.expect_problem(422, "invalid");
    }
    close(&house, Who::Patient, PASSWORD).await.expect_problem(429, "too_many_attempts");
    change(&house, Who::Patient, "eve@example.org", PASSWORD).await.expect_problem(429, "too_many_attempts");
}

#[actix_web::test]
async fn an_account_is_closed_by_its_owner_and_its_visits_are_named() {
    let house = House::open().await;
    let (visit, _) = house.visit(AppointmentStatus::Booked, "2026-11-23T09:00:00Z");
    let closed = close(&house, Who::Patient, PASSWORD).await.expect(200).json();
    assert_eq!(closed["status"], "inactive");
    assert_eq!(closed["needs_attention"][0]["appointment_id"], json!(visit.uuid()));
    house.ask(Who::Patient, Ask::get("/api/v1/auth/me")).await.expect_problem(401, "unauthenticated");
    login(&house, &house.email(Who::Patient)).await.expect_problem(403, "account_inactive");
}

#[actix_web::test]
async fn the_last_administrator_stays() {
    let house = House::open().await;
    close(&house, Who::Admin, PASSWORD).await.expect_problem(409, "last_admin");
    assert_eq!(me(&house, Who::Admin).await["status"], "active");
}

#[actix_web::test]
async fn the_front_desk_corrects_a_date_of_birth() {
    let house = House::open().await;
    let path = format!("/api/v1/patients/{}", house.patient);
    for who in [Who::Receptionist, Who::Admin] {
        let ask = Ask::patch(path.as_str()).json(&json!({"date_of_birth": "1915-12-10"}));
        assert_eq!(house.ask(who, ask).await.expect(200).json()["date_of_birth"], "1915-12-10");
    }
    assert!(house.contents().contains("date_of_birth"), "the audit log names the field");
    let unborn = Ask::patch(path.as_str()).json(&json!({"date_of_birth": "2126-12-10"}));
    house.ask(Who::Receptionist, unborn).await.expect_problem(422, "invalid");
    for who in [Who::Doctor, Who::Patient] {
        let ask = Ask::patch(path.as_str()).json(&json!({"date_of_birth": "1915-12-10"}));
        house.ask(who, ask).await.expect_problem(403, "forbidden");
    }
}
