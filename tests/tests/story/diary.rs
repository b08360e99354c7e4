//! Publishing times, changing them and taking them off sale.

use acceptance::{Engine, Server, days, on_each_engine};
use serde_json::{Value, json};

on_each_engine!(
    a_slot_is_published_read_changed_and_removed,
    a_change_names_the_revision_that_it_changes,
    opening_hours_become_slots_all_or_none,
    what_is_in_the_way_can_be_skipped,
    the_front_desk_names_whose_slots_it_publishes,
    slots_are_removed_together_or_not_at_all,
    a_slot_with_an_appointment_stays_as_it_is,
    a_stranger_sees_only_what_can_be_booked,
);

const NOWHERE: &str = "/slots/00000000-0000-7000-8000-000000000000";

fn a_slot_is_published_read_changed_and_removed(engine: Engine) {
    let server = Server::start(engine);
    let doctor = server.doctor();
    let body = json!({"starts_at": days::instant(3, 540), "slot_minutes": 30});

    let published = doctor.client.post("/slots", &body).expect(201);
    let slot = published.json();
    let path = format!("/slots/{}", slot["id"].as_str().unwrap());
    let place = server.client().get("/locations").body_of(200)["items"][0].clone();
    assert_eq!(
        slot,
        json!({
            "id": slot["id"], "doctor_id": doctor.id(),
            "doctor_name": doctor.client.get("/auth/me").body_of(200)["full_name"],
            "location_id": place["id"], "location_name": place["name"], "city": place["city"],
            "time_zone": place["time_zone"], "starts_at": days::instant(3, 540), "ends_at": days::instant(3, 570),
            "status": "free", "revision": 1,
        })
    );
    assert_eq!(published.header("location"), Some(format!("/api/v1{path}").as_str()));
    assert_eq!(published.header("etag"), Some("\"1\""));
    let read = doctor.client.get(&path).expect(200);
    assert_eq!((read.json(), read.header("etag")), (slot.clone(), Some("\"1\"")));

    let edit = json!({"starts_at": days::instant(3, 600), "slot_minutes": 45, "status": "busy_unavailable"});
    let changed = doctor.client.with("if-match", "\"1\"").patch(&path, &edit).expect(200);
    let mut expected = slot;
    expected["starts_at"] = json!(days::instant(3, 600));
    expected["ends_at"] = json!(days::instant(3, 645));
    expected["status"] = json!("busy_unavailable");
    expected["revision"] = json!(2);
    assert_eq!((changed.json(), changed.header("etag")), (expected.clone(), Some("\"2\"")));
    assert_eq!(doctor.client.get(&path).body_of(200), expected);

    let removed = doctor.client.with("if-match", "\"2\"").delete(&path).expect(204);
    assert!(removed.body.is_empty());
    doctor.client.get(&path).problem(404, "unknown_slot");
}

fn a_change_names_the_revision_that_it_changes(engine: Engine) {
    let server = Server::start(engine);
    let doctor = server.doctor();
    let path = format!("/slots/{}", doctor.publish(&days::instant(3, 540), 30));
    let edit = json!({"slot_minutes": 45});

    doctor.client.patch(&path, &edit).problem(428, "precondition_required");
    doctor.client.delete(&path).problem(428, "precondition_required");
    for stale in ["\"2\"", "W/\"1\"", "\"01\""] {
        doctor.client.with("if-match", stale).patch(&path, &edit).problem(412, "stale");
        doctor.client.with("if-match", stale).delete(&path).problem(412, "stale");
    }
    for misshapen in ["1", "nonsense"] {
        doctor.client.with("if-match", misshapen).patch(&path, &edit).problem(422, "invalid");
        doctor.client.with("if-match", misshapen).delete(&path).problem(422, "invalid");
    }
    assert_eq!(doctor.client.get(&path).body_of(200)["revision"], 1);
    for (tag, revision) in [("\"1\"", 2), ("*", 3), ("\"7\", \"3\"", 4)] {
        let changed = doctor.client.with("if-match", tag).patch(&path, &edit).body_of(200);
        assert_eq!(changed["revision"], revision);
    }
    doctor.client.with("if-match", "*").patch(NOWHERE, &edit).problem(404, "unknown_slot");
    let _ = doctor.client.with("if-match", "*").delete(&path).expect(204);
    doctor.client.with("if-match", "*").delete(&path).problem(404, "unknown_slot");
}

/// Two days, nine to twelve with a break, half hours: four a day.
fn hours() -> Value {
    json!({
        "start_date": days::day(4), "end_date": days::day(5), "start_time": "09:00", "end_time": "12:00",
        "slot_minutes": 30, "break": {"start": "10:00", "end": "11:00"},
    })
}

fn with(mut hours: Value, name: &str, value: Value) -> Value {
    hours[name] = value;
    hours
}

fn opening_hours_become_slots_all_or_none(engine: Engine) {
    let server = Server::start(engine);
    let doctor = server.doctor();

    let made = doctor.client.post("/slots/bulk", &hours()).body_of(201);
    let list = doctor.client.get("/slots?limit=100").body_of(200);
    let column = |name: &str| -> Vec<&str> {
        list["items"].as_array().unwrap().iter().map(|slot| slot[name].as_str().unwrap()).collect()
    };
    assert_eq!(made, json!({"created": 8, "slot_ids": column("id"), "skipped": []}));
    let starts = column("starts_at");
    let expected: Vec<String> =
        [4, 5].iter().flat_map(|day| [540, 570, 660, 690].map(|minute| days::instant(*day, minute))).collect();
    assert_eq!(starts, expected);

    let again = with(with(hours(), "start_date", json!(days::day(3))), "break", json!(null));
    let problem = doctor.client.post("/slots/bulk", &again).problem(409, "slot_overlap");
    let conflicts = problem["conflicts"].as_array().unwrap();
    assert_eq!(conflicts.len(), 8);
    assert_eq!(
        conflicts[0],
        json!({
            "slot_id": list["items"][0]["id"], "starts_at": days::instant(4, 540), "ends_at": days::instant(4, 570),
        })
    );
    assert_eq!(doctor.client.get("/slots?limit=100").body_of(200), list, "nothing was made of it");

    for (name, value, status, code) in [
        ("end_date", json!(days::day(3)), 422, "invalid"),
        ("end_time", json!("09:00"), 422, "invalid"),
        ("slot_minutes", json!(4), 422, "invalid"),
        ("slot_minutes", json!(240), 422, "invalid"),
        ("weekdays", json!([]), 422, "invalid"),
        ("weekdays", json!(["someday"]), 422, "invalid"),
        ("break", json!({"start": "08:00", "end": "09:30"}), 422, "invalid"),
        ("end_date", json!(days::day(401)), 422, "beyond_horizon"),
        ("end_date", json!("9999-12-31"), 422, "too_many_slots"),
    ] {
        let answer = doctor.client.post("/slots/bulk", &with(hours(), name, value.clone()));
        assert_eq!(answer.problem(status, code)["code"], code, "{name} {value}");
    }
}

fn what_is_in_the_way_can_be_skipped(engine: Engine) {
    let server = Server::start(engine);
    let doctor = server.doctor();
    doctor.publish(&days::instant(4, 555), 30);

    let mut body = with(hours(), "skip_conflicts", json!(true));
    let made = doctor.client.post("/slots/bulk", &body).body_of(201);
    let skipped = [540, 570].map(|minute| json!({"starts_at": days::instant(4, minute), "code": "slot_overlap"}));
    assert_eq!((&made["created"], &made["skipped"]), (&json!(6), &json!(skipped)));

    body = json!({
        "start_date": days::day(0), "end_date": days::day(0), "start_time": "00:00", "end_time": "00:05",
        "slot_minutes": 5,
    });
    // The first five minutes of the day on which the test began have begun.
    doctor.client.post("/slots/bulk", &body).problem(422, "slot_in_past");
    let made = doctor.client.post("/slots/bulk", &with(body, "skip_past", json!(true))).body_of(201);
    let skipped = json!([{"starts_at": days::instant(0, 0), "code": "slot_in_past"}]);
    assert_eq!(made, json!({"created": 0, "slot_ids": [], "skipped": skipped}));
}

fn the_front_desk_names_whose_slots_it_publishes(engine: Engine) {
    let server = Server::start(engine);
    let (doctor, colleague, desk) = (server.doctor(), server.doctor(), server.receptionist());
    let mut body = json!({"starts_at": days::instant(3, 540), "slot_minutes": 30});

    let problem = desk.client.post("/slots", &body).problem(422, "invalid");
    assert_eq!(problem["errors"][0]["pointer"], "/doctor_id");
    body["doctor_id"] = json!(doctor.id());
    assert_eq!(desk.client.post("/slots", &body).body_of(201)["doctor_id"], doctor.id());
    doctor.client.post("/slots", &body).problem(409, "slot_overlap");
    colleague.client.post("/slots", &body).problem(404, "unknown_doctor");
    server.patient().client.post("/slots", &body).problem(403, "forbidden");
    let made = desk.client.post("/slots/bulk", &with(hours(), "doctor_id", json!(colleague.id()))).body_of(201);
    assert_eq!(made["created"], 8);
}

fn slots_are_removed_together_or_not_at_all(engine: Engine) {
    let server = Server::start(engine);
    let (doctor, colleague) = (server.doctor(), server.doctor());
    let own = doctor.publish_row(3, 3);
    let foreign = colleague.publish(&days::instant(3, 540), 30);

    let mixed = json!({"ids": [own[0], foreign, own[1]]});
    let problem = doctor.client.post("/slots/bulk-delete", &mixed).problem(404, "unknown_slots");
    assert_eq!(problem["unknown_slots"], json!([foreign]));

    let appointment = server.patient().book(&own[2]);
    let problem = doctor.client.post("/slots/bulk-delete", &json!({"ids": own})).problem(409, "slot_has_appointment");
    assert_eq!(problem["appointments"], json!([{"slot_id": own[2], "appointment_id": appointment}]));
    assert_eq!(doctor.client.get("/slots").body_of(200)["items"].as_array().unwrap().len(), 3);

    let removed = doctor.client.post("/slots/bulk-delete", &json!({"ids": [own[0], own[1], own[0]]})).body_of(200);
    assert_eq!(removed, json!({"deleted": 2}));
    assert_eq!(doctor.client.get("/slots").body_of(200)["items"].as_array().unwrap().len(), 1);
    doctor.client.post("/slots/bulk-delete", &json!({"ids": []})).problem(422, "invalid");
}

fn a_slot_with_an_appointment_stays_as_it_is(engine: Engine) {
    let server = Server::start(engine);
    let doctor = server.doctor();
    let slot = doctor.publish(&days::instant(3, 540), 30);
    let appointment = server.patient().book(&slot);
    let any = doctor.client.with("if-match", "*");
    let path = format!("/slots/{slot}");

    for refused in [any.patch(&path, &json!({"status": "free"})), any.delete(&path)] {
        let problem = refused.problem(409, "slot_has_appointment");
        assert_eq!(problem["appointments"], json!([{"slot_id": slot, "appointment_id": appointment}]));
    }
    assert_eq!(doctor.client.get(&path).body_of(200)["status"], "busy");
}

fn a_stranger_sees_only_what_can_be_booked(engine: Engine) {
    let server = Server::start(engine);
    let (doctor, patient) = (server.doctor(), server.patient());
    let slots = doctor.publish_row(3, 3);
    let blocked = doctor
        .client
        .with("if-match", "*")
        .patch(&format!("/slots/{}", slots[1]), &json!({"status": "busy_unavailable"}));
    let _ = blocked.expect(200);
    server.patient().book(&slots[2]);

    let seen = |query: &str| -> Vec<Value> {
        let path = format!("/slots?doctor_id={}{query}", doctor.id());
        patient.client.get(&path).body_of(200)["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|slot| slot["id"].clone())
            .collect()
    };
    assert_eq!(seen(""), [slots[0].as_str()]);
    assert_eq!(seen("&status=busy"), [""; 0]);
    let _ = patient.client.get(&format!("/slots/{}", slots[0])).expect(200);
    for hidden in &slots[1..] {
        patient.client.get(&format!("/slots/{hidden}")).problem(404, "unknown_slot");
    }
    server.client().get("/slots").problem(401, "unauthenticated");
}
