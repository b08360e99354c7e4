//! What all lists have in common: how many rows there are, and in which order they come.

use application::Settings;
use application::settings::DoctorsSee;
use kernel::Zone;
use scheduling_core::AppointmentStatus as Status;
use serde_json::{Value, json};
use testkit::sample;

use crate::ask::Ask;
use crate::house::{House, Who};

/// Lists, who reads each, and the orders that it offers: the first is that of a list without `sort`.
const LISTS: &[(&str, Who, &[&str])] = &[
    ("appointments", Who::Receptionist, &["starts_at", "-starts_at", "updated_at", "-updated_at"]),
    ("slots", Who::Admin, &[]),
    ("availability", Who::Nobody, &[]),
    ("doctors", Who::Nobody, &["name", "-name", "earliest_free"]),
    ("patients", Who::Receptionist, &["name", "-name"]),
    ("accounts", Who::Admin, &["name", "-name"]),
    ("messages", Who::Admin, &["-created_at", "created_at"]),
    ("audit", Who::Admin, &["-at", "at"]),
    ("auth/sessions", Who::Doctor, &[]),
];

/// A house with two rows in each list, at least.
async fn house() -> House {
    let house = House::open().await;
    for start in ["2026-11-23T09:00:00Z", "2026-11-23T10:00:00Z"] {
        let slot = house.free_slot(start);
        house.clock.advance(chrono::TimeDelta::minutes(1));
        let booking = Ask::post("/api/v1/appointments").json(&json!({"slot_id": slot.uuid()}));
        house.ask(Who::Patient, booking).await.expect(201);
    }
    house.free_slot("2026-11-24T09:00:00Z");
    house.clinic.slot(house.other_doctor, sample::instant("2026-11-24T08:30:00Z"), 30);
    for _ in 0..2 {
        let login = json!({"identifier": house.email(Who::Doctor), "password": sample::PASSWORD});
        house.ask(Who::Nobody, Ask::post("/api/v1/auth/login").json(&login)).await.expect(200);
    }
    house
}

async fn page(house: &House, who: Who, query: &str) -> Value {
    house.ask(who, Ask::get(format!("/api/v1/{query}"))).await.expect(200).json()
}

/// The rows of a list, two to a page.
async fn rows(house: &House, who: Who, query: &str) -> Vec<Value> {
    let (mut rows, mut cursor) = (Vec::new(), String::new());
    loop {
        let found = page(house, who, &format!("{query}&limit=2{cursor}")).await;
        rows.extend(found["items"].as_array().unwrap().clone());
        let Some(next) = found["page"]["next_cursor"].as_str() else { return rows };
        cursor = format!("&cursor={next}");
    }
}

async fn total(house: &House, who: Who, query: &str) -> Option<u64> {
    page(house, who, &format!("{query}&include_total=true&limit=1")).await["total"].as_u64()
}

#[actix_web::test]
async fn a_total_is_told_to_who_asks_for_it_on_every_page() {
    let house = house().await;
    for (list, who, _) in LISTS {
        for query in ["", "include_total=false"] {
            let first = page(&house, *who, &format!("{list}?{query}")).await;
            assert_eq!(first.get("total"), None, "{list} {query}");
        }
        let first = page(&house, *who, &format!("{list}?limit=1&include_total=true")).await;
        let cursor = first["page"]["next_cursor"].as_str().unwrap();
        let second = page(&house, *who, &format!("{list}?limit=1&include_total=true&cursor={cursor}")).await;
        assert_eq!(first["total"], second["total"], "{list}");
        let rows = rows(&house, *who, &format!("{list}?")).await;
        assert_eq!(first["total"], rows.len(), "{list}");
        let refused = house.ask(*who, Ask::get(format!("/api/v1/{list}?include_total=1"))).await;
        assert_eq!(refused.expect_problem(422, "invalid").pointers(), ["/query/include_total"], "{list}");
    }
    let visit = page(&house, Who::Patient, "appointments").await["items"][0]["id"].clone();
    let history = format!("appointments/{}/history?", visit.as_str().unwrap());
    assert_eq!(total(&house, Who::Patient, &history).await, Some(1));
}

#[actix_web::test]
async fn a_total_counts_what_the_filters_find() {
    let house = house().await;
    for (who, query, found) in [
        (Who::Receptionist, "appointments?status=booked,cancelled", 2),
        (Who::Receptionist, "appointments?status=cancelled,noshow", 0),
        (Who::Receptionist, "appointments?from=2026-11-23T09:30:00Z", 1),
        (Who::Receptionist, "appointments?updated_since=2026-11-20T08:02:00Z", 1),
        (Who::Admin, "slots?status=free,busy", 4),
        (Who::Admin, "slots?status=free", 2),
        (Who::Nobody, "availability?city=berlin", 2),
        (Who::Nobody, "availability?city=paris", 0),
        (Who::Nobody, "doctors?q=grace", 1),
        (Who::Nobody, "doctors?sort=earliest_free", 2),
        (Who::Receptionist, "patients?q=ada", 1),
        (Who::Receptionist, "patients?q=-", 0),
        (Who::Admin, "accounts?role=doctor,admin&status=active", 3),
        (Who::Admin, "accounts?q=a", 2),
        (Who::Admin, "messages?status=waiting", 4),
        (Who::Admin, "audit?action=appointment_booked,logged_in", 10),
    ] {
        assert_eq!(total(&house, who, query).await, Some(found), "{query}");
        assert_eq!(u64::try_from(rows(&house, who, query).await.len()).unwrap(), found, "{query}");
    }
}

#[actix_web::test]
async fn a_total_counts_only_what_one_may_see() {
    let settings = Settings { doctors_see: DoctorsSee::Own, ..Settings::default() };
    let house = House::open_with(settings, Zone::UTC).await;
    house.visit(Status::Booked, "2026-11-23T09:00:00Z");
    house.visit(Status::Cancelled, "2026-11-24T09:00:00Z");
    let (doctor, patient) = (house.doctor, house.patient);
    let of_doctor = format!("appointments?doctor_id={doctor}");
    let of_patient = format!("appointments?patient_id={patient}");
    let slots = format!("slots?doctor_id={doctor}");
    for (who, query, found) in [
        (Who::Admin, "appointments?", 2),
        (Who::Receptionist, "appointments?", 2),
        (Who::Doctor, "appointments?", 2),
        (Who::OtherDoctor, "appointments?", 0),
        (Who::OtherDoctor, &of_doctor, 0),
        (Who::OtherDoctor, &of_patient, 0),
        (Who::Patient, "appointments?", 2),
        (Who::OtherPatient, "appointments?", 0),
        (Who::OtherPatient, &of_patient, 0),
        (Who::Receptionist, "patients?", 2),
        (Who::Doctor, "patients?", 1),
        (Who::OtherDoctor, "patients?", 0),
        (Who::OtherDoctor, "patients?q=ada", 0),
        (Who::Doctor, &slots, 2),
        (Who::OtherDoctor, &slots, 1),
        (Who::Patient, &slots, 1),
        (Who::Patient, "slots?status=busy", 0),
        (Who::Nobody, "availability?", 1),
    ] {
        assert_eq!(total(&house, who, query).await, Some(found), "{who:?} {query}");
    }
}

#[actix_web::test]
async fn a_total_leaves_out_days_that_are_full() {
    let house = House::open_with(Settings::default(), Zone::UTC).await;
    house.visit(Status::Booked, "2026-11-23T09:00:00Z");
    for start in ["2026-11-23T10:00:00Z", "2026-11-23T11:00:00Z", "2026-11-24T10:00:00Z"] {
        house.free_slot(start);
    }
    house.clinic.slot(house.other_doctor, sample::instant("2026-11-23T09:00:00Z"), 30);
    let lists = [
        ("availability?", 4, 2),
        ("availability?from=2026-11-23&to=2026-11-23", 3, 1),
        ("doctors?free_from=2026-11-23&free_to=2026-11-23", 2, 1),
        ("doctors?sort=earliest_free&free_to=2026-11-23", 2, 1),
    ];
    for (query, all, _) in lists {
        assert_eq!(total(&house, Who::Nobody, query).await, Some(all), "{query}");
    }
    let change = Ask::patch("/api/v1/settings").json(&json!({"doctor_day_max": 1})).with("if-match", "*");
    house.ask(Who::Admin, change).await.expect(200);
    for (query, _, open) in lists {
        assert_eq!(total(&house, Who::Nobody, query).await, Some(open), "{query}");
        assert_eq!(u64::try_from(rows(&house, Who::Nobody, query).await.len()).unwrap(), open, "{query}");
    }
}

#[actix_web::test]
async fn a_list_is_sorted_as_it_is_asked_for() {
    let house = house().await;
    for (list, who, sorts) in LISTS {
        let by = async |sort: &str| rows(&house, *who, &format!("{list}?sort={sort}")).await;
        if let Some(first) = sorts.first() {
            assert_eq!(by(first).await, rows(&house, *who, &format!("{list}?")).await, "{list}");
        }
        for ascending in sorts.iter().filter_map(|sort| sort.strip_prefix('-')) {
            let mut reversed = by(&format!("-{ascending}")).await;
            reversed.reverse();
            assert_eq!(by(ascending).await, reversed, "{list} by {ascending}");
            assert!(1 < reversed.len(), "{list} by {ascending}");
        }
    }
}

#[actix_web::test]
async fn an_order_that_is_not_offered_is_refused_with_those_that_are() {
    let house = house().await;
    for (list, who, sorts) in LISTS {
        for sort in ["", "id", "STARTS_AT", "+name", "name,-name", "--name"] {
            let refused = house.ask(*who, Ask::get(format!("/api/v1/{list}?sort={sort}"))).await;
            let refused = refused.expect_problem(422, "invalid");
            assert_eq!(refused.pointers(), ["/query/sort"], "{list} {sort}");
            let message = refused.json()["errors"][0]["message"].as_str().unwrap().to_owned();
            assert!(sorts.iter().all(|offered| message.contains(offered)), "{list} {sort}: {message}");
        }
    }
}

#[actix_web::test]
async fn a_cursor_is_good_for_the_order_in_which_it_was_made() {
    let house = house().await;
    for (list, who, sorts) in LISTS {
        for sort in *sorts {
            let first = page(&house, *who, &format!("{list}?limit=1&sort={sort}")).await;
            let cursor = first["page"]["next_cursor"].as_str().unwrap();
            for other in *sorts {
                let next = house.ask(*who, Ask::get(format!("/api/v1/{list}?sort={other}&cursor={cursor}"))).await;
                if other == sort {
                    next.expect(200);
                } else {
                    let refused = next.expect_problem(422, "invalid");
                    assert_eq!(refused.pointers(), ["/query/cursor"], "{list} {sort} {other}");
                }
            }
        }
    }
}
