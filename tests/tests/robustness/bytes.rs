//! Heads without end, and connections that end.

use std::io::Write;

use acceptance::{Engine, Server, raw};

#[test]
fn a_giant_head_is_not_read_to_its_end() {
    let server = Server::start(Engine::Sqlite);
    let line = format!("GET /{} HTTP/1.1\r\nHost: a\r\n\r\n", "a".repeat(10_000_000));
    let value = format!("GET /healthz HTTP/1.1\r\nHost: a\r\nX-A: {}\r\n\r\n", "a".repeat(10_000_000));
    let lines = format!("GET /healthz HTTP/1.1\r\nHost: a\r\n{}\r\n", "X-A: b\r\n".repeat(100_000));
    for bytes in [line, value, lines] {
        let statuses = raw::statuses(&raw::exchange(server.address(), bytes.as_bytes()));
        assert!(statuses.iter().all(|status| (400..500).contains(status)), "{statuses:?}");
    }
    let _ = server.client().at_root().get("/healthz").expect(200);
}

#[test]
fn connections_that_break_off_cost_nobody_else() {
    let server = Server::start(Engine::Sqlite);
    let login = "POST /api/v1/auth/login HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 50\r\n\r\n{\"id";
    for end in (0..login.len()).step_by(7) {
        let mut stream = raw::connect(server.address());
        stream.write_all(&login.as_bytes()[..end]).unwrap();
    }
    let _ = server.client().at_root().get("/readyz").expect(200);
}
