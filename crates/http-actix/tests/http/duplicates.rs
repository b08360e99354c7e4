//! Patients who may be registered twice.

use application::Settings;
use application::settings::DoctorsSee;
use kernel::{PatientId, Zone};
use scheduling_core::{Appointment, AppointmentStatus};
use serde_json::{Value, json};
use testkit::sample;

use crate::ask::Ask;
use crate::house::{House, Who};

fn of(patient: PatientId) -> String {
    format!("/api/v1/patients/{patient}")
}

/// What the lists and the details say to this caller of these patients.
async fn told(house: &House, who: Who, patients: &[PatientId]) -> Vec<Option<Value>> {
    let list = house.ask(who, Ask::get("/api/v1/patients?limit=100")).await.expect(200).json();
    let mut told = Vec::new();
    for patient in patients {
        let detail = house.ask(who, Ask::get(of(*patient))).await.expect(200).json();
        let row = list["items"].as_array().unwrap().iter().find(|row| row["id"] == json!(patient.uuid())).unwrap();
        assert_eq!(row.get("possible_duplicate"), detail.get("possible_duplicate"), "{who:?}");
        told.push(detail.get("possible_duplicate").cloned());
    }
    told
}

#[actix_web::test]
async fn staff_sees_who_has_the_name_and_birth_date_of_an_earlier_patient() {
    let house = House::open().await;
    let second = house.clinic.patient("LOVELACE, Adà");
    let all = [house.patient, house.other_patient, second];
    for who in [Who::Doctor, Who::Receptionist, Who::Admin] {
        let expected = [json!(false), json!(false), json!(true)].map(Some);
        assert_eq!(told(&house, who, &all).await, expected, "{who:?}");
    }
    let read = Ask::post(format!("{}/emergency-access", of(second))).json(&json!({"reason": "unconscious"}));
    assert_eq!(house.ask(Who::Doctor, read).await.expect(200).json()["possible_duplicate"], true);

    let correct = |date: &str| Ask::patch(of(second)).json(&json!({"date_of_birth": date}));
    let patient = house.ask(Who::Receptionist, correct("1990-03-28")).await.expect(200).json();
    assert_eq!(patient["possible_duplicate"], false, "it was another day");
    let patient = house.ask(Who::Receptionist, correct("1990-02-28")).await.expect(200).json();
    assert_eq!(patient["possible_duplicate"], true);
    house.ask(Who::Receptionist, Ask::patch(of(second)).json(&json!({"date_of_birth": null}))).await.expect(200);
    assert_eq!(told(&house, Who::Receptionist, &[second]).await, [Some(json!(false))], "nothing is known of it");
}

#[actix_web::test]
async fn patients_are_not_told_of_others() {
    let house = House::open().await;
    let rename = Ask::patch(of(house.other_patient)).json(&json!({"full_name": "Ada Lovelace"}));
    let seen = house.ask(Who::Receptionist, rename).await.expect(200).json();
    assert_eq!(seen["possible_duplicate"], true);
    for path in [of(house.other_patient), "/api/v1/patients/me".to_owned()] {
        let own = house.ask(Who::OtherPatient, Ask::get(path)).await.expect(200).json();
        assert_eq!((&own["full_name"], own.get("possible_duplicate")), (&json!("Ada Lovelace"), None));
    }
}

#[actix_web::test]
async fn a_doctor_who_finds_their_own_patients_alone_is_told_of_those_alone() {
    let settings = Settings { doctors_see: DoctorsSee::Own, ..Settings::default() };
    let house = House::open_with(settings, Zone::UTC).await;
    let second = house.clinic.patient("Ada Lovelace");
    let slot = house.clinic.slots(house.doctor, sample::instant("2026-11-24T09:00:00Z"), 30, 1)[0];
    let visit = Appointment { status: AppointmentStatus::Booked, ..sample::appointment(&slot, second) };
    house.clinic.write(|store| store.add_appointment(&visit));
    assert_eq!(told(&house, Who::Doctor, &[second]).await, [Some(json!(false))]);
    house.visit(AppointmentStatus::Booked, "2026-11-23T09:00:00Z");
    let both = [Some(json!(false)), Some(json!(true))];
    assert_eq!(told(&house, Who::Doctor, &[house.patient, second]).await, both);
}
