//! `POST /auth/register`.

use serde_json::{Value, json};

use crate::ask::{Answer, Ask};
use crate::house::{House, Who};

fn patient() -> Value {
    json!({
        "role": "patient",
        "email": "Zoe@example.org",
        "password": "correct horse battery",
        "full_name": "Zoë Ünal",
        "phone": "+44 20 7183 8750",
    })
}

fn doctor() -> Value {
    let mut body = patient();
    body["role"] = json!("doctor");
    body["doctor"] = json!({"specialties": ["cardiology"], "license_number": "GMC-1"});
    body
}

/// `body` with `value` at `pointer`; its parent must be there.
fn with(mut body: Value, pointer: &str, value: Value) -> Value {
    let (parent, member) = pointer.rsplit_once('/').unwrap();
    body.pointer_mut(parent).unwrap()[member] = value;
    body
}

async fn register(house: &House, body: &Value) -> Answer {
    house.ask(Who::Nobody, Ask::post("/api/v1/auth/register").json(body)).await
}

#[actix_web::test]
async fn anybody_registers_as_a_patient() {
    let house = House::open().await;
    let body = with(
        patient(),
        "/patient",
        json!({"date_of_birth": "1990-02-28", "gender": "other", "blood_group": "AB-", "address": "1 High St\nLagos 🩺",
               "emergency_contact": null, "medical_history": "none"}),
    );
    let answer = register(&house, &body).await.expect(201);
    let account = answer.json();
    assert_eq!(answer.header("location"), Some("/api/v1/auth/me"));
    assert_eq!(account["role"], "patient");
    assert_eq!(account["email"], "Zoe@example.org");
    assert_eq!(account["full_name"], "Zoë Ünal");
    assert_eq!(account["status"], "active");
    assert!(account["id"].is_string() && account["profile_id"].is_string());
    assert_eq!(account.as_object().unwrap().len(), 6);

    let login = json!({"identifier": "ZOE@EXAMPLE.ORG", "password": "correct horse battery"});
    let stay = house.ask(Who::Nobody, Ask::post("/api/v1/auth/login").json(&login)).await.expect(200).json();
    let token = stay["access_token"].as_str().unwrap();
    let me = Ask::get("/api/v1/patients/me").with("Authorization", format!("Bearer {token}"));
    let profile = house.ask(Who::Nobody, me).await.expect(200).json();
    assert_eq!(profile["phone"], "+442071838750");
    assert_eq!(profile["address"], "1 High St\nLagos 🩺");
    assert_eq!(profile["blood_group"], "AB-");
    assert_eq!(profile["emergency_contact"], Value::Null);
}

#[actix_web::test]
async fn anybody_registers_as_a_doctor_whom_everybody_sees_once_an_administrator_agrees() {
    let house = House::open().await;
    let details = json!({
        "specialties": ["General Practice", "cardiology"], "license_number": "GMC-1", "qualifications": "MD",
        "experience_years": 12, "location_id": house.clinic.location().id.uuid(),
        "consultation_fee": {"amount_minor": 5_000, "currency": "NGN"},
    });
    let account = register(&house, &with(doctor(), "/doctor", details)).await.expect(201).json();
    let path = format!("/api/v1/doctors/{}", account["profile_id"].as_str().unwrap());
    house.ask(Who::Nobody, Ask::get(&path)).await.expect_problem(404, "unknown_doctor");
    let activate = Ask::post(format!("/api/v1/accounts/{}/activate", account["id"].as_str().unwrap()));
    house.ask(Who::Admin, activate).await.expect(200);
    let shown = house.ask(Who::Nobody, Ask::get(path)).await.expect(200).json();
    assert_eq!(shown["specialties"], json!(["cardiology", "general_practice"]));
    assert_eq!(shown["consultation_fee"], json!({"amount_minor": 5_000, "currency": "NGN"}));
    assert_eq!(shown["accepting_bookings"], true);
    assert_eq!(shown["location"]["time_zone"], "UTC");
    assert_eq!(shown.get("license_number"), None);
}

#[actix_web::test]
async fn staff_is_never_made_here_whatever_else_the_body_says() {
    let house = House::open().await;
    for role in ["receptionist", "admin"] {
        for body in [with(patient(), "/role", json!(role)), json!({"role": role}), json!({"role": role, "x": [1]})] {
            register(&house, &body).await.expect_problem(403, "forbidden");
        }
    }
    for role in [json!("Admin"), json!("root"), json!(null), json!(7), json!(["admin"]), json!("")] {
        let answer = register(&house, &with(patient(), "/role", role)).await.expect_problem(422, "invalid");
        assert_eq!(answer.pointers(), ["/role"]);
    }
}

#[actix_web::test]
async fn the_block_of_the_role_goes_with_it_and_no_other() {
    let house = House::open().await;
    let mut bare = doctor();
    bare.as_object_mut().unwrap().remove("doctor");
    for (body, pointer) in [
        (bare, "/doctor"),
        (with(doctor(), "/doctor", Value::Null), "/doctor"),
        (with(doctor(), "/patient", json!({})), "/patient"),
        (with(patient(), "/doctor", doctor()["doctor"].clone()), "/doctor"),
    ] {
        let answer = register(&house, &body).await.expect_problem(422, "invalid");
        assert_eq!(answer.pointers(), [pointer], "{body}");
    }
}

#[actix_web::test]
async fn what_is_unique_is_refused_by_name() {
    let house = House::open().await;
    let first = with(with(patient(), "/username", json!("zoe")), "/national_id", json!("ab-123"));
    register(&house, &first).await.expect(201);
    let second = || with(with(patient(), "/email", json!("b@example.org")), "/phone", json!("+442071838751"));
    for (pointer, value, code) in [
        ("/email", json!("zOE@EXAMPLE.org"), "email_taken"),
        ("/phone", json!("+442071838750"), "phone_taken"),
        ("/username", json!("ZOE"), "username_taken"),
        ("/national_id", json!("AB-123"), "national_id_taken"),
    ] {
        let answer = register(&house, &with(second(), pointer, value)).await.expect_problem(409, code);
        assert_eq!(answer.pointers(), [pointer]);
    }
    register(&house, &second()).await.expect(201);
}

#[actix_web::test]
async fn a_field_out_of_shape_is_named_and_nothing_is_written() {
    let house = House::open().await;
    let before = house.contents();
    let long = "x".repeat(10_000);
    let cases = [
        (patient(), "/email", vec![json!(null), json!(7), json!(""), json!("a@b"), json!("a b@c.de"), json!(long)]),
        (
            patient(),
            "/password",
            vec![json!(null), json!(7), json!(""), json!("short"), json!(long), json!("1234567890\0")],
        ),
        (patient(), "/password", vec![json!("my password is long")]),
        (patient(), "/full_name", vec![json!(null), json!(7), json!(""), json!("  "), json!("a\nb"), json!(long)]),
        (patient(), "/phone", vec![json!(null), json!(7), json!(""), json!("0123456789"), json!("+1"), json!(long)]),
        (patient(), "/username", vec![json!(7), json!(""), json!("7up"), json!("a@b"), json!(long)]),
        (patient(), "/national_id", vec![json!(7), json!(""), json!("abcd"), json!(long)]),
        (patient(), "/profile_pic", vec![json!(7), json!(""), json!("javascript:alert(1)"), json!(long)]),
        (patient(), "/patient", vec![json!(7), json!("x")]),
        (patient(), "/is_admin", vec![json!(true)]),
        (
            with(patient(), "/patient", json!({})),
            "/patient/date_of_birth",
            vec![json!(7), json!(""), json!("2027-02-30"), json!("0000-01-01"), json!("1.1.1990"), json!("2099-01-01")],
        ),
        (with(patient(), "/patient", json!({})), "/patient/gender", vec![json!(7), json!(""), json!("Male")]),
        (with(patient(), "/patient", json!({})), "/patient/blood_group", vec![json!(7), json!(""), json!("A")]),
        (
            with(patient(), "/patient", json!({})),
            "/patient/address",
            vec![json!(7), json!(" "), json!(long), json!("\0")],
        ),
        (with(patient(), "/patient", json!({})), "/patient/medical_history", vec![json!([]), json!(long)]),
        (with(patient(), "/patient", json!({})), "/patient/x", vec![json!(1)]),
        (doctor(), "/doctor/specialties", vec![json!(null), json!([]), json!("x"), json!([""]), json!([long])]),
        (doctor(), "/doctor/specialties/0", vec![json!("witchcraft"), json!(7), json!(null)]),
        (doctor(), "/doctor/license_number", vec![json!(null), json!(7), json!(""), json!(long)]),
        (doctor(), "/doctor/experience_years", vec![json!(-1), json!(81), json!(300), json!("x"), json!(1.5)]),
        (doctor(), "/doctor/location_id", vec![json!(7), json!("x")]),
        (doctor(), "/doctor/consultation_fee", vec![json!(7), json!("x")]),
    ];
    for (body, pointer, values) in cases {
        for value in values {
            let mut body = body.clone();
            match body.pointer_mut(pointer) {
                Some(place) => *place = value,
                None => body = with(body, pointer, value),
            }
            let answer = register(&house, &body).await.expect_problem(422, "invalid");
            assert_eq!(answer.pointers(), [pointer], "{body}");
        }
    }
    for field in ["role", "email", "password", "full_name", "phone"] {
        let mut body = patient();
        body.as_object_mut().unwrap().remove(field);
        let answer = register(&house, &body).await.expect_problem(422, "invalid");
        assert_eq!(answer.pointers(), [format!("/{field}")]);
    }
    assert_eq!(house.contents(), before);
}

#[actix_web::test]
async fn all_fields_out_of_shape_are_named_at_once() {
    let house = House::open().await;
    let mut body = with(patient(), "/patient", json!({"address": " "}));
    for (field, value) in [("email", "x"), ("password", "x"), ("full_name", ""), ("phone", "x"), ("username", "7")] {
        body[field] = json!(value);
    }
    let answer = register(&house, &body).await.expect_problem(422, "invalid");
    let named = ["/email", "/full_name", "/password", "/patient/address", "/phone", "/username"];
    assert_eq!(answer.pointers(), named);
}

#[actix_web::test]
async fn a_fee_is_an_amount_of_a_currency() {
    let house = House::open().await;
    for (fee, pointer) in [
        (json!({"amount_minor": -1, "currency": "EUR"}), "/doctor/consultation_fee/amount_minor"),
        (json!({"amount_minor": 1, "currency": "eur"}), "/doctor/consultation_fee/currency"),
        (json!({"amount_minor": 1e30, "currency": "EUR"}), "/doctor/consultation_fee/amount_minor"),
    ] {
        let body = with(doctor(), "/doctor/consultation_fee", fee);
        let answer = register(&house, &body).await.expect_problem(422, "invalid");
        assert_eq!(answer.pointers(), [pointer]);
    }
}

#[actix_web::test]
async fn an_unknown_location_is_unknown() {
    let house = House::open().await;
    let body = with(doctor(), "/doctor/location_id", json!(house.doctor.uuid()));
    let answer = register(&house, &body).await.expect_problem(404, "unknown_location");
    assert_eq!(answer.pointers(), ["/doctor/location_id"]);
}

#[actix_web::test]
async fn a_password_is_not_told_back() {
    let house = House::open().await;
    let body = with(with(patient(), "/password", json!("hunter2")), "/email", json!("hunter2"));
    let answer = register(&house, &body).await.expect_problem(422, "invalid");
    assert!(!String::from_utf8_lossy(&answer.body).contains("hunter2"));
}
