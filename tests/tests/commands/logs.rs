//! What is written about the work, and what never is.

use acceptance::people::{PASSWORD, patient_form};
use acceptance::{Engine, Person, Server, days, on_each_engine};
use serde_json::{Value, json};

on_each_engine!(a_log_in_json_has_an_object_a_line_and_no_secrets);

fn a_log_in_json_has_an_object_a_line_and_no_secrets(engine: Engine) {
    let server = Server::start_with(engine, &[("log_format", "json"), ("log_level", "trace")]);
    let client = server.client();
    let mut form = patient_form();
    form["email"] = json!("secretive.person@example.org");
    form["patient"] = json!({"medical_history": "a-diagnosis-nobody-else-should-read"});
    let ada = server.join(&form);
    let visit = ada.book(&server.doctor().publish(&days::instant(3, 540), 30));
    let _ = ada.client.post(&format!("/appointments/{visit}/cancel"), &json!({"reason": "a-reason-of-my-own"}));
    let wrong = json!({"identifier": ada.email, "password": "a-password-mistyped"});
    client.post("/auth/login", &wrong).problem(401, "wrong_credentials");
    let _ = client.post("/auth/register", &form).expect(409);
    form["password"] = json!("shortpass");
    let _ = client.post("/auth/register", &form).expect(422);
    let next = client.post("/auth/refresh", &json!({"refresh_token": ada.login["refresh_token"]})).body_of(200);
    let _ = client.get("/doctors?q=a%0Aforged%20line%1b[2J");
    let _ = client.at_root().get("/%0aforged/%0d%0a%7b%22level%22:%22error%22%7d");
    let _ = Person::log_in(&client, &ada.email, PASSWORD);
    let request_id = client.get("/nothing").header("x-request-id").unwrap().to_owned();

    let log = server.stderr();
    let records: Vec<Value> =
        log.lines().map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"))).collect();
    for record in &records {
        for member in ["ts", "level", "target", "message"] {
            assert!(record[member].is_string(), "{member}: {record}");
        }
    }
    let answered = records.iter().find(|record| record["request_id"] == request_id.as_str());
    let answered = answered.unwrap_or_else(|| panic!("no record of {request_id}"));
    assert_eq!((&answered["status"], &answered["path"]), (&json!(404), &json!("/api/v1/nothing")));
    assert!(answered["took_us"].as_u64().is_some_and(|took| 0 < took), "{answered}");

    for secret in [
        PASSWORD,
        "a-password-mistyped",
        "shortpass",
        ada.token(),
        ada.login["refresh_token"].as_str().unwrap(),
        next["access_token"].as_str().unwrap(),
        next["refresh_token"].as_str().unwrap(),
        "secretive.person",
        "a-diagnosis-nobody",
        "a-reason-of-my-own",
    ] {
        let line = log.lines().find(|line| line.contains(secret));
        assert_eq!(line, None, "{secret} is in the log");
    }
}
