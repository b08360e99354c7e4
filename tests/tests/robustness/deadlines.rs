//! Clients that take their time, with it themselves and nobody else's.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::thread;
use std::time::{Duration, Instant};

use acceptance::race::at_once;
use acceptance::{Engine, Server, raw, wait};

/// How much longer than promised a busy machine may take.
const GRACE: Duration = Duration::from_secs(20);

/// What is answered on a connection until the server closes it, and when that is.
fn until_closed(mut stream: TcpStream) -> (Vec<u8>, Duration) {
    let begun = Instant::now();
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    (answer, begun.elapsed())
}

#[track_caller]
fn expect_closed_after(seconds: u64, waited: Duration) {
    let promised = Duration::from_secs(seconds);
    assert!(promised.mul_f32(0.9) < waited && waited < promised + GRACE, "{seconds} s: {waited:?}");
}

/// Sends a byte every now and then, for as long as somebody reads.
fn dribble(stream: &TcpStream) {
    let mut stream = stream.try_clone().unwrap();
    thread::spawn(move || {
        while stream.write_all(b"a").is_ok() {
            thread::sleep(Duration::from_millis(200));
        }
    });
}

#[test]
fn a_head_that_does_not_come_to_its_end_is_cut_off() {
    let server = Server::start(Engine::Sqlite);
    let address = server.address();
    let silent = || {
        let mut stream = raw::connect(address);
        stream.write_all(b"GET /healthz HTTP/1.1\r\nHost: a\r\n").unwrap();
        let (answer, waited) = until_closed(stream);
        assert_eq!(raw::statuses(&answer), [408]);
        expect_closed_after(5, waited);
    };
    let dribbling = || {
        let mut stream = raw::connect(address);
        stream.write_all(b"GET /healthz HTTP/1.1\r\nHost: a\r\nX-A: ").unwrap();
        dribble(&stream);
        let (answer, waited) = until_closed(stream);
        assert_eq!(raw::statuses(&answer), [408]);
        expect_closed_after(5, waited);
    };
    let nothing = || {
        let (answer, waited) = until_closed(raw::connect(address));
        assert!(raw::statuses(&answer).iter().all(|status| *status == 408));
        expect_closed_after(5, waited);
    };
    let ways: [&(dyn Fn() + Sync); 3] = [&silent, &dribbling, &nothing];
    let _ = at_once(ways.to_vec());
}

#[test]
fn the_head_of_a_later_request_is_cut_off_as_well() {
    let server = Server::start(Engine::Sqlite);
    let address = server.address();
    let whole = "GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n";
    let half = "GET /healthz HTTP/1.1\r\nHost: a\r\nX-A: ";
    let begin = || {
        let mut stream = raw::connect(address);
        stream.write_all(whole.as_bytes()).unwrap();
        let mut answer = vec![0; 4_096];
        let read = stream.read(&mut answer).unwrap();
        assert_eq!(raw::statuses(&answer[..read]), [200]);
        stream.write_all(half.as_bytes()).unwrap();
        stream
    };
    let expect_late = |stream: TcpStream, statuses: &[u16]| {
        let (answer, waited) = until_closed(stream);
        assert_eq!(raw::statuses(&answer), statuses);
        expect_closed_after(5, waited);
    };
    let silent = || expect_late(begin(), &[408]);
    let dribbling = || {
        let stream = begin();
        dribble(&stream);
        expect_late(stream, &[408]);
    };
    let in_one_go = || {
        let mut stream = raw::connect(address);
        stream.write_all(format!("{whole}{half}").as_bytes()).unwrap();
        dribble(&stream);
        expect_late(stream, &[200, 408]);
    };
    let ways: [&(dyn Fn() + Sync); 3] = [&silent, &dribbling, &in_one_go];
    let _ = at_once(ways.to_vec());
}

#[test]
fn who_does_not_read_the_answers_is_cut_off() {
    let server = Server::start(Engine::Sqlite);
    let mut stream = raw::connect(server.address());
    stream.set_write_timeout(Some(Duration::from_secs(1))).unwrap();
    let request = b"GET /api/v1/openapi.json HTTP/1.1\r\nHost: a\r\n\r\n";
    let begun = Instant::now();
    // Until the server reads no more, because nobody reads what it has to say.
    while stream.write_all(&request.repeat(100)).is_ok() {}
    wait::until("the connection to be reset", || stream.take_error().unwrap());
    assert!(begun.elapsed() < Duration::from_secs(15) + GRACE, "{:?}", begun.elapsed());
    let _ = server.client().at_root().get("/healthz").expect(200);
}

#[test]
fn a_body_that_does_not_come_to_its_end_is_cut_off() {
    let server = Server::start(Engine::Sqlite);
    let head =
        "POST /api/v1/auth/login HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 5000\r\n\r\n";
    let slow = &|fill: fn(&TcpStream)| {
        let mut stream = raw::connect(server.address());
        stream.write_all(head.as_bytes()).unwrap();
        fill(&stream);
        let (answer, waited) = until_closed(stream);
        assert_eq!(raw::statuses(&answer), [408]);
        assert!(String::from_utf8_lossy(&answer).contains("request_timeout"));
        expect_closed_after(10, waited);
    };
    let nothing: fn(&TcpStream) = |_| {};
    let _ = at_once([nothing, dribble].map(|fill| move || slow(fill)).into());
}

#[test]
fn those_who_say_nothing_keep_nobody_out() {
    let server = Server::start_with(Engine::Sqlite, &[("connections_per_address", "500")]);
    let ada = server.patient();
    let idle: Vec<TcpStream> = (0..400).map(|_| raw::connect(server.address())).collect();
    for _ in 0..20 {
        let asked_at = Instant::now();
        let _ = ada.client.get("/auth/me").expect(200);
        assert!(asked_at.elapsed() < Duration::from_secs(4), "before any of the others is cut off");
    }
    for stream in idle {
        let (answer, _) = until_closed(stream);
        assert!(raw::statuses(&answer).iter().all(|status| *status == 408));
    }
}
