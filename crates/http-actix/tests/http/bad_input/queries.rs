//! Every parameter of every list.

use super::complaint;
use crate::ask::Ask;
use crate::house::{House, Who};

pub(super) const LISTS: &[(&str, Who, &[&str])] = &[
    (
        "/api/v1/doctors",
        Who::Nobody,
        &[
            "q",
            "specialty",
            "city",
            "location_id",
            "available",
            "free_from",
            "free_to",
            "time_zone",
            "next_free",
            "sort",
        ],
    ),
    ("/api/v1/accounts", Who::Admin, &["role", "status", "q", "sort"]),
    ("/api/v1/patients", Who::Receptionist, &["q", "phone", "national_id", "date_of_birth", "sort"]),
    ("/api/v1/slots", Who::Doctor, &["doctor_id", "from", "to", "time_zone", "status"]),
    (
        "/api/v1/availability",
        Who::Nobody,
        &["from", "to", "time_zone", "doctor_id", "location_id", "specialty", "city"],
    ),
    (
        "/api/v1/appointments",
        Who::Patient,
        &["scope", "status", "from", "to", "time_zone", "doctor_id", "patient_id", "updated_since", "sort"],
    ),
    ("/api/v1/audit", Who::Admin, &["actor", "subject", "action", "from", "to", "time_zone", "sort"]),
    ("/api/v1/messages", Who::Admin, &["status", "sort"]),
];

fn wrong_values(name: &str) -> Vec<String> {
    let endless = "x".repeat(10_000);
    let values: &[&str] = match name {
        "limit" => &["", "0", "-1", "101", "256", "1000000000000", "ten", "1.5", "0x10", "+5", "%205"],
        "cursor" => &["", "7", "AAAA", "%00", "not%20a%20cursor!"],
        "next_free" => &["", "6", "-1", "05", "+5", "1.5", "ten", "256"],
        "phone" => &["", "+", "123", "%2B49", "%2B4930555010012345", "call%20me", "%2B49%0030%205550100"],
        "national_id" => &["", "123", "abcd", "12%2034", "1234%00"],
        "date_of_birth" => &["", "2027-02-30", "27-02-01", "01.02.2027", "0000-01-01", "2027-02-01T00:00:00Z"],
        "doctor_id" | "patient_id" | "location_id" | "actor" | "subject" => &["", "7", "not-a-uuid", "me"],
        "from" | "to" | "free_from" | "free_to" => &[
            "",
            "tomorrow",
            "2027-02-30",
            "2027-03-01T09:00:00",
            "2027-03-01%2009:00:00Z",
            "2027-06-30T23:59:60Z",
            "0000-01-01",
            "10000-01-01",
            "1772355600",
        ],
        "updated_since" => {
            &["", "2027-03-01", "yesterday", "2027-03-01T09:00:00", "2027-02-30T09:00:00Z", "1772355600"]
        }
        "available" | "include_total" => &["", "yes", "1", "TRUE"],
        "scope" | "sort" => &["", "nothing", "FREE", "Past", "past,upcoming", "name,"],
        "status" | "role" | "action" => {
            &["", "nothing", "FREE", ",", "free,nothing", "booked,,free", "active,", "%20admin"]
        }
        _ => &["", "%20", "a%00b", "a%0Ab"],
    };
    values.iter().map(|value| (*value).to_owned()).chain([endless]).collect()
}

#[actix_web::test]
async fn every_parameter_of_every_list_is_refused_by_name() {
    let mut wrong = Vec::new();
    for (path, who, names) in LISTS {
        let house = House::open().await;
        for name in names.iter().chain(&["limit", "cursor", "include_total"]) {
            for value in wrong_values(name) {
                let ask = Ask::get(format!("{path}?{name}={value}"));
                wrong.extend(complaint(&house, *who, ask, &format!("/query/{name}")).await);
            }
            let twice = Ask::get(format!("{path}?{name}=1&{name}=1"));
            wrong.extend(complaint(&house, *who, twice, &format!("/query/{name}")).await);
        }
        let unknown = Ask::get(format!("{path}?unknown_field=1"));
        wrong.extend(complaint(&house, *who, unknown, "/query/unknown_field").await);
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[actix_web::test]
async fn the_unknown_word_of_a_list_is_told() {
    let house = House::open().await;
    for (path, name, known) in [
        ("appointments", "status", "booked"),
        ("slots", "status", "free"),
        ("messages", "status", "sent"),
        ("accounts", "status", "active"),
        ("accounts", "role", "doctor"),
        ("audit", "action", "logged_in"),
    ] {
        for query in [format!("{name}={known},unknown-1"), format!("{name}={known}&{name}=unknown-1")] {
            let refused = house.ask(Who::Admin, Ask::get(format!("/api/v1/{path}?{query}"))).await;
            let refused = refused.expect_problem(422, "invalid");
            let message = refused.json()["errors"][0]["message"].as_str().unwrap().to_owned();
            assert_eq!(refused.pointers(), [format!("/query/{name}")], "{path}?{query}");
            assert!(message.starts_with("must be one of ") && message.ends_with("; `unknown-1` is not"), "{message}");
        }
    }
}

#[actix_web::test]
async fn a_range_runs_forwards_for_at_most_400_days() {
    let house = House::open().await;
    for path in ["/api/v1/slots", "/api/v1/availability", "/api/v1/appointments"] {
        for range in [
            "from=2027-03-02&to=2027-03-01",
            "from=2027-03-01T09:00:00Z&to=2027-03-01T08:59:59Z",
            "from=2027-01-01&to=2037-01-01",
            "from=0001-01-01&to=9999-12-31",
        ] {
            let ask = Ask::get(format!("{path}?{range}"));
            assert_eq!(complaint(&house, Who::Doctor, ask, "/query/to").await, None, "{range}");
        }
        for range in [
            "from=0001-01-01",
            "to=0001-01-01",
            "from=9999-12-31",
            "to=9999-12-31",
            "from=2027-03-01T09:00:00+01:00&to=2027-03-01T09:00:00%2B01:00",
        ] {
            house.ask(Who::Doctor, Ask::get(format!("{path}?{range}"))).await.expect(200);
        }
    }
}

#[actix_web::test]
async fn a_cursor_that_was_touched_is_none() {
    let house = House::open().await;
    house.free_slot("2027-03-01T09:00:00Z");
    house.free_slot("2027-03-01T10:00:00Z");
    let page = house.ask(Who::Nobody, Ask::get("/api/v1/availability?limit=1")).await.expect(200).json();
    let cursor = page["page"]["next_cursor"].as_str().unwrap().to_owned();
    house.ask(Who::Nobody, Ask::get(format!("/api/v1/availability?cursor={cursor}"))).await.expect(200);
    let (first, rest) = cursor.split_at(1);
    let other = if first == "A" { "B" } else { "A" };
    for cursor in [format!("{other}{rest}"), format!("{cursor}A"), rest.to_owned(), format!("{cursor}%3D")] {
        let ask = Ask::get(format!("/api/v1/availability?cursor={cursor}"));
        assert_eq!(complaint(&house, Who::Nobody, ask, "/query/cursor").await, None, "{cursor}");
    }
    let elsewhere = Ask::get(format!("/api/v1/slots?cursor={cursor}"));
    assert_eq!(complaint(&house, Who::Doctor, elsewhere, "/query/cursor").await, None);
}
