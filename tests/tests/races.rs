//! Many who want the same at the same time, over HTTP; and what must hold in the rows afterwards.
#![expect(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a test stops at the first thing that is not as it should be"
)]

use acceptance::contention::assert_each_slot_is_booked_once;
use acceptance::race::at_once;
use acceptance::{Answer, Data, Engine, Person, Server, days, on_each_engine};
use serde_json::{Value, json};

on_each_engine!(
    of_64_patients_one_gets_the_slot,
    a_patient_is_at_one_of_40_places,
    strangers_do_not_stand_in_each_others_way,
    one_key_from_8_threads_is_one_appointment,
    one_refresh_token_from_8_threads_is_one_refresh,
    two_overlapping_rows_of_slots_make_one,
    two_overlapping_rows_that_skip_conflicts_make_no_overlap,
    of_many_moves_to_one_slot_one_arrives,
    whatever_happens_at_once_the_data_stay_whole,
    of_200_clients_and_100_slots_each_slot_has_one_winner,
    a_broken_invariant_is_found_and_named,
);

/// How often everything happens at once.
const STORM_ROUNDS: u32 = 25;

#[track_caller]
fn assert_whole(data: &Data) {
    let _ = data.run(&["check"]).well();
}

fn book(patient: &Person, slot: &str) -> Answer {
    patient.client.post("/appointments", &json!({"slot_id": slot}))
}

#[track_caller]
fn assert_one_won(answers: &[Answer], status: u16, code: &str) {
    let (won, lost): (Vec<_>, Vec<_>) = answers.iter().partition(|answer| answer.status == status);
    assert_eq!(won.len(), 1, "{:?}", answers.iter().map(|answer| answer.status).collect::<Vec<_>>());
    for answer in lost {
        answer.problem(409, code);
    }
}

fn of_64_patients_one_gets_the_slot(engine: Engine) {
    let server = Server::start(engine);
    let slot = &server.doctor().publish(&days::instant(3, 540), 30);
    let patients: Vec<Person> = (0..64).map(|_| server.patient()).collect();

    let answers = at_once(patients.iter().map(|patient| || book(patient, slot)).collect());
    assert_one_won(&answers, 201, "slot_not_free");
    assert_whole(server.data());
}

fn a_patient_is_at_one_of_40_places(engine: Engine) {
    let server = Server::start(engine);
    let patient = &server.patient();
    // Each begins one minute after the other, so that all of them overlap.
    let slots: Vec<String> = (0..40).map(|n| server.doctor().publish(&days::instant(3, 540 + n), 60)).collect();

    let answers = at_once(slots.iter().map(|slot| || book(patient, slot)).collect());
    assert_one_won(&answers, 201, "patient_busy");
    let items = patient.client.get("/appointments").body_of(200)["items"].clone();
    assert_eq!(items.as_array().unwrap().len(), 1);
    assert_whole(server.data());
}

fn strangers_do_not_stand_in_each_others_way(engine: Engine) {
    let server = Server::start(engine);
    let slots = server.doctor().publish_row(3, 40);
    let patients: Vec<Person> = (0..40).map(|_| server.patient()).collect();

    let works = patients.iter().zip(&slots).map(|(patient, slot)| || book(patient, slot)).collect();
    let statuses: Vec<u16> = at_once(works).iter().map(|answer| answer.status).collect();
    assert_eq!(statuses, [201; 40]);
    assert_whole(server.data());
}

fn one_key_from_8_threads_is_one_appointment(engine: Engine) {
    let server = Server::start(engine);
    let slot = &server.doctor().publish(&days::instant(3, 540), 30);
    let patient = server.patient();
    let keyed = &Person { client: patient.client.with("idempotency-key", "once"), ..patient };

    let answers = at_once((0..8).map(|_| || book(keyed, slot)).collect());
    for answer in &answers {
        assert_eq!((answer.status, answer.text()), (201, answers[0].text()));
        assert_eq!(answer.header("location"), answers[0].header("location"));
    }
    let items = keyed.client.get("/appointments").body_of(200)["items"].clone();
    assert_eq!(items.as_array().unwrap().len(), 1);
    assert_whole(server.data());
}

fn one_refresh_token_from_8_threads_is_one_refresh(engine: Engine) {
    let server = Server::start(engine);
    let (client, ada) = (&server.client(), server.patient());
    let token = &json!({"refresh_token": ada.login["refresh_token"]});

    let answers = at_once((0..8).map(|_| || client.post("/auth/refresh", token)).collect());
    let next: Vec<_> = answers.into_iter().map(|answer| answer.body_of(200)["refresh_token"].clone()).collect();
    assert!(next.iter().all(|other| *other == next[0] && *other != token["refresh_token"]), "{next:?}");
    let _ = ada.client.get("/auth/me").body_of(200);
}

fn two_overlapping_rows_of_slots_make_one(engine: Engine) {
    let server = Server::start(engine);
    let answers = two_rows(&server, false);
    assert_one_won(&answers, 201, "slot_overlap");
    assert_whole(server.data());
}

fn two_overlapping_rows_that_skip_conflicts_make_no_overlap(engine: Engine) {
    let server = Server::start(engine);
    let answers = two_rows(&server, true);
    let mut made: Vec<_> = answers.into_iter().map(|answer| answer.body_of(201)["created"].clone()).collect();
    made.sort_by_key(Value::as_u64);
    // Ten days of eight hours; whoever came second found only the last ten minutes of each day, which are too short.
    assert_eq!(made, [json!(0), json!(10 * 24)]);
    assert_whole(server.data());
}

/// Two rows of slots, of one doctor and at once, ten minutes apart.
fn two_rows(server: &Server, skip_conflicts: bool) -> Vec<Answer> {
    let doctor = &server.doctor();
    let hours = |start: &str, end: &str| {
        json!({
            "start_date": days::day(3), "end_date": days::day(12), "start_time": start, "end_time": end,
            "slot_minutes": 20, "skip_conflicts": skip_conflicts,
        })
    };
    let rows = [hours("08:00", "16:00"), hours("08:10", "16:10")];

    at_once(rows.iter().map(|row| || doctor.client.post("/slots/bulk", row)).collect())
}

fn of_many_moves_to_one_slot_one_arrives(engine: Engine) {
    let server = Server::start(engine);
    let slots = server.doctor().publish_row(3, 17);
    let wanted = &slots[16];
    let visits: Vec<(Person, String)> = slots[..16]
        .iter()
        .map(|slot| {
            let patient = server.patient();
            let visit = patient.book(slot);
            (patient, visit)
        })
        .collect();

    let go = |(patient, visit): &(Person, String)| {
        patient.client.post(&format!("/appointments/{visit}/reschedule"), &json!({"slot_id": wanted}))
    };
    let answers = at_once(visits.iter().map(|visit| || go(visit)).collect());
    assert_one_won(&answers, 200, "slot_not_free");
    assert_whole(server.data());
}

fn whatever_happens_at_once_the_data_stay_whole(engine: Engine) {
    let server = Server::start(engine);
    let (doctor, ada, eve, ben) = (server.doctor(), server.patient(), server.patient(), server.patient());
    let admin = server.admin();
    let any = doctor.client.with("if-match", "*");

    for round in 0..STORM_ROUNDS {
        let [here, there] = [0, 30].map(|minute| doctor.publish(&days::instant(3 + u64::from(round), minute), 30));
        let visit = ada.book(&here);
        let cancel = format!("/appointments/{visit}/cancel");
        let reschedule = format!("/appointments/{visit}/reschedule");
        let reinstate = format!("/appointments/{visit}/reinstate");
        let longer = json!({"slot_minutes": 60});
        let works: Vec<Box<dyn FnOnce() -> Answer + Send>> = vec![
            Box::new(|| ada.client.post_nothing(&cancel)),
            Box::new(|| ada.client.post(&reschedule, &json!({"slot_id": there}))),
            Box::new(|| doctor.client.post(&reschedule, &json!({"slot_id": there}))),
            Box::new(|| admin.client.post_nothing(&reinstate)),
            Box::new(|| book(&eve, &here)),
            Box::new(|| book(&eve, &there)),
            Box::new(|| book(&ben, &here)),
            Box::new(|| book(&ben, &there)),
            Box::new(|| any.delete(&format!("/slots/{here}"))),
            Box::new(|| any.delete(&format!("/slots/{there}"))),
            Box::new(|| any.patch(&format!("/slots/{here}"), &longer)),
            Box::new(|| any.patch(&format!("/slots/{there}"), &json!({"status": "busy_unavailable"}))),
            Box::new(|| any.post("/slots/bulk-delete", &json!({"ids": [here, there]}))),
        ];
        for answer in at_once(works) {
            match answer.status {
                200 | 201 | 204 => {}
                status => assert!(matches!(status, 404 | 409), "{}: {status}: {}", answer.asked, answer.text()),
            }
        }
    }
    assert_whole(server.data());
}

fn of_200_clients_and_100_slots_each_slot_has_one_winner(engine: Engine) {
    // All clients are at one address, and one that was sent away comes on a new connection beside its old one.
    let server = Server::start_with(engine, &[("connections_per_address", "1000")]);
    assert_each_slot_is_booked_once(std::slice::from_ref(&server), 50);
    assert_whole(server.data());
}

fn a_broken_invariant_is_found_and_named(engine: Engine) {
    let server = Server::start(engine);
    let (doctor, ada) = (server.doctor(), server.patient());
    let slots = doctor.publish_row(3, 3);
    ada.book(&slots[0]);
    assert_whole(server.data());

    for (harm, repair, name) in [
        (
            "UPDATE slots SET status = 'busy' WHERE status = 'free'",
            "UPDATE slots SET status = 'free' WHERE id NOT IN (SELECT slot_id FROM appointments)",
            "a slot is busy without an active appointment",
        ),
        (
            "UPDATE slots SET status = 'busy_unavailable' WHERE status = 'busy'",
            "UPDATE slots SET status = 'busy' WHERE status = 'busy_unavailable'",
            "an active appointment has no busy slot at its time",
        ),
        (
            "UPDATE appointments SET active_slot_id = NULL",
            "UPDATE appointments SET active_slot_id = slot_id",
            "the active slot does not agree with status and slot",
        ),
        (
            "UPDATE appointment_changes SET to_status = 'pending'",
            "UPDATE appointment_changes SET to_status = 'booked'",
            "the last history entry is not how the appointment stands",
        ),
        (
            "UPDATE appointments SET revision = revision + 1",
            "UPDATE appointments SET revision = revision - 1",
            "the history has not one entry for each revision",
        ),
        (
            "UPDATE slots SET doctor_id = location_id, \
             starts_at = '2040-01-01 09:00:00.000000', ends_at = '2040-01-01 09:30:00.000000' WHERE status = 'free'",
            "DELETE FROM slots WHERE status = 'free'",
            "two slots of a doctor overlap",
        ),
    ] {
        server.data().execute(harm);
        let ended = server.data().run(&["check"]);
        assert_eq!(ended.code, Some(1), "{harm}: {ended:#?}");
        assert!(ended.stderr.contains(&format!("data: {name}")), "{harm}: {ended:#?}");
        server.data().execute(repair);
        assert_whole(server.data());
    }
}
