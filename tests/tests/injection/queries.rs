//! Queries and headers: found, not found or refused, and never anything else.

use acceptance::access::{Object, Scene, Who, rows};
use acceptance::routes::described;
use acceptance::{Engine, on_each_engine};

use crate::strings::{LINES, OTHERS, encoded};

on_each_engine!(every_text_of_every_query_finds_something_or_nothing_or_is_refused_by_name,);

fn every_text_of_every_query_finds_something_or_nothing_or_is_refused_by_name(engine: Engine) {
    let scene = Scene::set(engine, [0, 0]);
    let (rows, mut wrong, mut asked) = (rows(), Vec::new(), 0);
    for route in described(&scene.server.client()) {
        let row = rows.iter().find(|row| row.route == route.name).unwrap();
        let Some(who) = Who::ALL.into_iter().rev().find(|who| row.expected(*who, Object::Own).is_success()) else {
            continue;
        };
        let (_, client) = scene.clients(who).swap_remove(0);
        for parameter in &route.parameters {
            for text in LINES.into_iter().chain(OTHERS) {
                asked += 1;
                let answer = client.at_root().get(&format!("{}?{}={}", route.path, parameter.place, encoded(text)));
                let is_right = match answer.status {
                    200 => true,
                    400 | 422 => answer.any_problem()["errors"][0]["pointer"] == format!("/query/{}", parameter.place),
                    _ => false,
                };
                if !is_right {
                    wrong.push(format!("{} {} {text:?}: {}", route.name, parameter.place, answer.text()));
                }
            }
            let answer = client.at_root().get(&format!("{}?{}=%ff%fe%c3%28", route.path, parameter.place));
            assert!(matches!(answer.status, 200 | 400 | 422), "{}: {}", answer.asked, answer.text());
        }
    }
    assert!(wrong.is_empty(), "{} answers are wrong:\n{}", wrong.len(), wrong.join("\n"));
    assert!(1_500 <= asked, "only {asked} were asked");
}

#[test]
fn every_header_is_taken_as_a_text_or_not_at_all() {
    let scene = Scene::set(Engine::Sqlite, [0, 0]);
    let names = [
        "idempotency-key",
        "if-match",
        "if-none-match",
        "user-agent",
        "x-forwarded-for",
        "forwarded",
        "x-request-id",
        "accept",
        "accept-language",
        "accept-encoding",
        "origin",
        "referer",
        "cookie",
        "content-type",
        "content-encoding",
        "range",
        "x-forwarded-host",
        "x-forwarded-proto",
        "x-http-method-override",
        "traceparent",
    ];
    let (_, patient) = scene.clients(Who::Patient).swap_remove(0);
    for name in names {
        for text in LINES {
            let asking = patient.with(name, text);
            for answer in [
                asking.get("/slots"),
                asking.post_nothing("/appointments/00000000-0000-7000-8000-000000000000/cancel"),
                asking.send("PATCH", "/appointments/00000000-0000-7000-8000-000000000000", Some(b"{}")),
            ] {
                assert!(answer.status < 500, "{name}: {text}: {}: {}", answer.asked, answer.text());
                for (header, value) in &answer.headers {
                    assert!(
                        !value.as_bytes().windows(text.len()).any(|part| part == text.as_bytes()),
                        "{name}: {header}"
                    );
                }
            }
        }
    }
}
