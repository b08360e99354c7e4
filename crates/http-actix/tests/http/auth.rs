//! Coming in, staying, leaving, and one's own account.

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::ask::{Answer, Ask};
use crate::house::{House, Who};

async fn login(house: &House, identifier: &str, password: &str) -> Answer {
    let body = json!({"identifier": identifier, "password": password});
    house.ask(Who::Nobody, Ask::post("/api/v1/auth/login").with("User-Agent", "tests/1").json(&body)).await
}

async fn refresh(house: &House, token: &str) -> Answer {
    house.ask(Who::Nobody, Ask::post("/api/v1/auth/refresh").json(&json!({"refresh_token": token}))).await
}

async fn change(house: &House, who: Who, body: &Value) -> Answer {
    house.ask(who, Ask::patch("/api/v1/auth/me").json(body)).await
}

#[actix_web::test]
async fn whoever_knows_the_password_comes_in() {
    let house = House::open().await;
    let stay = login(&house, &house.email(Who::Patient), testkit::sample::PASSWORD).await.expect(200).json();
    assert_eq!(stay["token_type"], "Bearer");
    assert_eq!(stay["expires_in"], 3_600);
    assert_eq!(stay["account"]["role"], "patient");
    assert_eq!(stay["account"]["profile_id"], json!(house.patient.uuid()));
    let token = stay["access_token"].as_str().unwrap();
    let me = Ask::get("/api/v1/auth/me").with("Authorization", format!("Bearer {token}"));
    house.ask(Who::Nobody, me).await.expect(200);
}

#[actix_web::test]
async fn white_space_around_a_login_name_does_not_matter_and_in_a_password_it_does() {
    let house = House::open().await;
    change(&house, Who::Patient, &json!({"username": " Ada.L\t"})).await.expect(200);
    let email = house.email(Who::Patient);
    for name in [format!("{email} "), format!("\u{a0}{email}\n"), " ada.l".to_owned(), "ADA.L\u{3000}".to_owned()] {
        login(&house, &name, testkit::sample::PASSWORD).await.expect(200);
    }
    for password in [format!("{} ", testkit::sample::PASSWORD), format!(" {}", testkit::sample::PASSWORD)] {
        login(&house, &email, &password).await.expect_problem(401, "wrong_credentials");
    }
    let forgot = json!({"email": format!(" {email} ")});
    house.ask(Who::Nobody, Ask::post("/api/v1/auth/forgot-password").json(&forgot)).await.expect(202);
    assert!(house.is_owed(house.account(Who::Patient), "ResetPassword"));
}

#[actix_web::test]
async fn names_are_kept_without_needless_white_space() {
    let house = House::open().await;
    let name = " Ada\u{a0}\u{3000} King  Lovelace\u{2003}";
    let me = change(&house, Who::Patient, &json!({"full_name": name})).await.expect(200).json();
    assert_eq!(me["full_name"], "Ada King Lovelace");
    let of_desk = Ask::patch(format!("/api/v1/patients/{}", house.patient)).json(&json!({"full_name": "Ada  King "}));
    let shown = house.ask(Who::Receptionist, of_desk).await.expect(200).json();
    assert_eq!(shown["full_name"], "Ada King");
    let form = json!({"role": "patient", "email": " Zoe@example.org ", "password": "correct horse battery",
        "full_name": "  Zoë   Ünal", "phone": "+44 20 7183 8750", "username": " zoe "});
    let made = house.ask(Who::Nobody, Ask::post("/api/v1/auth/register").json(&form)).await.expect(201).json();
    assert_eq!((&made["email"], &made["full_name"]), (&json!("Zoe@example.org"), &json!("Zoë Ünal")));
    login(&house, "ZOE", "correct horse battery").await.expect(200);
}

#[actix_web::test]
async fn an_unknown_name_and_a_wrong_password_are_one_answer() {
    let house = House::open().await;
    let wrong = login(&house, &house.email(Who::Patient), "not the right one").await;
    let unknown = login(&house, "nobody@example.org", testkit::sample::PASSWORD).await;
    assert_eq!(wrong.header("www-authenticate"), Some("Bearer"));
    let [wrong, unknown] = [wrong, unknown].map(|answer| {
        let mut problem = answer.expect_problem(401, "wrong_credentials").json();
        problem["request_id"].take();
        problem
    });
    assert_eq!(wrong, unknown);
}

#[actix_web::test]
async fn a_login_has_two_texts() {
    let house = House::open().await;
    let long = "x".repeat(10_000);
    for (body, pointer) in [
        (json!({"password": "x"}), "/identifier"),
        (json!({"identifier": "x"}), "/password"),
        (json!({"identifier": null, "password": "x"}), "/identifier"),
        (json!({"identifier": "", "password": "x"}), "/identifier"),
        (json!({"identifier": "x", "password": ""}), "/password"),
        (json!({"identifier": "x", "password": long}), "/password"),
        (json!({"identifier": "x", "password": 1}), "/password"),
        (json!({"identifier": "x", "password": "x", "otp": 1}), "/otp"),
    ] {
        let answer = house.ask(Who::Nobody, Ask::post("/api/v1/auth/login").json(&body)).await;
        assert_eq!(answer.expect_problem(422, "invalid").pointers(), [pointer]);
    }
}

#[actix_web::test]
async fn a_refresh_token_gets_the_same_for_ten_seconds_and_then_ends_the_session() {
    let house = House::open().await;
    let first = house.pass(Who::Patient).refresh_token.clone();
    let next = refresh(&house, &first).await.expect(200).json();
    assert_eq!(next["account"]["role"], "patient");
    house.ask(Who::Patient, Ask::get("/api/v1/auth/me")).await.expect(200);

    house.clock.advance(TimeDelta::seconds(9));
    let again = refresh(&house, &first).await.expect(200).json();
    assert_eq!(again["refresh_token"], next["refresh_token"]);
    house.clock.advance(TimeDelta::seconds(1));
    refresh(&house, &first).await.expect_problem(401, "refresh_token_reused");
    house.ask(Who::Patient, Ask::get("/api/v1/auth/me")).await.expect_problem(401, "unauthenticated");
    refresh(&house, next["refresh_token"].as_str().unwrap()).await.expect_problem(401, "refresh_token_invalid");
    refresh(&house, "garbage").await.expect_problem(401, "refresh_token_invalid");
}

#[actix_web::test]
async fn logging_out_ends_the_session_at_once() {
    let house = House::open().await;
    for who in [Who::Patient, Who::Doctor, Who::Receptionist, Who::Admin] {
        let answer = house.ask(who, Ask::post("/api/v1/auth/logout")).await.expect(204);
        assert!(answer.body.is_empty());
        house.ask(who, Ask::post("/api/v1/auth/logout")).await.expect_problem(401, "unauthenticated");
        let token = house.pass(who).refresh_token.clone();
        refresh(&house, &token).await.expect_problem(401, "refresh_token_invalid");
    }
}

#[actix_web::test]
async fn sessions_are_listed_and_ended_by_their_owner_only() {
    let house = House::open().await;
    login(&house, &house.email(Who::Patient), testkit::sample::PASSWORD).await.expect(200);
    let list = Ask::get("/api/v1/auth/sessions");
    let sessions = house.ask(Who::Patient, list.clone()).await.expect(200).json();
    let sessions = sessions["items"].as_array().unwrap();
    assert_eq!(sessions.len(), 2);
    let first = house.ask(Who::Patient, Ask::get("/api/v1/auth/sessions?limit=1")).await.expect(200).json();
    let next =
        Ask::get(format!("/api/v1/auth/sessions?limit=1&cursor={}", first["page"]["next_cursor"].as_str().unwrap()));
    let second = house.ask(Who::Patient, next).await.expect(200).json();
    assert_eq!([&first["items"][0], &second["items"][0]], [&sessions[0], &sessions[1]]);
    assert_eq!(second["page"]["next_cursor"], Value::Null);
    let other = sessions.iter().find(|session| session["current"] == false).unwrap();
    assert_eq!(other["user_agent"], "tests/1");
    assert_eq!(other["created_at"], "2026-11-20T08:00:00Z");

    let end = Ask::delete(format!("/api/v1/auth/sessions/{}", other["id"].as_str().unwrap()));
    house.ask(Who::OtherPatient, end.clone()).await.expect_problem(404, "unknown_session");
    house.ask(Who::Admin, end.clone()).await.expect_problem(404, "unknown_session");
    house.ask(Who::Patient, end.clone()).await.expect(204);
    house.ask(Who::Patient, end).await.expect_problem(404, "unknown_session");
    house.ask(Who::Patient, Ask::delete("/api/v1/auth/sessions/7")).await.expect_problem(400, "malformed_path");

    house.ask(Who::Patient, Ask::delete("/api/v1/auth/sessions")).await.expect(204);
    house.ask(Who::Patient, list).await.expect_problem(401, "unauthenticated");
}

#[actix_web::test]
async fn everybody_sees_their_own_account_with_its_profile() {
    let house = House::open().await;
    for (who, role, profile) in [
        (Who::Patient, "patient", json!(house.patient.uuid())),
        (Who::Doctor, "doctor", json!(house.doctor.uuid())),
        (Who::Receptionist, "receptionist", Value::Null),
        (Who::Admin, "admin", Value::Null),
    ] {
        let me = house.ask(who, Ask::get("/api/v1/auth/me")).await.expect(200).json();
        assert_eq!(me["role"], role);
        assert_eq!(me["profile_id"], profile);
        assert_eq!(me["profile"]["id"], profile);
        assert_eq!(me.get("password"), None);
    }
}

#[actix_web::test]
async fn what_is_absent_stays_and_null_clears() {
    let house = House::open().await;
    let set = json!({"full_name": "Ada King", "username": "ada", "profile_pic": "https://example.org/a.png"});
    let me = change(&house, Who::Patient, &set).await.expect(200).json();
    assert_eq!((&me["full_name"], &me["username"]), (&json!("Ada King"), &json!("ada")));
    assert_eq!(me["profile"]["full_name"], "Ada King");

    let me = change(&house, Who::Patient, &json!({"username": null})).await.expect(200).json();
    assert_eq!(me["username"], Value::Null);
    assert_eq!(me["profile_pic"], "https://example.org/a.png");

    let me = change(&house, Who::Patient, &json!({})).await.expect(200).json();
    assert_eq!(me["full_name"], "Ada King");
}

#[actix_web::test]
async fn a_change_out_of_shape_is_refused() {
    let house = House::open().await;
    let before = house.contents();
    for (body, pointer) in [
        (json!({"full_name": null}), "/full_name"),
        (json!({"full_name": " "}), "/full_name"),
        (json!({"phone": null}), "/phone"),
        (json!({"phone": "1"}), "/phone"),
        (json!({"username": "a b"}), "/username"),
        (json!({"profile_pic": "x"}), "/profile_pic"),
        (json!({"role": "admin"}), "/role"),
        (json!({"email": "x@example.org"}), "/email"),
    ] {
        let answer = change(&house, Who::Patient, &body).await.expect_problem(422, "invalid");
        assert_eq!(answer.pointers(), [pointer], "{body}");
    }
    assert_eq!(house.contents(), before);
}

#[actix_web::test]
async fn what_another_account_has_is_taken() {
    let house = House::open().await;
    change(&house, Who::Patient, &json!({"username": "ada"})).await.expect(200);
    let answer = change(&house, Who::Doctor, &json!({"username": "ADA"})).await;
    assert_eq!(answer.expect_problem(409, "username_taken").pointers(), ["/username"]);
}
