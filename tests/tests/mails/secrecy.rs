//! Mails on their way: over TLS, to a mail server that proves who it is.

use std::fs;
use std::path::Path;
use std::process::Command;

use acceptance::mail_server::{MailServer, free_port};
use acceptance::{Data, Engine, Server, wait};
use serde_json::Value;

use crate::letters::read;

/// Whether the server was told to trust the mail server.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Trust {
    Given,
    Missing,
}

/// Makes a key, and a certificate for this machine.
fn certificate(folder: &Path) -> (String, String) {
    let [key, certificate] = ["key.pem", "certificate.pem"].map(|name| folder.join(name).display().to_string());
    let made = Command::new("openssl")
        .args(["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"])
        .args(["-subj", "/CN=mail", "-addext", "subjectAltName=IP:127.0.0.1"])
        .args(["-addext", "basicConstraints=critical,CA:FALSE", "-keyout", &key, "-out", &certificate])
        .output()
        .unwrap();
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    (key, certificate)
}

/// Sends a mail to a server that has a certificate, which is trusted or not; gives the mails and what went wrong.
fn sent(url: &str, options: [&str; 2], trust: Trust) -> (Vec<Vec<u8>>, Option<String>) {
    let data = Data::new(Engine::Sqlite);
    let (key, certificate) = certificate(data.folder());
    if trust == Trust::Given {
        fs::copy(&certificate, data.certificate()).unwrap();
    }
    let port = free_port();
    let mail_server = MailServer::start_with(port, &[options[0], &certificate, options[1], &key]);
    let server = Server::start_on(&data, &[("smtp_url", &url.replace("PORT", &port.to_string()))]);
    let (doctor, ada, admin) = (server.doctor(), server.patient(), server.admin());
    let slot = &doctor.publish_row(3, 1)[0];
    let booking = serde_json::json!({"slot_id": slot, "patient_id": ada.id()});
    let _ = doctor.client.post("/appointments", &booking).expect(201);
    // Both sides are written to.
    let message = wait::until("two attempts", || {
        let messages = admin.client.get("/messages").body_of(200)["items"].as_array().unwrap().clone();
        let is_tried = |message: &Value| message["sent_at"].is_string() || message["last_error"].is_string();
        messages.first().filter(|_| messages.len() == 2 && messages.iter().all(is_tried)).cloned()
    });
    (mail_server.mails(), message["last_error"].as_str().map(str::to_owned))
}

const STARTTLS: [&str; 2] = ["--tlscert", "--tlskey"];
const TLS: [&str; 2] = ["--smtpscert", "--smtpskey"];

#[test]
fn a_mail_goes_over_starttls_and_over_tls() {
    for (url, options) in [("smtp://127.0.0.1:PORT?tls=required", STARTTLS), ("smtps://127.0.0.1:PORT", TLS)] {
        let (mails, error) = sent(url, options, Trust::Given);
        assert_eq!((mails.len(), error), (2, None), "{url}");
        assert!(read(&mails[0]).subject.contains("is booked"));
    }
}

#[test]
fn a_mail_server_that_nobody_vouches_for_is_told_nothing() {
    for (url, options) in [("smtp://127.0.0.1:PORT?tls=required", STARTTLS), ("smtps://127.0.0.1:PORT", TLS)] {
        let (mails, error) = sent(url, options, Trust::Missing);
        assert_eq!(mails.len(), 0, "{url}");
        assert!(error.as_ref().is_some_and(|error| error.contains("certificate")), "{url}: {error:?}");
    }
}
