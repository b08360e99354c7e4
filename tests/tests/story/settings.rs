//! What an administrator decides while the servers run.

use std::sync::Arc;

use acceptance::race::at_once;
#[cfg(feature = "mysql")]
use acceptance::wait;
use acceptance::{Client, Engine, Server, on_each_engine};
use serde_json::{Value, json};

on_each_engine!(of_two_changes_of_one_revision_one_is_kept, a_setting_outlives_its_server,);

fn change(admin: &Client, tag: &str, body: &Value) -> acceptance::Answer {
    admin.with("if-match", tag).patch("/settings", body)
}

#[cfg(feature = "mysql")]
#[test]
fn a_change_is_obeyed_at_once_and_by_another_server_within_seconds() {
    let server = Server::start(Engine::MariaDb);
    let other = Server::start_on(&Arc::clone(server.data()), &[]);
    let (admin, doctor, patient) = (server.admin(), server.doctor(), server.patient());
    let path = format!("/patients/{}", patient.id());
    let there = doctor.client.to(&other.url());
    let _ = there.get(&path).expect(200);

    let changed = change(&admin.client, "\"1\"", &json!({"doctors_see": "own"})).body_of(200);
    assert_eq!(changed["doctors_see"], "own");
    doctor.client.get(&path).problem(404, "unknown_patient");
    wait::until("the other server to obey", || (there.get(&path).status == 404).then_some(()));
}

fn of_two_changes_of_one_revision_one_is_kept(engine: Engine) {
    let server = Server::start(engine);
    let admin = server.admin().client;
    let changes = (3..9).map(|most| {
        let admin = &admin;
        move || (most, change(admin, "\"1\"", &json!({"admins_max": most})).status)
    });
    let answers = at_once(changes.collect());
    let kept: Vec<u32> = answers.iter().filter(|(_, status)| *status == 200).map(|(most, _)| *most).collect();
    assert_eq!(kept.len(), 1, "{answers:?}");
    assert!(answers.iter().all(|(_, status)| matches!(status, 200 | 412)), "{answers:?}");
    let now = admin.get("/settings").expect(200);
    assert_eq!((now.header("etag"), now.json()["admins_max"].clone()), (Some("\"2\""), json!(kept[0])));
}

fn a_setting_outlives_its_server(engine: Engine) {
    let server = Server::start(engine);
    let admin = server.admin();
    let body = json!({"clinic_name": "Zoë's 🩺", "activation_by_admin": ["doctor"], "patient_upcoming_max": 3});
    let changed = change(&admin.client, "*", &body).body_of(200);
    let data = Arc::clone(server.data());
    assert!(server.stop().success());
    let server = Server::start_on(&data, &[("clinic_name", "Another"), ("patient_upcoming_max", "7")]);
    let again = admin.again(&server.client());
    assert_eq!(again.client.get("/settings").body_of(200), changed);
    let reset = change(&again.client, "*", &json!({"patient_upcoming_max": null})).body_of(200);
    assert_eq!(reset["patient_upcoming_max"], 7);
}
