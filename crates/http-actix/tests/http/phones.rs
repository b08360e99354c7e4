//! Telephone numbers, as people write them and as they are kept.

use serde_json::json;

use crate::ask::Ask;
use crate::house::{House, Who};

const KEPT: &str = "+442079460958";

#[actix_web::test]
async fn a_number_is_kept_in_one_form_however_it_is_written() {
    let house = House::open().await.in_country("GB").await;
    for written in [
        "+44 (0)20 7946 0958",
        "020 7946 0958",
        "020\u{a0}7946\u{2011}0958",
        "\u{202a}+44 20 7946 0958\u{202c}",
        "0044 20 7946 0958",
    ] {
        let me = house.ask(Who::Patient, Ask::patch("/api/v1/auth/me").json(&json!({"phone": written}))).await;
        assert_eq!(me.expect(200).json()["phone"], KEPT, "{written:?}");
    }
    let niue = Ask::patch("/api/v1/auth/me").json(&json!({"phone": "+683 4000"}));
    assert_eq!(house.ask(Who::Doctor, niue).await.expect(200).json()["phone"], "+6834000");
    for written in ["12345", "+44 1", "112", "020 7946 0958 ext. 5", "0800 FLOWERS", "+999 1234567"] {
        let ask = Ask::patch("/api/v1/auth/me").json(&json!({"phone": written}));
        let problem = house.ask(Who::Patient, ask).await.expect_problem(422, "invalid").json();
        assert_eq!(problem["errors"][0]["pointer"], "/phone", "{written:?}");
    }
    let taken = Ask::patch("/api/v1/auth/me").json(&json!({"phone": "(020) 79460958"}));
    house.ask(Who::Receptionist, taken).await.expect_problem(409, "phone_taken");
}

#[actix_web::test]
async fn a_patient_is_found_by_the_national_form_and_by_the_last_digits() {
    let house = House::open().await.in_country("GB").await;
    let path = format!("/api/v1/patients/{}", house.patient);
    house.ask(Who::Receptionist, Ask::patch(path).json(&json!({"phone": KEPT}))).await.expect(200);
    for typed in ["020 7946 0958", "%2B442079460958", " 44 20 7946 0958", "0044 20 7946 0958", "0958", "946-0958"] {
        let ask = Ask::get(format!("/api/v1/patients?phone={}", typed.replace(' ', "%20")));
        let found = house.ask(Who::Receptionist, ask).await.expect(200).json();
        let names: Vec<_> = found["items"].as_array().unwrap().iter().map(|row| row["full_name"].clone()).collect();
        assert_eq!(names, ["Ada Lovelace"], "{typed}");
    }
    let none = house.ask(Who::Receptionist, Ask::get("/api/v1/patients?phone=0959")).await.expect(200).json();
    assert_eq!(none["items"], json!([]));
    for few in ["958", "call%20me"] {
        let ask = Ask::get(format!("/api/v1/patients?phone={few}"));
        house.ask(Who::Receptionist, ask).await.expect_problem(422, "invalid");
    }
}
