//! Going to another time, and calling off.

use acceptance::{Engine, Person, Server, days, on_each_engine};
use serde_json::json;

on_each_engine!(
    a_moved_visit_stays_the_same_visit,
    a_move_that_fails_changes_nothing,
    a_visit_can_move_to_another_doctor,
    a_cancelled_visit_frees_its_slot_and_stays_on_record,
    the_last_notice_binds_patients_and_not_staff,
    an_administrator_undoes_and_strikes_out,
);

fn a_moved_visit_stays_the_same_visit(engine: Engine) {
    let server = Server::start(engine);
    let (doctor, ada) = (server.doctor(), server.patient());
    let slots = doctor.publish_row(3, 2);
    let visit = ada.book(&slots[0]);
    let path = format!("/appointments/{visit}");

    let wish = json!({"slot_id": slots[1], "reason": "the train is late"});
    let moved = ada.client.post(&format!("{path}/reschedule"), &wish).expect(200);
    let body = moved.json();
    assert_eq!(
        (&body["id"], &body["slot_id"], &body["starts_at"], &body["ends_at"], &body["status"], &body["revision"]),
        (
            &json!(visit),
            &json!(slots[1]),
            &json!(days::instant(3, 30)),
            &json!(days::instant(3, 60)),
            &json!("booked"),
            &json!(2)
        )
    );
    assert_eq!(moved.header("etag"), Some("\"2\""));
    let status = |slot: &str| doctor.client.get(&format!("/slots/{slot}")).body_of(200)["status"].clone();
    assert_eq!((status(&slots[0]), status(&slots[1])), (json!("free"), json!("busy")));

    let history = ada.client.get(&format!("{path}/history")).body_of(200);
    let entry = &history["items"][1];
    assert_eq!(
        *entry,
        json!({
            "revision": 2, "at": entry["at"], "by": {"account_id": ada.login["account"]["id"], "role": "patient"},
            "kind": "moved", "reason_code": null, "reason": "the train is late",
            "from": {
                "status": "booked", "slot_id": slots[0], "starts_at": days::instant(3, 0),
                "ends_at": days::instant(3, 30),
            },
            "to": {
                "status": "booked", "slot_id": slots[1], "starts_at": days::instant(3, 30),
                "ends_at": days::instant(3, 60),
            },
        })
    );
}

fn a_move_that_fails_changes_nothing(engine: Engine) {
    let server = Server::start(engine);
    let (doctor, ada, eve) = (server.doctor(), server.patient(), server.patient());
    let slots = doctor.publish_row(3, 3);
    let path = format!("/appointments/{}", ada.book(&slots[0]));
    eve.book(&slots[1]);
    let look = || {
        let history = ada.client.get(&format!("{path}/history")).body_of(200);
        (ada.client.get(&path).body_of(200), history, doctor.client.get("/slots").body_of(200))
    };
    let before = look();

    let reschedule = format!("{path}/reschedule");
    ada.client.post(&reschedule, &json!({"slot_id": slots[1]})).problem(409, "slot_not_free");
    ada.client.post(&reschedule, &json!({"slot_id": ada.id()})).problem(404, "unknown_slot");
    ada.client.post(&reschedule, &json!({})).problem(422, "invalid");
    eve.client.post(&reschedule, &json!({"slot_id": slots[2]})).problem(404, "unknown_appointment");
    assert_eq!(look(), before);
}

fn a_visit_can_move_to_another_doctor(engine: Engine) {
    let server = Server::start(engine);
    let (doctor, colleague, ada) = (server.doctor(), server.doctor(), server.patient());
    let visit = ada.book(&doctor.publish(&days::instant(3, 540), 30));
    let there = colleague.publish(&days::instant(3, 550), 30);

    let wish = json!({"doctor_id": colleague.id(), "starts_at": days::instant(3, 550)});
    let moved = ada.client.post(&format!("/appointments/{visit}/reschedule"), &wish).body_of(200);
    assert_eq!((&moved["doctor_id"], &moved["slot_id"]), (&json!(colleague.id()), &json!(there)));
    let _ = colleague.client.get(&format!("/appointments/{visit}")).expect(200);
    doctor.client.get(&format!("/appointments/{visit}")).problem(404, "unknown_appointment");
}

fn a_cancelled_visit_frees_its_slot_and_stays_on_record(engine: Engine) {
    let server = Server::start(engine);
    let (doctor, ada, eve) = (server.doctor(), server.patient(), server.patient());
    let slot = doctor.publish(&days::instant(3, 540), 30);
    let visit = ada.book(&slot);
    let path = format!("/appointments/{visit}");

    eve.client.post_nothing(&format!("{path}/cancel")).problem(404, "unknown_appointment");
    let why = json!({"reason_code": "patient_feeling_better", "reason": "it is gone"});
    let cancelled = ada.client.post(&format!("{path}/cancel"), &why).body_of(200);
    assert_eq!((&cancelled["status"], &cancelled["slot_id"]), (&json!("cancelled"), &json!(slot)));
    let last = ada.client.get(&format!("{path}/history")).body_of(200)["items"][1].clone();
    assert_eq!((&last["reason_code"], &last["reason"]), (&why["reason_code"], &why["reason"]));
    let again = ada.client.post_nothing(&format!("{path}/cancel")).problem(409, "illegal_move");
    assert_eq!(again["current_status"], "cancelled");

    let next = eve.book(&slot);
    assert_ne!(next, visit);
    assert_eq!(ada.client.get(&path).body_of(200)["status"], "cancelled");
    let listed = doctor.client.get("/appointments?status=cancelled").body_of(200);
    assert_eq!(listed["items"][0]["id"], visit);
    ada.client.post(&format!("{path}/cancel"), &json!({"reason_code": "mood"})).problem(422, "invalid");
}

fn the_last_notice_binds_patients_and_not_staff(engine: Engine) {
    // Without the grace for a slip.
    let settings = [("cancel_notice_minutes", "10080"), ("cancel_grace_minutes", "0")];
    let server = Server::start_with(engine, &settings);
    let (doctor, ada, desk) = (server.doctor(), server.patient(), server.receptionist());
    let visit = ada.book(&doctor.publish(&days::instant(3, 540), 30));

    ada.client.post_nothing(&format!("/appointments/{visit}/cancel")).problem(422, "too_late_to_cancel");
    let cancelled = desk.client.post_nothing(&format!("/appointments/{visit}/cancel")).body_of(200);
    assert_eq!(cancelled["status"], "cancelled");
}

fn an_administrator_undoes_and_strikes_out(engine: Engine) {
    let server = Server::start(engine);
    let (doctor, ada, eve, admin) = (server.doctor(), server.patient(), server.patient(), server.admin());
    let slots = doctor.publish_row(3, 2);
    let visit = ada.book(&slots[0]);
    let act = |who: &Person, action: &str| who.client.post_nothing(&format!("/appointments/{visit}/{action}"));
    let slot_status = || doctor.client.get(&format!("/slots/{}", slots[0])).body_of(200)["status"].clone();

    act(&admin, "reinstate").problem(409, "illegal_move");
    let _ = act(&ada, "cancel").expect(200);
    for other in [&ada, &doctor] {
        act(other, "reinstate").problem(403, "forbidden");
        act(other, "enter-in-error").problem(403, "forbidden");
    }
    assert_eq!(act(&admin, "reinstate").body_of(200)["status"], "booked");
    assert_eq!(slot_status(), "busy");

    let _ = act(&ada, "cancel").expect(200);
    let taken = eve.book(&slots[0]);
    act(&admin, "reinstate").problem(409, "slot_not_free");
    let struck = admin.client.post(&format!("/appointments/{taken}/enter-in-error"), &json!({"reason": "a mix-up"}));
    assert_eq!(struck.body_of(200)["status"], "entered_in_error");
    assert_eq!(slot_status(), "free");
    assert_eq!(act(&admin, "reinstate").body_of(200)["revision"], 5);
    let _ = server.data().run(&["check"]).well();
}
