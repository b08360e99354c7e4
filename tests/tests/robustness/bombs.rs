//! Bodies that say little at length, or the same twice.

use std::time::{Duration, Instant};

use acceptance::{Answer, Engine, Server};

/// Much longer than an honest body of the same size takes, and much shorter than anything that grows with its square.
const SECONDS_MAX: Duration = Duration::from_secs(5);

fn send(server: &Server, body: &str) -> Answer {
    let begun = Instant::now();
    let answer =
        server.client().with("content-type", "application/json").send("POST", "/auth/login", Some(body.as_bytes()));
    assert!(begun.elapsed() < SECONDS_MAX, "{:?} for {} bytes", begun.elapsed(), body.len());
    answer
}

fn login(identifier: &str) -> String {
    format!("{{\"identifier\":{identifier},\"password\":\"not the right one\"}}")
}

#[test]
fn a_member_that_is_there_twice_is_told_so() {
    let server = Server::start(Engine::Sqlite);
    for twice in [
        r#"{"identifier":"a","password":"b","password":"c"}"#,
        r#"{"identifier":"a","password":"b","passwor\u0064":"c"}"#,
        r#"{"password":"b","password":"b","identifier":"a"}"#,
    ] {
        let problem = send(&server, twice).problem(422, "invalid");
        assert_eq!(
            (&problem["errors"][0]["pointer"], &problem["errors"][0]["code"]),
            (&"/password".into(), &"duplicate".into())
        );
    }
}

#[test]
fn a_wide_body_is_not_followed_to_its_end() {
    let server = Server::start(Engine::Sqlite);
    let members = (0..5_000).map(|n| format!("\"k{n}\":0,")).collect::<Vec<_>>().concat();
    let problem =
        send(&server, &format!("{{{members}\"identifier\":\"a\",\"password\":\"b\"}}")).problem(422, "invalid");
    assert_eq!(problem["errors"].as_array().unwrap().len(), 1, "{problem:#}");
    assert_eq!(problem["errors"][0]["pointer"], "/k0");

    let zeros = format!("[{}0]", "0,".repeat(30_000));
    assert_eq!(send(&server, &login(&zeros)).problem(422, "invalid")["errors"][0]["pointer"], "/identifier");
    send(&server, &zeros).problem(422, "invalid");

    let long = format!("{{\"{}\":0}}", "k".repeat(60_000));
    let answer = send(&server, &long);
    answer.problem(422, "invalid");
    assert!(answer.body.len() < 4_096, "{} bytes say that one name is not known", answer.body.len());
}

#[test]
fn a_huge_number_is_not_worked_out() {
    let server = Server::start(Engine::Sqlite);
    let digits = "9".repeat(60_000);
    for number in ["1e999999999", "-1e999999999", "1e-999999999", "9999999999999999999999", "-0.0", &digits] {
        let answer = send(&server, &login(number));
        assert!(matches!(answer.status, 400 | 422), "{}: {}", answer.status, answer.text());
        answer.any_problem();
    }
    let doctor = server.doctor();
    let client = doctor.client.with("content-type", "application/json");
    for number in ["1e999999999", "1e1", "30.0", "30.5", "-30", "9223372036854775808", &digits] {
        let body = format!("{{\"starts_at\":\"2037-01-01T00:00:00Z\",\"slot_minutes\":{number}}}");
        let answer = client.send("POST", "/slots", Some(body.as_bytes()));
        assert!(matches!(answer.status, 400 | 422), "{}: {}", answer.status, answer.text());
        answer.any_problem();
    }
}

#[test]
fn escapes_are_counted_as_what_they_stand_for_and_as_what_they_are() {
    let server = Server::start(Engine::Sqlite);
    let escaped = |count: usize| login(&format!("\"{}\"", "\\u0061".repeat(count)));
    send(&server, &escaped(1_000)).problem(401, "wrong_credentials");
    let problem = send(&server, &escaped(10_000)).problem(422, "invalid");
    assert_eq!(problem["errors"][0]["pointer"], "/identifier");
    send(&server, &escaped(1_000_000)).problem(413, "payload_too_large");
    for broken in
        [r#""\ud800""#, r#""\udc00\ud800""#, r#""\ud83d""#, r#""\u00""#, r#""\x41""#, "\"a\u{1}b\"", r#""\u{61}""#]
    {
        send(&server, &login(broken)).problem(400, "malformed_json");
    }
}
