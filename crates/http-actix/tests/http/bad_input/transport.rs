//! Bodies, paths, methods and tokens that are not what they should be.

use actix_web::http::Method;
use chrono::TimeDelta;
use serde_json::json;

use crate::ask::Ask;
use crate::house::{House, Who};

const LOGIN: &str = "/api/v1/auth/login";

#[actix_web::test]
async fn a_body_is_json_by_its_own_account() {
    let house = House::open().await;
    let body = json!({"identifier": "ada", "password": "x"}).to_string();
    for content_type in
        ["text/plain", "application/x-www-form-urlencoded", "application/xml", "json", "multipart/form-data"]
    {
        let ask = Ask::post(LOGIN).bytes(content_type, body.clone());
        house.ask(Who::Nobody, ask).await.expect_problem(415, "unsupported_media_type");
    }
    for content_type in ["application/json", "application/json; charset=utf-8", "APPLICATION/JSON"] {
        let ask = Ask::post(LOGIN).bytes(content_type, body.clone());
        house.ask(Who::Nobody, ask).await.expect_problem(401, "wrong_credentials");
    }
    for path in [LOGIN, "/api/v1/auth/register", "/api/v1/auth/refresh"] {
        house.ask(Who::Nobody, Ask::post(path)).await.expect_problem(415, "unsupported_media_type");
    }
}

#[actix_web::test]
async fn a_body_has_at_most_64_kib_and_is_not_too_deep() {
    let house = House::open().await;
    let before = house.contents();
    let padded = |bytes: usize| format!("{{\"reason\":\"{}\"}}", "x".repeat(bytes));
    for bytes in [64 * 1024, 1024 * 1024] {
        for path in [LOGIN, "/api/v1/auth/register"] {
            let ask = Ask::post(path).bytes("application/json", padded(bytes));
            house.ask(Who::Nobody, ask).await.expect_problem(413, "payload_too_large");
        }
        let ask = Ask::post("/api/v1/slots").bytes("application/json", padded(bytes));
        house.ask(Who::Doctor, ask).await.expect_problem(413, "payload_too_large");
    }
    let deep = format!("{{\"identifier\":{}", "[".repeat(10_000));
    house.ask(Who::Nobody, Ask::post(LOGIN).bytes("application/json", deep)).await.expect(422);
    let deep = format!("{{\"unknown\":{}1{}}}", "[".repeat(200), "]".repeat(200));
    house.ask(Who::Nobody, Ask::post(LOGIN).bytes("application/json", deep)).await.expect(422);
    for bytes in [&b"\xff\xfe"[..], b"{\"identifier\":\"\xff\"}", b"\0", b""] {
        let ask = Ask::post(LOGIN).bytes("application/json", bytes);
        house.ask(Who::Nobody, ask).await.expect_problem(400, "malformed_json");
    }
    assert_eq!(house.contents(), before);
}

#[actix_web::test]
async fn an_id_in_a_path_is_a_uuid() {
    let house = House::open().await;
    let before = house.contents();
    let body = json!({});
    for id in ["7", "not-a-uuid", "00000000-0000-0000-0000-00000000000g", "%00", "..%2F..", "me%20", "%F0%9F%A9%BA"] {
        for (who, ask) in [
            (Who::Nobody, Ask::get(format!("/api/v1/doctors/{id}"))),
            (Who::Admin, Ask::patch(format!("/api/v1/doctors/{id}")).json(&body)),
            (Who::Admin, Ask::get(format!("/api/v1/patients/{id}"))),
            (Who::Admin, Ask::patch(format!("/api/v1/patients/{id}")).json(&body)),
            (Who::Admin, Ask::get(format!("/api/v1/slots/{id}"))),
            (Who::Admin, Ask::patch(format!("/api/v1/slots/{id}")).whatever_is_there().json(&body)),
            (Who::Admin, Ask::delete(format!("/api/v1/slots/{id}")).whatever_is_there()),
            (Who::Admin, Ask::get(format!("/api/v1/appointments/{id}"))),
            (Who::Admin, Ask::get(format!("/api/v1/appointments/{id}/history"))),
            (Who::Admin, Ask::patch(format!("/api/v1/appointments/{id}")).whatever_is_there().json(&body)),
            (Who::Admin, Ask::post(format!("/api/v1/appointments/{id}/cancel"))),
            (Who::Admin, Ask::post(format!("/api/v1/appointments/{id}/reschedule")).json(&body)),
            (Who::Admin, Ask::delete(format!("/api/v1/auth/sessions/{id}"))),
        ] {
            let path = ask.path.clone();
            let answer = house.ask(who, ask).await.expect(400);
            assert_eq!(answer.pointers(), ["/path/id"], "{path}");
        }
    }
    assert_eq!(house.contents(), before);
}

#[actix_web::test]
async fn nobody_lives_at_an_unknown_path() {
    let house = House::open().await;
    for path in [
        "/api",
        "/api/v1",
        "/api/v2/slots",
        "/api/v1/slotz",
        "/api/v1/slots/bulk/7",
        "/favicon.ico",
        "/.env",
        "/%2e%2e/",
    ] {
        for method in [Method::GET, Method::POST, Method::DELETE] {
            house.ask(Who::Admin, Ask::new(method, path)).await.expect_problem(404, "not_found");
        }
    }
}

#[actix_web::test]
async fn a_path_says_which_methods_it_knows() {
    let house = House::open().await;
    let slot = house.free_slot("2027-03-01T09:00:00Z");
    for (method, path, allow) in [
        (Method::PUT, "/api/v1/slots".to_owned(), "GET, HEAD, POST"),
        (Method::DELETE, "/api/v1/slots".to_owned(), "GET, HEAD, POST"),
        (Method::GET, "/api/v1/auth/login".to_owned(), "POST"),
        (Method::POST, format!("/api/v1/slots/{slot}"), "GET, HEAD, PATCH, DELETE"),
        (Method::PUT, format!("/api/v1/slots/{slot}"), "GET, HEAD, PATCH, DELETE"),
        (Method::DELETE, format!("/api/v1/appointments/{slot}"), "GET, HEAD, PATCH"),
        (Method::GET, format!("/api/v1/appointments/{slot}/cancel"), "POST"),
        (Method::POST, "/api/v1/availability".to_owned(), "GET, HEAD"),
        (Method::POST, "/api/v1/doctors/me".to_owned(), "GET, HEAD, PATCH"),
        (Method::GET, "/api/v1/slots/bulk".to_owned(), "POST"),
        (Method::PATCH, "/api/v1/slots/bulk-delete/".to_owned(), "POST"),
        (Method::DELETE, "/healthz".to_owned(), "GET, HEAD"),
        (Method::TRACE, "/healthz".to_owned(), "GET, HEAD"),
    ] {
        let answer = house.ask(Who::Admin, Ask::new(method, path)).await.expect_problem(405, "method_not_allowed");
        assert_eq!(answer.header("allow"), Some(allow));
    }
}

#[actix_web::test]
async fn a_slash_at_the_end_is_forgiven() {
    let house = House::open().await;
    house.ask(Who::Nobody, Ask::get("/api/v1/doctors/")).await.expect(200);
    house.ask(Who::Nobody, Ask::get("/api/v1/availability/?limit=1")).await.expect(200);
}

#[actix_web::test]
async fn only_a_live_token_of_ours_opens_the_door() {
    let house = House::open().await;
    let good = house.pass(Who::Patient).access_token.clone();
    let refresh = house.pass(Who::Patient).refresh_token.clone();
    let me = |header: &str| Ask::get("/api/v1/auth/me").with("Authorization", header);
    for scheme in ["Bearer", "bearer"] {
        house.ask(Who::Nobody, me(&format!("{scheme} {good}"))).await.expect(200);
    }
    for header in [
        String::new(),
        "Bearer".to_owned(),
        "Bearer ".to_owned(),
        good.clone(),
        format!("Basic {good}"),
        format!("Bearer x{good}"),
        format!("Bearer {refresh}"),
        "Bearer eyJhbGciOiJub25lIn0.e30.".to_owned(),
        format!("Bearer {}", "x".repeat(8_000)),
    ] {
        let answer = house.ask(Who::Nobody, me(&header)).await.expect_problem(401, "unauthenticated");
        assert!(answer.header("www-authenticate").is_some_and(|value| value.starts_with("Bearer")), "{header}");
    }
    let twice = me(&format!("Bearer {good}")).with("Authorization", format!("Bearer {good}"));
    house.ask(Who::Nobody, twice).await.expect_problem(401, "unauthenticated");
}

#[actix_web::test]
async fn a_token_is_not_honoured_after_its_hour_or_after_logout() {
    let house = House::open().await;
    house.clock.advance(TimeDelta::minutes(59));
    house.ask(Who::Patient, Ask::get("/api/v1/auth/me")).await.expect(200);
    house.ask(Who::Doctor, Ask::post("/api/v1/auth/logout")).await.expect(204);
    house.ask(Who::Doctor, Ask::get("/api/v1/auth/me")).await.expect_problem(401, "unauthenticated");
    house.clock.advance(TimeDelta::minutes(1));
    house.ask(Who::Patient, Ask::get("/api/v1/auth/me")).await.expect_problem(401, "unauthenticated");
}

#[actix_web::test]
async fn who_is_not_known_is_not_read() {
    let house = House::open().await;
    for ask in [
        Ask::post("/api/v1/slots").bytes("application/json", "{"),
        Ask::post("/api/v1/slots").bytes("text/plain", "x".repeat(1024 * 1024)),
        Ask::post("/api/v1/appointments").json(&json!({"unknown_field": 1})),
        Ask::patch("/api/v1/slots/7").json(&json!({})),
        Ask::get("/api/v1/appointments?unknown_field=1"),
    ] {
        house.ask(Who::Nobody, ask).await.expect_problem(401, "unauthenticated");
    }
}
