//! The directory of doctors.

use serde_json::{Value, json};

use crate::ask::Ask;
use crate::house::{House, Who};

async fn names(house: &House, query: &str) -> Vec<String> {
    let list = house.ask(Who::Nobody, Ask::get(format!("/api/v1/doctors{query}"))).await.expect(200).json();
    let items = list["items"].as_array().unwrap();
    items.iter().map(|doctor| doctor["full_name"].as_str().unwrap().to_owned()).collect()
}

#[actix_web::test]
async fn anybody_finds_doctors_by_name_specialty_city_and_openness() {
    let house = House::open().await;
    let change = json!({"specialties": ["Dermatology"], "accepting_bookings": false});
    house.ask(Who::OtherDoctor, Ask::patch("/api/v1/doctors/me").json(&change)).await.expect(200);
    assert_eq!(names(&house, "").await, ["Grace Hopper", "Mary Seacole"]);
    assert_eq!(names(&house, "?q=sEA").await, ["Mary Seacole"]);
    assert_eq!(names(&house, "?specialty=Dermatology&sort=name").await, ["Mary Seacole"]);
    assert_eq!(names(&house, "?available=true").await, ["Grace Hopper"]);
    assert_eq!(names(&house, "?available=false").await, ["Mary Seacole"]);
    let city = house.clinic.location().city.to_uppercase().replace(' ', "+");
    assert_eq!(names(&house, &format!("?city={city}")).await.len(), 2);
    assert_eq!(names(&house, "?city=Nowhere").await, [""; 0]);
    assert_eq!(names(&house, "?q=%25").await, [""; 0]);
}

#[actix_web::test]
async fn a_list_goes_on_where_its_page_ended() {
    let house = House::open().await;
    let first = house.ask(Who::Nobody, Ask::get("/api/v1/doctors?limit=1")).await.expect(200).json();
    let cursor = first["page"]["next_cursor"].as_str().unwrap();
    let path = format!("/api/v1/doctors?limit=1&cursor={cursor}");
    let second = house.ask(Who::Nobody, Ask::get(path)).await.expect(200).json();
    assert_eq!(first["items"][0]["full_name"], "Grace Hopper");
    assert_eq!(second["items"][0]["full_name"], "Mary Seacole");
    assert_eq!(second["page"], json!({"next_cursor": null}));

    let elsewhere = Ask::get(format!("/api/v1/patients?cursor={cursor}"));
    let answer = house.ask(Who::Admin, elsewhere).await.expect_problem(422, "invalid");
    assert_eq!(answer.pointers(), ["/query/cursor"]);
}

#[actix_web::test]
async fn a_parameter_out_of_shape_is_named() {
    let house = House::open().await;
    let long = format!("q={}", "x".repeat(201));
    for (query, pointer) in [
        ("limit=0", "/query/limit"),
        ("limit=101", "/query/limit"),
        ("limit=-1", "/query/limit"),
        ("limit=", "/query/limit"),
        ("limit=1&limit=2", "/query/limit"),
        ("cursor=x", "/query/cursor"),
        ("cursor=", "/query/cursor"),
        ("sort=rating", "/query/sort"),
        ("available=maybe", "/query/available"),
        ("q=", "/query/q"),
        ("q=a%00b", "/query/q"),
        ("specialty=%0A", "/query/specialty"),
        ("page=2", "/query/page"),
        (long.as_str(), "/query/q"),
    ] {
        let answer = house.ask(Who::Nobody, Ask::get(format!("/api/v1/doctors?{query}"))).await;
        assert_eq!(answer.expect_problem(422, "invalid").pointers(), [pointer], "{query}");
    }
}

#[actix_web::test]
async fn a_doctor_is_shown_to_anybody() {
    let house = House::open().await;
    let path = format!("/api/v1/doctors/{}", house.doctor);
    let doctor = house.ask(Who::Nobody, Ask::get(path)).await.expect(200).json();
    let members: Vec<&str> = doctor.as_object().unwrap().keys().map(String::as_str).collect();
    let contract = [
        "accepting_bookings",
        "consultation_fee",
        "experience_years",
        "full_name",
        "id",
        "location",
        "next_free_slots",
        "profile_pic",
        "qualifications",
        "specialties",
    ];
    let mut members = members;
    members.sort_unstable();
    assert_eq!(members, contract);
    let unknown = format!("/api/v1/doctors/{}", house.patient);
    house.ask(Who::Nobody, Ask::get(unknown)).await.expect_problem(404, "unknown_doctor");
    let answer = house.ask(Who::Nobody, Ask::get("/api/v1/doctors/7")).await.expect_problem(400, "malformed_path");
    assert_eq!(answer.pointers(), ["/path/id"]);
}

#[actix_web::test]
async fn a_doctor_changes_their_own_profile() {
    let house = House::open().await;
    let body = json!({
        "license_number": "L-1815", "qualifications": "MD", "experience_years": 3,
        "consultation_fee": {"amount_minor": 1, "currency": "EUR"}, "accepting_bookings": false,
    });
    let doctor = house.ask(Who::Doctor, Ask::patch("/api/v1/doctors/me").json(&body)).await.expect(200).json();
    for (field, value) in body.as_object().unwrap() {
        assert_eq!(&doctor[field], value, "{field}");
    }
    let clear = json!({"experience_years": null, "consultation_fee": null});
    house.ask(Who::Doctor, Ask::patch("/api/v1/doctors/me").json(&clear)).await.expect(200);
    let doctor = house.ask(Who::Doctor, Ask::get("/api/v1/doctors/me")).await.expect(200).json();
    assert_eq!(doctor["license_number"], "L-1815");
    for field in ["experience_years", "consultation_fee"] {
        assert_eq!(doctor[field], Value::Null);
    }
}

#[actix_web::test]
async fn what_an_approval_rests_on_is_changed_by_an_administrator() {
    let house = House::open().await;
    for (body, pointers) in [
        (json!({"license_number": "INVENTED-1"}), vec!["/license_number"]),
        (json!({"qualifications": null}), vec!["/qualifications"]),
        (
            json!({"license_number": "INVENTED-1", "qualifications": "Nobel prize"}),
            vec!["/license_number", "/qualifications"],
        ),
    ] {
        let ask = Ask::patch("/api/v1/doctors/me").json(&body);
        let refused = house.ask(Who::Doctor, ask).await.expect_problem(422, "invalid");
        assert_eq!(refused.pointers(), pointers);
        assert!(refused.json()["errors"][0]["message"].as_str().unwrap().contains("administrator"));
    }
    let body = json!({"license_number": "L-2", "qualifications": "MD, PhD"});
    let path = format!("/api/v1/doctors/{}", house.doctor);
    let changed = house.ask(Who::Admin, Ask::patch(path).json(&body)).await.expect(200).json();
    assert_eq!((&changed["license_number"], &changed["qualifications"]), (&json!("L-2"), &json!("MD, PhD")));
    let own = Ask::patch("/api/v1/doctors/me").json(&body);
    house.ask(Who::Doctor, own).await.expect(200);
}

#[actix_web::test]
async fn only_a_doctor_has_a_doctors_profile_and_only_an_administrator_changes_anothers() {
    let house = House::open().await;
    let any = json!({"experience_years": 4});
    for who in [Who::Patient, Who::Receptionist, Who::Admin] {
        house.ask(who, Ask::get("/api/v1/doctors/me")).await.expect_problem(403, "forbidden");
        house.ask(who, Ask::patch("/api/v1/doctors/me").json(&any)).await.expect_problem(403, "forbidden");
    }
    let path = format!("/api/v1/doctors/{}", house.doctor);
    for who in [Who::Patient, Who::Doctor, Who::OtherDoctor, Who::Receptionist] {
        house.ask(who, Ask::patch(&path).json(&any)).await.expect_problem(403, "forbidden");
    }
    house.ask(Who::Nobody, Ask::patch(&path).json(&any)).await.expect_problem(401, "unauthenticated");
    let changed = house.ask(Who::Admin, Ask::patch(&path).json(&any)).await.expect(200).json();
    assert_eq!(changed["experience_years"], 4);
}

#[actix_web::test]
async fn a_change_out_of_shape_is_refused() {
    let house = House::open().await;
    let before = house.contents();
    for (body, pointer) in [
        (json!({"specialties": null}), "/specialties"),
        (json!({"specialties": []}), "/specialties"),
        (json!({"specialties": ["cardiology", "witchcraft"]}), "/specialties/1"),
        (json!({"license_number": null}), "/license_number"),
        (json!({"license_number": ""}), "/license_number"),
        (json!({"qualifications": ""}), "/qualifications"),
        (json!({"qualifications": "x".repeat(5_001)}), "/qualifications"),
        (json!({"experience_years": -1}), "/experience_years"),
        (json!({"experience_years": 81}), "/experience_years"),
        (json!({"consultation_fee": {"amount_minor": 1, "currency": "E"}}), "/consultation_fee/currency"),
        (json!({"consultation_fee": {}}), "/consultation_fee/amount_minor"),
        (json!({"accepting_bookings": null}), "/accepting_bookings"),
        (json!({"accepting_bookings": "yes"}), "/accepting_bookings"),
        (json!({"rating": 5}), "/rating"),
    ] {
        let answer = house.ask(Who::Doctor, Ask::patch("/api/v1/doctors/me").json(&body)).await;
        assert_eq!(answer.expect_problem(422, "invalid").pointers(), [pointer], "{body}");
    }
    assert_eq!(house.contents(), before);
}
