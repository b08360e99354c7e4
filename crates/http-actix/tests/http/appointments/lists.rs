use scheduling_core::AppointmentStatus as Status;
use serde_json::{Value, json};

use crate::ask::Ask;
use crate::house::{House, Who};

async fn list(house: &House, who: Who, query: &str) -> Vec<Value> {
    let page = house.ask(who, Ask::get(format!("/api/v1/appointments?{query}"))).await.expect(200).json();
    page["items"].as_array().unwrap().clone()
}

async fn days(house: &House, who: Who, query: &str) -> Vec<String> {
    let rows = list(house, who, query).await;
    rows.iter().map(|row| row["starts_at"].as_str().unwrap()[8..10].to_owned()).collect()
}

async fn a_week() -> House {
    let house = House::open().await;
    for (day, status) in [
        (18, Status::Fulfilled),
        (24, Status::Pending),
        (19, Status::NoShow),
        (23, Status::Booked),
        (25, Status::Cancelled),
    ] {
        house.visit(status, &format!("2026-11-{day}T09:00:00Z"));
    }
    house
}

#[actix_web::test]
async fn what_is_to_come_is_earliest_first_and_what_is_past_latest_first() {
    let house = a_week().await;
    assert_eq!(days(&house, Who::Patient, "").await, ["18", "19", "23", "24", "25"]);
    assert_eq!(days(&house, Who::Patient, "scope=upcoming").await, ["23", "24"], "what was called off is not coming");
    assert_eq!(days(&house, Who::Patient, "scope=upcoming&status=cancelled").await, ["25"]);
    assert_eq!(days(&house, Who::Patient, "scope=past").await, ["19", "18"]);
    house.visit(Status::Arrived, "2026-11-20T07:45:00Z");
    assert_eq!(days(&house, Who::Patient, "scope=upcoming&limit=1").await, ["20"], "it is not over");
}

#[actix_web::test]
async fn appointments_are_found_by_status_range_doctor_and_patient() {
    let house = a_week().await;
    let (patient, doctor) = (house.patient, house.doctor);
    for (query, found) in [
        ("status=booked".to_owned(), vec!["23"]),
        ("status=cancelled&scope=past".to_owned(), vec![]),
        ("status=booked,cancelled".to_owned(), vec!["23", "25"]),
        ("status=booked&status=cancelled&limit=1".to_owned(), vec!["23"]),
        ("status=cancelled,booked&scope=past&status=noshow,fulfilled".to_owned(), vec!["19", "18"]),
        ("from=2026-11-19&to=2026-11-23".to_owned(), vec!["19", "23"]),
        ("from=2026-11-19T09:00:00Z&to=2026-11-23T09:00:00Z".to_owned(), vec!["19"]),
        (format!("patient_id={patient}&doctor_id={doctor}&limit=2"), vec!["18", "19"]),
        (format!("patient_id={}", house.other_patient), vec![]),
        (format!("doctor_id={}", house.other_doctor), vec![]),
    ] {
        assert_eq!(days(&house, Who::Receptionist, &query).await, found, "{query}");
    }
}

#[actix_web::test]
async fn what_has_changed_since_comes_in_the_order_of_its_changes() {
    let house = House::open().await;
    let [first, second, third] = [23, 24, 25]
        .map(|day| house.visit(Status::Booked, &format!("2026-11-{day}T09:00:00Z")).0)
        .map(|id| format!("/api/v1/appointments/{id}"));
    house.clock.advance(chrono::TimeDelta::minutes(1));
    let since = "updated_since=2026-11-20T08:01:00Z";
    assert_eq!(days(&house, Who::Doctor, since).await, [""; 0]);
    house.ask(Who::Patient, Ask::post(format!("{third}/cancel"))).await.expect(200);
    house.clock.advance(chrono::TimeDelta::minutes(1));
    let note = Ask::patch(&first).json(&json!({"notes": "Cough"})).with("if-match", "\"1\"");
    house.ask(Who::Patient, note).await.expect(200);
    for (query, found) in [
        ("", vec!["25", "23"]),
        ("&sort=-updated_at", vec!["23", "25"]),
        ("&sort=updated_at&limit=1", vec!["25"]),
        ("&status=cancelled,noshow", vec!["25"]),
        ("&scope=upcoming", vec!["23"]),
        ("&to=2026-11-24", vec!["23"]),
    ] {
        for who in [Who::Patient, Who::Doctor, Who::Receptionist, Who::Admin] {
            assert_eq!(days(&house, who, &format!("{since}{query}")).await, found, "{who:?} {query}");
        }
        assert_eq!(days(&house, Who::OtherDoctor, &format!("{since}{query}")).await, [""; 0], "{query}");
    }
    let changed = house.ask(Who::Doctor, Ask::get(format!("/api/v1/appointments?{since}"))).await.expect(200).json();
    let said: Vec<_> = changed["items"].as_array().unwrap().iter().map(|visit| visit["updated_at"].clone()).collect();
    assert_eq!(said, ["2026-11-20T08:01:00Z", "2026-11-20T08:02:00Z"]);
    for (since, found) in [
        ("2026-11-20T08:00:00Z", vec!["24", "25", "23"]),
        ("2026-11-20T09:00:00+01:00", vec!["24", "25", "23"]),
        ("2026-11-20T08:00:00.000001Z", vec!["25", "23"]),
        ("2026-11-20T08:02:00Z", vec!["23"]),
        ("2026-11-20T08:02:00.000001Z", vec![]),
    ] {
        assert_eq!(days(&house, Who::Doctor, &format!("updated_since={since}")).await, found, "{since}");
    }
    // A visit that changes while its list is read comes once more, at the end.
    let page = |cursor: &str| Ask::get(format!("/api/v1/appointments?{since}&limit=1{cursor}"));
    let head = house.ask(Who::Doctor, page("")).await.expect(200).json();
    house.clock.advance(chrono::TimeDelta::minutes(1));
    house.ask(Who::Patient, Ask::post(format!("{second}/cancel"))).await.expect(200);
    let cursor = format!("&cursor={}", head["page"]["next_cursor"].as_str().unwrap());
    assert_eq!(days(&house, Who::Doctor, &format!("{since}{cursor}")).await, ["23", "24"]);
}

#[actix_web::test]
async fn what_has_changed_since_comes_in_no_other_order() {
    let house = a_week().await;
    for sort in ["starts_at", "-starts_at"] {
        let ask = Ask::get(format!("/api/v1/appointments?updated_since=2026-11-20T08:00:00Z&sort={sort}"));
        let refused = house.ask(Who::Doctor, ask).await.expect_problem(422, "invalid");
        assert_eq!(refused.pointers(), ["/query/sort"]);
        assert_eq!(refused.json()["errors"][0]["message"], "must be updated_at or -updated_at with updated_since");
    }
}

#[actix_web::test]
async fn nobody_lists_what_is_not_theirs() {
    let house = a_week().await;
    let all = days(&house, Who::Admin, "").await.len();
    for (who, query, found) in [
        (Who::Patient, String::new(), all),
        (Who::OtherPatient, String::new(), 0),
        (Who::OtherPatient, format!("patient_id={}", house.patient), 0),
        (Who::OtherPatient, format!("doctor_id={}", house.doctor), 0),
        (Who::Doctor, String::new(), all),
        (Who::OtherDoctor, String::new(), 0),
        (Who::OtherDoctor, format!("doctor_id={}", house.doctor), 0),
        (Who::OtherDoctor, format!("patient_id={}", house.patient), 0),
        (Who::Receptionist, String::new(), all),
    ] {
        assert_eq!(days(&house, who, &query).await.len(), found, "{who:?} {query}");
    }
}

#[actix_web::test]
async fn staff_see_whom_they_expect_and_patients_whom_they_see() {
    let house = House::open().await;
    let (visit, _) = house.visit(Status::Booked, "2026-11-23T09:00:00Z");
    let phone = house.clinic.read(|store| store.patient(house.patient)).unwrap().phone;
    for who in [Who::Patient, Who::Doctor, Who::Receptionist, Who::Admin] {
        let one = house.ask(who, Ask::get(format!("/api/v1/appointments/{visit}"))).await.expect(200).json();
        assert_eq!(list(&house, who, "").await, std::slice::from_ref(&one), "{who:?}");
        let shown = ["doctor_name", "location_name", "city", "time_zone"].map(|name| one[name].clone());
        assert_eq!(shown, ["Grace Hopper", "Clinic by the river", "Berlin", "UTC"]);
        let brief = json!({"full_name": "Ada Lovelace", "phone": phone, "date_of_birth": "1990-02-28"});
        let expected = (who != Who::Patient).then_some(brief);
        assert_eq!(one.get("patient"), expected.as_ref(), "{who:?}");
    }
}

#[actix_web::test]
async fn a_list_goes_on_where_its_cursor_says_and_only_in_its_own_order() {
    let house = a_week().await;
    for (scope, whole) in [("upcoming", ["23", "24"]), ("past", ["19", "18"])] {
        let mut query = format!("scope={scope}&limit=1");
        let mut seen = Vec::new();
        loop {
            let page =
                house.ask(Who::Patient, Ask::get(format!("/api/v1/appointments?{query}"))).await.expect(200).json();
            seen.extend(
                page["items"]
                    .as_array()
                    .unwrap()
                    .iter()
                    .map(|row| row["starts_at"].as_str().unwrap()[8..10].to_owned()),
            );
            let Some(cursor) = page["page"]["next_cursor"].as_str() else { break };
            query = format!("scope={scope}&limit=1&cursor={cursor}");
            let turned = if scope == "past" { "upcoming" } else { "past" };
            let ask = Ask::get(format!("/api/v1/appointments?scope={turned}&cursor={cursor}"));
            let refused = house.ask(Who::Patient, ask).await.expect_problem(422, "invalid");
            assert_eq!(refused.pointers(), ["/query/cursor"]);
        }
        assert_eq!(seen, whole, "{scope}");
    }
}
