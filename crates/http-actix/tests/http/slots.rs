//! Publishing times, changing them, taking them back.
use scheduling_core::AppointmentStatus;
use serde_json::{Value, json};

use crate::ask::Ask;
use crate::house::{House, Who};

const NINE: &str = "2026-11-23T09:00:00Z";

fn publish(start: &str) -> Ask {
    Ask::post("/api/v1/slots").json(&json!({"starts_at": start, "slot_minutes": 30}))
}

fn starts(page: &Value) -> Vec<&str> {
    page["items"].as_array().unwrap().iter().map(|slot| slot["starts_at"].as_str().unwrap()).collect()
}

#[actix_web::test]
async fn a_slot_that_was_published_can_be_read_where_the_answer_says() {
    let house = House::open().await;
    let made = house.ask(Who::Doctor, publish("2026-11-23T10:00:00+01:00")).await.expect(201);
    let slot = made.json();
    let id = slot["id"].as_str().unwrap();
    assert_eq!(
        slot,
        json!({
            "id": id, "doctor_id": house.doctor.uuid(), "doctor_name": "Grace Hopper",
            "location_id": house.clinic.location().id.uuid(), "location_name": "Clinic by the river", "city": "Berlin",
            "time_zone": "UTC", "starts_at": NINE, "ends_at": "2026-11-23T09:30:00Z", "status": "free", "revision": 1,
        })
    );
    assert_eq!(made.header("location"), Some(format!("/api/v1/slots/{id}").as_str()));
    assert_eq!(made.header("etag"), Some("\"1\""));
    let read = house.ask(Who::Patient, Ask::get(made.header("location").unwrap())).await.expect(200);
    assert_eq!((read.json(), read.header("etag")), (slot.clone(), Some("\"1\"")));
    for who in [Who::Doctor, Who::Patient] {
        let list = Ask::get(format!("/api/v1/slots?doctor_id={}", house.doctor));
        assert_eq!(house.ask(who, list).await.expect(200).json()["items"], json!([slot]), "{who:?}");
    }
    let edit = Ask::patch(format!("/api/v1/slots/{id}")).whatever_is_there().json(&json!({"slot_minutes": 45}));
    let mut longer = slot;
    (longer["ends_at"], longer["revision"]) = (json!("2026-11-23T09:45:00Z"), json!(2));
    assert_eq!(house.ask(Who::Doctor, edit).await.expect(200).json(), longer);
}

#[actix_web::test]
async fn a_slot_is_said_by_its_length_or_by_its_end() {
    let house = House::open().await;
    let said = |body: Value| Ask::post("/api/v1/slots").json(&body);
    let made = house.ask(Who::Doctor, said(json!({"starts_at": NINE, "ends_at": "2026-11-23T09:20:00Z"}))).await;
    assert_eq!(made.expect(201).json()["ends_at"], "2026-11-23T09:20:00Z");
    for (body, pointer) in [
        (json!({"starts_at": NINE}), "/slot_minutes"),
        (json!({"starts_at": NINE, "slot_minutes": 30, "ends_at": "2026-11-23T09:30:00Z"}), "/ends_at"),
        (json!({"starts_at": NINE, "ends_at": NINE}), "/ends_at"),
        (json!({"starts_at": NINE, "ends_at": "2026-11-23T08:00:00Z"}), "/ends_at"),
        (json!({"starts_at": NINE, "ends_at": "2026-11-23T09:04:00Z"}), "/ends_at"),
        (json!({"starts_at": NINE, "ends_at": "2026-11-24T09:00:00Z"}), "/ends_at"),
        (json!({"starts_at": "2026-11-23T09:00:30Z", "slot_minutes": 30}), "/starts_at"),
    ] {
        let answer = house.ask(Who::Doctor, said(body.clone())).await.expect_problem(422, "invalid");
        assert_eq!(answer.pointers(), [pointer], "{body}");
    }
}

#[actix_web::test]
async fn what_is_in_the_way_is_told() {
    let house = House::open().await;
    let there = house.free_slot(NINE);
    let answer = house.ask(Who::Doctor, publish("2026-11-23T09:29:00Z")).await.expect_problem(409, "slot_overlap");
    assert_eq!(
        answer.json()["conflicts"],
        json!([{"slot_id": there.uuid(), "starts_at": NINE, "ends_at": "2026-11-23T09:30:00Z"}])
    );
    house.ask(Who::Doctor, publish("2026-11-23T09:30:00Z")).await.expect(201);
    house.ask(Who::OtherDoctor, publish(NINE)).await.expect(201);
}

#[actix_web::test]
async fn a_time_that_cannot_be_published_is_named() {
    let house = House::open().await;
    for (start, code) in [
        ("2026-11-20T08:00:00Z", "slot_in_past"),
        ("0001-01-01T00:00:00Z", "slot_in_past"),
        ("2027-12-26T09:00:00Z", "beyond_horizon"),
        ("9999-12-31T23:59:00Z", "beyond_horizon"),
    ] {
        let answer = house.ask(Who::Doctor, publish(start)).await.expect_problem(422, code);
        assert_eq!(answer.pointers(), ["/starts_at"], "{start}");
    }
}

#[actix_web::test]
async fn only_who_has_seen_a_slot_changes_it() {
    let house = House::open().await;
    let path = format!("/api/v1/slots/{}", house.free_slot(NINE));
    let block = || Ask::patch(path.as_str()).json(&json!({"status": "busy_unavailable"}));
    house.ask(Who::Doctor, block()).await.expect_problem(428, "precondition_required");
    for tag in ["\"2\"", "W/\"1\"", "\"01\"", "", "\"x\"", "\"*\""] {
        house.ask(Who::Doctor, block().with("If-Match", tag)).await.expect_problem(412, "stale");
    }
    for misshapen in ["1", "\"1", "*,\"1\""] {
        let answer = house.ask(Who::Doctor, block().with("If-Match", misshapen)).await.expect_problem(422, "invalid");
        assert_eq!(answer.pointers(), ["/header/if-match"], "{misshapen}");
    }
    let twice = block().with("If-Match", "\"1\"").with("If-Match", "*");
    house.ask(Who::Doctor, twice).await.expect_problem(422, "invalid");
    let changed = house.ask(Who::Doctor, block().with("If-Match", "\"7\", \"1\"")).await.expect(200);
    assert_eq!(changed.header("etag"), Some("\"2\""));
    assert_eq!((&changed.json()["status"], &changed.json()["revision"]), (&json!("busy_unavailable"), &json!(2)));

    house.ask(Who::Doctor, Ask::delete(path.as_str())).await.expect_problem(428, "precondition_required");
    house.ask(Who::Doctor, Ask::delete(path.as_str()).with("If-Match", "\"1\"")).await.expect_problem(412, "stale");
    let gone = house.ask(Who::Doctor, Ask::delete(path.as_str()).with("If-Match", "\"2\"")).await.expect(204);
    assert!(gone.body.is_empty());
    house.ask(Who::Doctor, Ask::get(path.as_str())).await.expect_problem(404, "unknown_slot");
    house.ask(Who::Doctor, block().whatever_is_there()).await.expect_problem(404, "unknown_slot");
}

#[actix_web::test]
async fn a_slot_keeps_what_is_not_changed() {
    let house = House::open().await;
    let path = format!("/api/v1/slots/{}", house.free_slot(NINE));
    for (body, ends) in [
        (json!({}), "2026-11-23T09:30:00Z"),
        (json!({"starts_at": "2026-11-23T11:00:00Z"}), "2026-11-23T11:30:00Z"),
        (json!({"slot_minutes": 45}), "2026-11-23T11:45:00Z"),
        (json!({"starts_at": NINE, "slot_minutes": 20, "status": "free"}), "2026-11-23T09:20:00Z"),
    ] {
        let ask = Ask::patch(path.as_str()).whatever_is_there().json(&body);
        assert_eq!(house.ask(Who::Receptionist, ask).await.expect(200).json()["ends_at"], ends, "{body}");
    }
}

#[actix_web::test]
async fn a_slot_with_an_appointment_stays_as_it_is() {
    let house = House::open().await;
    let (visit, slot) = house.visit(AppointmentStatus::Booked, NINE);
    let free = house.free_slot("2026-11-23T10:00:00Z");
    let path = format!("/api/v1/slots/{slot}");
    let before = house.contents();
    for ask in [
        Ask::patch(path.as_str()).whatever_is_there().json(&json!({"slot_minutes": 20})),
        Ask::delete(path.as_str()).whatever_is_there(),
        Ask::post("/api/v1/slots/bulk-delete").json(&json!({"ids": [free.uuid(), slot.uuid()]})),
    ] {
        let answer = house.ask(Who::Doctor, ask).await.expect_problem(409, "slot_has_appointment");
        let taken = json!([{"slot_id": slot.uuid(), "appointment_id": visit.uuid()}]);
        assert_eq!(answer.json()["appointments"], taken);
    }
    assert_eq!(house.contents(), before);
}

#[actix_web::test]
async fn slots_are_removed_all_or_none() {
    let house = House::open().await;
    let [one, two] = [NINE, "2026-11-23T10:00:00Z"].map(|start| house.free_slot(start).uuid());
    let stranger = uuid::Uuid::from_u128(7);
    let remove = |ids: Value| Ask::post("/api/v1/slots/bulk-delete").json(&json!({"ids": ids}));
    let answer = house.ask(Who::Doctor, remove(json!([one, stranger]))).await.expect_problem(404, "unknown_slots");
    assert_eq!(answer.json()["unknown_slots"], json!([stranger]));
    let answer = house.ask(Who::Doctor, remove(json!([one, two, one]))).await.expect(200);
    assert_eq!(answer.json(), json!({"deleted": 2}));
    let page = house.ask(Who::Doctor, Ask::get("/api/v1/slots")).await.json();
    assert_eq!(page, json!({"items": [], "page": {"next_cursor": null}}));
}

fn bulk(changes: &Value) -> Ask {
    let mut body = json!({
        "start_date": "2026-11-23", "end_date": "2026-11-24", "start_time": "09:00", "end_time": "12:00:00",
        "slot_minutes": 60,
    });
    body.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
    Ask::post("/api/v1/slots/bulk").json(&body)
}

#[actix_web::test]
async fn opening_hours_become_slots() {
    for (changes, created) in [
        (json!({}), 6),
        (json!({"weekdays": ["mon"]}), 3),
        (json!({"break": {"start": "10:00", "end": "10:30"}}), 4),
        (json!({"slot_minutes": 90, "weekdays": null, "break": null}), 4),
    ] {
        let house = House::open().await;
        let answer = house.ask(Who::Doctor, bulk(&changes)).await.expect(201);
        let list = house.ask(Who::Doctor, Ask::get("/api/v1/slots")).await.expect(200).json();
        let ids: Vec<&Value> = list["items"].as_array().unwrap().iter().map(|slot| &slot["id"]).collect();
        let expected = json!({"created": created, "slot_ids": ids, "skipped": []});
        assert_eq!((answer.json(), ids.len()), (expected, created), "{changes}");
    }
}

#[actix_web::test]
async fn what_is_in_the_way_of_opening_hours_is_told_or_skipped() {
    let house = House::open().await;
    let there = house.clinic.slots(house.doctor, testkit::sample::instant("2026-11-23T09:00:00Z"), 5, 30);
    let hours = json!({"start_date": "2026-11-20", "start_time": "07:00"});
    house.ask(Who::Doctor, bulk(&hours)).await.expect_problem(422, "slot_in_past");

    let hours = json!({"start_date": "2026-11-20", "start_time": "07:00", "skip_past": true});
    let answer = house.ask(Who::Doctor, bulk(&hours)).await.expect_problem(409, "slot_overlap");
    let conflicts = answer.json()["conflicts"].clone();
    assert_eq!(conflicts.as_array().map(Vec::len), Some(20));
    assert_eq!(conflicts[0]["slot_id"], json!(there[0].id.uuid()));

    let hours = json!({
        "start_date": "2026-11-20", "start_time": "07:00", "skip_past": true, "skip_conflicts": true,
        "weekdays": ["mon", "fri"],
    });
    let made = house.ask(Who::Doctor, bulk(&hours)).await.expect(201).json();
    assert_eq!((&made["created"], made["slot_ids"].as_array().map(Vec::len)), (&json!(5), Some(5)));
    assert_eq!(
        made["skipped"],
        json!([
            {"starts_at": "2026-11-20T07:00:00Z", "code": "slot_in_past"},
            {"starts_at": "2026-11-20T08:00:00Z", "code": "slot_in_past"},
            {"starts_at": "2026-11-23T09:00:00Z", "code": "slot_overlap"},
            {"starts_at": "2026-11-23T10:00:00Z", "code": "slot_overlap"},
            {"starts_at": "2026-11-23T11:00:00Z", "code": "slot_overlap"},
        ])
    );
}

#[actix_web::test]
async fn opening_hours_are_read_on_the_clock_of_the_place() {
    let new_york = testkit::zone("America/New_York");
    for (date, [from, until], starts_at) in [
        // 02:00 to 03:00 is skipped: 02:30 is read with the offset before, so it is 03:30 on the wall.
        ("2027-03-14", ["02:30", "04:30"], vec!["2027-03-14T07:30:00Z"]),
        // 01:00 to 02:00 happens twice: 01:30 is the first, and two hours pass until 02:30.
        ("2027-11-07", ["01:30", "02:30"], vec!["2027-11-07T05:30:00Z", "2027-11-07T06:30:00Z"]),
    ] {
        let house = House::open_with(application::Settings::default(), new_york).await;
        let hours = json!({"start_date": date, "end_date": date, "start_time": from, "end_time": until});
        house.ask(Who::Doctor, bulk(&hours)).await.expect(201);
        let page = house.ask(Who::Doctor, Ask::get("/api/v1/slots")).await.expect(200).json();
        assert_eq!(starts(&page), starts_at, "{date}");
    }
}

#[actix_web::test]
async fn what_a_gap_swallows_is_listed() {
    let house = House::open_with(application::Settings::default(), testkit::zone("America/New_York")).await;
    let nights =
        json!({"start_date": "2027-03-13", "end_date": "2027-03-15", "start_time": "02:00", "end_time": "04:00"});
    let made = house.ask(Who::Doctor, bulk(&nights)).await.expect(201).json();
    let swallowed = json!([{"starts_at": "2027-03-14T08:00:00Z", "code": "clock_change"}]);
    assert_eq!((&made["created"], &made["skipped"]), (&json!(5), &swallowed));
}

#[actix_web::test]
async fn a_day_ends_at_24() {
    let house = House::open().await;
    let evening = json!({"start_date": "2026-11-23", "end_date": "2026-11-23", "start_time": "21:00", "end_time": "24:00",
        "break": {"start": "22:00", "end": "23:00"}});
    house.ask(Who::Doctor, bulk(&evening)).await.expect(201);
    let page = house.ask(Who::Doctor, Ask::get("/api/v1/slots")).await.expect(200).json();
    assert_eq!(starts(&page), ["2026-11-23T21:00:00Z", "2026-11-23T23:00:00Z"]);
    for (name, time) in [("start_time", "24:00"), ("end_time", "24:30")] {
        let mut wrong = evening.clone();
        wrong[name] = json!(time);
        let problem = house.ask(Who::Doctor, bulk(&wrong)).await.expect_problem(422, "invalid");
        assert_eq!(problem.pointers(), [format!("/{name}")]);
    }
}

#[actix_web::test]
async fn slots_come_earliest_first_page_by_page() {
    let house = House::open().await;
    for hour in [12, 9, 11, 10, 13] {
        house.free_slot(&format!("2026-11-23T{hour:02}:00:00Z"));
    }
    let mut path = "/api/v1/slots?limit=2".to_owned();
    let mut seen = Vec::new();
    loop {
        let page = house.ask(Who::Doctor, Ask::get(path.as_str())).await.expect(200).json();
        seen.extend(starts(&page).into_iter().map(|start| start[11..13].to_owned()));
        let Some(cursor) = page["page"]["next_cursor"].as_str() else { break };
        path = format!("/api/v1/slots?limit=2&cursor={cursor}");
        let other = house.ask(Who::Doctor, Ask::get(format!("/api/v1/appointments?cursor={cursor}"))).await;
        assert_eq!(other.expect_problem(422, "invalid").pointers(), ["/query/cursor"]);
    }
    assert_eq!(seen, ["09", "10", "11", "12", "13"]);
}

#[actix_web::test]
async fn slots_are_found_by_doctor_range_and_status() {
    let house = House::open().await;
    house.free_slot("2026-11-20T07:00:00Z");
    house.free_slot(NINE);
    house.visit(AppointmentStatus::Booked, "2026-11-24T09:00:00Z");
    house.clinic.slot(house.other_doctor, testkit::sample::instant("2026-11-25T09:00:00Z"), 30);
    let count = async |who, query: String| {
        let page = house.ask(who, Ask::get(format!("/api/v1/slots?{query}"))).await.expect(200).json();
        page["items"].as_array().map(Vec::len)
    };
    let by_doctor = |doctor: kernel::DoctorId| format!("doctor_id={doctor}");
    assert_eq!(count(Who::Doctor, String::new()).await, Some(3), "a doctor's own");
    assert_eq!(count(Who::Admin, String::new()).await, Some(4), "everyone's");
    assert_eq!(count(Who::Patient, String::new()).await, Some(2), "what can be booked");
    assert_eq!(count(Who::OtherDoctor, by_doctor(house.doctor)).await, Some(1), "another's that can be booked");
    assert_eq!(count(Who::Patient, by_doctor(house.other_doctor)).await, Some(1));
    assert_eq!(count(Who::Doctor, "status=busy".to_owned()).await, Some(1));
    assert_eq!(count(Who::Patient, "status=busy".to_owned()).await, Some(0));
    assert_eq!(count(Who::Doctor, "status=busy,free".to_owned()).await, Some(3));
    assert_eq!(count(Who::Admin, "status=busy&status=free&status=busy".to_owned()).await, Some(4));
    assert_eq!(count(Who::Patient, "status=busy,free".to_owned()).await, Some(2), "what can be booked");
    assert_eq!(count(Who::Patient, "status=busy,busy_unavailable".to_owned()).await, Some(0));
    assert_eq!(count(Who::Doctor, "from=2026-11-23&to=2026-11-23".to_owned()).await, Some(1), "a whole day");
    assert_eq!(count(Who::Doctor, "from=2026-11-23T10:00:00+01:00&to=2026-11-23T09:00:01Z".to_owned()).await, Some(1));
    assert_eq!(count(Who::Doctor, "from=2026-11-23T09:00:01Z&to=2026-11-24T09:00:00Z".to_owned()).await, Some(0));
}
