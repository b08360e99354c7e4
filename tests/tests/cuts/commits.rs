//! A database that is cut off between COMMIT and its answer, and what is said of it to those who have no key.

use std::collections::BTreeMap;

use acceptance::people::id_of;
use acceptance::proxy::{Cut, End, Way};
use acceptance::{Data, Engine, wait};
use serde_json::json;

use crate::lanes::{Node, assert_is_trouble, hex, trouble};

/// How many bytes before the last one connections are cut: COMMIT and its answer are shorter.
const BYTES_BEFORE_THE_LAST: u64 = 20;

/// Active appointments, once whoever writes is done: they hold the guards until then.
fn stored(data: &Data) -> Vec<String> {
    let _ = data.ask("SELECT kind AS told FROM guards FOR UPDATE");
    data.ask("SELECT LOWER(HEX(id)) AS told FROM appointments WHERE active_slot_id IS NOT NULL")
}

#[test]
fn what_is_said_of_a_booking_without_a_key_is_so() {
    let data = Data::new(Engine::MariaDb);
    let node = Node::start(&data, &[]);
    let slot = json!({"slot_id": node.server.doctor().publish_row(3, 1)[0]});
    let ada = node.server.patient().client;
    let cancel_all = || {
        for id in ada.get("/appointments?status=booked").body_of(200)["items"].as_array().unwrap() {
            let _ = ada.post(&format!("/appointments/{}/cancel", id_of(id)), &json!({})).expect(200);
        }
    };
    let measure = || {
        let before = node.proxy.passed();
        let _ = ada.post("/appointments", &slot).expect(201);
        let after = node.proxy.passed();
        cancel_all();
        (after.to_server - before.to_server, after.to_client - before.to_client)
    };
    let (to_server, to_client) = wait::until("two bookings that take the same bytes", || {
        let bytes = measure();
        (bytes == measure()).then_some(bytes)
    });

    let mut seen = BTreeMap::new();
    for (way, bytes) in [(Way::ToServer, to_server), (Way::ToClient, to_client)] {
        for (end, left) in [End::Closed, End::Reset]
            .into_iter()
            .flat_map(|end| (0..BYTES_BEFORE_THE_LAST).map(move |left| (end, left)))
        {
            node.proxy.cut(Cut { way, after_bytes: bytes - left, end });
            let answer = ada.post("/appointments", &slot);
            node.proxy.spare();
            let stored = stored(&data);
            let said = if answer.status == 201 {
                assert_eq!(stored, [hex(&id_of(&answer.json()))]);
                "booked".to_owned()
            } else {
                assert_is_trouble(&answer);
                trouble(&answer)
            };
            assert!(stored.len() <= 1);
            assert!(stored.is_empty() || ["booked", "outcome_unknown"].contains(&said.as_str()), "{said}: {stored:?}");
            *seen.entry((said, stored.len())).or_insert(0) += 1;
            cancel_all();
        }
    }
    println!("said, how many were stored, how often: {seen:?}");
    assert!(seen.contains_key(&("outcome_unknown".to_owned(), 1)), "no COMMIT lost its answer: {seen:?}");
    let _ = data.run(&["check"]).well();
}
