//! Bytes that are no request, or two requests in one to whoever reads them differently (request smuggling).

use std::io::Write;

use acceptance::{Engine, Server, raw};

/// What must not get through, each with its name.
const REFUSED: [(&str, &str); 23] = [
    ("nothing of HTTP", "hello\r\n\r\n"),
    ("two lengths", "GET /healthz HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello!"),
    ("two lengths in one", "GET /healthz HTTP/1.1\r\nHost: a\r\nContent-Length: 5, 6\r\n\r\nhello!"),
    ("negative length", "GET /healthz HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n"),
    ("length with a sign", "GET /healthz HTTP/1.1\r\nHost: a\r\nContent-Length: +5\r\n\r\nhello"),
    ("hexadecimal length", "GET /healthz HTTP/1.1\r\nHost: a\r\nContent-Length: 0x5\r\n\r\nhello"),
    ("endless length", "GET /healthz HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999999999999999\r\n\r\n"),
    (
        "length and chunks",
        "GET /healthz HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    ),
    (
        "chunks and length",
        "GET /healthz HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n",
    ),
    (
        "chunks twice",
        "GET /healthz HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n",
    ),
    ("chunks of another kind", "GET /healthz HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n"),
    (
        "chunks that are not last",
        "GET /healthz HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked, gzip\r\n\r\n0\r\n\r\n",
    ),
    ("chunks in HTTP/1.0", "GET /healthz HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
    ("space before the colon", "GET /healthz HTTP/1.1\r\nHost: a\r\nContent-Length : 0\r\n\r\n"),
    ("a folded line", "GET /healthz HTTP/1.1\r\nHost: a\r\nX-A: b\r\n c\r\n\r\n"),
    ("space before a name", "GET /healthz HTTP/1.1\r\n Host: a\r\n\r\n"),
    ("NUL in a value", "GET /healthz HTTP/1.1\r\nHost: a\r\nX-A: b\0c\r\n\r\n"),
    ("NUL in a name", "GET /healthz HTTP/1.1\r\nHost: a\r\nX\0A: b\r\n\r\n"),
    ("NUL in the path", "GET /health\0z HTTP/1.1\r\nHost: a\r\n\r\n"),
    ("a CR alone in a value", "GET /healthz HTTP/1.1\r\nHost: a\r\nX-A: b\rGET /readyz HTTP/1.1\r\n\r\n"),
    ("another version", "GET /healthz HTTP/9.9\r\nHost: a\r\n\r\n"),
    ("a version that is none", "GET /healthz HTTP/1.1x\r\nHost: a\r\n\r\n"),
    ("no version", "GET /healthz\r\nHost: a\r\n\r\n"),
];

#[test]
fn no_bytes_get_past_the_door_or_break_it() {
    let server = Server::start(Engine::Sqlite);
    for good in [
        "GET /healthz HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello",
        "GET /healthz HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
    ] {
        assert_eq!(raw::statuses(&raw::exchange(server.address(), good.as_bytes())), [200], "{good}");
    }
    let mut wrong = Vec::new();
    for (name, bytes) in REFUSED {
        let statuses = raw::statuses(&raw::exchange(server.address(), bytes.as_bytes()));
        if 1 < statuses.len() || statuses.iter().any(|status| !(400..500).contains(status)) {
            wrong.push(format!("{name}: {statuses:?}"));
        }
        let _ = server.client().at_root().get("/healthz").expect(200);
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn behind_a_chunk_that_is_none_nothing_is_read() {
    let server = Server::start(Engine::Sqlite);
    let head = "Host: a\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n";
    let next = "\r\n0\r\n\r\nGET /readyz HTTP/1.1\r\nHost: a\r\n\r\n";
    for chunk in ["zz\r\n{}", "-2\r\n{}", "2 \0\r\n{}", "fffffffffffffffff\r\n{}", "2\r\n{}}"] {
        let bytes = format!("POST /api/v1/auth/login HTTP/1.1\r\n{head}{chunk}{next}");
        let statuses = raw::statuses(&raw::exchange(server.address(), bytes.as_bytes()));
        assert!(
            statuses.len() <= 1 && statuses.iter().all(|status| (400..500).contains(status)),
            "{chunk}: {statuses:?}"
        );
    }
    let _ = server.client().at_root().get("/healthz").expect(200);
}

/// A reader may take a line feed alone for the end of a line (RFC 9112, 2.2), if it does so everywhere: what was hidden
/// behind one is a header to it and never a second request.
#[test]
fn a_line_feed_alone_hides_no_second_request() {
    let server = Server::start(Engine::Sqlite);
    for bytes in [
        "GET /healthz HTTP/1.1\nHost: a\n\n",
        "GET /healthz HTTP/1.1\r\nHost: a\r\nX-A: b\nContent-Length: 27\r\n\r\nGET /readyz HTTP/1.1\r\nX: y\r\n",
        "GET /healthz HTTP/1.1\r\nHost: a\r\nX-A: b\n\r\nGET /nothing HTTP/1.1",
    ] {
        let statuses = raw::statuses(&raw::exchange(server.address(), bytes.as_bytes()));
        assert!(statuses.len() <= 1 && statuses.iter().all(|status| *status < 500), "{bytes:?}: {statuses:?}");
    }
    let _ = server.client().at_root().get("/healthz").expect(200);
}

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
