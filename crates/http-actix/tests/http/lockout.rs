//! Failed logins make others wait, whether or not there is such an account.

use application::Settings;
use chrono::TimeDelta;
use kernel::Zone;
use serde_json::json;
use testkit::sample;

use crate::ask::{Answer, Ask};
use crate::house::{House, Who};

const HERE: &str = "192.0.2.1";
const THERE: &str = "2001:db8::1";

async fn login(house: &House, identifier: &str, password: &str, from: &str) -> Answer {
    let body = json!({"identifier": identifier, "password": password});
    house.ask(Who::Nobody, Ask::post("/api/v1/auth/login").from(from).json(&body)).await
}

async fn fail(house: &House, identifier: &str, from: &str) {
    login(house, identifier, "not the right one", from).await.expect_problem(401, "wrong_credentials");
}

#[track_caller]
fn expect_wait(answer: Answer, seconds: &str) {
    let answer = answer.expect_problem(429, "too_many_attempts");
    assert_eq!(answer.header("retry-after"), Some(seconds));
}

#[actix_web::test]
async fn after_five_failures_each_next_attempt_waits_twice_as_long_known_or_not() {
    let house = House::open().await;
    for (n, name) in [house.email(Who::Patient), "nobody@example.org".to_owned()].into_iter().enumerate() {
        // From a new address each time, so that only the identifier counts.
        let from = |attempt: usize| format!("198.51.{n}.{attempt}");
        for attempt in 0..5 {
            fail(&house, &name, &from(attempt)).await;
        }
        for (attempt, seconds) in [(5, 1), (6, 2), (7, 4)] {
            expect_wait(login(&house, &name, sample::PASSWORD, &from(attempt)).await, &seconds.to_string());
            house.clock.advance(TimeDelta::seconds(seconds));
            fail(&house, &name.to_uppercase(), &from(attempt)).await;
        }
    }
    house.clock.advance(TimeDelta::seconds(8));
    let name = house.email(Who::Patient);
    login(&house, &name, sample::PASSWORD, "198.51.0.99").await.expect(200);
    for attempt in 100..105 {
        fail(&house, &name, &format!("198.51.0.{attempt}")).await;
    }
}

#[actix_web::test]
async fn an_address_that_tries_many_names_waits_and_a_success_of_its_own_does_not_help() {
    let house = House::open().await;
    for n in 0..4 {
        fail(&house, &format!("nobody{n}@example.org"), THERE).await;
    }
    login(&house, &house.email(Who::Doctor), sample::PASSWORD, THERE).await.expect(200);
    fail(&house, "nobody4@example.org", "2001:db8::2").await;
    expect_wait(login(&house, &house.email(Who::Patient), sample::PASSWORD, THERE).await, "1");
    login(&house, &house.email(Who::Patient), sample::PASSWORD, HERE).await.expect(200);
    house.clock.advance(TimeDelta::seconds(1));
    login(&house, &house.email(Who::Patient), sample::PASSWORD, THERE).await.expect(200);
}

#[actix_web::test]
async fn who_is_told_to_wait_has_written_nothing_and_no_failure_lasts_a_day() {
    let house = House::open().await;
    for _ in 0..5 {
        fail(&house, "nobody@example.org", HERE).await;
    }
    let before = house.contents();
    expect_wait(login(&house, "nobody@example.org", "x", HERE).await, "1");
    assert_eq!(house.contents(), before);

    house.clock.advance(TimeDelta::hours(24));
    for _ in 0..5 {
        fail(&house, "nobody@example.org", HERE).await;
    }
    house.clock.advance(TimeDelta::hours(25));
    assert_eq!(house.app.sweep().unwrap().login_failures, 2, "the name and the address");
}

#[actix_web::test]
async fn where_the_address_does_not_count_only_the_name_does() {
    let settings = Settings { delays_by_address: false, ..Settings::default() };
    let house = House::open_with(settings, Zone::UTC).await;
    for n in 0..20 {
        fail(&house, &format!("nobody{n}@example.org"), HERE).await;
    }
    for _ in 0..5 {
        fail(&house, "nobody@example.org", HERE).await;
    }
    expect_wait(login(&house, "nobody@example.org", "x", HERE).await, "1");
}

#[actix_web::test]
async fn a_device_that_has_logged_in_before_is_let_in_whatever_strangers_do() {
    let house = House::open().await;
    let name = house.email(Who::Patient);
    let logged_in = login(&house, &name, sample::PASSWORD, HERE).await.expect(200).json();
    for n in 0..5 {
        fail(&house, &name, &format!("198.51.100.{n}")).await;
    }
    expect_wait(login(&house, &name, sample::PASSWORD, HERE).await, "1");
    let refresh = Ask::post("/api/v1/auth/refresh").json(&json!({"refresh_token": logged_in["refresh_token"]}));
    let refreshed = house.ask(Who::Nobody, refresh).await.expect(200).json();
    for device in [&logged_in["device_token"], &refreshed["device_token"]] {
        let body = json!({"identifier": name, "password": sample::PASSWORD, "device_token": device});
        house.ask(Who::Nobody, Ask::post("/api/v1/auth/login").from(HERE).json(&body)).await.expect(200);
    }
    let body = json!({"identifier": name, "password": sample::PASSWORD, "device_token": "garbage"});
    expect_wait(house.ask(Who::Nobody, Ask::post("/api/v1/auth/login").from(HERE).json(&body)).await, "1");
}

#[actix_web::test]
async fn a_wrong_old_password_makes_the_session_wait_like_a_login() {
    let house = House::open().await;
    let change = |old: &'static str| {
        let body = json!({"old_password": old, "new_password": "violet tractor humming"});
        house.ask(Who::Patient, Ask::post("/api/v1/auth/change-password").json(&body))
    };
    for _ in 0..5 {
        let answer = change("not the right one").await.expect_problem(422, "invalid");
        assert_eq!(answer.pointers(), ["/old_password"]);
    }
    expect_wait(change(sample::PASSWORD).await, "1");
    house.clock.advance(TimeDelta::seconds(1));
    change(sample::PASSWORD).await.expect(204);
}
