//! Everybody's accounts, for administrators.

use application::Settings;
use identity_core::TokenPurpose;
use kernel::{AccountId, Zone};
use serde_json::{Value, json};
use testkit::sample::PASSWORD;

use crate::ask::{Answer, Ask};
use crate::house::{House, Who};

async fn list(house: &House, query: &str) -> Vec<String> {
    let page = house.ask(Who::Admin, Ask::get(format!("/api/v1/accounts{query}"))).await.expect(200).json();
    let items = page["items"].as_array().unwrap();
    items.iter().map(|row| row["full_name"].as_str().unwrap().to_owned()).collect()
}

async fn invite(house: &House, body: &Value) -> Answer {
    house.ask(Who::Admin, Ask::post("/api/v1/accounts").json(body)).await
}

async fn change(house: &House, account: AccountId, body: &Value) -> Answer {
    house.ask(Who::Admin, Ask::patch(format!("/api/v1/accounts/{account}")).json(body)).await
}

async fn switch(house: &House, account: impl std::fmt::Display, what: &str) -> Answer {
    house.ask(Who::Admin, Ask::post(format!("/api/v1/accounts/{account}/{what}"))).await
}

fn id(answer: &Value) -> AccountId {
    AccountId::new(answer["id"].as_str().unwrap().parse().unwrap())
}

#[actix_web::test]
async fn accounts_are_listed_by_name_and_filtered() {
    let house = House::open().await;
    let all = ["Ada Lovelace", "Anna Admin", "Ben Carson", "Grace Hopper", "Mary Seacole", "Rosa Parks"];
    assert_eq!(list(&house, "").await, all);
    assert_eq!(list(&house, "?role=patient").await, ["Ada Lovelace", "Ben Carson"]);
    assert_eq!(list(&house, "?q=ANN").await, ["Anna Admin"]);
    switch(&house, house.account(Who::Patient), "deactivate").await.expect(200);
    assert_eq!(list(&house, "?status=inactive").await, ["Ada Lovelace"]);
    assert_eq!(list(&house, "?status=active&role=patient&q=car%20B").await, ["Ben Carson"]);
    assert_eq!(list(&house, "?status=active,waiting&role=patient,admin").await, ["Anna Admin", "Ben Carson"]);
    assert_eq!(list(&house, "?role=admin&q=a&role=patient&status=inactive&status=active").await, all[..2]);

    let first = house.ask(Who::Admin, Ask::get("/api/v1/accounts?limit=4")).await.expect(200).json();
    assert_eq!(first["items"][1]["email"], house.email(Who::Admin));
    assert_eq!(first["items"][1].get("password"), None);
    let cursor = first["page"]["next_cursor"].as_str().unwrap();
    assert_eq!(list(&house, &format!("?limit=4&cursor={cursor}")).await, all[4..]);
}

#[actix_web::test]
async fn an_account_is_shown_without_what_only_its_owner_tells() {
    let house = House::open().await;
    let path = format!("/api/v1/accounts/{}", house.account(Who::Patient));
    let shown = house.ask(Who::Admin, Ask::get(path)).await.expect(200).json();
    assert_eq!((&shown["role"], &shown["status"]), (&json!("patient"), &json!("active")));
    assert_eq!(shown["profile_id"], json!(house.patient.uuid()));
    assert_eq!(shown["email_verified_at"], "2026-11-20T08:00:00Z");
    assert!(shown.get("profile").is_none() && !shown.to_string().contains("Asthma"));
}

#[actix_web::test]
async fn whoever_is_invited_chooses_a_password_by_mail() {
    let settings = Settings { email_verification: true, ..Settings::default() };
    let house = House::open_with(settings, Zone::UTC).await;
    let body = json!({"role": "receptionist", "email": "new@example.org", "full_name": "New"});
    let answer = invite(&house, &body).await.expect(201);
    let account = answer.json();
    assert_eq!(answer.header("location"), Some(format!("/api/v1/accounts/{}", id(&account)).as_str()));
    assert_eq!((&account["status"], &account["email_verified_at"]), (&json!("active"), &Value::Null));
    assert!(house.is_owed(id(&account), "Invitation"));

    let token = house.mailed_to(id(&account), TokenPurpose::ResetPassword);
    let reset = json!({"token": token, "password": "a long enough secret"});
    house.ask(Who::Nobody, Ask::post("/api/v1/auth/reset-password").json(&reset)).await.expect(204);
    let login = json!({"identifier": "new@example.org", "password": "a long enough secret"});
    house.ask(Who::Nobody, Ask::post("/api/v1/auth/login").json(&login)).await.expect(200);
}

#[actix_web::test]
async fn an_account_of_any_role_is_made_with_the_block_of_its_role_and_no_other() {
    let house = House::open().await;
    let doctor = json!({"specialties": ["cardiology"], "license_number": "L-1"});
    let body = |role: &str| json!({"role": role, "email": format!("{role}@example.org"), "full_name": "New"});
    let with = |role: &str, members: &[(&str, Value)]| {
        let mut body = body(role);
        for (name, value) in members {
            body[*name] = value.clone();
        }
        body
    };
    let phone = |number: &str| ("phone", json!(number));
    for (body, pointer) in [
        (body("patient"), "/phone"),
        (with("doctor", &[("doctor", doctor.clone())]), "/phone"),
        (with("doctor", &[phone("+49 30 5550100")]), "/doctor"),
        (with("patient", &[phone("+49 30 5550100"), ("doctor", doctor.clone())]), "/doctor"),
        (with("receptionist", &[("doctor", doctor.clone())]), "/doctor"),
        (with("admin", &[("patient", json!({}))]), "/patient"),
        (with("receptionist", &[("password", json!("a long enough secret"))]), "/password"),
    ] {
        assert_eq!(invite(&house, &body).await.expect_problem(422, "invalid").pointers(), [pointer], "{body}");
    }
    invite(&house, &with("patient", &[phone("+49 30 5550100")])).await.expect(201);
    invite(&house, &with("doctor", &[phone("+49 30 5550101"), ("doctor", doctor)])).await.expect(201);
    invite(&house, &body("receptionist")).await.expect(201);
    invite(&house, &body("admin")).await.expect(201);
    let third = with("admin", &[("email", json!("third@example.org"))]);
    invite(&house, &third).await.expect_problem(409, "too_many_admins");
    invite(&house, &body("receptionist")).await.expect_problem(409, "email_taken");
}

#[actix_web::test]
async fn nobody_closes_their_own_account_nor_opens_an_administrator_too_many() {
    let house = House::open().await;
    switch(&house, house.account(Who::Admin), "deactivate").await.expect_problem(409, "own_account");

    let admin = |email: &str| json!({"role": "admin", "email": email, "full_name": "New"});
    let second = id(&invite(&house, &admin("two@example.org")).await.expect(201).json());
    switch(&house, second, "deactivate").await.expect(200);
    invite(&house, &admin("three@example.org")).await.expect(201);
    let before = house.contents();
    switch(&house, second, "activate").await.expect_problem(409, "too_many_admins");
    assert_eq!(house.contents(), before);
}

#[actix_web::test]
async fn another_address_is_to_be_proved_and_makes_old_links_worthless() {
    let settings = Settings { email_verification: true, ..Settings::default() };
    let house = House::open_with(settings, Zone::UTC).await;
    let account = house.account(Who::Patient);
    let links =
        [TokenPurpose::ResetPassword, TokenPurpose::VerifyEmail].map(|purpose| house.mailed(Who::Patient, purpose));

    let respelled = json!({"email": house.email(Who::Patient).to_uppercase()});
    assert!(change(&house, account, &respelled).await.expect(200).json()["email_verified_at"].is_string());

    let changed = change(&house, account, &json!({"email": "ada+new@example.org"})).await.expect(200).json();
    assert_eq!(changed["email_verified_at"], Value::Null);
    assert!(house.is_owed(account, "VerifyEmail"));
    for (link, what) in links.iter().zip(["reset-password", "verify-email"]) {
        let mut body = json!({"token": link});
        if what == "reset-password" {
            body["password"] = json!("a long enough secret");
        }
        let answer = house.ask(Who::Nobody, Ask::post(format!("/api/v1/auth/{what}")).json(&body)).await;
        answer.expect_problem(422, "token_invalid");
    }
    let refresh = json!({"refresh_token": house.pass(Who::Patient).refresh_token});
    let refresh = Ask::post("/api/v1/auth/refresh").json(&refresh);
    house.ask(Who::Nobody, refresh).await.expect_problem(401, "refresh_token_invalid");
    let login = json!({"identifier": "ada+new@example.org", "password": PASSWORD});
    let login = Ask::post("/api/v1/auth/login").json(&login);
    house.ask(Who::Nobody, login).await.expect_problem(403, "email_unverified");
}

#[actix_web::test]
async fn without_proofs_another_address_is_taken_on_trust() {
    let house = House::open().await;
    let account = house.account(Who::Patient);
    let changed = change(&house, account, &json!({"email": "ada@example.com", "username": "ada"})).await.expect(200);
    assert!(changed.json()["email_verified_at"].is_string());
    assert!(house.contents().contains("email, username"), "the audit log names the fields");
    let taken = json!({"email": house.email(Who::Doctor)});
    change(&house, account, &taken).await.expect_problem(409, "email_taken");
}

#[actix_web::test]
async fn what_is_done_to_accounts_is_written_down_once() {
    let house = House::open().await;
    let account = house.account(Who::Patient);
    for (what, action) in [("deactivate", "AccountDeactivated"), ("activate", "AccountActivated")] {
        for _ in 0..2 {
            switch(&house, account, what).await.expect(200);
        }
        assert_eq!(house.contents().matches(action).count(), 1, "{action}");
    }
    change(&house, account, &json!({"full_name": "Ada King"})).await.expect(200);
    assert_eq!(house.contents().matches("AccountChanged").count(), 1);
    invite(&house, &json!({"role": "receptionist", "email": "n@example.org", "full_name": "N"})).await.expect(201);
    assert_eq!(house.contents().matches("AccountCreated").count(), 1);
}
