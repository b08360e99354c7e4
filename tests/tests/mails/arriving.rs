//! Mails of a visit's life, through a mail server that others wrote.

use std::fs;

use acceptance::mail_server::{MailServer, free_port};
use acceptance::{Data, Engine, Person, Server, days, on_each_engine, wait};
use serde_json::json;

use crate::letters::{read, to};

on_each_engine!(
    a_booked_a_moved_and_a_cancelled_visit_are_told_to_both_sides,
    without_a_mail_server_mails_lie_in_a_folder,
    a_visit_keeps_its_id_when_the_installation_gets_another_address,
);

fn a_booked_a_moved_and_a_cancelled_visit_are_told_to_both_sides(engine: Engine) {
    let port = free_port();
    let mail_server = MailServer::start(port);
    let url = format!("smtp://127.0.0.1:{port}");
    let server = Server::start_with(
        engine,
        &[("smtp_url", &url), ("mail_from", "Clinic <clinic@example.org>"), ("public_url", "https://clinic.example")],
    );
    let (doctor, ada) = (server.doctor(), server.patient());
    let slots = doctor.publish_row(3, 2);
    let wish = json!({"slot_id": slots[0], "reason": "a secret cough", "notes": "a secret note"});
    let visit = ada.client.post("/appointments", &wish).body_of(201)["id"].as_str().unwrap().to_owned();
    let path = format!("/appointments/{visit}");
    let _ = ada.client.post(&format!("{path}/reschedule"), &json!({"slot_id": slots[1]})).expect(200);
    let _ = doctor.client.post(&format!("{path}/cancel"), &json!({"reason": "a secret reason"})).expect(200);

    // Both are told of each change, whoever made it.
    let mails = mail_server.wait_for(6);
    let stamp = |minute: u32| days::at(3, minute).format("%Y%m%dT%H%M%SZ").to_string();
    let told = |email: &str, expected: &[(&str, &str, u32, &str)]| {
        let mails = to(email, &mails);
        assert_eq!(mails.len(), expected.len(), "{email}: {mails:#?}");
        for (mail, (word, method, minute, sequence)) in mails.iter().zip(expected) {
            assert!(mail.subject.contains(word), "{}", mail.subject);
            let event = mail.invitation.as_ref().unwrap();
            assert_eq!(event["UID"], format!("{visit}@clinic.example"));
            assert_eq!((event["METHOD"].as_str(), event["SEQUENCE"].as_str()), (*method, *sequence));
            assert_eq!((&event["DTSTART"], &event["DTEND"]), (&stamp(*minute), &stamp(minute + 30)));
            assert_eq!(event["ATTENDEE"], format!("mailto:{email}"));
            assert_eq!(event["ORGANIZER"], "mailto:clinic@example.org");
        }
    };
    let (booked, moved) = (("is booked", "REQUEST", 0, "1"), ("moved to", "REQUEST", 30, "2"));
    let cancelled = ("is cancelled", "CANCEL", 30, "3");
    told(&ada.email, &[booked, moved, cancelled]);
    told(&doctor.email, &[booked, moved, cancelled]);
    for mail in &mails {
        assert!(!format!("{:?}", read(mail)).contains("secret"));
    }
    assert_eq!(mail_server.mails().len(), 6);
}

fn without_a_mail_server_mails_lie_in_a_folder(engine: Engine) {
    let server = Server::start(engine);
    let (doctor, ada, admin) = (server.doctor(), server.patient(), server.admin());
    let slot = &doctor.publish_row(3, 1)[0];
    let wishes = json!({"email_appointments": false});
    let _ = doctor.client.patch("/auth/me/preferences", &wishes).expect(200);
    ada.book(slot);
    let list = |status: &str| admin.client.get(&format!("/messages?status={status}")).body_of(200)["items"].clone();
    let settled = || Some(()).filter(|()| list("sent")[0].is_object() && list("skipped")[0].is_object());
    acceptance::wait::until("the mail", settled);
    let (sent, skipped) = (list("sent"), list("skipped"));
    assert_eq!((&sent[0]["to"]["email"], &skipped[0]["to"]["email"]), (&json!(ada.email), &json!(doctor.email)));
    let name = format!("mail/{}.eml", sent[0]["id"].as_str().unwrap());
    let mail = read(&fs::read(server.data().folder().join(name)).unwrap());
    assert_eq!(mail.to, ada.email);
    assert!(mail.text.contains("is booked"), "{}", mail.text);
    assert_eq!(fs::read_dir(server.data().folder().join("mail")).unwrap().count(), 1);
}

fn a_visit_keeps_its_id_when_the_installation_gets_another_address(engine: Engine) {
    let data = Data::new(engine);
    let mail_of = |id: &str| data.folder().join(format!("mail/{id}.eml"));
    let newest = |admin: &Person| admin.client.get("/messages").body_of(200)["items"][0].clone();
    let invitation = |admin: &Person| {
        let message = wait::until("the mail", || Some(newest(admin)).filter(|message| message["status"] == "sent"));
        read(&fs::read(mail_of(message["id"].as_str().unwrap())).unwrap()).invitation.unwrap()
    };
    // A command that comes first decides nothing.
    let _ = data.run(&["migrate"]).well();
    let server = Server::start_on(&data, &[("public_url", "https://first.example")]);
    let (doctor, ada, admin) = (server.doctor(), server.patient(), server.admin());
    let visit = ada.book(&doctor.publish_row(3, 1)[0]);
    let booked = invitation(&admin);
    assert_eq!(booked["UID"], format!("{visit}@first.example"));
    drop(server);

    let server = Server::start_on(&data, &[("public_url", "https://second.example")]);
    let (ada, admin) = (ada.at(&server), admin.at(&server));
    let _ = ada.client.post_nothing(&format!("/appointments/{visit}/cancel")).expect(200);
    let cancelled = invitation(&admin);
    assert_eq!((cancelled["METHOD"].as_str(), &cancelled["UID"]), ("CANCEL", &booked["UID"]));
    assert_eq!(cancelled["URL"], "https://second.example");
}
