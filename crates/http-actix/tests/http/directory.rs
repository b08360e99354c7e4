//! Finding doctors by when they are free, and patients by who they are.

use application::ports::Store;
use identity_core::{Account, AccountStatus};
use kernel::StoreError;
use serde_json::{Value, json};
use testkit::sample;

use crate::ask::Ask;
use crate::house::{House, Who};

async fn doctors(house: &House, query: &str) -> Value {
    house.ask(Who::Nobody, Ask::get(format!("/api/v1/doctors{query}"))).await.expect(200).json()
}

async fn names(house: &House, query: &str) -> Vec<String> {
    let list = doctors(house, query).await;
    let items = list["items"].as_array().unwrap();
    items.iter().map(|doctor| doctor["full_name"].as_str().unwrap().to_owned()).collect()
}

/// Grace is free on Monday at nine and ten, Mary at half past eight; it is the Friday before.
async fn house() -> House {
    let house = House::open().await;
    house.free_slot("2026-11-23T09:00:00Z");
    house.free_slot("2026-11-23T10:00:00Z");
    house.clinic.slot(house.other_doctor, sample::instant("2026-11-23T08:30:00Z"), 30);
    house
}

fn set_status(house: &House, who: Who, status: AccountStatus) {
    let email = house.email(who);
    house.clinic.write(|store: &mut dyn Store| -> Result<(), StoreError> {
        let account = store.account_known_as(&email, identity_core::IdentifierKind::Email)?.expect("it is there");
        store.change_account(&Account { status, revision: account.revision.next(), ..account })
    });
    // Done by another node: seen a second later.
    house.clock.advance(chrono::TimeDelta::seconds(1));
}

#[actix_web::test]
async fn anybody_finds_who_is_free_then() {
    let house = house().await;
    assert_eq!(names(&house, "?free_from=2026-11-23&free_to=2026-11-23").await, ["Grace Hopper", "Mary Seacole"]);
    assert_eq!(names(&house, "?free_from=2026-11-23T09:00:00Z").await, ["Grace Hopper"]);
    assert_eq!(names(&house, "?free_to=2026-11-23T09:00:00Z").await, ["Mary Seacole"]);
    assert_eq!(names(&house, "?free_from=2026-11-24").await, [""; 0]);
    let here = house.clinic.location().id;
    assert_eq!(names(&house, &format!("?location_id={here}")).await.len(), 2);
    assert_eq!(names(&house, &format!("?location_id={}", house.doctor)).await, [""; 0]);
}

#[actix_web::test]
async fn who_is_free_first_comes_first() {
    let house = house().await;
    house.clinic.doctor("Never Free");
    assert_eq!(names(&house, "").await.len(), 3);
    assert_eq!(names(&house, "?sort=earliest_free").await, ["Mary Seacole", "Grace Hopper"]);
    assert_eq!(names(&house, "?sort=earliest_free&free_from=2026-11-23T09:00:00Z").await, ["Grace Hopper"]);
    let first = doctors(&house, "?sort=earliest_free&limit=1").await;
    let cursor = first["page"]["next_cursor"].as_str().unwrap();
    let last = doctors(&house, &format!("?sort=earliest_free&limit=1&cursor={cursor}")).await;
    assert_eq!(
        (&first["items"][0]["full_name"], &last["items"][0]["full_name"]),
        (&json!("Mary Seacole"), &json!("Grace Hopper"))
    );
    assert_eq!(last["page"], json!({"next_cursor": null}));
    let elsewhere = Ask::get(format!("/api/v1/doctors?cursor={cursor}"));
    let answer = house.ask(Who::Nobody, elsewhere).await.expect_problem(422, "invalid");
    assert_eq!(answer.pointers(), ["/query/cursor"], "a cursor belongs to its order");
}

#[actix_web::test]
async fn a_row_carries_as_many_next_free_slots_as_were_asked_for() {
    let house = house().await;
    let starts = |doctor: &Value| -> Vec<String> {
        let slots = doctor["next_free_slots"].as_array().unwrap();
        slots.iter().map(|slot| slot["starts_at"].as_str().unwrap().to_owned()).collect()
    };
    for query in ["", "?next_free=0"] {
        assert_eq!(doctors(&house, query).await["items"][0].get("next_free_slots"), None);
    }
    let list = doctors(&house, "?next_free=1").await;
    assert_eq!(starts(&list["items"][0]), ["2026-11-23T09:00:00Z"]);
    assert_eq!(starts(&list["items"][1]), ["2026-11-23T08:30:00Z"]);
    let list = doctors(&house, "?next_free=5&free_from=2026-11-23T09:30:00Z").await;
    assert_eq!(starts(&list["items"][0]), ["2026-11-23T10:00:00Z"]);

    for hour in 11..16 {
        house.free_slot(&format!("2026-11-23T{hour}:00:00Z"));
    }
    let page = doctors(&house, &format!("/{}", house.doctor)).await;
    assert_eq!(starts(&page).len(), 5);
    let slot = &page["next_free_slots"][0];
    assert_eq!(
        (&slot["starts_at"], &slot["ends_at"]),
        (&json!("2026-11-23T09:00:00Z"), &json!("2026-11-23T09:30:00Z"))
    );
    let booking = json!({"slot_id": slot["slot_id"]});
    house.ask(Who::Patient, Ask::post("/api/v1/appointments").json(&booking)).await.expect(201);
    assert_eq!(starts(&doctors(&house, &format!("/{}", house.doctor)).await)[0], "2026-11-23T10:00:00Z");
}

#[actix_web::test]
async fn a_period_runs_forwards_for_at_most_400_days() {
    let house = House::open().await;
    for range in ["free_from=2027-03-02&free_to=2027-03-01", "free_from=2027-01-01&free_to=2037-01-01"] {
        let answer = house.ask(Who::Nobody, Ask::get(format!("/api/v1/doctors?{range}"))).await;
        assert_eq!(answer.expect_problem(422, "invalid").pointers(), ["/query/free_to"], "{range}");
    }
}

#[actix_web::test]
async fn a_doctor_whose_account_is_not_active_is_invisible_and_cannot_be_booked() {
    let house = house().await;
    let slot = house.free_slot("2026-11-24T09:00:00Z");
    let path = format!("/api/v1/doctors/{}", house.doctor);
    set_status(&house, Who::Doctor, AccountStatus::Inactive);
    assert_eq!(names(&house, "").await, ["Mary Seacole"]);
    assert_eq!(names(&house, "?sort=earliest_free").await, ["Mary Seacole"]);
    house.ask(Who::Nobody, Ask::get(&path)).await.expect_problem(404, "unknown_doctor");
    let free = house.ask(Who::Nobody, Ask::get("/api/v1/availability")).await.expect(200).json();
    assert_eq!(free["items"].as_array().unwrap().len(), 1);
    let listed = async |who| {
        let path = format!("/api/v1/slots?doctor_id={}", house.doctor);
        house.ask(who, Ask::get(path)).await.expect(200).json()["items"].as_array().unwrap().len()
    };
    assert_eq!((listed(Who::Patient).await, listed(Who::Admin).await), (0, 3));
    house.ask(Who::Patient, Ask::get(format!("/api/v1/slots/{slot}"))).await.expect_problem(404, "unknown_slot");
    house.ask(Who::Admin, Ask::get(format!("/api/v1/slots/{slot}"))).await.expect(200);
    let booking = Ask::post("/api/v1/appointments").json(&json!({"slot_id": slot.uuid()}));
    house.ask(Who::Patient, booking.clone()).await.expect_problem(409, "doctor_not_accepting");
    set_status(&house, Who::Doctor, AccountStatus::Active);
    house.ask(Who::Nobody, Ask::get(&path)).await.expect(200);
    assert_eq!(listed(Who::Patient).await, 3);
    house.ask(Who::Patient, booking).await.expect(201);
}

#[actix_web::test]
async fn staff_finds_patients_by_phone_national_id_and_birth() {
    let house = House::open().await;
    let body = json!({"phone": "+49 30 5550100"});
    let of_ada = format!("/api/v1/patients/{}", house.patient);
    house.ask(Who::Receptionist, Ask::patch(&of_ada).json(&body)).await.expect(200);
    let body = json!({"date_of_birth": "1915-12-10"});
    house.ask(Who::Patient, Ask::patch("/api/v1/patients/me").json(&body)).await.expect(200);
    for (query, found) in [
        ("phone=%2B49305550100", 1),
        ("phone=%2B49%20(30)%20555-0100", 1),
        ("phone=+49+30+5550100", 1),
        ("phone=0049305550100", 1),
        ("phone=%2B49305550101", 0),
        ("date_of_birth=1915-12-10", 1),
        ("date_of_birth=1990-02-28", 1),
        ("date_of_birth=1915-12-10&q=ben", 0),
        ("national_id=12345678", 0),
        ("q=lovelace,%20%C3%A1DA", 1),
        ("q=c", 1),
        ("q=e", 0),
        ("q=%27", 0),
    ] {
        let list = house.ask(Who::Receptionist, Ask::get(format!("/api/v1/patients?{query}"))).await.expect(200).json();
        assert_eq!(list["items"].as_array().unwrap().len(), found, "{query}");
    }
}
