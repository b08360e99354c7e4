//! Paths and methods that are not there.

use acceptance::routes::described;
use acceptance::{Engine, Server};
use serde_json::json;

#[test]
fn what_is_not_there_is_told_so() {
    let server = Server::start(Engine::Sqlite);
    let client = server.client().at_root();
    let answer = client.get("/");
    assert_eq!((answer.status, answer.header("location")), (307, Some("/api/docs/index.html")));
    for path in ["/api", "/api/v1", "/api/v2/doctors", "/api/v1/doctor", "/healthz/x", "/%00", "/%ff", "/a%2fb"] {
        client.get(path).problem(404, "not_found");
    }
    for path in ["/api/v1/../../etc/passwd", "/api/docs/../../../../etc/passwd", "/api/docs/..%2f..%2fCargo.toml"] {
        let answer = client.get(path);
        assert_eq!(answer.status, 404, "{path}: {}", answer.text());
    }
}

#[test]
fn a_known_path_says_which_methods_it_knows() {
    let server = Server::start(Engine::Sqlite);
    let client = server.client().at_root();
    let routes = described(&client);
    for route in &routes {
        for method in ["GET", "POST", "PUT", "PATCH", "DELETE", "PROPFIND"] {
            let is_known = routes.iter().any(|other| other.path == route.path && other.method == method);
            // `/doctors/me` is a `/doctors/{id}` too, and the other has more methods.
            let is_id_of_another = route.path.ends_with("/me") || route.path.contains("/slots/bulk");
            if is_known || is_id_of_another {
                continue;
            }
            let answer = client.send(method, &route.path, None);
            answer.problem(405, "method_not_allowed");
            let allow = answer.header("allow").unwrap_or_default();
            assert!(allow.split(", ").any(|known| known == route.method), "{}: {allow}", answer.asked);
            assert!(!allow.contains(method), "{}: {allow}", answer.asked);
        }
    }
}

#[test]
fn an_id_that_is_none_is_told_so() {
    let server = Server::start(Engine::Sqlite);
    let ada = server.patient();
    let doctor = server.doctor();
    let long = "0".repeat(5000);
    for id in ["x", "1", "0000000000007000800000000000000", "%F0%9F%A9%BA", "..%00", long.as_str()] {
        for answer in [
            ada.client.get(&format!("/appointments/{id}")),
            ada.client.get(&format!("/doctors/{id}")),
            ada.client.post_nothing(&format!("/appointments/{id}/cancel")),
            ada.client.delete(&format!("/auth/sessions/{id}")),
            doctor.client.with("if-match", "*").patch(&format!("/slots/{id}"), &json!({})),
        ] {
            answer.problem(400, "malformed_path");
        }
    }
}

#[test]
fn a_slash_at_the_end_makes_no_difference() {
    let server = Server::start(Engine::Sqlite);
    let doctor = server.doctor();
    let without = doctor.client.get("/doctors").body_of(200);
    assert_eq!(doctor.client.get("/doctors/").body_of(200), without);
    assert_eq!(doctor.client.get("/doctors/?limit=10").body_of(200), without);
    let _ = doctor.client.get("/auth/me/").expect(200);
    let _ = server.client().at_root().get("/healthz/").expect(200);
}

#[test]
fn head_is_get_without_a_body() {
    let server = Server::start(Engine::Sqlite);
    let client = server.client();
    for path in ["/doctors", "/availability", "/openapi.json"] {
        let (get, head) = (client.get(path).expect(200), client.send("HEAD", path, None).expect(200));
        assert!(head.body.is_empty() && !get.body.is_empty());
        assert_eq!(head.header("content-type"), get.header("content-type"));
    }
    assert_eq!(client.send("HEAD", "/auth/me", None).status, 401);
    assert_eq!(client.send("HEAD", "/nothing", None).status, 404);
}

#[test]
fn pages_of_other_origins_may_call_only_where_it_was_said() {
    let preflight = |server: &Server, origin: &str| {
        let client = server.client().with("origin", origin);
        let client = client.with("access-control-request-method", "POST");
        client.with("access-control-request-headers", "authorization,content-type").send("OPTIONS", "/slots", None)
    };
    let shut = Server::start(Engine::Sqlite);
    let answer = preflight(&shut, "https://clinic.example");
    assert_eq!(answer.header("access-control-allow-origin"), None, "{}: {}", answer.status, answer.text());
    assert!(answer.status < 500);
    shut.client().send("OPTIONS", "/slots", None).problem(405, "method_not_allowed");

    let open = Server::start_with(Engine::Sqlite, &[("cors_origins", "https://clinic.example")]);
    let answer = preflight(&open, "https://clinic.example");
    assert_eq!((answer.status, answer.header("access-control-allow-origin")), (200, Some("https://clinic.example")));
    let answer = preflight(&open, "https://evil.example");
    assert_eq!(answer.header("access-control-allow-origin"), None);
}

#[test]
fn every_answer_has_a_name_and_the_headers_that_protect_it() {
    let server = Server::start(Engine::Sqlite);
    let ada = server.patient();
    let mut names = Vec::new();
    for answer in [
        ada.client.get("/auth/me"),
        ada.client.get("/doctors"),
        ada.client.get("/nothing"),
        ada.client.with_token("garbage").get("/auth/me"),
        ada.client.post_nothing("/auth/logout"),
        ada.client.at_root().get("/healthz"),
    ] {
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"), "{}", answer.asked);
        assert_eq!(answer.header("x-frame-options"), Some("DENY"), "{}", answer.asked);
        assert_eq!(answer.header("referrer-policy"), Some("no-referrer"), "{}", answer.asked);
        assert_eq!(answer.header("cache-control"), Some("no-store"), "{}", answer.asked);
        assert!(answer.header("content-security-policy").is_some(), "{}", answer.asked);
        assert_eq!(answer.header("strict-transport-security"), None, "{}", answer.asked);
        names.push(answer.header("x-request-id").unwrap().to_owned());
    }
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), 6);
    let own = ada.client.with("x-request-id", "mine").get("/doctors");
    assert_ne!(own.header("x-request-id"), Some("mine"));
}

#[test]
fn the_interface_can_be_tried_in_a_browser_offline() {
    let server = Server::start(Engine::Sqlite);
    let client = server.client().at_root();
    let index = client.get("/api/docs/index.html").expect(200).text();
    assert!(!index.contains("http://") && !index.contains("https://"), "{index}");
    for file in ["swagger-ui-bundle.js", "swagger-ui.css", "swagger-initializer.js"] {
        let _ = client.get(&format!("/api/docs/{file}")).expect(200);
    }
    let _ = client.get("/api/docs").expect(308);
    let _ = client.get("/api/docs/").expect(308);
}
