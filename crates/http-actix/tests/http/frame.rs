//! What surrounds every request.

use actix_web::http::Method;
use http_actix::HttpSettings;
use http_actix::problem::Code;
use kernel::Word;
use serde_json::json;

use crate::ask::Ask;
use crate::house::{House, Who, http_settings, serve_with};

#[actix_web::test]
async fn every_response_is_named_and_protected() {
    let house = House::open().await;
    let bad = Ask::post("/api/v1/auth/login").bytes("application/json", "{");
    let mut names = Vec::new();
    for ask in [Ask::get("/healthz"), Ask::get("/nowhere"), Ask::get("/api/v1/auth/me"), bad, Ask::get("/api/docs")] {
        let answer = house.ask(Who::Nobody, ask.with("X-Request-Id", "mine")).await;
        names.push(answer.header("x-request-id").unwrap().to_owned());
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
        assert_eq!(answer.header("x-frame-options"), Some("DENY"));
        assert_eq!(answer.header("referrer-policy"), Some("no-referrer"));
        assert_eq!(answer.header("cache-control"), Some("no-store"));
        let policy = answer.header("content-security-policy").unwrap();
        // The last three do not follow the first (CSP 3, 6.1).
        for directive in ["default-src", "base-uri", "form-action", "frame-ancestors"] {
            assert!(policy.contains(&format!("{directive} 'none'")), "{policy}");
        }
        assert_eq!(answer.header("strict-transport-security"), None);
    }
    names.dedup();
    assert_eq!(names.len(), 5, "a client's own name is not taken over: {names:?}");
}

#[actix_web::test]
async fn a_problem_says_where_it_arose_and_in_which_request() {
    let house = House::open().await;
    let answer = house.ask(Who::Nobody, Ask::get("/api/v1/nowhere?q=1")).await.expect_problem(404, "not_found");
    let problem = answer.json();
    assert_eq!(problem["type"], "/problems/not_found");
    assert_eq!(problem["instance"], "/api/v1/nowhere");
    assert_eq!(problem["request_id"].as_str(), answer.header("x-request-id"));
}

#[actix_web::test]
async fn a_known_path_says_which_methods_it_knows() {
    let house = House::open().await;
    for (method, path, allow) in [
        (Method::PUT, "/api/v1/doctors", "GET, HEAD"),
        (Method::DELETE, "/api/v1/doctors/me", "GET, HEAD, PATCH"),
        (Method::DELETE, "/api/v1/auth/me/", "GET, HEAD, PATCH"),
        (Method::GET, "/api/v1/auth/login", "POST"),
        (Method::POST, "/healthz", "GET, HEAD"),
        (Method::POST, "/api/v1/slots/7", "GET, HEAD, PATCH, DELETE"),
    ] {
        let answer = house.ask(Who::Nobody, Ask::new(method, path)).await.expect_problem(405, "method_not_allowed");
        assert_eq!(answer.header("allow"), Some(allow), "{path}");
    }
}

#[actix_web::test]
async fn an_unknown_path_is_nothing_whatever_the_method() {
    let house = House::open().await;
    for path in ["/api", "/api/v1", "/api/v1/doctors/me/x", "/api/v2/doctors", "/api/v1/slots/%2e%2e"] {
        let answer = house.ask(Who::Nobody, Ask::get(path)).await;
        assert!(matches!(answer.status.as_u16(), 401 | 404), "{path}: {}", answer.status);
    }
}

#[actix_web::test]
async fn a_trailing_slash_is_tolerated() {
    let house = House::open().await;
    house.ask(Who::Nobody, Ask::get("/api/v1/doctors/")).await.expect(200);
    house.ask(Who::Nobody, Ask::get("/healthz/")).await.expect(200);
    house.ask(Who::Nobody, Ask::get(format!("/api/v1/doctors/{}/", house.doctor))).await.expect(200);
}

#[actix_web::test]
async fn head_is_get() {
    let house = House::open().await;
    house.ask(Who::Nobody, Ask::new(Method::HEAD, "/api/v1/doctors")).await.expect(200);
}

#[actix_web::test]
async fn a_token_is_needed_before_anything_else_is_looked_at() {
    let house = House::open().await;
    let good = format!("Bearer {}", house.pass(Who::Patient).access_token);
    let ask = || Ask::patch("/api/v1/auth/me").bytes("text/plain", "{");
    for token in ["", "Bearer", "Bearer ", "Basic YTpi", "Bearer garbage", &good.replace("Bearer ", "Token ")] {
        let answer = house.ask(Who::Nobody, ask().with("Authorization", token)).await;
        let answer = answer.expect_problem(401, "unauthenticated");
        assert!(answer.header("www-authenticate").unwrap().starts_with("Bearer"), "{token}");
    }
    let twice = Ask::get("/api/v1/auth/me").with("Authorization", &good).with("Authorization", &good);
    house.ask(Who::Nobody, twice).await.expect_problem(401, "unauthenticated");
    let any_case = Ask::get("/api/v1/auth/me").with("Authorization", good.replace("Bearer", "bEARER"));
    house.ask(Who::Nobody, any_case).await.expect(200);
}

#[actix_web::test]
async fn an_expired_token_is_not_honoured() {
    let house = House::open().await;
    house.clock.advance(chrono::TimeDelta::minutes(61));
    house.ask(Who::Patient, Ask::get("/api/v1/auth/me")).await.expect_problem(401, "unauthenticated");
}

#[actix_web::test]
async fn a_body_is_json_of_at_most_64_kib_and_says_so() {
    let house = House::open().await;
    let login = |kind: &str, body: Vec<u8>| Ask::post("/api/v1/auth/login").bytes(kind, body);
    for kind in ["text/plain", "application/x-www-form-urlencoded", "", "application/jsonp"] {
        let answer = house.ask(Who::Nobody, login(kind, b"{}".to_vec())).await;
        answer.expect_problem(415, "unsupported_media_type");
    }
    let answer = house.ask(Who::Nobody, login("application/json", vec![b' '; 64 * 1024 + 1])).await;
    answer.expect_problem(413, "payload_too_large");
    let answer = house.ask(Who::Nobody, login("application/json", vec![b' '; 64 * 1024])).await;
    answer.expect_problem(400, "malformed_json");
    let answer = house.ask(Who::Nobody, login("application/json; charset=utf-8", b"[]".to_vec())).await;
    answer.expect_problem(422, "invalid");
}

#[actix_web::test]
async fn only_pages_of_a_configured_origin_may_call() {
    let house = House::open().await;
    let doctors = |origin: &str| Ask::get("/api/v1/doctors").with("Origin", origin);
    let known = house.ask(Who::Nobody, doctors("https://clinic.example")).await.expect(200);
    assert_eq!(known.header("access-control-allow-origin"), Some("https://clinic.example"));
    let unknown = house.ask(Who::Nobody, doctors("https://elsewhere.example")).await.expect(200);
    assert_eq!(unknown.header("access-control-allow-origin"), None);

    let preflight = Ask::new(Method::OPTIONS, "/api/v1/appointments")
        .with("Origin", "https://clinic.example")
        .with("Access-Control-Request-Method", "POST")
        .with("Access-Control-Request-Headers", "authorization,content-type,idempotency-key,traceparent,x-request-id");
    let allowed = house.ask(Who::Nobody, preflight).await.expect(200);
    assert_eq!(allowed.header("access-control-allow-origin"), Some("https://clinic.example"));
    let refused = house.ask(Who::Nobody, Ask::get("/api/v1/nowhere").with("Origin", "https://clinic.example")).await;
    assert_eq!(refused.header("access-control-allow-origin"), Some("https://clinic.example"));
}

#[actix_web::test]
async fn a_page_that_may_not_call_is_told_why() {
    let house = House::open().await;
    for (origin, method, headers, blamed) in [
        ("https://elsewhere.example", "POST", "authorization", "/header/origin"),
        ("https://clinic.example", "PUT", "authorization", "/header/access-control-request-method"),
        ("https://clinic.example", "POST", "x-mine", "/header/access-control-request-headers"),
    ] {
        let preflight = Ask::new(Method::OPTIONS, "/api/v1/appointments")
            .with("Origin", origin)
            .with("Access-Control-Request-Method", method)
            .with("Access-Control-Request-Headers", headers);
        let answer = house.ask(Who::Nobody, preflight).await.expect_problem(422, "invalid");
        assert_eq!(answer.pointers(), [blamed]);
        assert_eq!(answer.header("access-control-allow-origin"), None);
        assert_eq!(answer.json()["request_id"].as_str(), answer.header("x-request-id"));
    }
}

#[actix_web::test]
async fn the_server_says_how_it_is_and_what_its_keys_are() {
    let house = House::open().await;
    for path in ["/healthz", "/readyz"] {
        assert_eq!(house.ask(Who::Nobody, Ask::get(path)).await.expect(200).json(), json!({"status": "ok"}));
    }
    let keys = house.ask(Who::Nobody, Ask::get("/.well-known/jwks.json")).await.expect(200);
    assert_eq!(keys.json(), json!({"keys": []}));
}

#[actix_web::test]
async fn the_address_of_the_server_leads_to_the_interface_and_that_of_a_problem_to_its_page() {
    let house = House::open().await;
    let root = house.ask(Who::Nobody, Ask::get("/")).await.expect(307);
    assert_eq!(root.header("location"), Some("/api/docs/index.html"));
    house.ask(Who::Nobody, Ask::get(root.header("location").unwrap())).await.expect(200);

    let problem = house.ask(Who::Nobody, Ask::get("/api/v1/nowhere")).await.expect_problem(404, "not_found").json();
    let page = house.ask(Who::Nobody, Ask::get(problem["type"].as_str().unwrap())).await.expect(200);
    assert_eq!(page.header("content-type"), Some("text/html; charset=utf-8"));
    assert!(page.text().contains("<h1>Nothing here</h1>"), "{}", page.text());
    for code in Code::ALL {
        let page = house.ask(Who::Nobody, Ask::get(format!("/problems/{code}"))).await.expect(200);
        assert!(page.text().contains(&format!("<p>{} · ", code.status().as_u16())), "{}", page.text());
    }
    house.ask(Who::Nobody, Ask::get("/problems/no_such_code")).await.expect_problem(404, "not_found");
}

#[actix_web::test]
async fn whom_to_tell_about_a_hole_is_said_where_somebody_is_named() {
    let house = House::open().await;
    let answer = house.ask(Who::Nobody, Ask::get("/.well-known/security.txt")).await.expect(200);
    assert_eq!(answer.header("content-type"), Some("text/plain; charset=utf-8"));
    let expires = "Expires: 2027-02-18T08:00:00Z";
    let text = format!("Contact: mailto:security@clinic.example\n{expires}\nPreferred-Languages: en\n");
    assert_eq!(answer.text(), text);

    let settings = HttpSettings { security_contact: None, ..http_settings() };
    let serve = serve_with(house.app.clone(), settings).await;
    serve(Ask::get("/.well-known/security.txt").into_request()).await.expect_problem(404, "not_found");
}
