//! Doctors and patients, as others see them.

use acceptance::people::{doctor_form, patient_form};
use acceptance::{Engine, Person, Server, days, on_each_engine};
use serde_json::{Value, json};

on_each_engine!(
    doctors_are_found_by_name_specialty_city_and_whether_they_accept,
    a_doctor_changes_their_own_profile_and_an_administrator_any,
    staff_finds_patients_and_sees_what_is_theirs_to_see,
    the_front_desk_changes_contact_data,
    an_administrator_keeps_the_lists_that_the_directory_is_made_of,
    doctors_are_found_by_when_they_are_free,
);

fn names(answer: &Value) -> Vec<&str> {
    answer["items"].as_array().unwrap().iter().map(|item| item["full_name"].as_str().unwrap()).collect()
}

fn hire(server: &Server, name: &str, specialties: &[&str]) -> Person {
    let mut form = doctor_form();
    form["full_name"] = json!(name);
    form["doctor"]["specialties"] = json!(specialties);
    server.join(&form)
}

fn doctors_are_found_by_name_specialty_city_and_whether_they_accept(engine: Engine) {
    let server = Server::start_with(engine, &[("clinic_city", "Lagos")]);
    let zoe = hire(&server, "Dr Zoë Abiola", &["cardiology"]);
    hire(&server, "Dr Amara Chen", &["dermatology", "cardiology"]);
    hire(&server, "Dr Bjørn Eze", &["dentistry"]);
    let client = server.client();
    let found = |query: &str| {
        let answer = client.get(&format!("/doctors{query}")).body_of(200);
        names(&answer).iter().map(|name| (*name).to_owned()).collect::<Vec<_>>()
    };

    assert_eq!(found(""), ["Dr Amara Chen", "Dr Bjørn Eze", "Dr Zoë Abiola"]);
    assert_eq!(found("?q=ZO%C3%8B"), ["Dr Zoë Abiola"]);
    assert_eq!(found("?q=%25"), [""; 0]);
    assert_eq!(found("?specialty=cardiology&city=lagos&sort=name"), ["Dr Amara Chen", "Dr Zoë Abiola"]);
    assert_eq!(found("?city=Nairobi"), [""; 0]);

    let _ = zoe.client.patch("/doctors/me", &json!({"accepting_bookings": false})).expect(200);
    assert_eq!(found("?available=true"), ["Dr Amara Chen", "Dr Bjørn Eze"]);
    assert_eq!(found("?available=false"), ["Dr Zoë Abiola"]);

    let first = client.get("/doctors?limit=2").body_of(200);
    assert_eq!(names(&first), ["Dr Amara Chen", "Dr Bjørn Eze"]);
    let cursor = first["page"]["next_cursor"].as_str().unwrap();
    let last = client.get(&format!("/doctors?limit=2&cursor={cursor}")).body_of(200);
    assert_eq!((names(&last), &last["page"]), (vec!["Dr Zoë Abiola"], &json!({"next_cursor": null})));

    for query in ["limit=0", "limit=101", "cursor=made-up", "sort=rating", "unknown=1", "available=maybe"] {
        let problem = client.get(&format!("/doctors?{query}")).problem(422, "invalid");
        let name = query.split('=').next().unwrap();
        assert_eq!(problem["errors"][0]["pointer"], format!("/query/{name}"), "{problem:#}");
    }
    client.get("/doctors/00000000-0000-7000-8000-000000000000").problem(404, "unknown_doctor");
}

fn a_doctor_changes_their_own_profile_and_an_administrator_any(engine: Engine) {
    let server = Server::start(engine);
    let (doctor, admin) = (server.doctor(), server.admin());
    let path = format!("/doctors/{}", doctor.id());

    let edit = json!({
        "specialties": ["Neurology"], "experience_years": 3,
        "consultation_fee": {"amount_minor": 5000, "currency": "EUR"},
    });
    let own = doctor.client.patch("/doctors/me", &edit).body_of(200);
    assert_eq!(own["specialties"], json!(["neurology"]));
    assert_eq!(own["consultation_fee"], edit["consultation_fee"]);
    assert_eq!(own["experience_years"], 3);

    let approved = json!({"license_number": "MD-9", "qualifications": "FRCP", "consultation_fee": null});
    let refused = doctor.client.patch("/doctors/me", &approved).problem(422, "invalid");
    let pointers: Vec<_> = refused["errors"].as_array().unwrap().iter().map(|error| &error["pointer"]).collect();
    assert_eq!(pointers, ["/license_number", "/qualifications"]);
    let changed = admin.client.patch(&path, &approved).body_of(200);
    for (field, value) in approved.as_object().unwrap() {
        assert_eq!(&changed[field], value, "{field}");
    }
    assert_eq!(doctor.client.get("/doctors/me").body_of(200), changed);

    doctor.client.patch(&path, &json!({"license_number": "MD-1"})).problem(403, "forbidden");
    server.patient().client.patch(&path, &json!({"license_number": "MD-1"})).problem(403, "forbidden");
    server.receptionist().client.patch(&path, &json!({"license_number": "MD-1"})).problem(403, "forbidden");
    doctor.client.patch("/doctors/me", &json!({"specialties": ["astrology"]})).problem(422, "invalid");
    doctor.client.patch("/doctors/me", &json!({"license_number": null})).problem(422, "invalid");
}

fn staff_finds_patients_and_sees_what_is_theirs_to_see(engine: Engine) {
    let server = Server::start(engine);
    let mut form = patient_form();
    form["full_name"] = json!("Chioma Eze");
    form["patient"] = json!({"medical_history": "Asthma", "address": "1 Marina Road", "date_of_birth": "1990-12-10"});
    let chioma = server.join(&form);
    let other = server.patient();
    let (doctor, desk, admin) = (server.doctor(), server.receptionist(), server.admin());
    let path = format!("/patients/{}", chioma.id());

    let row = json!({
        "id": chioma.id(), "full_name": "Chioma Eze", "email": chioma.email, "phone": form["phone"],
        "profile_pic": null, "date_of_birth": "1990-12-10", "possible_duplicate": false,
    });
    for staff in [&doctor, &desk, &admin] {
        let list = staff.client.get("/patients?q=chio").body_of(200);
        assert_eq!(list, json!({"items": [row], "page": {"next_cursor": null}}));
    }
    other.client.get("/patients").problem(403, "forbidden");
    other.client.get(&path).problem(404, "unknown_patient");

    let mut whole = chioma.client.get(&path).body_of(200);
    assert_eq!((&whole["medical_history"], whole.get("possible_duplicate")), (&json!("Asthma"), None));
    whole["possible_duplicate"] = json!(false);
    assert_eq!(admin.client.get(&path).body_of(200), whole);
    let contact = desk.client.get(&path).body_of(200);
    assert_eq!(contact["address"], "1 Marina Road");
    assert_eq!(contact.get("medical_history"), None);
    assert_eq!(doctor.client.get(&path).body_of(200), contact, "a doctor who has never met the patient");

    let slot = doctor.publish(&days::instant(3, 600), 30);
    chioma.book(&slot);
    assert_eq!(doctor.client.get(&path).body_of(200), whole, "a doctor whom the patient is to meet");

    let mut form = patient_form();
    form["full_name"] = json!("Eze, CHIOMA");
    form["patient"] = json!({"date_of_birth": "1990-12-10"});
    let again = server.join(&form);
    for staff in [&doctor, &desk, &admin] {
        let list = staff.client.get("/patients?date_of_birth=1990-12-10").body_of(200);
        let told = |row: &Value| (row["id"] == again.id(), row["possible_duplicate"].clone());
        let told: Vec<_> = list["items"].as_array().unwrap().iter().map(told).collect();
        assert_eq!(told, [(false, json!(false)), (true, json!(true))]);
    }
}

fn the_front_desk_changes_contact_data(engine: Engine) {
    let server = Server::start(engine);
    let (ada, doctor, desk) = (server.patient(), server.doctor(), server.receptionist());
    let path = format!("/patients/{}", ada.id());

    let edit =
        json!({"full_name": "Ada King", "phone": "+442071838751", "address": "Ockham", "emergency_contact": null});
    let contact = desk.client.patch(&path, &edit).body_of(200);
    assert_eq!((&contact["full_name"], &contact["address"]), (&json!("Ada King"), &json!("Ockham")));
    assert_eq!(ada.client.get("/auth/me").body_of(200)["phone"], "+442071838751");

    desk.client.patch(&path, &json!({"medical_history": "none"})).problem(422, "invalid");
    doctor.client.patch(&path, &edit).problem(403, "forbidden");
    ada.client.patch(&path, &edit).problem(403, "forbidden");
    desk.client.patch("/patients/00000000-0000-7000-8000-000000000000", &edit).problem(404, "unknown_patient");
}

fn an_administrator_keeps_the_lists_that_the_directory_is_made_of(engine: Engine) {
    let server = Server::start(engine);
    let (doctor, admin, client) = (server.doctor(), server.admin(), server.client());
    let specialty = json!({"code": "space_medicine", "name": "Space medicine"});
    let _ = admin.client.post("/specialties", &specialty).expect(201);
    admin.client.post("/specialties", &specialty).problem(409, "specialty_taken");
    let items = client.get("/specialties").body_of(200)["items"].clone();
    assert!(items.as_array().unwrap().contains(&specialty));
    let own = json!({"specialties": ["space_medicine"]});
    let _ = doctor.client.patch("/doctors/me", &own).expect(200);
    admin.client.delete("/specialties/space_medicine").problem(409, "specialty_in_use");
    doctor.client.delete("/specialties/space_medicine").problem(403, "forbidden");

    let new = json!({"name": "North", "city": "Kathmandu", "time_zone": "Asia/Kathmandu"});
    let north = admin.client.post("/locations", &new).body_of(201);
    let path = format!("/doctors/{}", doctor.id());
    let moved = admin.client.patch(&path, &json!({"location_id": north["id"]})).body_of(200);
    assert_eq!(moved["location"], north);
    let slot = doctor.publish(&days::instant(3, 600), 30);
    assert_eq!(doctor.client.get(&format!("/slots/{slot}")).body_of(200)["location_id"], north["id"]);
    let first = client.get("/locations").body_of(200)["items"][0].clone();
    let back = json!({"location_id": first["id"]});
    admin.client.patch(&path, &back).problem(409, "doctor_has_slots_to_come");
    assert_eq!(names(&client.get("/doctors?city=KATHMANDU").body_of(200)).len(), 1);
}

fn doctors_are_found_by_when_they_are_free(engine: Engine) {
    let server = Server::start(engine);
    let late = hire(&server, "Dr Amara Chen", &["cardiology"]);
    let early = hire(&server, "Dr Zoë Abiola", &["cardiology"]);
    hire(&server, "Dr Bjørn Eze", &["dentistry"]);
    let slot = late.publish(&days::instant(4, 600), 30);
    early.publish(&days::instant(3, 600), 30);
    let client = server.client();
    let list = client.get("/doctors?sort=earliest_free&next_free=1").body_of(200);
    assert_eq!(names(&list), ["Dr Zoë Abiola", "Dr Amara Chen"]);
    assert_eq!(list["items"][1]["next_free_slots"][0]["slot_id"], slot);
    let from = days::instant(4, 0);
    let list = client.get(&format!("/doctors?free_from={from}")).body_of(200);
    assert_eq!(names(&list), ["Dr Amara Chen"]);
    let page = client.get(&format!("/doctors/{}", late.id())).body_of(200);
    assert_eq!(page["next_free_slots"].as_array().unwrap().len(), 1);
}
