//! Proving an address, forgetting and changing a password.

use application::Settings;
use chrono::TimeDelta;
use identity_core::TokenPurpose::{ResetPassword, VerifyEmail};
use kernel::Zone;
use serde_json::{Value, json};
use testkit::sample::PASSWORD;

use crate::ask::{Answer, Ask};
use crate::house::{House, Who};

const NEW: &str = "a long enough secret";

async fn post(house: &House, who: Who, what: &str, body: &Value) -> Answer {
    house.ask(who, Ask::post(format!("/api/v1/auth/{what}")).json(body)).await
}

async fn login(house: &House, who: Who, password: &str) -> Answer {
    post(house, Who::Nobody, "login", &json!({"identifier": house.email(who), "password": password})).await
}

async fn reset(house: &House, token: &str, password: &str) -> Answer {
    post(house, Who::Nobody, "reset-password", &json!({"token": token, "password": password})).await
}

fn is_live(answer: &Answer) -> bool {
    answer.status.is_success()
}

#[actix_web::test]
async fn a_reset_sets_the_password_and_ends_every_session() {
    let house = House::open().await;
    let token = house.mailed(Who::Patient, ResetPassword);
    let answer = reset(&house, &token, NEW).await.expect(204);
    assert!(answer.body.is_empty());
    house.ask(Who::Patient, Ask::get("/api/v1/auth/me")).await.expect_problem(401, "unauthenticated");
    login(&house, Who::Patient, PASSWORD).await.expect_problem(401, "wrong_credentials");
    login(&house, Who::Patient, NEW).await.expect(200);
    house.ask(Who::OtherPatient, Ask::get("/api/v1/auth/me")).await.expect(200);
    assert!(house.contents().contains("PasswordReset"));
}

#[actix_web::test]
async fn a_token_works_once_for_its_purpose_until_it_expires_and_not_after_a_newer_password() {
    let house = House::open().await;
    let token = house.mailed(Who::Patient, ResetPassword);
    let other = house.mailed(Who::Patient, ResetPassword);
    let verifying = house.mailed(Who::Patient, VerifyEmail);
    let before = house.contents();
    for wrong in [verifying.as_str(), "unknown", &token.to_uppercase(), &format!("{token} ")] {
        let answer = reset(&house, wrong, NEW).await.expect_problem(422, "token_invalid");
        assert_eq!(answer.pointers(), ["/token"]);
    }
    post(&house, Who::Nobody, "verify-email", &json!({"token": token})).await.expect_problem(422, "token_invalid");
    assert_eq!(house.contents(), before);

    reset(&house, &token, NEW).await.expect(204);
    for spent in [&token, &other] {
        reset(&house, spent, "another long secret").await.expect_problem(422, "token_invalid");
    }
    let late = house.mailed(Who::Patient, ResetPassword);
    house.clock.advance(TimeDelta::hours(1));
    reset(&house, &late, NEW).await.expect_problem(422, "token_invalid");
}

#[actix_web::test]
async fn a_weak_password_leaves_the_token_as_it_was() {
    let house = House::open().await;
    let token = house.mailed(Who::Patient, ResetPassword);
    let long = "x".repeat(73);
    for weak in ["ninechars", &long, "my password is this", "Ada Lovelace 1815", "🩺🩺🩺🩺🩺🩺🩺🩺🩺"]
    {
        let answer = reset(&house, &token, weak).await.expect_problem(422, "invalid");
        assert_eq!(answer.pointers(), ["/password"], "{weak}");
        assert!(!String::from_utf8_lossy(&answer.body).contains(weak));
    }
    reset(&house, &token, &"x".repeat(72)).await.expect(204);
}

#[actix_web::test]
async fn who_forgot_is_told_the_same_whether_they_have_an_account_or_not() {
    let house = House::open().await;
    let owed = |who| house.is_owed(house.account(who), "ResetPassword");
    let forgot = async |email: &str| post(&house, Who::Nobody, "forgot-password", &json!({"email": email})).await;
    let known = forgot(&house.email(Who::Patient).to_uppercase()).await.expect(202);
    let unknown = forgot("nobody+x@example.org").await.expect(202);
    assert_eq!((known.body, known.headers.len()), (unknown.body, unknown.headers.len()));
    assert!(owed(Who::Patient) && !owed(Who::OtherPatient));
}

#[actix_web::test]
async fn who_forgot_is_mailed_at_most_once_a_minute() {
    let house = House::open().await;
    let email = json!({"email": house.email(Who::Patient)});
    let owed = || house.contents().matches("kind: ResetPassword").count();
    for (seconds, messages) in [(0, 1), (30, 1), (29, 1), (1, 2), (0, 2)] {
        house.clock.advance(TimeDelta::seconds(seconds));
        post(&house, Who::Nobody, "forgot-password", &email).await.expect(202);
        assert_eq!(owed(), messages, "{seconds}");
    }
    let account = house.account(Who::OtherPatient).to_string();
    house.ask(Who::Admin, Ask::post(format!("/api/v1/accounts/{account}/deactivate"))).await.expect(200);
    let closed = json!({"email": house.email(Who::OtherPatient)});
    post(&house, Who::Nobody, "forgot-password", &closed).await.expect(202);
    assert_eq!(owed(), 2, "a closed account has no use for a password");
}

#[actix_web::test]
async fn an_address_that_is_no_address_is_refused() {
    let house = House::open().await;
    let long = format!("{}@example.org", "x".repeat(308));
    for what in ["forgot-password", "resend-verification"] {
        for email in ["", "x", "a\r\nBcc: b@example.org", "\"a b\"@example.org", "a @example.org", &long] {
            let answer = post(&house, Who::Nobody, what, &json!({"email": email})).await;
            assert_eq!(answer.expect_problem(422, "invalid").pointers(), ["/email"], "{email:?}");
        }
        for email in ["ADA+test@Example.ORG", "zoë@exämple.org", " a@example.org\n"] {
            post(&house, Who::Nobody, what, &json!({"email": email})).await.expect(202);
        }
    }
}

#[actix_web::test]
async fn a_password_is_changed_by_who_knows_the_old_one_and_other_sessions_end() {
    let house = House::open().await;
    let other = login(&house, Who::Patient, PASSWORD).await.expect(200).json();
    let other = format!("Bearer {}", other["access_token"].as_str().unwrap());
    let mailed = house.mailed(Who::Patient, ResetPassword);
    let change = async |old: &str, new: &str| {
        let body = json!({"old_password": old, "new_password": new});
        post(&house, Who::Patient, "change-password", &body).await
    };

    let wrong = change("not the right one", NEW).await.expect_problem(422, "invalid");
    assert_eq!(wrong.pointers(), ["/old_password"]);
    // That guess was counted, and nothing is written from here on.
    let before = house.contents();
    for weak in ["short", "my password is this", "ada lovelace 1815"] {
        let answer = change(PASSWORD, weak).await.expect_problem(422, "invalid");
        assert_eq!(answer.pointers(), ["/new_password"]);
        assert!(!answer.json()["detail"].as_str().unwrap().contains("/password:"));
    }
    assert_eq!(house.contents(), before);

    change(PASSWORD, NEW).await.expect(204);
    let me = Ask::get("/api/v1/auth/me");
    assert!(is_live(&house.ask(Who::Patient, me.clone()).await));
    house.ask(Who::Nobody, me.with("Authorization", other)).await.expect_problem(401, "unauthenticated");
    login(&house, Who::Patient, PASSWORD).await.expect_problem(401, "wrong_credentials");
    login(&house, Who::Patient, NEW).await.expect(200);
    reset(&house, &mailed, "another long secret").await.expect_problem(422, "token_invalid");
}

#[actix_web::test]
async fn a_verified_account_is_sent_no_further_link() {
    let settings = Settings { email_verification: true, ..Settings::default() };
    let house = House::open_with(settings, Zone::UTC).await;
    let resend = json!({"email": house.email(Who::Patient)});
    post(&house, Who::Nobody, "resend-verification", &resend).await.expect(202);
    assert!(!house.contents().contains("kind: VerifyEmail"));
}
