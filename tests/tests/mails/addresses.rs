//! Addresses beyond ASCII, through a mail server that takes ASCII only.

use acceptance::mail_server::BreathlessServer;
use acceptance::people::patient_form;
use acceptance::{Engine, Server, wait};
use serde_json::{Value, json};

use crate::letters::read;

/// What became of the mail to a patient with this address, and the mail server.
fn booked_by(email: &str) -> (Value, BreathlessServer) {
    let mail_server = BreathlessServer::start();
    mail_server.breathe();
    let server = Server::start_with(Engine::Sqlite, &[("smtp_url", &mail_server.url())]);
    let (doctor, admin) = (server.doctor(), server.admin());
    let mut form = patient_form();
    form["email"] = json!(email);
    server.join(&form).book(&doctor.publish_row(3, 1)[0]);
    let settled = || {
        let list = admin.client.get("/messages").body_of(200)["items"].as_array().unwrap().clone();
        list.into_iter().find(|message| message["to"]["email"] == email && message["attempts"] == 1)
    };
    let is_over = |message: &Value| message["sent_at"].is_string() || message["last_error"].is_string();
    (wait::until("the attempt", || settled().filter(is_over)), mail_server)
}

#[test]
fn a_domain_goes_to_the_mail_server_as_its_a_label() {
    let (message, mail_server) = booked_by("jose@ex\u{e4}mple.com");
    assert_eq!(message["status"], "sent", "{message}");
    let mails: Vec<_> = mail_server.mails().iter().map(|mail| read(mail.as_bytes())).collect();
    let mail = mails.iter().find(|mail| mail.to == "jose@xn--exmple-cua.com").unwrap();
    assert_eq!(mail.invitation.as_ref().unwrap()["ATTENDEE"], "mailto:jose@xn--exmple-cua.com");
}

#[test]
fn an_address_that_the_mail_server_cannot_name_is_given_up_at_once() {
    let (message, _) = booked_by("jos\u{e9}@example.com");
    assert_eq!(message["status"], "dead", "{message}");
    assert!(message["last_error"].as_str().unwrap().contains("SMTPUTF8"), "{message}");
}
