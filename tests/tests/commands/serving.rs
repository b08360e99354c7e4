//! Starting, stopping, and what is there the next time.

use std::collections::BTreeSet;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::sync::atomic::{AtomicU32, Ordering};
use std::{fs, thread};

use acceptance::people::{PASSWORD, id_of};
use acceptance::{Data, Engine, Person, Server, days, on_each_engine, program, raw, wait};
use serde_json::Value;

on_each_engine!(
    what_was_answered_is_there_after_a_stop,
    what_was_answered_is_there_after_a_kill,
    a_request_in_flight_is_answered_before_the_end,
    under_load_the_end_leaves_nothing_half_done_and_nothing_untold,
);

/// Makes a visit and says how everything stands, and with what it can be asked.
fn live(server: &Server) -> (Person, String, Value) {
    let ada = server.patient();
    let visit = ada.book(&server.doctor().publish(&days::instant(3, 540), 30));
    let path = format!("/appointments/{visit}");
    let seen = ada.client.get(&path).body_of(200);
    (ada, path, seen)
}

fn assert_still_there(server: &Server, (ada, path, seen): &(Person, String, Value)) {
    let client = ada.client.to(&server.url());
    assert_eq!(client.get(path).body_of(200), *seen, "with the token of before");
    assert_eq!(Person::log_in(&server.client(), &ada.email, PASSWORD).client.get(path).body_of(200), *seen);
}

fn what_was_answered_is_there_after_a_stop(engine: Engine) {
    let server = Server::start(engine);
    let life = live(&server);
    let data = server.data().clone();
    assert_eq!(server.stop().code(), Some(0));
    assert_still_there(&Server::start_on(&data, &[]), &life);
    let _ = data.run(&["check"]).well();
}

fn what_was_answered_is_there_after_a_kill(engine: Engine) {
    let server = Server::start(engine);
    let life = live(&server);
    let data = server.data().clone();
    drop(server);
    assert_still_there(&Server::start_on(&data, &[]), &life);
    let _ = data.run(&["check"]).well();
}

fn a_request_in_flight_is_answered_before_the_end(engine: Engine) {
    let mut server = Server::start(engine);
    let ada = server.patient();
    let body = format!(r#"{{"identifier":"{}","password":"{PASSWORD}"}}"#, ada.email);
    let head = format!(
        "POST /api/v1/auth/login HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\nconnection: close\r\n\
         expect: 100-continue\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    let mut stream = raw::connect(server.address());
    stream.write_all(head.as_bytes()).unwrap();
    let mut go_on = [0; 25];
    stream.read_exact(&mut go_on).unwrap();
    assert_eq!(&go_on, b"HTTP/1.1 100 Continue\r\n\r\n", "the request has begun");

    server.terminate();
    wait::until("the door to be shut", || TcpStream::connect(server.address()).is_err().then_some(()));
    assert_eq!(server.ended(), None);
    stream.write_all(body.as_bytes()).unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    assert_eq!(raw::statuses(&answer), [200], "{}", String::from_utf8_lossy(&answer));
    let ended = wait::until("the server to end", || server.ended());
    assert_eq!(ended.code(), Some(0));
}

/// Books and cancels over and over until nobody answers any more; says which visits it was told of, and counts.
fn book_until_the_end(patient: &Person, slot: &String, told: &AtomicU32) -> BTreeSet<String> {
    let mut visits = BTreeSet::new();
    let wish = serde_json::json!({"slot_id": slot}).to_string();
    let client = patient.client.with("content-type", "application/json");
    loop {
        let Ok(answer) = client.try_send("POST", "/appointments", Some(wish.as_bytes())) else { return visits };
        let visit = id_of(&answer.body_of(201));
        let cancel = format!("/appointments/{visit}/cancel");
        visits.insert(visit);
        told.fetch_add(1, Ordering::Relaxed);
        match client.try_send("POST", &cancel, Some(b"{}")) {
            Ok(answer) => drop(answer.body_of(200)),
            Err(_) => return visits,
        }
    }
}

fn under_load_the_end_leaves_nothing_half_done_and_nothing_untold(engine: Engine) {
    let mut server = Server::start(engine);
    let slots = server.doctor().publish_row(3, 6);
    let patients: Vec<Person> = slots.iter().map(|_| server.patient()).collect();
    let told = AtomicU32::new(0);
    let (visits, ended) = thread::scope(|scope| {
        let told = &told;
        let book = |(patient, slot)| scope.spawn(move || book_until_the_end(patient, slot, told));
        let clients: Vec<_> = patients.iter().zip(&slots).map(book).collect();
        wait::until("work to be going on", || (30 < told.load(Ordering::Relaxed)).then_some(()));
        server.terminate();
        let visits: Vec<_> = clients.into_iter().map(|client| client.join().unwrap()).collect();
        (visits, wait::until("the server to end", || server.ended()))
    });
    assert_eq!(ended.code(), Some(0), "{}", server.stderr());

    let data = server.data().clone();
    let _ = data.run(&["check"]).well();
    let again = Server::start_on(&data, &[]);
    for (patient, told) in patients.iter().zip(visits) {
        let list = patient.client.to(&again.url()).get("/appointments?limit=100").body_of(200);
        let stored: BTreeSet<String> = list["items"].as_array().unwrap().iter().map(id_of).collect();
        assert_eq!(stored, told, "left: what was done, right: what was told");
    }
}

#[test]
fn keys_are_made_once_and_for_their_owner_only() {
    let server = Server::start(Engine::Sqlite);
    let keys = server.data().keys();
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    let read = || -> Vec<(String, Vec<u8>)> {
        let mut files: Vec<_> = fs::read_dir(&keys)
            .unwrap()
            .map(|entry| entry.unwrap().path())
            // How far the audit log has come is written again each second.
            .filter(|path| !path.display().to_string().contains("/audit-"))
            .map(|path| {
                assert_eq!(mode(&path), 0o600, "{}", path.display());
                (path.display().to_string(), fs::read(&path).unwrap())
            })
            .collect();
        files.sort();
        files
    };
    let before = read();
    assert_eq!((before.len(), mode(&keys)), (3, 0o700));

    let data = server.data().clone();
    let _ = server.stop();
    let _ = Server::start_on(&data, &[]);
    assert_eq!(read(), before);

    let signing = keys.join("signing.pem");
    fs::set_permissions(&signing, fs::Permissions::from_mode(0o644)).unwrap();
    let ended = data.run(&["serve"]);
    assert_eq!(ended.code, Some(1), "{ended:#?}");
    assert!(ended.stderr.contains("signing.pem"), "{ended:#?}");
}

#[test]
fn the_address_is_told_and_a_taken_one_is_refused() {
    let server = Server::start(Engine::Sqlite);
    let out = server.stdout();
    assert!(out.contains(&format!("http://{}/api/docs", server.address())), "{out}");
    assert!(out.contains("slotkeeper admin create"), "{out}");

    let ended = Data::new(Engine::Sqlite).run(&["--bind", server.address(), "serve"]);
    assert_eq!(ended.code, Some(1), "{ended:#?}");
    assert!(ended.stderr.contains(&format!("cannot listen on {}: ", server.address())), "{ended:#?}");
}

#[test]
fn a_file_has_one_server_by_whatever_name_and_commands_beside_it() {
    let server = Server::start(Engine::Sqlite);
    let data = server.data().clone();
    let link = data.folder().join("link.db");
    std::os::unix::fs::symlink(data.folder().join("clinic.db"), &link).unwrap();
    let by_link = format!("sqlite://{}", link.display());
    for second in [
        &["serve"][..],
        &["demo"],
        &["--database-url", "sqlite://clinic.db", "serve"],
        &["--database-url", &by_link, "serve"],
    ] {
        let ended = data.run(second);
        assert_eq!((ended.code, ended.stdout.as_str()), (Some(1), ""), "{ended:#?}");
        assert!(ended.stderr.contains("another server serves "), "{ended:#?}");
    }
    let backup = data.folder().join("backup.db");
    for beside in [
        &["migrate"][..],
        &["check"],
        &["account", "list"],
        &["settings", "set", "admins_max", "3"],
        &["backup", backup.to_str().unwrap()],
    ] {
        let _ = data.run(beside).well();
    }
    server.patient();
}

#[test]
fn whoever_comes_while_a_killed_server_ends_serves_its_file() {
    let server = Server::start(Engine::Sqlite);
    program::signal("KILL", &server.pid().to_string());
    let next = Server::start_on(server.data(), &[]);
    next.patient();
}
