//! Lists page by page, and what is offered to anybody.

use acceptance::{Client, Engine, Server, days, on_each_engine};
use serde_json::{Value, json};

on_each_engine!(
    slots_come_earliest_first_page_by_page,
    free_times_are_offered_to_anybody,
    appointments_are_listed_by_scope_status_and_range,
    a_copy_of_the_diary_is_kept_by_asking_what_has_changed,
    lists_are_counted_for_who_asks,
    a_cursor_is_good_for_its_own_list_only,
);

/// Every item of a list, read in pages of so many.
fn walk(client: &Client, path: &str, limit: usize) -> Vec<Value> {
    let mut items = Vec::new();
    let mut query = format!("limit={limit}");
    loop {
        let separator = if path.contains('?') { '&' } else { '?' };
        let page = client.get(&format!("{path}{separator}{query}")).body_of(200);
        let rows = page["items"].as_array().unwrap();
        assert!(rows.len() <= limit);
        items.extend(rows.iter().cloned());
        match page["page"]["next_cursor"].as_str() {
            Some(cursor) => query = format!("limit={limit}&cursor={cursor}"),
            None => return items,
        }
    }
}

fn column(items: &[Value], name: &str) -> Vec<String> {
    items.iter().map(|item| item[name].as_str().unwrap().to_owned()).collect()
}

fn slots_come_earliest_first_page_by_page(engine: Engine) {
    let server = Server::start(engine);
    let doctor = server.doctor();
    // Backwards, so that the order is not that of publishing.
    let mut slots: Vec<String> = (0..7).rev().map(|n| doctor.publish(&days::instant(3, n * 30), 30)).collect();
    slots.reverse();

    assert_eq!(column(&walk(&doctor.client, "/slots", 3), "id"), slots);
    assert_eq!(column(&walk(&doctor.client, "/slots", 7), "id"), slots);
    let range = format!("/slots?from={}&to={}", days::instant(3, 30), days::instant(3, 90));
    assert_eq!(column(&walk(&doctor.client, &range, 1), "id"), slots[1..3]);
    let day = format!("/slots?from={0}&to={0}&status=free", days::day(3));
    assert_eq!(column(&walk(&doctor.client, &day, 100), "id"), slots);
    let before = format!("/slots?to={}", days::day(2));
    assert_eq!(walk(&doctor.client, &before, 100), [json!(null); 0]);

    let reversed = format!("/slots?from={}&to={}", days::day(5), days::day(3));
    doctor.client.get(&reversed).problem(422, "invalid");
    doctor.client.get(&format!("/slots?from={}&to={}", days::day(0), days::day(401))).problem(422, "invalid");
}

fn free_times_are_offered_to_anybody(engine: Engine) {
    let server = Server::start_with(engine, &[("clinic_city", "Lagos")]);
    let (doctor, colleague, anybody) = (server.doctor(), server.doctor(), server.client());
    let early = doctor.publish(&days::instant(3, 540), 30);
    // At one instant, two doctors: pages must not lose one of them.
    let same = [doctor.publish(&days::instant(3, 570), 30), colleague.publish(&days::instant(3, 570), 30)];
    let taken = colleague.publish(&days::instant(3, 600), 30);
    server.patient().book(&taken);

    let offers = walk(&anybody, "/availability", 1);
    let place = anybody.get("/locations").body_of(200)["items"][0].clone();
    assert_eq!(
        offers[0],
        json!({
            "slot_id": early, "doctor_id": doctor.id(),
            "doctor_name": doctor.client.get("/auth/me").body_of(200)["full_name"], "doctor_profile_pic": null,
            "location_id": place["id"], "location_name": place["name"], "city": "Lagos",
            "time_zone": place["time_zone"], "starts_at": days::instant(3, 540), "ends_at": days::instant(3, 570),
        })
    );
    let mut rest = column(&offers[1..], "slot_id");
    let mut expected = same.to_vec();
    rest.sort_unstable();
    expected.sort_unstable();
    assert_eq!(rest, expected);

    let found = |query: &str| column(&walk(&anybody, &format!("/availability?{query}"), 100), "slot_id");
    assert_eq!(found(&format!("doctor_id={}", colleague.id())), [same[1].as_str()]);
    let here = offers[0]["location_id"].as_str().unwrap();
    assert_eq!(found(&format!("location_id={here}")).len(), 3);
    assert_eq!(found(&format!("location_id={}", doctor.id())), [""; 0], "that is no place");
    assert_eq!(found("specialty=Cardiology&city=LAGOS").len(), 3);
    assert_eq!(found("specialty=dentistry"), [""; 0]);
    assert_eq!(found(&format!("to={}", days::instant(3, 570))), [early.as_str()]);

    server.data().let_days_pass(3 + 1);
    assert_eq!(found(""), [""; 0], "what has begun is not offered");
}

fn appointments_are_listed_by_scope_status_and_range(engine: Engine) {
    let server = Server::start(engine);
    let (doctor, ada, desk) = (server.doctor(), server.patient(), server.receptionist());
    let past: Vec<String> = doctor.publish_row(3, 3).iter().map(|slot| ada.book(slot)).collect();
    server.data().let_days_pass(5);
    let coming: Vec<String> = doctor.publish_row(3, 3).iter().map(|slot| ada.book(slot)).collect();
    let _ = ada.client.post_nothing(&format!("/appointments/{}/cancel", coming[1])).expect(200);
    let found = |client: &Client, query: &str| column(&walk(client, &format!("/appointments?{query}"), 2), "id");

    let active = [coming[0].as_str(), coming[2].as_str()];
    assert_eq!(found(&ada.client, "scope=upcoming"), active, "what was called off is not coming");
    assert_eq!(found(&ada.client, "scope=upcoming&status=cancelled"), coming[1..2], "unless it is asked for");
    assert_eq!(found(&ada.client, "scope=past"), past.iter().rev().cloned().collect::<Vec<_>>(), "latest first");
    assert_eq!(found(&doctor.client, ""), [past.clone(), coming.clone()].concat());
    assert_eq!(found(&desk.client, "scope=upcoming&status=booked"), active);
    assert_eq!(found(&desk.client, "scope=upcoming&status=booked,cancelled"), coming);
    assert_eq!(found(&desk.client, "scope=upcoming&status=noshow&status=cancelled"), coming[1..2]);
    let latest_first: Vec<String> = [past.clone(), coming.clone()].concat().into_iter().rev().collect();
    assert_eq!(found(&doctor.client, "sort=-starts_at"), latest_first);
    assert_eq!(found(&desk.client, &format!("from={}", days::instant(3, 30))), coming[1..]);
    assert_eq!(found(&desk.client, &format!("doctor_id={}&patient_id={}", doctor.id(), ada.id())).len(), 6);
    assert_eq!(found(&ada.client, &format!("patient_id={}", server.patient().id())), [""; 0]);
    ada.client.get("/appointments?scope=sideways").problem(422, "invalid");
    ada.client.get("/appointments?status=lost").problem(422, "invalid");
}

fn a_copy_of_the_diary_is_kept_by_asking_what_has_changed(engine: Engine) {
    let server = Server::start(engine);
    let (doctor, ada, ben, desk) = (server.doctor(), server.patient(), server.patient(), server.receptionist());
    let slots = doctor.publish_row(3, 4);
    let visits: Vec<String> = [&ada, &ben, &ada].iter().zip(&slots).map(|(patient, slot)| patient.book(slot)).collect();
    let last_change = |visit: &str| {
        let history = desk.client.get(&format!("/appointments/{visit}/history")).body_of(200);
        history["items"].as_array().unwrap().last().unwrap()["at"].as_str().unwrap().to_owned()
    };
    let changed =
        |client: &Client, since: &str| column(&walk(client, &format!("/appointments?updated_since={since}"), 1), "id");
    let since = last_change(&visits[0]);
    assert_eq!(changed(&desk.client, &since), visits, "in the order in which they were booked");
    let _ = ada.client.post_nothing(&format!("/appointments/{}/cancel", visits[0])).expect(200);
    let since = last_change(&visits[0]);
    let _ =
        desk.client.post(&format!("/appointments/{}/reschedule", visits[1]), &json!({"slot_id": slots[3]})).expect(200);
    for (client, expected) in [
        (&desk.client, &visits[..2]),
        (&doctor.client, &visits[..2]),
        (&ada.client, &visits[..1]),
        (&ben.client, &visits[1..2]),
    ] {
        assert_eq!(changed(client, &since), expected);
    }
    assert_eq!(changed(&desk.client, &last_change(&visits[1])), visits[1..2]);
    assert_eq!(changed(&server.doctor().client, &since), [""; 0]);
}

fn lists_are_counted_for_who_asks(engine: Engine) {
    let server = Server::start(engine);
    let (doctor, ada, desk) = (server.doctor(), server.patient(), server.receptionist());
    for slot in &doctor.publish_row(3, 5)[..2] {
        ada.book(slot);
    }
    let total = |client: &Client, path: &str| {
        let separator = if path.contains('?') { '&' } else { '?' };
        client.get(&format!("{path}{separator}limit=1&include_total=true")).body_of(200)["total"].clone()
    };
    let admin = server.admin();
    for (client, path, expected) in [
        (&desk.client, "/appointments", 2),
        (&ada.client, "/appointments?status=booked,cancelled", 2),
        (&ada.client, "/appointments?status=cancelled", 0),
        (&doctor.client, "/slots", 5),
        (&doctor.client, "/slots?status=free,busy", 5),
        (&ada.client, "/slots", 3),
        (&ada.client, "/availability", 3),
        (&ada.client, "/doctors", 1),
        (&ada.client, "/doctors?sort=earliest_free", 1),
        (&desk.client, "/patients", 1),
        (&admin.client, "/accounts?role=doctor,patient", 2),
        (&admin.client, "/messages?status=waiting,sent,skipped,dead", 4),
        (&admin.client, "/audit?action=appointment_booked", 2),
        (&ada.client, "/auth/sessions", 1),
    ] {
        assert_eq!(total(client, path), expected, "{path}");
    }
    assert_eq!(ada.client.get("/appointments").body_of(200).get("total"), None);
}

fn a_cursor_is_good_for_its_own_list_only(engine: Engine) {
    let server = Server::start(engine);
    let doctor = server.doctor();
    doctor.publish_row(3, 2);
    let page = doctor.client.get("/slots?limit=1").body_of(200);
    let cursor = page["page"]["next_cursor"].as_str().unwrap();

    let _ = doctor.client.get(&format!("/slots?cursor={cursor}")).expect(200);
    let forged = format!("{}{}", &cursor[..cursor.len() - 2], if cursor.ends_with("AA") { "BB" } else { "AA" });
    for path in [format!("/availability?cursor={cursor}"), format!("/slots?cursor={forged}")] {
        let problem = doctor.client.get(&path).problem(422, "invalid");
        assert_eq!(problem["errors"][0]["pointer"], "/query/cursor");
    }
}
