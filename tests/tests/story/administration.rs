//! Administrators and other people's accounts; one's own password.

use acceptance::people::{self, PASSWORD, Person, doctor_form, patient_form};
use acceptance::race::at_once;
use acceptance::{Engine, Server, on_each_engine};
use serde_json::{Value, json};

on_each_engine!(
    accounts_are_found_changed_closed_and_opened,
    a_doctor_who_is_closed_is_not_booked,
    accounts_of_any_role_are_made_for_others,
    two_administrators_cannot_close_each_other,
    a_password_is_changed_for_a_good_one_only,
    whether_an_address_is_known_is_not_told,
);

fn accounts_are_found_changed_closed_and_opened(engine: Engine) {
    let server = Server::start(engine);
    let (admin, ada) = (server.admin(), server.patient());
    let id = ada.login["account"]["id"].as_str().unwrap();
    let path = format!("/accounts/{id}");

    let page = admin.client.get("/accounts?role=patient&status=active&q=ADA%20N").body_of(200);
    assert_eq!(page["items"][0]["id"], id);
    let shown = admin.client.get(&path).body_of(200);
    assert_eq!((&shown["email"], &shown["profile_id"]), (&json!(ada.email), &ada.login["account"]["profile_id"]));
    assert!(shown["email_verified_at"].is_string() && shown["created_at"].is_string());

    let change = json!({"email": "Ada+new@example.org", "full_name": "Ada King", "username": "ada"});
    let changed = admin.client.patch(&path, &change).body_of(200);
    assert_eq!((&changed["email"], &changed["full_name"]), (&json!("Ada+new@example.org"), &json!("Ada King")));
    let again = Person::log_in(&server.client(), "ada+NEW@example.org", PASSWORD);
    admin.client.patch(&path, &json!({"email": admin.email})).problem(409, "email_taken");

    assert_eq!(admin.client.post_nothing(&format!("{path}/deactivate")).body_of(200)["status"], "inactive");
    for person in [&ada, &again] {
        person.client.get("/auth/me").problem(401, "unauthenticated");
    }
    let login = json!({"identifier": "ada", "password": PASSWORD});
    server.client().post("/auth/login", &login).problem(403, "account_inactive");
    assert_eq!(admin.client.get("/accounts?status=inactive").body_of(200)["items"][0]["id"], id);
    assert_eq!(admin.client.post_nothing(&format!("{path}/activate")).body_of(200)["status"], "active");
    let _ = server.client().post("/auth/login", &login).expect(200);
    ada.client.get("/auth/me").problem(401, "unauthenticated");
}

fn a_doctor_who_is_closed_is_not_booked(engine: Engine) {
    let server = Server::start(engine);
    let (admin, doctor, patient) = (server.admin(), server.doctor(), server.patient());
    let slot = doctor.publish_row(2, 1).remove(0);
    let path = format!("/accounts/{}", doctor.login["account"]["id"].as_str().unwrap());
    let _ = admin.client.post_nothing(&format!("{path}/deactivate")).expect(200);
    patient.client.post("/appointments", &json!({"slot_id": slot})).problem(409, "doctor_not_accepting");
    let _ = admin.client.post_nothing(&format!("{path}/activate")).expect(200);
    let _ = patient.book(&slot);
}

fn accounts_of_any_role_are_made_for_others(engine: Engine) {
    let server = Server::start(engine);
    let admin = server.admin();
    for mut form in [
        patient_form(),
        doctor_form(),
        json!({"role": "receptionist", "full_name": "Rosa Desk", "email": "r@example.org"}),
    ] {
        if let Some(members) = form.as_object_mut() {
            members.remove("password");
        }
        let answer = admin.client.post("/accounts", &form).expect(201);
        let account = answer.json();
        assert_eq!((&account["role"], &account["email"]), (&form["role"], &form["email"]));
        assert_eq!(answer.header("location"), Some(format!("/api/v1/accounts/{}", people::id_of(&account)).as_str()));
        assert_eq!(admin.client.get(&format!("/accounts/{}", people::id_of(&account))).body_of(200), account);
        for password in ["", PASSWORD, "!"] {
            let login = json!({"identifier": form["email"], "password": password});
            assert_ne!(server.client().post("/auth/login", &login).status, 200, "nobody knows the password");
        }
    }
}

fn two_administrators_cannot_close_each_other(engine: Engine) {
    let server = Server::start(engine);
    let admins = [server.admin(), server.admin()];
    let id = |admin: &Person| admin.login["account"]["id"].as_str().unwrap().to_owned();
    let own = format!("/accounts/{}/deactivate", id(&admins[0]));
    admins[0].client.post_nothing(&own).problem(409, "own_account");

    let close =
        |by: &Person, whom: &Person| by.client.post_nothing(&format!("/accounts/{}/deactivate", id(whom))).status;
    let [one, other] = &admins;
    let statuses = at_once([(one, other), (other, one)].map(|(by, whom)| move || close(by, whom)).into());
    // The second comes either before it is out, and is the last, or after.
    assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 1, "{statuses:?}");
    assert!(statuses.iter().all(|status| [200, 401, 409].contains(status)), "{statuses:?}");
}

fn a_password_is_changed_for_a_good_one_only(engine: Engine) {
    let server = Server::start(engine);
    let ada = server.patient();
    let other = ada.again(&server.client());
    let change = |old: &str, new: &str| {
        ada.client.post("/auth/change-password", &json!({"old_password": old, "new_password": new}))
    };
    let pointer = |answer: Value| answer["errors"][0]["pointer"].as_str().map(str::to_owned);
    let too_long = "hedgehog-".repeat(8) + "x";
    let full = "tangerine velvet orbit quartz lantern hedgehog porcupine marble skylark ";
    assert_eq!((too_long.len(), full.len()), (73, 72));
    for weak in ["orbit-77!", &too_long, "          ", &ada.email, "Ada Number", "🩺🩺🩺🩺🩺🩺🩺🩺🩺"]
    {
        let answer = change(PASSWORD, weak);
        answer.problem(422, "invalid");
        assert_eq!(pointer(answer.json()).as_deref(), Some("/new_password"), "{weak}");
        assert!(!answer.text().contains(weak), "{weak}");
    }
    let answer = change("not the right one", "zebra-lamp9");
    answer.problem(422, "invalid");
    assert_eq!(pointer(answer.json()).as_deref(), Some("/old_password"));
    let _ = other.client.get("/auth/me").expect(200);

    let mut old = PASSWORD.to_owned();
    for good in ["q7!vZx0_Kp", "🦔 violet 🩺 tram", full] {
        let _ = change(&old, good).expect(204);
        good.clone_into(&mut old);
        let _ = Person::log_in(&server.client(), &ada.email, good);
    }
    let _ = ada.client.get("/auth/me").expect(200);
    other.client.get("/auth/me").problem(401, "unauthenticated");
}

fn whether_an_address_is_known_is_not_told(engine: Engine) {
    let server = Server::start(engine);
    let ada = server.patient();
    for what in ["/auth/forgot-password", "/auth/resend-verification"] {
        for email in [&ada.email, &ada.email.to_uppercase(), "nobody+x@example.org", "zoë@exämple.org"] {
            let answer = server.client().post(what, &json!({"email": email})).expect(202);
            assert_eq!(answer.text(), "");
        }
    }
    for (what, body) in [
        ("/auth/verify-email", json!({"token": "nothing"})),
        ("/auth/reset-password", json!({"token": "nothing", "password": "zebra-lamp9-orbit"})),
    ] {
        server.client().post(what, &body).problem(422, "token_invalid");
    }
}
