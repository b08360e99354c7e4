//! What the entries of readings say.

use serde_json::{Value, json};

use super::entries;
use crate::ask::Ask;
use crate::house::{House, Who};

const TODAY: &str = "2026-11-20T08:30:00Z";

/// The patient's visit with the doctor, and its path.
fn visit(house: &House) -> String {
    let (visit, _) = house.visit(scheduling_core::AppointmentStatus::Booked, TODAY);
    format!("/api/v1/appointments/{visit}")
}

async fn one(house: &House, action: &str) -> Value {
    let found = entries(house, &format!("action={action}")).await;
    let [entry] = &found[..] else { panic!("one {action}: {found:?}") };
    entry.clone()
}

#[actix_web::test]
async fn a_page_is_one_entry_with_all_whom_it_shows_and_none_of_what_was_searched_for() {
    let house = House::open().await;
    house.ask(Who::Receptionist, Ask::get("/api/v1/patients?q=a&limit=1")).await.expect(200);
    let entry = one(&house, "patients_listed").await;
    assert_eq!(entry["shown_ids"], json!([house.patient.uuid()]));
    assert_eq!((&entry["subject_id"], &entry["actor_role"]), (&Value::Null, &json!("receptionist")));
    assert_eq!(entry["address"], "203.0.113.7");
    assert!(entry["detail"].as_str().unwrap().starts_with("by q; filter "), "{entry}");
    house.ask(Who::Admin, Ask::get("/api/v1/patients?q=nobody")).await.expect(200);
    one(&house, "patients_listed").await;
}

#[actix_web::test]
async fn a_list_of_a_day_is_told_as_one_from_a_time_to_another() {
    for range in ["from=2026-11-20&to=2026-11-20", "from=2026-11-20T00:00:00Z&to=2026-11-21T00:00:00Z"] {
        let house = House::open().await;
        visit(&house);
        house.ask(Who::Receptionist, Ask::get(format!("/api/v1/appointments?{range}"))).await.expect(200);
        let detail = one(&house, "appointments_listed").await["detail"].as_str().unwrap().to_owned();
        assert!(detail.starts_with("by from, to; filter "), "{detail}");
    }
}

#[actix_web::test]
async fn a_reading_is_found_by_the_patients_profile_and_by_their_account() {
    let house = House::open().await;
    house.ask(Who::Receptionist, Ask::get("/api/v1/patients")).await.expect(200);
    house.ask(Who::Admin, Ask::get("/api/v1/accounts?role=patient")).await.expect(200);
    for subject in [house.patient.uuid(), house.account(Who::Patient).uuid()] {
        let found = entries(&house, &format!("subject={subject}")).await;
        let actions: Vec<&str> = found.iter().filter_map(|entry| entry["action"].as_str()).collect();
        assert!(actions.contains(&"patients_listed") && actions.contains(&"accounts_listed"), "{actions:?}");
    }
}

#[actix_web::test]
async fn who_asks_again_reads_again_whatever_they_have_already() {
    let house = House::open().await;
    let path = visit(&house);
    let etag = house.ask(Who::Doctor, Ask::get(&path)).await.expect(200).header("etag").unwrap().to_owned();
    house.ask(Who::Doctor, Ask::get(&path).with("If-None-Match", etag)).await;
    assert_eq!(entries(&house, "action=appointment_read").await.len(), 2);
}

#[actix_web::test]
async fn what_an_action_shows_that_changes_nothing_is_a_reading() {
    let house = House::open().await;
    let (visit, slot) = house.visit(scheduling_core::AppointmentStatus::Booked, TODAY);
    let there_already = Ask::post(format!("/api/v1/appointments/{visit}/reschedule"));
    house.ask(Who::Receptionist, there_already.json(&json!({"slot_id": slot.uuid()}))).await.expect(200);
    let read = entries(&house, "action=appointment_read").await.len();
    let moved = entries(&house, "action=appointment_moved").await.len();
    assert_eq!((read, moved), (1, 0));
    let path = format!("/api/v1/accounts/{}/activate", house.account(Who::Patient));
    house.ask(Who::Admin, Ask::post(path)).await.expect(200);
    assert_eq!(one(&house, "account_read").await["shown_ids"], json!([house.patient.uuid()]));
}

#[actix_web::test]
async fn a_record_is_told_of_before_it_is_shown_and_contact_data_within_a_second() {
    let house = House::open().await;
    let path = format!("/api/v1/patients/{}", house.patient);
    let logged = |action: &str| house.contents().contains(action);
    house.ask(Who::Receptionist, Ask::get(&path)).await.expect(200);
    assert!(!logged("PatientContactRead"));
    house.ask(Who::Admin, Ask::get(&path)).await.expect(200);
    assert!(logged("PatientRecordRead"));
    house.app.write_readings().unwrap();
    assert!(logged("PatientContactRead"));
}
