//! Registering, and one's own account.

use std::thread;

use acceptance::people::{self, PASSWORD, Person, doctor_form, patient_form};
use acceptance::{Engine, Server, on_each_engine};
use serde_json::{Value, json};

on_each_engine!(
    a_patient_registers_and_finds_what_was_said,
    a_doctor_registers_and_finds_what_was_said,
    an_account_is_changed_and_cleared_by_its_owner,
    what_is_unique_is_taken_once_and_named,
    of_many_who_want_one_address_one_gets_it,
    staff_is_not_made_by_the_public,
    staff_has_no_profile,
);

fn whole_patient() -> Value {
    let mut form = patient_form();
    form["username"] = json!("ada.lovelace");
    form["national_id"] = json!("AB-123456");
    form["profile_pic"] = json!("https://example.org/ada.png");
    form["patient"] = json!({
        "date_of_birth": "1990-12-10", "gender": "female", "blood_group": "O-", "address": "1 Marina Road\nLagos",
        "emergency_contact": "Byron, +2348035550100", "medical_history": "Asthma 🩺",
    });
    form
}

fn a_patient_registers_and_finds_what_was_said(engine: Engine) {
    let server = Server::start(engine);
    let client = server.client();
    let form = whole_patient();

    let registered = client.post("/auth/register", &form).expect(201);
    assert_eq!(registered.header("location"), Some("/api/v1/auth/me"));
    let account = registered.json();
    assert_eq!(
        account,
        json!({
            "id": account["id"], "role": "patient", "email": form["email"], "full_name": form["full_name"],
            "status": "active", "profile_id": account["profile_id"],
        })
    );
    assert!(account["id"].is_string() && account["profile_id"].is_string());

    let email = form["email"].as_str().unwrap();
    for identifier in [email, &email.to_uppercase(), "ada.lovelace", "AB-123456"] {
        let login = Person::log_in(&client, identifier, PASSWORD).login;
        assert_eq!(
            login,
            json!({
                "access_token": login["access_token"], "token_type": "Bearer", "expires_in": 3600,
                "refresh_token": login["refresh_token"], "device_token": login["device_token"], "account": account,
            })
        );
    }

    let ada = Person::log_in(&client, email, PASSWORD).client;
    let profile = json!({
        "id": account["profile_id"], "full_name": form["full_name"], "email": email, "phone": form["phone"],
        "profile_pic": "https://example.org/ada.png", "date_of_birth": "1990-12-10", "gender": "female",
        "blood_group": "O-", "address": "1 Marina Road\nLagos", "emergency_contact": "Byron, +2348035550100",
        "medical_history": "Asthma 🩺",
    });
    let me = ada.get("/auth/me").body_of(200);
    assert_eq!(
        me,
        json!({
            "id": account["id"], "role": "patient", "email": email, "full_name": form["full_name"], "status": "active",
            "profile_id": account["profile_id"], "pending_email": null, "phone": form["phone"], "username": "ada.lovelace",
            "national_id": "AB-123456", "profile_pic": "https://example.org/ada.png", "created_at": me["created_at"],
            "profile": profile,
        })
    );
    assert_eq!(ada.get("/patients/me").body_of(200), profile);
    ada.get("/doctors/me").problem(403, "forbidden");
}

fn a_doctor_registers_and_finds_what_was_said(engine: Engine) {
    let server = Server::start_with(engine, &[("time_zone", "Africa/Lagos"), ("clinic_city", "Lagos")]);
    let mut form = doctor_form();
    form["doctor"] = json!({
        "specialties": ["Cardiology", "general_practice"], "license_number": "MD-1", "qualifications": "MBBS",
        "experience_years": 12, "consultation_fee": {"amount_minor": 1_500_000, "currency": "NGN"},
    });
    let doctor = server.join(&form);

    let seen = json!({
        "id": doctor.id(), "full_name": form["full_name"], "profile_pic": null,
        "specialties": ["cardiology", "general_practice"], "qualifications": "MBBS", "experience_years": 12,
        "consultation_fee": {"amount_minor": 1_500_000, "currency": "NGN"}, "accepting_bookings": true,
        "location": server.client().get("/doctors").body_of(200)["items"][0]["location"],
    });
    let mut page = server.client().get(&format!("/doctors/{}", doctor.id())).body_of(200);
    assert_eq!(page.as_object_mut().unwrap().remove("next_free_slots"), Some(json!([])));
    assert_eq!(page, seen);
    let place = &seen["location"];
    let expected = json!({
        "id": place["id"], "name": "Clinic", "address": "", "city": "Lagos", "time_zone": "Africa/Lagos", "revision": 1,
    });
    assert_eq!(*place, expected);

    let mut own = seen;
    own["license_number"] = json!("MD-1");
    assert_eq!(doctor.client.get("/doctors/me").body_of(200), own);
    assert_eq!(doctor.client.get("/auth/me").body_of(200)["profile"], own);
    doctor.client.get("/patients/me").problem(403, "forbidden");
}

fn an_account_is_changed_and_cleared_by_its_owner(engine: Engine) {
    let server = Server::start(engine);
    let ada = server.join(&whole_patient()).client;

    let edit = json!({"full_name": "Ada King", "phone": "+442071838750", "username": "countess", "profile_pic": null});
    let me = ada.patch("/auth/me", &edit).body_of(200);
    assert_eq!(
        (&me["full_name"], &me["phone"], &me["username"], &me["profile_pic"], &me["national_id"]),
        (&json!("Ada King"), &json!("+442071838750"), &json!("countess"), &json!(null), &json!("AB-123456"))
    );
    assert_eq!(ada.get("/auth/me").body_of(200), me);

    let edit = json!({"gender": "other", "blood_group": null, "medical_history": null, "address": "2 Marina Road"});
    let profile = ada.patch("/patients/me", &edit).body_of(200);
    assert_eq!(
        (&profile["gender"], &profile["blood_group"], &profile["medical_history"], &profile["address"]),
        (&json!("other"), &json!(null), &json!(null), &json!("2 Marina Road"))
    );
    assert_eq!(profile["date_of_birth"], "1990-12-10");
    assert_eq!(ada.get("/patients/me").body_of(200), profile);

    assert_eq!(
        ada.patch("/auth/me", &json!({"full_name": null})).problem(422, "invalid")["errors"][0]["pointer"],
        "/full_name"
    );
    assert_eq!(
        ada.patch("/auth/me", &json!({"phone": null})).problem(422, "invalid")["errors"][0]["pointer"],
        "/phone"
    );
    assert_eq!(ada.get("/patients/me").body_of(200), profile, "and a refused change changes nothing");
}

fn what_is_unique_is_taken_once_and_named(engine: Engine) {
    let server = Server::start(engine);
    let client = server.client();
    let taken = whole_patient();
    let _ = client.post("/auth/register", &taken).expect(201);

    for (field, code, shouted) in [
        ("email", "email_taken", true),
        ("phone", "phone_taken", false),
        ("username", "username_taken", true),
        ("national_id", "national_id_taken", true),
    ] {
        let mut form = patient_form();
        let text = taken[field].as_str().unwrap();
        form[field] = if shouted { json!(text.to_uppercase()) } else { json!(text) };
        let problem = client.post("/auth/register", &form).problem(409, code);
        assert_eq!(problem["errors"][0]["pointer"], format!("/{field}"), "{problem:#}");
        assert!(!problem.to_string().contains(text), "{problem:#}");
    }
    let other = server.patient().client;
    other.patch("/auth/me", &json!({"username": "Ada.Lovelace"})).problem(409, "username_taken");
}

fn of_many_who_want_one_address_one_gets_it(engine: Engine) {
    let server = Server::start(engine);
    let email = "popular@example.org";
    let forms: Vec<Value> = (0..8)
        .map(|_| {
            let mut form = patient_form();
            form["email"] = json!(email);
            form
        })
        .collect();
    let answers: Vec<_> = thread::scope(|scope| {
        let client = server.client();
        let tries: Vec<_> = forms
            .iter()
            .map(|form| {
                let client = client.clone();
                scope.spawn(move || client.post("/auth/register", form))
            })
            .collect();
        tries.into_iter().map(|answer| answer.join().unwrap()).collect()
    });
    let (made, refused): (Vec<_>, Vec<_>) = answers.into_iter().partition(|answer| answer.status == 201);
    assert_eq!(made.len(), 1);
    for answer in refused {
        answer.problem(409, "email_taken");
    }
}

fn staff_is_not_made_by_the_public(engine: Engine) {
    let server = Server::start(engine);
    for role in ["receptionist", "admin"] {
        let mut form = patient_form();
        form["role"] = json!(role);
        form["unknown"] = json!("whatever else it says");
        server.client().post("/auth/register", &form).problem(403, "forbidden");
    }
    let mut form = patient_form();
    form["role"] = json!("owner");
    server.client().post("/auth/register", &form).problem(422, "invalid");
}

fn staff_has_no_profile(engine: Engine) {
    let server = Server::start(engine);
    for (person, role) in [(server.admin(), "admin"), (server.receptionist(), "receptionist")] {
        let me = person.client.get("/auth/me").body_of(200);
        assert_eq!(
            me,
            json!({
                "id": people::id_of(&me), "role": role, "email": person.email, "full_name": "Grace Employed",
                "status": "active", "profile_id": null, "pending_email": null, "phone": null, "username": null, "national_id": null,
                "profile_pic": null, "created_at": me["created_at"], "profile": null,
            })
        );
    }
}
