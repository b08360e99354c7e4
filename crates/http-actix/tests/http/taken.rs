//! Names that others have are told a few times a day.

use application::Settings;
use chrono::TimeDelta;
use kernel::Zone;
use serde_json::{Value, json};
use testkit::sample;

use crate::ask::{Answer, Ask};
use crate::house::{House, Who};

const DAY: u32 = 24 * 60 * 60;

#[track_caller]
fn expect_enough(answer: Answer) {
    let answer = answer.expect_problem(429, "too_many_taken_names");
    let seconds: u32 = answer.header("retry-after").unwrap().parse().unwrap();
    assert!((DAY - 60..=DAY + 1).contains(&seconds), "{seconds}");
}

async fn phone_of(house: &House, who: Who) -> Value {
    house.ask(who, Ask::get("/api/v1/auth/me")).await.expect(200).json()["phone"].clone()
}

#[actix_web::test]
async fn an_account_learns_of_ten_numbers_a_day_that_others_have_them() {
    let house = House::open().await;
    let taken = phone_of(&house, Who::OtherPatient).await;
    let change = |who: Who, body: Value| house.ask(who, Ask::patch("/api/v1/auth/me").json(&body));
    for _ in 0..10 {
        change(Who::Patient, json!({"phone": taken})).await.expect_problem(409, "phone_taken");
    }
    for body in [json!({"phone": taken}), json!({"phone": "+15550123456"}), json!({"username": "free"})] {
        expect_enough(change(Who::Patient, body).await);
    }
    change(Who::Patient, json!({"full_name": "Ada King", "username": null})).await.expect(200);
    change(Who::Doctor, json!({"phone": taken})).await.expect_problem(409, "phone_taken");
    house.clock.advance(TimeDelta::days(1));
    let refresh = json!({"refresh_token": house.pass(Who::Patient).refresh_token});
    let refreshed = house.ask(Who::Nobody, Ask::post("/api/v1/auth/refresh").json(&refresh)).await.expect(200).json();
    let token = refreshed["access_token"].as_str().unwrap();
    let ask = Ask::patch("/api/v1/auth/me").json(&json!({"phone": "+15550123456"}));
    house.ask(Who::Nobody, ask.with("Authorization", format!("Bearer {token}"))).await.expect(200);
}

#[actix_web::test]
async fn the_front_desk_learns_of_ten_numbers_a_day_too() {
    let house = House::open().await;
    let taken = phone_of(&house, Who::OtherPatient).await;
    let change = |phone: Value| {
        let path = format!("/api/v1/patients/{}", house.patient);
        house.ask(Who::Receptionist, Ask::patch(path).json(&json!({"phone": phone})))
    };
    for _ in 0..10 {
        change(taken.clone()).await.expect_problem(409, "phone_taken");
    }
    expect_enough(change(taken).await);
}

fn registration(email: &str) -> Ask {
    Ask::post("/api/v1/auth/register").json(&json!({
        "role": "patient", "email": email, "password": "tangerine velvet orbit", "full_name": "Eve",
        "phone": format!("+1{}", 5_550_000_000_u64 + u64::from(sample::fresh().as_fields().0 % 1_000_000)),
    }))
}

#[actix_web::test]
async fn an_address_learns_of_ten_accounts_a_day_by_registering() {
    let house = House::open().await;
    let taken = house.email(Who::Doctor);
    let [here, there] = ["2001:db8::1", "2001:db8:0:1::1"];
    for _ in 0..10 {
        house.ask(Who::Nobody, registration(&taken).from(here)).await.expect_problem(409, "email_taken");
    }
    expect_enough(house.ask(Who::Nobody, registration(&taken).from("2001:db8::2")).await);
    expect_enough(house.ask(Who::Nobody, registration("free@example.org").from(here)).await);
    house.ask(Who::Nobody, registration(&taken).from(there)).await.expect_problem(409, "email_taken");
    house.ask(Who::Nobody, registration("free@example.org").from(there)).await.expect(201);
}

#[actix_web::test]
async fn where_addresses_do_not_count_registering_is_not_counted() {
    let settings = Settings { delays_by_address: false, ..Settings::default() };
    let house = House::open_with(settings, Zone::UTC).await;
    let taken = house.email(Who::Doctor);
    for _ in 0..11 {
        house.ask(Who::Nobody, registration(&taken).from("192.0.2.1")).await.expect_problem(409, "email_taken");
    }
}
