//! One visit from booking to its end.

use acceptance::{Engine, Person, Server, days, on_each_engine};
use serde_json::{Value, json};

on_each_engine!(
    a_visit_is_booked_and_told_to_those_whom_it_concerns,
    a_visit_can_be_named_by_doctor_and_start,
    staff_books_for_the_patient_they_name,
    what_cannot_be_booked_is_refused_with_its_reason,
    a_day_at_the_clinic_ends_with_a_visit_that_took_place,
    a_visit_to_which_nobody_came_frees_its_slot,
    under_confirmation_by_the_doctor_a_visit_waits,
    reason_and_notes_are_rewritten_by_revision,
    the_same_key_gets_the_same_answer,
);

fn a_visit_is_booked_and_told_to_those_whom_it_concerns(engine: Engine) {
    let server = Server::start(engine);
    let mut form = acceptance::people::patient_form();
    form["patient"] = json!({"date_of_birth": "1990-12-10"});
    let (doctor, ada, desk) = (server.doctor(), server.join(&form), server.receptionist());
    let slot = doctor.publish(&days::instant(3, 540), 30);

    let body = json!({"slot_id": slot, "reason": "Headache", "notes": "since Monday\n🩺"});
    let booked = ada.client.post("/appointments", &body).expect(201);
    let visit = booked.json();
    let path = format!("/appointments/{}", visit["id"].as_str().unwrap());
    let place = server.client().get("/locations").body_of(200)["items"][0].clone();
    assert_eq!(
        visit,
        json!({
            "id": visit["id"], "status": "booked", "patient_id": ada.id(), "doctor_id": doctor.id(),
            "doctor_name": doctor.client.get("/auth/me").body_of(200)["full_name"],
            "location_id": place["id"], "location_name": place["name"], "city": place["city"],
            "time_zone": place["time_zone"], "slot_id": slot, "starts_at": days::instant(3, 540),
            "ends_at": days::instant(3, 570), "reason": "Headache", "notes": "since Monday\n🩺", "revision": 1,
            "created_at": visit["created_at"], "updated_at": visit["created_at"],
        })
    );
    assert_eq!(booked.header("location"), Some(format!("/api/v1{path}").as_str()));
    assert_eq!(booked.header("etag"), Some("\"1\""));
    assert_eq!(doctor.client.get(&format!("/slots/{slot}")).body_of(200)["status"], "busy");

    let read = ada.client.get(&path).expect(200);
    let mut row = visit;
    assert_eq!((read.json(), read.header("etag")), (row.clone(), Some("\"1\"")));
    assert_eq!(ada.client.get("/appointments").body_of(200)["items"], json!([row]));

    row["patient"] = json!({"full_name": form["full_name"], "phone": form["phone"], "date_of_birth": "1990-12-10"});
    for staff in [&doctor, &desk] {
        assert_eq!(staff.client.get(&path).body_of(200), row);
        assert_eq!(staff.client.get("/appointments").body_of(200)["items"], json!([row]));
    }
    for stranger in [server.patient(), server.doctor()] {
        stranger.client.get(&path).problem(404, "unknown_appointment");
        stranger.client.get(&format!("{path}/history")).problem(404, "unknown_appointment");
        assert_eq!(stranger.client.get("/appointments").body_of(200)["items"], json!([]));
    }

    let history = ada.client.get(&format!("{path}/history")).body_of(200);
    let entry = &history["items"][0];
    assert_eq!(
        history["items"],
        json!([{
            "revision": 1, "at": row["created_at"],
            "by": {"account_id": ada.login["account"]["id"], "role": "patient"}, "kind": "booked", "from": null,
            "to": {
                "status": "booked", "slot_id": slot, "starts_at": days::instant(3, 540),
                "ends_at": days::instant(3, 570),
            },
            "reason_code": null, "reason": entry["reason"],
        }])
    );
}

fn a_visit_can_be_named_by_doctor_and_start(engine: Engine) {
    let server = Server::start(engine);
    let (doctor, ada) = (server.doctor(), server.patient());
    let slot = doctor.publish(&days::instant(3, 540), 30);
    let wish = |minute| json!({"doctor_id": doctor.id(), "starts_at": days::instant(3, minute)});

    ada.client.post("/appointments", &wish(541)).problem(404, "unknown_slot");
    assert_eq!(ada.client.post("/appointments", &wish(540)).body_of(201)["slot_id"], slot);
    let problem = ada.client.post("/appointments", &json!({"doctor_id": doctor.id()})).problem(422, "invalid");
    assert_eq!(problem["errors"][0]["pointer"], "/starts_at");
    ada.client.post("/appointments", &json!({})).problem(422, "invalid");
}

fn staff_books_for_the_patient_they_name(engine: Engine) {
    let server = Server::start(engine);
    let (doctor, ada, desk) = (server.doctor(), server.patient(), server.receptionist());
    let slots = doctor.publish_row(3, 3);
    let wish = |slot: &str| json!({"slot_id": slot, "patient_id": ada.id()});

    assert_eq!(desk.client.post("/appointments", &wish(&slots[0])).body_of(201)["patient_id"], ada.id());
    assert_eq!(doctor.client.post("/appointments", &wish(&slots[1])).body_of(201)["patient_id"], ada.id());
    assert_eq!(ada.client.get("/appointments").body_of(200)["items"].as_array().unwrap().len(), 2);

    let problem = desk.client.post("/appointments", &json!({"slot_id": slots[2]})).problem(422, "invalid");
    assert_eq!(problem["errors"][0]["pointer"], "/patient_id");
    server.patient().client.post("/appointments", &wish(&slots[2])).problem(404, "unknown_patient");
    server.doctor().client.post("/appointments", &wish(&slots[2])).problem(404, "unknown_slot");
    let nobody = json!({"slot_id": slots[2], "patient_id": slots[2]});
    desk.client.post("/appointments", &nobody).problem(404, "unknown_patient");
}

fn what_cannot_be_booked_is_refused_with_its_reason(engine: Engine) {
    let settings = [("booking_notice_minutes", "60"), ("booking_horizon_days", "30"), ("patient_upcoming_max", "2")];
    let server = Server::start_with(engine, &settings);
    let (doctor, colleague, ada) = (server.doctor(), server.doctor(), server.patient());
    let slot = doctor.publish(&days::instant(3, 540), 30);
    let book = |slot: &str| ada.client.post("/appointments", &json!({"slot_id": slot}));

    book("00000000-0000-7000-8000-000000000000").problem(404, "unknown_slot");
    book(&doctor.publish(&days::instant(32, 540), 30)).problem(422, "beyond_horizon");
    let _ = book(&slot).expect(201);
    book(&slot).problem(409, "slot_not_free");
    book(&colleague.publish(&days::instant(3, 555), 30)).problem(409, "patient_busy");
    let _ = book(&colleague.publish(&days::instant(3, 600), 30)).expect(201);
    book(&doctor.publish(&days::instant(3, 700), 30)).problem(422, "patient_cap_reached");

    let over = colleague.publish(&days::instant(5, 540), 30);
    let _ = colleague.client.patch("/doctors/me", &json!({"accepting_bookings": false})).expect(200);
    server.patient().client.post("/appointments", &json!({"slot_id": over})).problem(409, "doctor_not_accepting");
    let offered = server.client().get(&format!("/availability?doctor_id={}", colleague.id())).body_of(200);
    assert_eq!(offered["items"], json!([]));

    let past = doctor.publish(&days::instant(6, 540), 30);
    server.data().let_days_pass(40);
    server.patient().client.post("/appointments", &json!({"slot_id": past})).problem(422, "slot_in_past");
}

fn steps(history: &Value) -> Vec<(&str, &str, &str)> {
    let entries = history["items"].as_array().unwrap().iter();
    entries
        .map(|entry| {
            (
                entry["by"]["role"].as_str().unwrap(),
                entry["from"]["status"].as_str().unwrap_or("-"),
                entry["to"]["status"].as_str().unwrap(),
            )
        })
        .collect()
}

fn a_day_at_the_clinic_ends_with_a_visit_that_took_place(engine: Engine) {
    let server = Server::start(engine);
    let (doctor, ada, desk) = (server.doctor(), server.patient(), server.receptionist());
    let visit = ada.book(&doctor.publish(&days::instant(3, 540), 30));
    let path = format!("/appointments/{visit}");
    let act = |who: &Person, action: &str| who.client.post_nothing(&format!("{path}/{action}"));

    act(&doctor, "complete").problem(422, "too_early");
    act(&doctor, "no-show").problem(422, "too_early");
    act(&ada, "arrive").problem(403, "forbidden");
    act(&desk, "arrive").problem(422, "too_early");
    server.data().let_days_pass(3);
    assert_eq!(act(&desk, "arrive").body_of(200)["status"], "arrived");
    assert_eq!(act(&desk, "arrive").problem(409, "illegal_move")["current_status"], "arrived");
    let checked_in = desk.client.post(&format!("{path}/check-in"), &json!({})).expect(200);
    assert_eq!((&checked_in.json()["status"], checked_in.header("etag")), (&json!("checked_in"), Some("\"3\"")));
    act(&ada, "cancel").problem(409, "illegal_move");

    server.data().let_days_pass(1);
    act(&desk, "complete").problem(403, "forbidden");
    let done = act(&doctor, "complete").body_of(200);
    assert_eq!((&done["status"], &done["revision"]), (&json!("fulfilled"), &json!(4)));
    let admin = server.admin();
    for action in ["arrive", "check-in", "complete", "no-show", "cancel", "confirm", "refuse"] {
        assert_eq!(act(&admin, action).problem(409, "illegal_move")["current_status"], "fulfilled");
    }
    assert_eq!(
        steps(&ada.client.get(&format!("{path}/history")).body_of(200)),
        [
            ("patient", "-", "booked"),
            ("receptionist", "booked", "arrived"),
            ("receptionist", "arrived", "checked_in"),
            ("doctor", "checked_in", "fulfilled"),
        ]
    );
    let past = ada.client.get("/appointments?scope=past&status=fulfilled").body_of(200);
    assert_eq!(past["items"][0]["id"], visit);
}

fn a_visit_to_which_nobody_came_frees_its_slot(engine: Engine) {
    let server = Server::start(engine);
    let (doctor, ada) = (server.doctor(), server.patient());
    let slot = doctor.publish(&days::instant(3, 540), 30);
    let visit = ada.book(&slot);
    server.data().let_days_pass(4);

    ada.client.post_nothing(&format!("/appointments/{visit}/cancel")).problem(422, "too_late_to_cancel");
    ada.client.post_nothing(&format!("/appointments/{visit}/no-show")).problem(403, "forbidden");
    let missed = doctor.client.post_nothing(&format!("/appointments/{visit}/no-show")).body_of(200);
    assert_eq!(missed["status"], "noshow");
    assert_eq!(doctor.client.get(&format!("/slots/{slot}")).body_of(200)["status"], "free");
    assert_eq!(server.client().get("/availability").body_of(200)["items"], json!([]), "its time is over");
}

fn under_confirmation_by_the_doctor_a_visit_waits(engine: Engine) {
    let server = Server::start_with(engine, &[("confirmation", "by_doctor")]);
    let (doctor, ada) = (server.doctor(), server.patient());
    let slots = doctor.publish_row(3, 3);

    let (agreed, not_agreed) = (ada.book(&slots[0]), ada.book(&slots[1]));
    assert_eq!(ada.client.get(&format!("/appointments/{agreed}")).body_of(200)["status"], "pending");
    ada.client.post_nothing(&format!("/appointments/{agreed}/confirm")).problem(403, "forbidden");
    let confirmed = doctor.client.post_nothing(&format!("/appointments/{agreed}/confirm")).body_of(200);
    assert_eq!(confirmed["status"], "booked");

    let reason = json!({"reason": "on leave"});
    let refused = doctor.client.post(&format!("/appointments/{not_agreed}/refuse"), &reason).body_of(200);
    assert_eq!(refused["status"], "cancelled");
    assert_eq!(doctor.client.get(&format!("/slots/{}", slots[1])).body_of(200)["status"], "free");
    let history = ada.client.get(&format!("/appointments/{not_agreed}/history")).body_of(200);
    assert_eq!(
        (&history["items"][1]["reason_code"], &history["items"][1]["reason"]),
        (&json!("refused"), &json!("on leave"))
    );

    let path = format!("/appointments/{agreed}/reschedule");
    let moved = ada.client.post(&path, &json!({"slot_id": slots[2]})).body_of(200);
    assert_eq!(moved["status"], "pending", "a move by the patient is to be agreed again");
}

fn reason_and_notes_are_rewritten_by_revision(engine: Engine) {
    let server = Server::start(engine);
    let (doctor, ada) = (server.doctor(), server.patient());
    let path = format!("/appointments/{}", ada.book(&doctor.publish(&days::instant(3, 540), 30)));
    let edit = json!({"reason": "Back pain", "notes": "worse at night"});

    ada.client.patch(&path, &edit).problem(428, "precondition_required");
    ada.client.with("if-match", "\"2\"").patch(&path, &edit).problem(412, "stale");
    let amended = ada.client.with("if-match", "\"1\"").patch(&path, &edit).expect(200);
    assert_eq!(amended.header("etag"), Some("\"2\""));
    let body = amended.json();
    assert_eq!((&body["reason"], &body["notes"]), (&edit["reason"], &edit["notes"]));

    let cleared = doctor.client.with("if-match", "*").patch(&path, &json!({"notes": null})).body_of(200);
    assert_eq!((&cleared["reason"], &cleared["notes"]), (&json!("Back pain"), &json!(null)));
    let history = ada.client.get(&format!("{path}/history")).body_of(200);
    assert_eq!((&history["items"][2]["kind"], &history["items"][2]["revision"]), (&json!("amended"), &json!(3)));
}

fn the_same_key_gets_the_same_answer(engine: Engine) {
    let server = Server::start(engine);
    let (doctor, ada, eve) = (server.doctor(), server.patient(), server.patient());
    let slots = doctor.publish_row(3, 3);
    let keyed = ada.client.with("idempotency-key", "key-1");
    let wish = |slot: &str| json!({"slot_id": slot});

    let first = keyed.post("/appointments", &wish(&slots[0])).expect(201);
    let again = keyed.post("/appointments", &wish(&slots[0])).expect(201);
    assert_eq!(first.text(), again.text());
    for header in ["location", "etag", "content-type"] {
        assert_eq!(first.header(header), again.header(header), "{header}");
    }
    keyed.post("/appointments", &wish(&slots[1])).problem(422, "idempotency_key_reused");
    let path = format!("/appointments/{}", first.json()["id"].as_str().unwrap());
    keyed.post_nothing(&format!("{path}/cancel")).problem(422, "idempotency_key_reused");

    let others = eve.client.with("idempotency-key", "key-1");
    others.post("/appointments", &wish(&slots[0])).problem(409, "slot_not_free");
    let _ = others.post("/appointments", &wish(&slots[1])).expect(201);

    let cancel = ada.client.with("idempotency-key", "key-2");
    let cancelled = cancel.post(&format!("{path}/cancel"), &json!({"reason_code": "patient"})).expect(200);
    let replayed = cancel.post(&format!("{path}/cancel"), &json!({"reason_code": "patient"})).expect(200);
    assert_eq!((cancelled.text(), cancelled.header("etag")), (replayed.text(), replayed.header("etag")));
    let replayed = keyed.post("/appointments", &wish(&slots[0])).expect(201);
    assert_eq!(replayed.text(), first.text(), "the answer stays as it was given");
    assert_eq!(ada.client.get("/appointments").body_of(200)["items"].as_array().unwrap().len(), 1);

    for bad in ["", "with space", &"x".repeat(256)] {
        let answer = ada.client.with("idempotency-key", bad).post("/appointments", &wish(&slots[2]));
        answer.problem(422, "invalid");
    }
}
