//! Where texts come out: lists, the audit log, the server's log, the command line, the page of the interface.

use std::collections::BTreeSet;

use acceptance::access::{Object, Scene, Who, rows};
use acceptance::people::{doctor_form, patient_form};
use acceptance::{Client, Engine, Person, Server, on_each_engine};
use serde_json::{Value, json};

use crate::strings::{LINES, OTHERS, encoded};

on_each_engine!(what_was_taken_comes_out_of_every_list_whole, a_log_has_one_line_for_each_record_whatever_was_said);

/// People, a place, a specialty and a visit for each text, called so wherever that may be.
fn filled(scene: &Scene) -> usize {
    let (_, admin) = scene.clients(Who::Admin).swap_remove(0);
    for (number, text) in LINES.into_iter().enumerate() {
        let place = json!({"name": text, "city": text, "address": text, "time_zone": "UTC"});
        let place = admin.post("/locations", &place).body_of(201)["id"].clone();
        let specialty = json!({"code": format!("hostile_{number}"), "name": text});
        let _ = admin.post("/specialties", &specialty).expect(201);
        let mut form = doctor_form();
        form["full_name"] = json!(text);
        form["doctor"] = json!({
            "location_id": place, "license_number": text, "qualifications": text,
            "specialties": [format!("hostile_{number}")],
        });
        let doctor = scene.server.join(&form);
        let mut form = patient_form();
        form["full_name"] = json!(text);
        form["patient"] = json!({"address": text, "emergency_contact": text, "medical_history": text});
        let patient = scene.server.join(&form);
        let slot = doctor.publish(&acceptance::requests::fresh_start(), 30);
        let wish = json!({"slot_id": slot, "reason": text, "notes": text});
        let visit = patient.client.post("/appointments", &wish).body_of(201)["id"].clone();
        let path = format!("/appointments/{}/cancel", visit.as_str().unwrap());
        let _ = doctor.client.post(&path, &json!({"reason": text})).expect(200);
    }
    let _ = admin.with("if-match", "*").patch("/settings", &json!({"clinic_name": LINES[7]})).expect(200);
    LINES.len()
}

/// Every item of a list, page by page.
fn walked(client: &Client, path: &str, limit: usize) -> Vec<Value> {
    let (mut items, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = client.get(&format!("{path}?limit={limit}{cursor}")).body_of(200);
        items.extend(page["items"].as_array().unwrap().clone());
        match page["page"]["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return items,
        }
        assert!(items.len() < 10_000, "{path} has no end");
    }
}

fn what_was_taken_comes_out_of_every_list_whole(engine: Engine) {
    let scene = Scene::set(engine, [0, 0]);
    let count = filled(&scene);
    let (_, admin) = scene.clients(Who::Admin).swap_remove(0);
    for (list, member) in [("/doctors", "full_name"), ("/patients", "full_name"), ("/accounts", "full_name")] {
        let items = walked(&admin, list, 7);
        let names: BTreeSet<&str> = items.iter().map(|item| item[member].as_str().unwrap()).collect();
        assert!(LINES.iter().all(|text| names.contains(text)), "{list}: {names:#?}");
        let ids: BTreeSet<&str> = items.iter().map(|item| item["id"].as_str().unwrap()).collect();
        assert_eq!(ids.len(), items.len(), "{list} shows each once");
    }
    // Everybody reads everything that they may.
    for row in rows().iter().filter(|row| row.method() == "GET") {
        for who in Who::ALL {
            let (_, client) = scene.clients(who).swap_remove(0);
            let answer = scene.ask(row, who, &client, Object::Own).send();
            assert!(answer.status < 500, "{}: {}", answer.asked, answer.text());
            if answer.header("content-type") == Some("application/json") {
                let _ = answer.json();
            }
        }
    }
    let export = admin.get("/audit/export").expect(200);
    assert_eq!(export.header("content-type"), Some("application/x-ndjson"));
    let text = String::from_utf8(export.body).unwrap();
    let entries: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert!(6 * count <= entries.len(), "{} entries", entries.len());
    let listed = walked(&admin, "/audit", 100);
    assert!(entries.len() <= listed.len() && entries.iter().all(Value::is_object));

    let accounts = walked(&admin, "/accounts", 100).len();
    let printed = scene.server.data().run(&["account", "list"]).well().stdout;
    assert_eq!(printed.lines().count(), accounts, "a line for each account");
    assert!(printed.lines().all(|line| line.split('\t').count() == 4), "{printed}");
    assert_eq!(scene.server.data().findings_but_for_ours(), [""; 0]);
}

fn a_log_has_one_line_for_each_record_whatever_was_said(engine: Engine) {
    let server = Server::start_with(engine, &[("log_level", "debug")]);
    let client = server.client();
    for text in LINES.into_iter().chain(OTHERS) {
        let encoded = encoded(text);
        let _ = client.at_root().get(&format!("/{encoded}/{encoded}?{encoded}={encoded}"));
        let _ = client.post("/auth/login", &json!({"identifier": text, "password": text}));
        let _ = client.post("/auth/forgot-password", &json!({"email": format!("{text}@example.org")}));
        if LINES.contains(&text) {
            let asking = client.with("user-agent", text).with("x-forwarded-for", text).with("referer", text);
            let _ = asking.with("idempotency-key", text).with("x-request-id", text).get("/auth/me");
        }
    }
    let log = server.stderr();
    let marks = |c: char| c.is_control() || matches!(c, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let levels = ["ERROR", "WARN ", "INFO ", "DEBUG", "TRACE"];
    assert!(LINES.len() <= log.lines().count(), "{log}");
    for line in log.lines() {
        let (at, rest) = line.split_once("Z ").unwrap_or((line, ""));
        assert_eq!(at.len(), "2026-01-01T00:00:00.000".len(), "{line:?}");
        assert!(levels.iter().any(|level| rest.starts_with(level)), "{line:?}");
        assert!(!line.contains(marks), "{line:?}");
    }
}

#[test]
fn sessions_tell_what_a_client_called_itself() {
    let server = Server::start(Engine::Sqlite);
    let ada = server.patient();
    for text in LINES {
        let again = Person::log_in(&server.client().with("user-agent", text), &ada.email, acceptance::people::PASSWORD);
        let sessions = again.client.get("/auth/sessions").body_of(200);
        let mut rows = sessions["items"].as_array().unwrap().iter();
        let told = &rows.find(|session| session["current"] == true).unwrap()["user_agent"];
        assert!(told == text || told.is_null(), "{text}: {told}");
    }
}

#[test]
fn the_page_of_the_interface_is_the_same_whatever_is_asked_of_it() {
    let server = Server::start(Engine::Sqlite);
    let client = server.client().at_root();
    for file in ["index.html", "swagger-initializer.js", "oauth2-redirect.html"] {
        let page = client.get(&format!("/api/docs/{file}"));
        for query in [
            "url=http://127.0.0.1:1/evil.json",
            "configUrl=data:text/html;base64,e30",
            "urls.primaryName=%3Cscript%3E",
            "validatorUrl=javascript:alert(1)",
            "x=%3Cscript%3Ealert(1)%3C/script%3E",
        ] {
            assert_eq!(client.get(&format!("/api/docs/{file}?{query}")).body, page.body, "{file}?{query}");
        }
        let (text, policy) = (page.text(), page.header("content-security-policy").unwrap());
        assert!(!text.contains("queryConfigEnabled: true"), "{text}");
        assert!(policy.contains("script-src 'self'") && policy.contains("connect-src 'self'"), "{policy}");
    }
    for file in ["%3Cscript%3E", "..%2f..%2fCargo.toml", "%00", "index.html%00.js", "%E2%80%AE", "'%20OR%201=1"] {
        client.get(&format!("/api/docs/{file}")).problem(404, "not_found");
    }
}
