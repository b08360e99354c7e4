//! Bodies that are not what they should be.

use acceptance::{Answer, Engine, Server, raw};
use serde_json::json;

/// A body for a route that wants one, sent by somebody who may.
fn send(server: &Server, content_type: Option<&str>, body: &[u8]) -> Answer {
    let mut client = server.client();
    if let Some(content_type) = content_type {
        client = client.with("content-type", content_type);
    }
    client.send("POST", "/auth/login", Some(body))
}

#[test]
fn what_is_not_json_is_told_so() {
    let server = Server::start(Engine::Sqlite);
    let bodies: [&[u8]; 9] = [
        b"",
        b" ",
        b"{",
        b"{\"identifier\":}",
        b"{\"identifier\":\"a\",}",
        b"{'identifier':'a'}",
        b"{\"identifier\":\"\xff\xfe\"}",
        b"\xef\xbb\xbf{}",
        b"NaN",
    ];
    for body in bodies {
        let answer = send(&server, Some("application/json"), body);
        answer.problem(400, "malformed_json");
    }
}

#[test]
fn a_deep_body_is_not_followed_to_its_ground() {
    let server = Server::start(Engine::Sqlite);
    for open in ["[", "{\"identifier\":", "{\"a\":", "{\"identifier\":[[{\"a\":"] {
        let body = open.repeat(60_000 / open.len());
        let answer = send(&server, Some("application/json"), body.as_bytes());
        assert!(matches!(answer.status, 400 | 422), "{open}: {}: {}", answer.status, answer.text());
        answer.any_problem();
    }
    let _ = server.client().at_root().get("/healthz").expect(200);
}

#[test]
fn what_is_json_and_no_object_of_ours_is_told_so() {
    let server = Server::start(Engine::Sqlite);
    for body in ["null", "7", "\"a\"", "[]", "{}", r#"{"identifier":null,"password":"a"}"#, r#"{"identifier":{}}"#] {
        let problem = send(&server, Some("application/json; charset=utf-8"), body.as_bytes()).problem(422, "invalid");
        assert_eq!(problem["errors"].as_array().unwrap().len(), 1, "{body}: {problem:#}");
    }
    let unknown = json!({"identifier": "a", "password": "b", "remember": true});
    let problem = server.client().post("/auth/login", &unknown).problem(422, "invalid");
    assert_eq!(problem["errors"][0]["pointer"], "/remember");
}

#[test]
fn what_is_not_declared_as_json_is_not_read() {
    let server = Server::start(Engine::Sqlite);
    let login = json!({"identifier": "nobody@example.org", "password": "whatever it is"}).to_string();
    for content_type in ["text/plain", "application/x-www-form-urlencoded", "text/json", "json", "application/jsonx"] {
        send(&server, Some(content_type), login.as_bytes()).problem(415, "unsupported_media_type");
    }
    send(&server, None, login.as_bytes()).problem(415, "unsupported_media_type");
    send(&server, Some("application/json"), login.as_bytes()).problem(401, "wrong_credentials");
}

#[test]
fn a_large_body_is_refused() {
    let server = Server::start(Engine::Sqlite);
    let just_too_large = vec![b' '; 64 * 1024 + 1];
    send(&server, Some("application/json"), &just_too_large).problem(413, "payload_too_large");
    send(&server, Some("application/json"), &just_too_large[1..]).problem(400, "malformed_json");

    let head = "POST /api/v1/auth/login HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\n";
    let declared = [format!("{head}content-length: 1048576\r\n\r\n").into_bytes(), vec![b'a'; 1024 * 1024]].concat();
    assert_eq!(raw::statuses(&raw::exchange(server.address(), &declared)), [413]);

    let chunk = [b"10000\r\n".to_vec(), vec![b'a'; 0x1_0000], b"\r\n".to_vec()].concat();
    let chunked = [format!("{head}transfer-encoding: chunked\r\n\r\n").into_bytes(), chunk.repeat(16)].concat();
    assert_eq!(raw::statuses(&raw::exchange(server.address(), &chunked)), [413]);
    let _ = server.client().at_root().get("/healthz").expect(200);
}

#[test]
fn an_action_takes_no_body_and_an_empty_one() {
    let server = Server::start(Engine::Sqlite);
    let ada = server.patient();
    let path = "/appointments/00000000-0000-7000-8000-000000000000/cancel";
    ada.client.post_nothing(path).problem(404, "unknown_appointment");
    ada.client.send("POST", path, Some(b"")).problem(404, "unknown_appointment");
    ada.client.post(path, &json!({})).problem(404, "unknown_appointment");
    ada.client.send("POST", path, Some(b"{}")).problem(415, "unsupported_media_type");
    ada.client.post(path, &json!([])).problem(422, "invalid");
}
