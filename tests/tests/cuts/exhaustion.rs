//! Whatever there is only so much of, when all of it is in use: files, connections, the right to write.

use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use acceptance::people::id_of;
use acceptance::race::at_once;
use acceptance::{Client, Data, Engine, Person, Server, days, on_each_engine, raw, wait};
use diesel::Connection;
use diesel::connection::SimpleConnection;
use rustix::process::{Pid, Resource, Rlimit, prlimit};
use serde_json::json;

use crate::lanes::{assert_is_trouble, trouble, try_post};

on_each_engine!(
    more_clients_than_connections_are_served_one_after_the_other,
    who_is_connected_is_answered_when_there_are_no_files_left,
    a_database_that_somebody_else_keeps_shut_is_waited_for_a_while,
);

/// How much longer than promised a busy machine may take.
const GRACE: Duration = Duration::from_secs(3);

fn more_clients_than_connections_are_served_one_after_the_other(engine: Engine) {
    let server = Server::start_with(engine, &[("connections", "1")]);
    let slots = server.doctor().publish_row(3, 40);
    let patients: Vec<Person> = slots.iter().map(|_| server.patient()).collect();
    let book = |(patient, slot): (&Person, &String)| {
        let (client, wish) = (patient.client.clone(), json!({"slot_id": slot}));
        // Who waits too long on a busy machine is sent away, and nothing was done.
        move || {
            wait::until("a turn", || {
                let answer = client.post("/appointments", &wish);
                (answer.status != 503).then_some(answer.status)
            })
        }
    };
    let statuses = at_once(patients.iter().zip(&slots).map(book).collect());
    assert_eq!(statuses, [201; 40]);
    let _ = server.data().run(&["check"]).well();
}

/// How many files a process may have open, from now on.
fn limit_files(server: &Server, current: Option<u64>) -> Rlimit {
    let process = Pid::from_raw(i32::try_from(server.pid()).unwrap());
    let before = rustix::process::getrlimit(Resource::Nofile);
    prlimit(process, Resource::Nofile, Rlimit { current, maximum: before.maximum }).unwrap()
}

/// Asks on a connection that stays open; gives status and body.
fn ask(stream: &mut TcpStream, client: &Person, method: &str, path: &str, body: &str) -> (u16, String) {
    let length = body.len();
    let request = format!(
        "{method} /api/v1{path} HTTP/1.1\r\nhost: a\r\nauthorization: Bearer {}\r\ncontent-type: application/json\r\n\
         content-length: {length}\r\n\r\n{body}",
        client.token()
    );
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = Vec::new();
    let mut byte = [0];
    while !answer.ends_with(b"\r\n\r\n") {
        stream.read_exact(&mut byte).unwrap();
        answer.push(byte[0]);
    }
    let head = String::from_utf8(answer).unwrap().to_lowercase();
    let length = head.split("content-length: ").nth(1).unwrap().split("\r\n").next().unwrap();
    let mut body = vec![0; length.parse().unwrap()];
    stream.read_exact(&mut body).unwrap();
    (head[9..12].parse().unwrap(), String::from_utf8(body).unwrap())
}

fn who_is_connected_is_answered_when_there_are_no_files_left(engine: Engine) {
    let server = Server::start(engine);
    let (doctor, ada) = (server.doctor(), server.patient());
    let slot = doctor.publish(&days::instant(3, 540), 30);
    let connected = &mut raw::connect(server.address());
    assert_eq!(ask(connected, &ada, "GET", "/auth/me", "").0, 200);

    // Fewer than are open already.
    let before = limit_files(&server, Some(8));
    let mut waiting = raw::connect(server.address());
    waiting.write_all(b"GET /healthz HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n").unwrap();
    let (status, visit) = ask(connected, &ada, "POST", "/appointments", &json!({"slot_id": slot}).to_string());
    assert_eq!(status, 201, "{visit}");
    for _ in 0..20 {
        assert_eq!(ask(connected, &ada, "GET", "/appointments", "").0, 200);
    }
    waiting.set_read_timeout(Some(Duration::from_millis(200))).unwrap();
    assert_eq!(waiting.read(&mut [0]).unwrap_err().kind(), ErrorKind::WouldBlock, "there is no file for it");

    limit_files(&server, before.current);
    let begun = Instant::now();
    waiting.set_read_timeout(None).unwrap();
    let mut answer = Vec::new();
    waiting.read_to_end(&mut answer).unwrap();
    println!("{engine:?}: files again, and answered after {} ms", begun.elapsed().as_millis());
    assert_eq!(raw::statuses(&answer), [200], "who has waited");
    assert!(begun.elapsed() < GRACE);
    let visits = ada.client.to(&server.url()).get("/appointments").body_of(200);
    assert_eq!(visits["items"][0]["id"], serde_json::from_str::<serde_json::Value>(&visit).unwrap()["id"]);
    let _ = server.data().run(&["check"]).well();
}

/// Keeps everybody else from writing for as long as it lives.
enum Locker {
    Sqlite(diesel::SqliteConnection),
    #[cfg(feature = "mysql")]
    MariaDb(diesel::MysqlConnection),
}

impl Locker {
    fn of(data: &Data) -> Self {
        let url = data.database_url();
        match data.engine() {
            Engine::Sqlite => {
                let mut connection = diesel::SqliteConnection::establish(url.trim_start_matches("sqlite://")).unwrap();
                connection.batch_execute("PRAGMA busy_timeout = 60000; BEGIN IMMEDIATE").unwrap();
                Self::Sqlite(connection)
            }
            #[cfg(feature = "mysql")]
            Engine::MariaDb => {
                let mut connection = diesel::MysqlConnection::establish(&url).unwrap();
                connection.batch_execute("BEGIN; UPDATE guards SET revision = revision + 1").unwrap();
                Self::MariaDb(connection)
            }
        }
    }

    fn let_go(self) {
        match self {
            Self::Sqlite(mut connection) => connection.batch_execute("ROLLBACK").unwrap(),
            #[cfg(feature = "mysql")]
            Self::MariaDb(mut connection) => connection.batch_execute("ROLLBACK").unwrap(),
        }
    }
}

fn a_database_that_somebody_else_keeps_shut_is_waited_for_a_while(engine: Engine) {
    let server = Server::start(engine);
    let slots = server.doctor().publish_row(3, 4);
    let patients: Vec<Person> = slots.iter().map(|_| server.patient()).collect();
    let book = |(patient, slot): (&Person, &String)| {
        let (client, wish) = (patient.client.clone(), json!({"slot_id": slot}));
        move || {
            let begun = Instant::now();
            (try_post(&client, "once", "/appointments", &wish).unwrap(), begun.elapsed())
        }
    };

    let locker = Locker::of(server.data());
    let answers = at_once(patients.iter().zip(&slots).map(book).collect());
    let longest = answers.iter().map(|(_, waited)| *waited).max().unwrap();
    println!("{engine:?}: kept shut, and said so after {} ms at most", longest.as_millis());
    for (answer, _) in &answers {
        assert_is_trouble(answer);
        assert_ne!(trouble(answer), "outcome_unknown");
    }
    // Attempts begin for two seconds, and the last may take one.
    assert!(longest < Duration::from_secs(3) + GRACE, "{longest:?}");
    let _ = patients[0].client.get("/appointments").expect(200);
    assert_eq!(server.data().ask("SELECT status AS told FROM appointments"), [""; 0]);

    locker.let_go();
    let visit = book((&patients[0], &slots[0]))().0.body_of(201);
    let visits = patients[0].client.get("/appointments").body_of(200);
    assert_eq!(id_of(&visits["items"][0]), id_of(&visit));
    let _ = server.data().run(&["check"]).well();
}

#[cfg(feature = "mysql")]
mod connections {
    use acceptance::mariadb::OwnMariaDb;
    use diesel::sql_types::BigInt;
    use diesel::{MysqlConnection, RunQueryDsl};

    use super::*;

    /// Opens connections until there are no more.
    fn take_all(url: &str, taken: &mut Vec<MysqlConnection>) {
        loop {
            match MysqlConnection::establish(url) {
                Ok(connection) => taken.push(connection),
                Err(error) => {
                    assert!(error.to_string().contains("Too many connections"), "{error}");
                    return;
                }
            }
        }
    }

    /// Ends the connections to this database.
    fn kill(administrator: &mut MysqlConnection, database: &str) {
        let sql = format!("SELECT id FROM information_schema.processlist WHERE db = '{database}'");
        let ids: Vec<i64> = diesel::dsl::sql::<BigInt>(&sql).load(administrator).unwrap();
        for id in ids {
            // One that has ended by itself cannot be killed any more.
            let _ = administrator.batch_execute(&format!("KILL CONNECTION {id}"));
        }
    }

    fn readiness(client: &Client) -> u16 {
        client.at_root().get("/readyz").status
    }

    #[test]
    fn a_database_that_takes_no_more_connections_is_not_waited_for_and_found_again() {
        let own = OwnMariaDb::start();
        let data = Data::on_mariadb(own.url());
        let server = Server::start_on(&data, &[("connections", "4")]);
        let (ada, slots) = (server.patient().client, server.doctor().publish_row(3, 1));
        let wish = json!({"slot_id": slots[0]});

        let (server_url, database) = (format!("{}/mysql", own.url()), data.database_url());
        let database = database.rsplit_once('/').unwrap().1;
        let mut administrator = MysqlConnection::establish(&server_url).unwrap();
        administrator.batch_execute("SET GLOBAL max_connections = 10").unwrap();
        let mut taken = Vec::new();
        take_all(&server_url, &mut taken);
        kill(&mut administrator, database);
        let begun = Instant::now();
        let answer = wait::until("the database to be full", || {
            take_all(&server_url, &mut taken);
            let answer = try_post(&ada, "once", "/appointments", &wish).unwrap();
            (answer.status != 201).then_some(answer)
        });
        answer.problem(503, "unavailable");
        assert!(begun.elapsed() < Duration::from_secs(2) + GRACE, "{:?}", begun.elapsed());
        assert_eq!(readiness(&server.client()), 503);
        assert_eq!(server.stderr().matches("panicked").count(), 0);

        drop(taken);
        let begun = Instant::now();
        let visit = wait::until("a booking", || {
            let answer = try_post(&ada, "once", "/appointments", &wish).unwrap();
            if answer.status != 201 {
                assert_is_trouble(&answer);
            }
            (answer.status == 201).then(|| answer.json())
        });
        println!("booked {} ms after there were connections again", begun.elapsed().as_millis());
        assert!(begun.elapsed() < Duration::from_secs(2) + GRACE, "{:?}", begun.elapsed());
        wait::until("the server to be ready", || (readiness(&server.client()) == 200).then_some(()));
        let visits = ada.get("/appointments").body_of(200);
        assert_eq!(id_of(&visits["items"][0]), id_of(&visit));
        // The server may have all the connections there are.
        server.stop();
        let _ = data.run(&["check"]).well();
    }

    #[test]
    fn a_crowd_shares_the_few_connections_that_a_database_has() {
        let own = OwnMariaDb::start();
        let data = Data::on_mariadb(own.url());
        let server = Server::start_on(&data, &[]);
        let slots = server.doctor().publish_row(3, 40);
        let patients: Vec<Person> = slots.iter().map(|_| server.patient()).collect();
        let server_url = format!("{}/mysql", own.url());
        let mut administrator = MysqlConnection::establish(&server_url).unwrap();
        administrator.batch_execute("SET GLOBAL max_connections = 10").unwrap();

        let book = |(patient, slot): (&Person, &String)| {
            let (client, wish) = (patient.client.clone(), json!({"slot_id": slot}));
            move || {
                wait::until("a booking", || {
                    let answer = try_post(&client, "once", "/appointments", &wish).unwrap();
                    if answer.status != 201 {
                        assert_is_trouble(&answer);
                    }
                    (answer.status == 201).then(|| id_of(&answer.json()))
                })
            }
        };
        let visits = at_once(patients.iter().zip(&slots).map(book).collect());
        administrator.batch_execute("SET GLOBAL max_connections = 100").unwrap();
        let stored = data.ask("SELECT LOWER(HEX(id)) AS told FROM appointments");
        assert_eq!((visits.len(), stored.len()), (40, 40));
        let _ = data.run(&["check"]).well();
    }
}
