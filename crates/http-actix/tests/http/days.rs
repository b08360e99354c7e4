//! A date is a day of each row's location, unless a time zone is said.

use application::Settings;
use chrono::TimeDelta;
use scheduling_core::{AppointmentStatus, BookingPolicy};
use serde_json::Value;
use testkit::{Clinic, sample};

use crate::ask::Ask;
use crate::house::{House, Who};

async fn in_auckland(settings: Settings) -> House {
    House::open_with(settings, testkit::zone("Pacific/Auckland")).await
}

/// The starts of a list.
async fn starts(house: &House, who: Who, path: &str) -> Vec<String> {
    let page = house.ask(who, Ask::get(format!("/api/v1/{path}"))).await.expect(200).json();
    let start = |row: &Value| row["starts_at"].as_str().unwrap().to_owned();
    page["items"].as_array().unwrap().iter().map(start).collect()
}

async fn doctors(house: &House, query: &str) -> Vec<Value> {
    let page = house.ask(Who::Nobody, Ask::get(format!("/api/v1/doctors?{query}"))).await.expect(200).json();
    page["items"].as_array().unwrap().iter().map(|row| row["full_name"].clone()).collect()
}

/// Half hours from 8:00 to 18:00 on the wall in Auckland.
fn open_day(house: &House, eight: &str) -> Vec<String> {
    let eight = sample::instant(eight);
    let nth = |n: i32| (eight + TimeDelta::minutes(30) * n).format("%FT%TZ").to_string();
    (0..20).map(nth).inspect(|start| _ = house.free_slot(start)).collect()
}

#[actix_web::test]
async fn a_date_is_a_day_of_the_location() {
    let house = in_auckland(Settings::default()).await;
    let tenth = open_day(&house, "2026-12-09T19:00:00Z");
    let eleventh = open_day(&house, "2026-12-10T19:00:00Z");
    let both: Vec<String> = tenth.iter().chain(&eleventh).cloned().collect();
    let doctor = house.doctor;
    for (list, who) in [
        ("availability?", Who::Nobody),
        (&format!("availability?doctor_id={doctor}&"), Who::Nobody),
        ("availability?city=Berlin&", Who::Nobody),
        ("slots?", Who::Doctor),
        ("slots?status=free&", Who::Receptionist),
        ("slots?", Who::Patient),
    ] {
        let on = async |days: &str| starts(&house, who, &format!("{list}limit=100&{days}")).await;
        assert_eq!(on("from=2026-12-10&to=2026-12-10").await, tenth, "{list}");
        assert_eq!(on("from=2026-12-11&to=2026-12-11").await, eleventh, "{list}");
        assert_eq!(on("from=2026-12-10&to=2026-12-11").await, both, "{list}");
        assert_eq!(on("from=2026-12-11").await, eleventh, "{list}");
        assert_eq!(on("to=2026-12-10").await, tenth, "{list}");
        assert_eq!(on("from=2026-12-09T20:00:00Z&to=2026-12-10").await, tenth[2..], "{list}");
        // A day of UTC is the afternoon of one day in Auckland and the morning of the next. The page above is not shown again.
        let of_utc = on("from=2026-12-10&to=2026-12-10&time_zone=UTC").await;
        assert_eq!(of_utc, both[10..30], "{list}");
        assert_eq!(on("from=2026-12-10&to=2026-12-10&time_zone=Pacific/Auckland").await, tenth, "{list}");
    }
}

#[actix_web::test]
async fn the_pages_of_a_day_are_full_until_it_ends() {
    let house = in_auckland(Settings::default()).await;
    open_day(&house, "2026-12-08T19:00:00Z");
    let tenth = open_day(&house, "2026-12-09T19:00:00Z");
    open_day(&house, "2026-12-10T19:00:00Z");
    let elsewhere = Clinic::open(house.clinic.store(), testkit::zone("America/New_York"));
    let other = elsewhere.doctor("Bea");
    // The 10th in New York begins 18 hours later.
    elsewhere.slots(other, sample::instant("2026-12-09T05:00:00Z"), 60, 72);
    let mut found = Vec::new();
    let mut cursor = String::new();
    loop {
        let path = format!("/api/v1/availability?from=2026-12-10&to=2026-12-10&limit=7{cursor}");
        let page = house.ask(Who::Nobody, Ask::get(path)).await.expect(200).json();
        let items = page["items"].as_array().unwrap();
        found.extend(items.iter().map(|row| (row["starts_at"].clone(), row["doctor_name"].clone())));
        let Some(next) = page["page"]["next_cursor"].as_str() else { break };
        assert_eq!(items.len(), 7);
        cursor = format!("&cursor={next}");
    }
    let of = |name: &str| {
        let starts = found.iter().filter(|(_, doctor)| doctor == name).map(|(start, _)| start.as_str().unwrap());
        starts.map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(of("Grace Hopper"), tenth);
    let in_new_york = of("Bea");
    assert_eq!(in_new_york.len(), 24);
    assert_eq!(in_new_york.first().map(String::as_str), Some("2026-12-10T05:00:00Z"));
    assert_eq!(in_new_york.last().map(String::as_str), Some("2026-12-11T04:00:00Z"));
}

#[actix_web::test]
async fn appointments_are_on_the_days_of_their_location() {
    let house = in_auckland(Settings::default()).await;
    // 9:00 on the 10th and on the 11th.
    house.visit(AppointmentStatus::Booked, "2026-12-09T20:00:00Z");
    house.visit(AppointmentStatus::Booked, "2026-12-10T20:00:00Z");
    for who in [Who::Patient, Who::Doctor, Who::Receptionist, Who::Admin] {
        let on = async |days: &str| starts(&house, who, &format!("appointments?{days}")).await;
        assert_eq!(on("from=2026-12-10&to=2026-12-10").await, ["2026-12-09T20:00:00Z"], "{who:?}");
        assert_eq!(on("scope=upcoming&from=2026-12-11").await, ["2026-12-10T20:00:00Z"], "{who:?}");
        assert_eq!(on("from=2026-12-10&to=2026-12-10&time_zone=UTC").await, ["2026-12-10T20:00:00Z"], "{who:?}");
    }
}

#[actix_web::test]
async fn doctors_are_free_on_days_of_their_location_and_full_on_the_same_days() {
    let booking = BookingPolicy { doctor_day_max: Some(1), ..BookingPolicy::default() };
    for settings in [Settings::default(), Settings { booking, ..Settings::default() }] {
        let capped = settings.booking.doctor_day_max.is_some();
        let house = in_auckland(settings).await;
        // Both are on the 10th in UTC; in Auckland the visit is on the 10th too, and the free slot on the 11th.
        house.visit(AppointmentStatus::Booked, "2026-12-10T01:00:00Z");
        house.free_slot("2026-12-10T20:00:00Z");
        let name = "Grace Hopper";
        for sort in ["name", "earliest_free"] {
            let on = async |days: &str| doctors(&house, &format!("sort={sort}&next_free=5&{days}")).await;
            assert_eq!(on("free_from=2026-12-11&free_to=2026-12-11").await, [name], "{sort}");
            assert!(on("free_from=2026-12-10&free_to=2026-12-10").await.is_empty(), "{sort}");
            let utc = "free_from=2026-12-10&free_to=2026-12-10&time_zone=UTC";
            assert_eq!(on(utc).await, [name], "{sort}");
        }
        // A time before the visit on the same day in Auckland is full; in UTC it would be on the day before.
        house.free_slot("2026-12-09T20:00:00Z");
        let tenth = starts(&house, Who::Nobody, "availability?from=2026-12-10&to=2026-12-10").await;
        assert_eq!(tenth.is_empty(), capped);
        let found = doctors(&house, "next_free=5&free_from=2026-12-10&free_to=2026-12-10").await;
        assert_eq!(found.is_empty(), capped);
    }
}

#[actix_web::test]
async fn the_night_of_a_clock_change_is_one_day() {
    for (day, midnight, hours) in
        [("2027-03-28", "2027-03-28T00:00:00Z", 23), ("2027-10-31", "2027-10-30T23:00:00Z", 25)]
    {
        let house = House::open_with(Settings::default(), testkit::zone("Europe/London")).await;
        house.clinic.slots(house.doctor, sample::instant(midnight) - TimeDelta::hours(2), 60, 30);
        let found = starts(&house, Who::Doctor, &format!("slots?from={day}&to={day}&limit=100")).await;
        assert_eq!(found.len(), hours, "{day}");
        assert_eq!(found[0], midnight);
    }
}

#[actix_web::test]
async fn days_of_the_audit_log_are_those_of_utc_unless_a_zone_is_said() {
    let house = in_auckland(Settings::default()).await;
    // It is 2026-11-20T08:00Z: the 20th in UTC and in Auckland, the 19th in Honolulu's evening.
    house.ask(Who::Admin, Ask::get("/api/v1/audit/export?to=2001-01-01")).await.expect(200);
    let found = async |query: &str| {
        let path = format!("/api/v1/audit?action=audit_exported&{query}");
        house.ask(Who::Admin, Ask::get(path)).await.expect(200).json()["items"].as_array().unwrap().len()
    };
    assert_eq!(found("from=2026-11-20&to=2026-11-20").await, 1);
    assert_eq!(found("from=2026-11-20&to=2026-11-20&time_zone=Pacific/Honolulu").await, 0);
    assert_eq!(found("from=2026-11-19&to=2026-11-19&time_zone=Pacific/Honolulu").await, 1);
}
