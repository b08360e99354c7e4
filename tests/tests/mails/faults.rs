//! Mail servers that are not there, servers that are killed, and several of them at once.

use std::collections::BTreeSet;
use std::sync::Arc;

use acceptance::mail_server::{BreathlessServer, MailServer, free_port};
use acceptance::{Data, Engine, Person, Server, on_each_engine, wait};
use serde_json::Value;

use crate::letters::read;

on_each_engine!(
    what_could_not_be_sent_is_sent_when_the_mail_server_is_back,
    several_servers_send_each_message_once,
    a_server_that_is_killed_between_sending_and_recording_sends_one_copy_more,
);

fn messages(admin: &Person, status: &str) -> Vec<Value> {
    let list = admin.client.get(&format!("/messages?limit=100&status={status}")).body_of(200);
    list["items"].as_array().unwrap().clone()
}

fn what_could_not_be_sent_is_sent_when_the_mail_server_is_back(engine: Engine) {
    let port = free_port();
    let url = format!("smtp://127.0.0.1:{port}");
    let server = Server::start_with(engine, &[("smtp_url", &url)]);
    let (doctor, ada, admin) = (server.doctor(), server.patient(), server.admin());
    for slot in doctor.publish_row(3, 3) {
        ada.book(&slot);
    }
    wait::until("six failures", || {
        let waiting = messages(&admin, "waiting");
        Some(()).filter(|()| waiting.len() == 6 && waiting.iter().all(|message| message["last_error"].is_string()))
    });
    let mail_server = MailServer::start(port);
    for message in messages(&admin, "waiting") {
        let _ =
            admin.client.post_nothing(&format!("/messages/{}/send-again", message["id"].as_str().unwrap())).expect(200);
    }
    let mails = mail_server.wait_for(6);
    let ids: BTreeSet<String> = mails.iter().map(|mail| read(mail).message_id).collect();
    assert_eq!((mails.len(), ids.len()), (6, 6));
    wait::until("six sent", || Some(()).filter(|()| messages(&admin, "sent").len() == 6));
    let id = messages(&admin, "sent")[0]["id"].as_str().unwrap().to_owned();
    let log = admin.client.get(&format!("/messages/{id}")).body_of(200)["log"].clone();
    assert_eq!((&log[0]["outcome"], &log[1]["outcome"]), (&"failed".into(), &"sent".into()));
    assert_eq!(mail_server.mails().len(), 6);
}

/// Two servers on one database on MariaDB; a file of SQLite is one server's.
fn servers(data: &Arc<Data>, url: &str) -> Vec<Server> {
    let count = if data.engine() == Engine::Sqlite { 1 } else { 2 };
    (0..count).map(|_| Server::start_on(data, &[("smtp_url", url)])).collect()
}

fn several_servers_send_each_message_once(engine: Engine) {
    let port = free_port();
    let mail_server = MailServer::start(port);
    let data = Data::new(engine);
    let servers = servers(&data, &format!("smtp://127.0.0.1:{port}"));
    let (doctor, ada, admin) = (servers[0].doctor(), servers[0].patient(), servers[0].admin());
    for slot in doctor.publish_row(3, 15) {
        ada.book(&slot);
    }
    wait::until("all to be sent", || Some(()).filter(|()| messages(&admin, "sent").len() == 30));
    let mails = mail_server.mails();
    let ids: BTreeSet<String> = mails.iter().map(|mail| read(mail).message_id).collect();
    assert_eq!((mails.len(), ids.len()), (30, 30));
    assert!(messages(&admin, "sent").iter().all(|message| message["attempts"] == 1));
}

fn a_server_that_is_killed_between_sending_and_recording_sends_one_copy_more(engine: Engine) {
    let mail_server = BreathlessServer::start();
    let data = Data::new(engine);
    let url = mail_server.url();
    let server = Server::start_on(&data, &[("smtp_url", &url)]);
    let (doctor, ada) = (server.doctor(), server.patient());
    ada.book(&doctor.publish_row(3, 1)[0]);
    // Both sides are written to at the same time.
    wait::until("both mails", || Some(()).filter(|()| mail_server.mails().len() == 2));
    // Dropping kills with -9: the mails were taken, and nobody has written so.
    drop(server);
    let taken = mail_server.mails();
    assert_eq!(taken.len(), 2);

    mail_server.breathe();
    let servers = servers(&data, &url);
    let (doctor, bea, admin) = (servers[0].doctor(), servers[0].patient(), servers[0].admin());
    bea.book(&doctor.publish_row(3, 1)[0]);
    wait::until("two sent", || Some(()).filter(|()| messages(&admin, "sent").len() == 2));
    assert_eq!(messages(&admin, "waiting").len(), 2, "the claims are still held");
    data.execute("UPDATE messages SET claimed_until = created_at WHERE claimed_until IS NOT NULL");
    wait::until("four sent", || Some(()).filter(|()| messages(&admin, "sent").len() == 4));

    let mails: Vec<String> = mail_server.mails().iter().map(|mail| read(mail.as_bytes()).message_id).collect();
    let ids: BTreeSet<&String> = mails.iter().collect();
    assert_eq!((mails.len(), ids.len()), (6, 4), "nothing is lost, and of each of two one copy is too many");
    let first = read(taken[0].as_bytes()).message_id;
    assert_eq!(mails.iter().filter(|id| **id == first).count(), 2, "both copies have one Message-ID");
    let id = first.trim_start_matches('<').split('@').next().unwrap();
    let log = admin.client.get(&format!("/messages/{id}")).body_of(200)["log"].clone();
    assert_eq!((log.as_array().unwrap().len(), &log[0]["attempt"]), (1, &2.into()), "the first attempt said nothing");
}
