//! Patients, for themselves and for those who look after them.

use scheduling_core::AppointmentStatus;
use serde_json::{Value, json};

use crate::ask::Ask;
use crate::house::{House, Who};

const CLINICAL: [&str; 3] = ["gender", "blood_group", "medical_history"];

fn of(patient: kernel::PatientId) -> String {
    format!("/api/v1/patients/{patient}")
}

#[actix_web::test]
async fn staff_finds_patients_by_name() {
    let house = House::open().await;
    for who in [Who::Doctor, Who::Receptionist, Who::Admin] {
        let list = house.ask(who, Ask::get("/api/v1/patients?q=LOVE&limit=100")).await.expect(200).json();
        assert_eq!(list["items"].as_array().unwrap().len(), 1);
        let row = &list["items"][0];
        assert_eq!(row["full_name"], "Ada Lovelace");
        assert!(["email", "phone", "date_of_birth"].iter().all(|field| row[field].is_string()), "{row}");
        for field in CLINICAL {
            assert_eq!(row.get(field), None, "a list row is name and contact");
        }
    }
    house.ask(Who::Patient, Ask::get("/api/v1/patients")).await.expect_problem(403, "forbidden");
    house.ask(Who::Nobody, Ask::get("/api/v1/patients")).await.expect_problem(401, "unauthenticated");
}

#[actix_web::test]
async fn a_patient_is_seen_whole_only_by_those_who_treat_them() {
    let house = House::open().await;
    house.visit(AppointmentStatus::Booked, "2026-11-23T09:00:00Z");
    for (who, whole) in [
        (Who::Patient, true),
        (Who::Doctor, true),
        (Who::OtherDoctor, false),
        (Who::Receptionist, false),
        (Who::Admin, true),
    ] {
        let patient = house.ask(who, Ask::get(of(house.patient))).await.expect(200).json();
        assert_eq!(patient["full_name"], "Ada Lovelace");
        for field in CLINICAL {
            assert_eq!(patient.get(field).is_some(), whole, "{who:?} {field}");
        }
    }
    let other = Ask::get(of(house.patient));
    house.ask(Who::OtherPatient, other.clone()).await.expect_problem(404, "unknown_patient");
    house.ask(Who::Nobody, other).await.expect_problem(401, "unauthenticated");
    let nobody = format!("/api/v1/patients/{}", house.doctor);
    house.ask(Who::Admin, Ask::get(nobody)).await.expect_problem(404, "unknown_patient");
}

#[actix_web::test]
async fn a_patient_changes_their_own_profile() {
    let house = House::open().await;
    let body = json!({
        "date_of_birth": "1915-12-10", "gender": "female", "blood_group": "O-", "address": "12 St James's Square",
        "emergency_contact": "Charles, +442071838750", "medical_history": "measles\nmigraine 🩺",
    });
    let patient = house.ask(Who::Patient, Ask::patch("/api/v1/patients/me").json(&body)).await.expect(200).json();
    for (field, value) in body.as_object().unwrap() {
        assert_eq!(&patient[field], value, "{field}");
    }
    let clear = json!({"gender": null, "medical_history": null});
    house.ask(Who::Patient, Ask::patch("/api/v1/patients/me").json(&clear)).await.expect(200);
    let patient = house.ask(Who::Patient, Ask::get("/api/v1/patients/me")).await.expect(200).json();
    assert_eq!((&patient["gender"], &patient["medical_history"]), (&Value::Null, &Value::Null));
    assert_eq!(patient["blood_group"], "O-");
    for who in [Who::Doctor, Who::Receptionist, Who::Admin] {
        house.ask(who, Ask::get("/api/v1/patients/me")).await.expect_problem(403, "forbidden");
        house.ask(who, Ask::patch("/api/v1/patients/me").json(&clear)).await.expect_problem(403, "forbidden");
    }
}

#[actix_web::test]
async fn a_profile_out_of_shape_is_refused() {
    let house = House::open().await;
    let before = house.contents();
    for (body, pointer) in [
        (json!({"date_of_birth": "2026-11-22"}), "/date_of_birth"),
        (json!({"date_of_birth": "1990-02-30"}), "/date_of_birth"),
        (json!({"gender": "f"}), "/gender"),
        (json!({"blood_group": "o-"}), "/blood_group"),
        (json!({"address": " "}), "/address"),
        (json!({"address": "x".repeat(501)}), "/address"),
        (json!({"emergency_contact": 7}), "/emergency_contact"),
        (json!({"medical_history": "x".repeat(5_001)}), "/medical_history"),
        (json!({"full_name": "Ada"}), "/full_name"),
    ] {
        let answer = house.ask(Who::Patient, Ask::patch("/api/v1/patients/me").json(&body)).await;
        assert_eq!(answer.expect_problem(422, "invalid").pointers(), [pointer], "{body}");
    }
    assert_eq!(house.contents(), before);
}

#[actix_web::test]
async fn the_front_desk_changes_contact_data_only() {
    let house = House::open().await;
    let body =
        json!({"full_name": "Ada King", "phone": "+44 20 7183 8750", "address": "Ockham", "emergency_contact": null});
    let seen = house.ask(Who::Receptionist, Ask::patch(of(house.patient)).json(&body)).await.expect(200).json();
    assert_eq!((&seen["full_name"], &seen["phone"]), (&json!("Ada King"), &json!("+442071838750")));
    assert_eq!((&seen["address"], &seen["emergency_contact"]), (&json!("Ockham"), &Value::Null));
    house.ask(Who::Admin, Ask::patch(of(house.patient)).json(&json!({}))).await.expect(200);

    for who in [Who::Patient, Who::OtherPatient, Who::Doctor] {
        house.ask(who, Ask::patch(of(house.patient)).json(&body)).await.expect_problem(403, "forbidden");
    }
    let unknown = format!("/api/v1/patients/{}", house.doctor);
    house.ask(Who::Receptionist, Ask::patch(unknown).json(&body)).await.expect_problem(404, "unknown_patient");
    let taken = house
        .ask(Who::Receptionist, Ask::patch(of(house.other_patient)).json(&json!({"phone": "+442071838750"})))
        .await;
    assert_eq!(taken.expect_problem(409, "phone_taken").pointers(), ["/phone"]);
    for (body, pointer) in [
        (json!({"full_name": null}), "/full_name"),
        (json!({"phone": null}), "/phone"),
        (json!({"phone": "x"}), "/phone"),
        (json!({"medical_history": "x"}), "/medical_history"),
        (json!({"email": "x@example.org"}), "/email"),
    ] {
        let answer = house.ask(Who::Receptionist, Ask::patch(of(house.patient)).json(&body)).await;
        assert_eq!(answer.expect_problem(422, "invalid").pointers(), [pointer], "{body}");
    }
}
