//! Free times, for anybody.

use scheduling_core::AppointmentStatus;
use serde_json::json;

use crate::ask::Ask;
use crate::house::{House, Who};

#[actix_web::test]
async fn anybody_finds_what_can_be_booked_earliest_first() {
    let house = House::open().await;
    house.free_slot("2026-11-20T08:00:00Z");
    house.visit(AppointmentStatus::Booked, "2026-11-23T10:00:00Z");
    let later = house.free_slot("2026-11-23T11:00:00Z");
    let first = house.clinic.slot(house.other_doctor, testkit::sample::instant("2026-11-23T09:00:00Z"), 45);
    let answer = house.ask(Who::Nobody, Ask::get("/api/v1/availability")).await.expect(200);
    let place = house.clinic.location().id.uuid();
    assert_eq!(
        answer.json(),
        json!({
            "items": [
                {
                    "slot_id": first.uuid(), "doctor_id": house.other_doctor.uuid(), "doctor_name": "Mary Seacole",
                    "doctor_profile_pic": null,
                    "location_id": place, "location_name": "Clinic by the river", "city": "Berlin", "time_zone": "UTC",
                    "starts_at": "2026-11-23T09:00:00Z", "ends_at": "2026-11-23T09:45:00Z",
                },
                {
                    "slot_id": later.uuid(), "doctor_id": house.doctor.uuid(), "doctor_name": "Grace Hopper",
                    "doctor_profile_pic": null,
                    "location_id": place, "location_name": "Clinic by the river", "city": "Berlin", "time_zone": "UTC",
                    "starts_at": "2026-11-23T11:00:00Z", "ends_at": "2026-11-23T11:30:00Z",
                },
            ],
            "page": {"next_cursor": null},
        })
    );
}

#[actix_web::test]
async fn free_times_are_found_by_doctor_place_specialty_and_range() {
    let house = House::open().await;
    house.free_slot("2026-11-23T09:00:00Z");
    house.free_slot("2026-11-24T09:00:00Z");
    let (doctor, here) = (house.doctor, house.clinic.location().id);
    for (query, found) in [
        (String::new(), 2),
        (format!("doctor_id={doctor}"), 2),
        (format!("doctor_id={}", house.other_doctor), 0),
        (format!("location_id={here}"), 2),
        (format!("location_id={here}&doctor_id={doctor}&to=2026-11-23"), 1),
        (format!("location_id={}", uuid::Uuid::nil()), 0),
        ("city=BERLIN".to_owned(), 2),
        ("city=Paris".to_owned(), 0),
        ("specialty=General%20practice".to_owned(), 2),
        ("specialty=cardiology".to_owned(), 0),
        ("from=2026-11-24".to_owned(), 1),
        ("to=2026-11-23".to_owned(), 1),
        ("from=2026-11-23T09:00:00Z&to=2026-11-24T09:00:00Z".to_owned(), 1),
        ("from=2026-11-25&to=2027-12-29".to_owned(), 0),
        ("to=9999-12-31".to_owned(), 2),
        ("from=0001-01-01".to_owned(), 2),
    ] {
        let answer = house.ask(Who::Nobody, Ask::get(format!("/api/v1/availability?{query}"))).await.expect(200);
        assert_eq!(answer.json()["items"].as_array().map(Vec::len), Some(found), "{query}");
    }
}

#[actix_web::test]
async fn a_doctor_who_does_not_accept_bookings_is_not_found() {
    let house = House::open().await;
    house.free_slot("2026-11-23T09:00:00Z");
    let close = Ask::patch("/api/v1/doctors/me").json(&json!({"accepting_bookings": false}));
    house.ask(Who::Doctor, close).await.expect(200);
    let answer = house.ask(Who::Nobody, Ask::get("/api/v1/availability")).await.expect(200);
    assert_eq!(answer.json()["items"], json!([]));
}
