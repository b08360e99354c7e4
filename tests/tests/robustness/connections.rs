//! Many connections of one client, which take nobody else's.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpStream};
use std::time::{Duration, Instant};

use acceptance::{Engine, Server, raw};

/// Somebody else on this machine.
const ELSEWHERE: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 2);

/// As many connections as a program may have that is allowed 1,024 files.
const MANY: usize = 832;

const WHOLE: &[u8] = b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n";
const HALF: &[u8] = b"GET /healthz HTTP/1.1\r\nHost: a\r\n";

/// Asks one whole question on a connection of its own, and half of another.
fn ask_and_a_half(server: &Server) -> Option<TcpStream> {
    let mut stream = raw::connect_from(ELSEWHERE, server.address()).unwrap();
    // Whoever has too many connections may hear so while they write or when they read.
    stream.write_all(WHOLE).ok()?;
    let read = stream.read(&mut [0; 4_096]).ok()?;
    if read == 0 {
        return None;
    }
    stream.write_all(HALF).unwrap();
    Some(stream)
}

#[test]
fn one_address_has_256_connections_and_others_have_theirs() {
    let server = Server::start(Engine::Sqlite);
    let open: Vec<_> = (0..256).map(|_| ask_and_a_half(&server)).collect();
    let still_open = open.iter().flatten().count();
    assert_eq!(still_open, 256, "none is closed before there are too many");
    let more = (0..MANY).filter_map(|_| ask_and_a_half(&server)).count();
    // On a slow machine the first ones are cut off meanwhile, and their places are free again.
    assert!(more <= 256, "{more}");
    for _ in 0..20 {
        let asked_at = Instant::now();
        let _ = server.client().at_root().get("/healthz").expect(200);
        assert!(asked_at.elapsed() < Duration::from_secs(4), "before any of the others is cut off");
    }
    for mut stream in open.into_iter().flatten() {
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer);
        assert_eq!(raw::statuses(&answer), [408]);
    }
    assert!(ask_and_a_half(&server).is_some(), "when they are closed there is place again");
}

#[test]
fn a_trusted_proxy_has_as_many_connections_as_it_likes() {
    let server =
        Server::start_with(Engine::Sqlite, &[("trusted_proxies", "127.0.0.2"), ("connections_per_address", "2")]);
    let open: Vec<_> = (0..50).filter_map(|_| ask_and_a_half(&server)).collect();
    assert_eq!(open.len(), 50);
}
