use scheduling_core::AppointmentStatus;
use serde_json::{Value, json};

use crate::ask::Ask;
use crate::house::{House, Who};

const NINE: &str = "2026-11-23T09:00:00Z";

#[actix_web::test]
async fn every_change_is_told_oldest_first() {
    let house = House::open().await;
    let (visit, old) = house.visit(AppointmentStatus::Booked, NINE);
    let new = house.free_slot("2026-11-23T10:00:00Z");
    let path = format!("/api/v1/appointments/{visit}");
    let moving = json!({"slot_id": new.uuid(), "reason": "traffic"});
    house.ask(Who::Patient, Ask::post(format!("{path}/reschedule")).json(&moving)).await.expect(200);
    let amending = Ask::patch(path.as_str()).whatever_is_there().json(&json!({"notes": "Fasting"}));
    house.ask(Who::Doctor, amending).await.expect(200);
    let cancelling = json!({"reason_code": "provider", "reason": "ill"});
    house.ask(Who::Receptionist, Ask::post(format!("{path}/cancel")).json(&cancelling)).await.expect(200);

    let history = house.ask(Who::Patient, Ask::get(format!("{path}/history"))).await.expect(200).json();
    let items = history["items"].as_array().unwrap();
    let first = house.ask(Who::Patient, Ask::get(format!("{path}/history?limit=3"))).await.expect(200).json();
    let next = Ask::get(format!("{path}/history?limit=3&cursor={}", first["page"]["next_cursor"].as_str().unwrap()));
    let second = house.ask(Who::Patient, next).await.expect(200).json();
    assert_eq!(first["items"].as_array().unwrap()[..], items[..3], "as a page at a time");
    assert_eq!((&second["items"][0], &second["page"]["next_cursor"]), (&items[3], &Value::Null));
    let column = |name: &str| items.iter().map(|item| item[name].clone()).collect::<Vec<Value>>();
    assert_eq!(column("revision"), [1, 2, 3, 4]);
    assert_eq!(column("kind"), ["booked", "moved", "amended", "status"]);
    assert_eq!(column("reason"), [Value::Null, json!("traffic"), Value::Null, json!("ill")]);
    assert_eq!(column("reason_code"), [Value::Null, Value::Null, Value::Null, json!("provider")]);
    let roles: Vec<_> = items.iter().map(|item| item["by"]["role"].clone()).collect();
    assert_eq!(roles, ["patient", "patient", "doctor", "receptionist"]);
    assert_eq!(items[0]["from"], Value::Null);
    assert_eq!(
        items[1]["from"],
        json!({"status": "booked", "slot_id": old.uuid(), "starts_at": NINE, "ends_at": "2026-11-23T09:30:00Z"})
    );
    assert_eq!((&items[1]["to"]["slot_id"], &items[3]["to"]["status"]), (&json!(new.uuid()), &json!("cancelled")));
    assert_eq!(items[3]["at"], "2026-11-20T08:00:00Z");
}

#[actix_web::test]
async fn what_is_not_mentioned_stays_and_null_clears() {
    let house = House::open().await;
    let (visit, _) = house.visit(AppointmentStatus::Booked, NINE);
    let path = format!("/api/v1/appointments/{visit}");
    for (body, told) in [
        (json!({"notes": "Fasting"}), json!(["Cough", "Fasting"])),
        (json!({"reason": null}), json!([null, "Fasting"])),
        (json!({"reason": "Flu", "notes": null}), json!(["Flu", null])),
        (json!({}), json!(["Flu", null])),
    ] {
        let ask = Ask::patch(path.as_str()).whatever_is_there().json(&body);
        let visit = house.ask(Who::Patient, ask).await.expect(200).json();
        assert_eq!(json!([visit["reason"], visit["notes"]]), told, "{body}");
    }
}

#[actix_web::test]
async fn only_who_has_seen_an_appointment_rewrites_it() {
    let house = House::open().await;
    let (visit, _) = house.visit(AppointmentStatus::Booked, NINE);
    let amend = || Ask::patch(format!("/api/v1/appointments/{visit}")).json(&json!({"notes": "Fasting"}));
    house.ask(Who::Patient, amend()).await.expect_problem(428, "precondition_required");
    house.ask(Who::Patient, amend().with("If-Match", "\"9\"")).await.expect_problem(412, "stale");
    let answer = house.ask(Who::Patient, amend().with("If-Match", "\"1\"")).await.expect(200);
    assert_eq!(answer.header("etag"), Some("\"2\""));
    house.ask(Who::Patient, amend().with("If-Match", "\"1\"")).await.expect_problem(412, "stale");
}
