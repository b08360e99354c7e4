//! Values at the edge of what a database can keep.

use std::fmt::Write;

use acceptance::people::{PASSWORD, doctor_form, patient_form};
use acceptance::{Engine, Person, Server, days, on_each_engine};
use serde_json::{Value, json};

on_each_engine!(
    texts_of_every_script_come_back_as_they_were,
    texts_that_no_line_may_have_are_refused,
    instants_at_the_ends_of_time_are_refused_or_found_empty,
    a_refused_range_of_slots_costs_nothing,
);

fn texts_of_every_script_come_back_as_they_were(engine: Engine) {
    let server = Server::start(engine);
    let slots = server.doctor().publish_row(3, 8);
    let texts = ["🩺💊👩🏾‍⚕️", "Ọlájùmọ̀kẹ́", "الطبيب", "医生", "a'b\"c\\d%e_f;--", "{{7*7}}<script>", "é", "e\u{301}"];
    for (text, slot) in texts.iter().zip(&slots) {
        let mut form = patient_form();
        form["full_name"] = json!(text);
        form["patient"] = json!({"medical_history": text});
        let patient = server.join(&form);
        let me = patient.client.get("/auth/me").body_of(200);
        assert_eq!((&me["full_name"], &me["profile"]["medical_history"]), (&json!(text), &json!(text)));
        let body = json!({"slot_id": slot, "reason": text, "notes": "🩺".repeat(5000)});
        let visit = patient.client.post("/appointments", &body).body_of(201);
        assert_eq!((&visit["reason"], &visit["notes"]), (&body["reason"], &body["notes"]));
    }
}

fn texts_that_no_line_may_have_are_refused(engine: Engine) {
    let server = Server::start(engine);
    let too_long = "a".repeat(10_000);
    let bad = ["", "   ", "a\u{0}b", "a\nb", "a\u{1b}[2Jb", too_long.as_str()];
    for text in bad {
        for field in ["full_name", "email", "phone", "username", "national_id", "profile_pic", "password"] {
            let mut form = patient_form();
            form[field] = json!(text);
            let problem = server.client().post("/auth/register", &form).problem(422, "invalid");
            assert_eq!(problem["errors"][0]["pointer"], format!("/{field}"), "{text:?}: {problem:#}");
            if 3 < text.len() {
                assert!(!problem.to_string().contains(text), "{field}: {problem:#}");
            }
        }
        for query in ["q", "city", "specialty"] {
            let text = percent_encoded(text);
            server.client().get(&format!("/doctors?{query}={text}")).problem(422, "invalid");
        }
    }
    let list = server.admin().client.get("/patients").body_of(200);
    assert_eq!(list["items"], json!([]), "nothing was written");
}

fn instants_at_the_ends_of_time_are_refused_or_found_empty(engine: Engine) {
    let server = Server::start(engine);
    let doctor = server.doctor();
    for starts_at in [
        "0001-01-01T00:00:00Z",
        "1969-12-31T23:59:00Z",
        "2038-01-19T03:14:00Z",
        "9999-12-31T23:30:00Z",
        "9999-12-31T23:59:59-14:00",
        "2027-02-30T09:00:00Z",
        "2027-03-01T09:00:00",
        "2016-12-31T23:59:60Z",
    ] {
        let answer = doctor.client.post("/slots", &json!({"starts_at": starts_at, "slot_minutes": 30}));
        assert_eq!(answer.status, 422, "{starts_at}: {}", answer.text());
        answer.any_problem();
        let wish = json!({"doctor_id": doctor.id(), "starts_at": starts_at, "patient_id": doctor.id()});
        let answer = doctor.client.post("/appointments", &wish);
        assert!(matches!(answer.status, 404 | 422), "{starts_at}: {}", answer.text());
    }
    for (from, to) in [("0001-01-01", "0001-12-31"), ("9999-01-01", "9999-12-31"), ("1969-06-01", "1970-06-01")] {
        for list in ["/slots", "/availability", "/appointments"] {
            let found = doctor.client.get(&format!("{list}?from={from}&to={to}")).body_of(200);
            assert_eq!(found["items"], json!([]), "{list} from {from}");
        }
    }
    for born in ["0001-01-01", "9999-12-31", "2027-02-30", "0000-00-00"] {
        let mut form = patient_form();
        form["patient"] = json!({"date_of_birth": born});
        let answer = server.client().post("/auth/register", &form);
        assert!(matches!(answer.status, 201 | 422), "{born}: {}", answer.text());
        if answer.status == 201 {
            let person = Person::log_in(&server.client(), form["email"].as_str().unwrap(), PASSWORD);
            assert_eq!(person.client.get("/patients/me").body_of(200)["date_of_birth"], born);
        }
    }
}

fn a_refused_range_of_slots_costs_nothing(engine: Engine) {
    let server = Server::start(engine);
    let doctor = server.doctor();
    let hours = |start: &str, end: &str, minutes: i64| -> Value {
        json!({
            "start_date": start, "end_date": end, "start_time": "00:00", "end_time": "23:59", "slot_minutes": minutes,
        })
    };
    for (body, code) in [
        (hours(&days::day(1), "2036-12-31", 1), "invalid"),
        (hours(&days::day(1), "2036-12-31", 5), "too_many_slots"),
        (hours("0001-01-01", "9999-12-31", 480), "too_many_slots"),
        (hours(&days::day(1), &days::day(1), 0), "invalid"),
        (hours(&days::day(1), &days::day(1), -30), "invalid"),
        (hours(&days::day(2), &days::day(1), 30), "invalid"),
        (hours(&days::day(1), &days::day(1), 5), "too_many_slots_in_day"),
    ] {
        doctor.client.post("/slots/bulk", &body).problem(422, code);
    }
    let mut fee = doctor_form();
    fee["doctor"]["consultation_fee"] = json!({"amount_minor": i64::MAX, "currency": "EUR"});
    let too_much = fee.to_string().replace(&i64::MAX.to_string(), "99999999999999999999");
    let client = server.client().with("content-type", "application/json");
    client.send("POST", "/auth/register", Some(too_much.as_bytes())).problem(422, "invalid");
    assert!(server.client().post("/auth/register", &fee).status < 500);
    assert_eq!(doctor.client.get("/slots").body_of(200)["items"], json!([]));
}

fn percent_encoded(text: &str) -> String {
    text.bytes().fold(String::new(), |mut encoded, byte| {
        write!(encoded, "%{byte:02X}").unwrap();
        encoded
    })
}
