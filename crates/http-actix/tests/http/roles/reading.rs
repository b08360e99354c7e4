//! Whatever staff reads of others is in the audit log, whichever endpoint shows it.

use std::collections::BTreeSet;

use kernel::PatientId;
use serde_json::{Value, json};

use super::scene::Scene;
use super::table::{Row, table};
use crate::audit::entries;
use crate::house::{House, Who};

const STAFF: [Who; 4] = [Who::Doctor, Who::OtherDoctor, Who::Receptionist, Who::Admin];

/// What is told of whomever it shows; here nobody, for the clock stands still and the last entry is of now.
const TOLD_WITHOUT_A_SIGN: [&str; 1] = ["GET /api/v1/audit/export"];

/// By what somebody is known in an answer.
fn signs(house: &House, patient: PatientId) -> [String; 4] {
    let entry = house.clinic.read(|store| store.patient(patient)).unwrap();
    let account = house.clinic.read(|store| store.account(entry.patient.account)).unwrap();
    [patient.to_string(), account.id.to_string(), account.full_name, account.email.as_str().to_owned()]
}

fn is_reading(entry: &Value) -> bool {
    let action = entry["action"].as_str().unwrap();
    action.ends_with("_read") || action.ends_with("_listed")
}

/// The readings of this patient by `who` that the log knows of, and the exports.
async fn told(house: &House, who: Who, patient: PatientId) -> Vec<Value> {
    let actor = house.account(who);
    let mut told = entries(house, &format!("subject={patient}&actor={actor}")).await;
    told.retain(is_reading);
    told.extend(entries(house, &format!("action=audit_exported&actor={actor}")).await);
    told
}

#[actix_web::test]
async fn whatever_shows_a_patient_to_staff_is_an_entry_about_that_patient_and_nothing_else_is() {
    let (mut wrong, mut showing) = (Vec::new(), BTreeSet::new());
    for row in table().into_iter().filter(|row| row.name.starts_with("GET ")) {
        for who in STAFF {
            let scene = Scene::set().await;
            let house = &scene.house;
            let answer = house.ask(who, row.ask(&scene)).await;
            let text = answer.text();
            for patient in [house.patient, house.other_patient] {
                // A problem names what was asked for.
                let is_shown =
                    answer.status.is_success() && signs(house, patient).iter().any(|sign| text.contains(sign.as_str()));
                let told = told(house, who, patient).await;
                if is_shown {
                    showing.insert(row.name);
                }
                let is_told = !told.is_empty();
                if is_shown && !is_told || is_told && !is_shown && !TOLD_WITHOUT_A_SIGN.contains(&row.name) {
                    wrong.push(format!("{} as {who:?} shows {patient}: {is_shown}, told {told:?}", row.name));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let expected = [
        "GET /api/v1/accounts",
        "GET /api/v1/accounts/{id}",
        "GET /api/v1/appointments",
        "GET /api/v1/appointments/{id}",
        "GET /api/v1/appointments/{id}/history",
        "GET /api/v1/audit",
        "GET /api/v1/messages",
        "GET /api/v1/messages/{id}",
        "GET /api/v1/patients",
        "GET /api/v1/patients/{id}",
    ];
    assert_eq!(
        showing,
        BTreeSet::from(expected),
        "the scene is rich enough to show somebody wherever one can be shown"
    );
}

#[actix_web::test]
async fn what_people_read_of_themselves_is_no_entry() {
    for Row { name, .. } in table().iter().filter(|row| row.name.starts_with("GET ")) {
        for who in [Who::Patient, Who::OtherPatient] {
            let scene = Scene::set().await;
            let row = table().into_iter().find(|row| row.name == *name).unwrap();
            scene.house.ask(who, row.ask(&scene)).await;
            let mut told = entries(&scene.house, "").await;
            told.retain(is_reading);
            assert_eq!(told, Vec::<Value>::new(), "{name} as {who:?}");
        }
    }
}

#[actix_web::test]
async fn the_history_of_a_visit_is_told_as_its_patients() {
    let scene = Scene::set().await;
    let path = format!("/api/v1/appointments/{}/history", scene.booked);
    scene.house.ask(Who::Receptionist, crate::ask::Ask::get(path)).await.expect(200);
    let [entry] = &told(&scene.house, Who::Receptionist, scene.house.patient).await[..] else { panic!("one entry") };
    assert_eq!(entry["action"], "appointment_history_read");
    assert_eq!(entry["subject_id"], json!(scene.booked.uuid()));
    let shown: BTreeSet<String> = entry["shown_ids"].as_array().unwrap().iter().map(Value::to_string).collect();
    let (patient, account) = (scene.house.patient.uuid(), scene.house.account(Who::Patient).uuid());
    assert_eq!(
        shown,
        BTreeSet::from([json!(patient).to_string(), json!(account).to_string()]),
        "who comes, and who has changed it"
    );
}
