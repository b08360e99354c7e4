//! Bytes that are no request, or two requests in one to whoever reads them differently (request smuggling): one request
//! is never seen as two, and behind one that is refused nothing more is read.

use std::time::{Duration, Instant};

use acceptance::{Engine, Server, raw};

/// A request of its own, if it is read as one. Nothing else that is asked for here is answered with [`TREASURE`].
const HIDDEN: &str = "GET /.well-known/jwks.json HTTP/1.1\r\nHost: a\r\n\r\n";

/// What only [`HIDDEN`] is answered with.
const TREASURE: &str = "\"kty\"";

/// Sooner than a connection is closed that nobody speaks on.
const AT_ONCE: Duration = Duration::from_secs(4);

/// Heads that must not get through, each with its name; what comes behind them is never read.
const REFUSED: [(&str, &str); 82] = [
    ("nothing of HTTP", "hello\r\n\r\n"),
    ("HTTP/0.9", "GET /healthz\r\n\r\n"),
    ("no version", "GET /healthz\r\nHost: a\r\n\r\n"),
    ("another version", "GET /healthz HTTP/9.9\r\nHost: a\r\n\r\n"),
    ("version 2", "GET /healthz HTTP/2.0\r\nHost: a\r\n\r\n"),
    ("the preface of HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
    ("a version that is none", "GET /healthz HTTP/1.1x\r\nHost: a\r\n\r\n"),
    ("a version in small letters", "GET /healthz http/1.1\r\nHost: a\r\n\r\n"),
    ("another protocol", "GET /healthz ICY/1.1\r\nHost: a\r\n\r\n"),
    ("TLS", "\u{16}\u{3}\u{1}\0\u{5}\u{1}\r\n\r\n"),
    ("space before the method", " GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n"),
    ("two spaces before the path", "GET  /healthz HTTP/1.1\r\nHost: a\r\n\r\n"),
    ("two spaces before the version", "GET /healthz  HTTP/1.1\r\nHost: a\r\n\r\n"),
    ("a space in the path", "GET /health z HTTP/1.1\r\nHost: a\r\n\r\n"),
    ("a tab for the space", "GET\t/healthz\tHTTP/1.1\r\nHost: a\r\n\r\n"),
    ("space behind the version", "GET /healthz HTTP/1.1 \r\nHost: a\r\n\r\n"),
    ("no path", "GET HTTP/1.1\r\nHost: a\r\n\r\n"),
    ("NUL in the path", "GET /health\0z HTTP/1.1\r\nHost: a\r\n\r\n"),
    ("a CR in the path", "GET /healthz\r/x HTTP/1.1\r\nHost: a\r\n\r\n"),
    ("a method with a colon", "GE:T /healthz HTTP/1.1\r\nHost: a\r\n\r\n"),
    ("no host", "GET /healthz HTTP/1.1\r\n\r\n"),
    ("two hosts", "GET /healthz HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"),
    ("two hosts that are one", "GET /healthz HTTP/1.1\r\nHost: a\r\nhost: a\r\n\r\n"),
    ("a line without a colon", "GET /healthz HTTP/1.1\r\nHost: a\r\nX-A\r\n\r\n"),
    ("a line without a name", "GET /healthz HTTP/1.1\r\nHost: a\r\n: b\r\n\r\n"),
    ("a name with a space", "GET /healthz HTTP/1.1\r\nHost: a\r\nX A: b\r\n\r\n"),
    ("space before the colon", "GET /healthz HTTP/1.1\r\nHost: a\r\nContent-Length : 0\r\n\r\n"),
    ("a tab before the colon", "GET /healthz HTTP/1.1\r\nHost: a\r\nContent-Length\t: 0\r\n\r\n"),
    (
        "chunks, space before the colon",
        "GET /healthz HTTP/1.1\r\nHost: a\r\nTransfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
    ),
    ("space before a name", "GET /healthz HTTP/1.1\r\n Host: a\r\n\r\n"),
    ("a folded line", "GET /healthz HTTP/1.1\r\nHost: a\r\nX-A: b\r\n c\r\n\r\n"),
    ("a folded length", "GET /healthz HTTP/1.1\r\nHost: a\r\nContent-Length:\r\n 5\r\n\r\nhello"),
    ("folded chunks", "GET /healthz HTTP/1.1\r\nHost: a\r\nTransfer-Encoding:\r\n\tchunked\r\n\r\n0\r\n\r\n"),
    ("NUL in a value", "GET /healthz HTTP/1.1\r\nHost: a\r\nX-A: b\0c\r\n\r\n"),
    ("NUL in a name", "GET /healthz HTTP/1.1\r\nHost: a\r\nX\0A: b\r\n\r\n"),
    ("ESC in a value", "GET /healthz HTTP/1.1\r\nHost: a\r\nX-A: b\u{1b}[2J\r\n\r\n"),
    ("a CR alone in a value", "GET /healthz HTTP/1.1\r\nHost: a\r\nX-A: b\rGET /readyz HTTP/1.1\r\n\r\n"),
    ("a CR alone for an end", "GET /healthz HTTP/1.1\rHost: a\r\r"),
    ("two CRs", "GET /healthz HTTP/1.1\r\r\nHost: a\r\n\r\n"),
    ("two lengths", "GET /healthz HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello!"),
    (
        "two lengths that are one",
        "GET /healthz HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\nhello",
    ),
    (
        "two lengths, one of them none",
        "GET /healthz HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\nContent-Length: 5\r\n\r\nhello",
    ),
    ("two lengths in one", "GET /healthz HTTP/1.1\r\nHost: a\r\nContent-Length: 5, 6\r\n\r\nhello!"),
    ("a length twice in one", "GET /healthz HTTP/1.1\r\nHost: a\r\nContent-Length: 5, 5\r\n\r\nhello"),
    ("negative length", "GET /healthz HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n"),
    ("negative nothing", "GET /healthz HTTP/1.1\r\nHost: a\r\nContent-Length: -0\r\n\r\n"),
    ("length with a sign", "GET /healthz HTTP/1.1\r\nHost: a\r\nContent-Length: +5\r\n\r\nhello"),
    ("hexadecimal length", "GET /healthz HTTP/1.1\r\nHost: a\r\nContent-Length: 0x5\r\n\r\nhello"),
    ("length with a fraction", "GET /healthz HTTP/1.1\r\nHost: a\r\nContent-Length: 5.0\r\n\r\nhello"),
    ("length with an exponent", "GET /healthz HTTP/1.1\r\nHost: a\r\nContent-Length: 5e0\r\n\r\nhello"),
    ("length with a line below", "GET /healthz HTTP/1.1\r\nHost: a\r\nContent-Length: 1_0\r\n\r\nhellohello"),
    ("length with a space inside", "GET /healthz HTTP/1.1\r\nHost: a\r\nContent-Length: 1 0\r\n\r\nhellohello"),
    ("length in other digits", "GET /healthz HTTP/1.1\r\nHost: a\r\nContent-Length: \u{665}\r\n\r\nhello"),
    ("length behind a strange space", "GET /healthz HTTP/1.1\r\nHost: a\r\nContent-Length: \u{a0}5\r\n\r\nhello"),
    ("length behind a vertical tab", "GET /healthz HTTP/1.1\r\nHost: a\r\nContent-Length: \u{b}5\r\n\r\nhello"),
    ("empty length", "GET /healthz HTTP/1.1\r\nHost: a\r\nContent-Length: \r\n\r\n"),
    ("length that is none", "GET /healthz HTTP/1.1\r\nHost: a\r\nContent-Length: five\r\n\r\nhello"),
    ("endless length", "GET /healthz HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999999999999999\r\n\r\n"),
    ("length past 64 bits by one", "GET /healthz HTTP/1.1\r\nHost: a\r\nContent-Length: 18446744073709551616\r\n\r\n"),
    (
        "length and chunks",
        "GET /healthz HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    ),
    (
        "chunks and length",
        "GET /healthz HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n",
    ),
    (
        "no length and chunks",
        "GET /healthz HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    ),
    (
        "length and chunks of another kind",
        "GET /healthz HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: identity\r\n\r\nhello",
    ),
    (
        "length and chunks behind a line feed",
        "GET /healthz HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nX-A: b\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    ),
    (
        "chunks twice",
        "GET /healthz HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n",
    ),
    (
        "chunks behind something else",
        "GET /healthz HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: cow\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    ),
    (
        "chunks twice, alike",
        "GET /healthz HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    ),
    ("chunks of another kind", "GET /healthz HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n"),
    (
        "chunks with something behind",
        "GET /healthz HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunkedx\r\n\r\n0\r\n\r\n",
    ),
    ("quoted chunks", "GET /healthz HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: \"chunked\"\r\n\r\n0\r\n\r\n"),
    ("chunks with a parameter", "GET /healthz HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked;q=1\r\n\r\n0\r\n\r\n"),
    ("chunks in chunks", "GET /healthz HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n"),
    ("chunks and a comma", "GET /healthz HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked,\r\n\r\n0\r\n\r\n"),
    ("chunks that are packed", "GET /healthz HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n"),
    (
        "chunks that are not last",
        "GET /healthz HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked, gzip\r\n\r\n0\r\n\r\n",
    ),
    (
        "chunks behind a vertical tab",
        "GET /healthz HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: \u{b}chunked\r\n\r\n0\r\n\r\n",
    ),
    (
        "chunks behind a strange space",
        "GET /healthz HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: \u{a0}chunked\r\n\r\n0\r\n\r\n",
    ),
    (
        "chunks with a strange letter",
        "GET /healthz HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chun\u{212a}ed\r\n\r\n0\r\n\r\n",
    ),
    ("an empty encoding", "GET /healthz HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: \r\n\r\n0\r\n\r\n"),
    ("no encoding, by its name", "GET /healthz HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: identity\r\n\r\n"),
    ("chunks in HTTP/1.0", "GET /healthz HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
    ("a body without a length in HTTP/1.0", "POST /api/v1/auth/login HTTP/1.0\r\nHost: a\r\n\r\nhello"),
];

/// Heads with one body, in which there is [`HIDDEN`] for `{}`, and its length for `#`; each with how it is answered.
const ONE: [(&str, u16, &str); 30] = [
    ("a body nobody reads", 200, "GET /healthz HTTP/1.1\r\nHost: a\r\nContent-Length: #\r\n\r\n{}"),
    ("a length with zeros before", 200, "GET /healthz HTTP/1.1\r\nHost: a\r\nContent-Length: 000#\r\n\r\n{}"),
    ("a length among spaces", 200, "GET /healthz HTTP/1.1\r\nHost: a\r\nContent-Length:\t #\t \r\n\r\n{}"),
    ("a length in small letters", 200, "GET /healthz HTTP/1.1\r\nHost: a\r\ncontent-length:#\r\n\r\n{}"),
    ("an empty line before", 200, "\r\n\r\nGET /healthz HTTP/1.1\r\nHost: a\r\nContent-Length: #\r\n\r\n{}"),
    ("a line feed for an end", 200, "GET /healthz HTTP/1.1\r\nHost: a\r\nX-A: b\nContent-Length: #\r\n\r\n{}"),
    ("line feeds for all ends", 200, "GET /healthz HTTP/1.1\nHost: a\nContent-Length: #\n\n{}"),
    ("an absolute path", 200, "GET http://b/healthz HTTP/1.1\r\nHost: a\r\nContent-Length: #\r\n\r\n{}"),
    ("HTTP/1.0 that stays", 200, "GET /healthz HTTP/1.0\r\nConnection: keep-alive\r\nContent-Length: #\r\n\r\n{}"),
    ("nowhere", 404, "POST /nothing HTTP/1.1\r\nHost: a\r\nContent-Length: #\r\n\r\n{}"),
    ("another method", 405, "POST /healthz HTTP/1.1\r\nHost: a\r\nContent-Length: #\r\n\r\n{}"),
    ("a method nobody knows", 405, "HACK /healthz HTTP/1.1\r\nHost: a\r\nContent-Length: #\r\n\r\n{}"),
    ("a method in small letters", 405, "get /healthz HTTP/1.1\r\nHost: a\r\nContent-Length: #\r\n\r\n{}"),
    ("nobody's", 401, "POST /api/v1/appointments HTTP/1.1\r\nHost: a\r\nContent-Length: #\r\n\r\n{}"),
    ("not declared", 415, "POST /api/v1/auth/login HTTP/1.1\r\nHost: a\r\nContent-Length: #\r\n\r\n{}"),
    (
        "not JSON",
        400,
        "POST /api/v1/auth/login HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: #\r\n\r\n{}",
    ),
    (
        "less than was announced",
        400,
        "POST /api/v1/auth/login HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 99999\r\n\r\n{}",
    ),
    (
        "as long as can be",
        400,
        "POST /api/v1/auth/login HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n\
         Content-Length: 18446744073709551615\r\n\r\n{}",
    ),
    ("announced", 200, "GET /healthz HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: #\r\n\r\n{}"),
    ("one chunk", 200, "GET /healthz HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n30\r\n{}\r\n0\r\n\r\n"),
    (
        "chunks in capitals",
        200,
        "GET /healthz HTTP/1.1\r\nHost: a\r\nTRANSFER-ENCODING: CHUNKED\r\n\r\n30\r\n{}\r\n0\r\n\r\n",
    ),
    (
        "chunks among spaces",
        200,
        "GET /healthz HTTP/1.1\r\nHost: a\r\nTransfer-Encoding:\t chunked \r\n\r\n30\r\n{}\r\n0\r\n\r\n",
    ),
    (
        "a chunk with zeros before",
        200,
        "GET /healthz HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0000000000000000000000030\r\n{}\r\n0\r\n\r\n",
    ),
    (
        "a chunk with an extension",
        200,
        "GET /healthz HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n30;a=\"b;c\"\r\n{}\r\n0;x\r\n\r\n",
    ),
    ("behind the last chunk", 200, "GET /healthz HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n{}"),
    (
        "a length in the trailer",
        200,
        "GET /healthz HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nContent-Length: 7\r\n\r\n",
    ),
    (
        "another's name for chunks",
        200,
        "GET /healthz HTTP/1.1\r\nHost: a\r\nTransfer_Encoding: chunked\r\nContent-Length: #\r\n\r\n{}",
    ),
    (
        "another path by the head",
        200,
        "GET /healthz HTTP/1.1\r\nHost: a\r\nX-Original-URL: /.well-known/jwks.json\r\n\
         X-Rewrite-URL: /.well-known/jwks.json\r\n\r\n",
    ),
    ("a tunnel", 404, "CONNECT b:443 HTTP/1.1\r\nHost: b\r\n\r\n{}"),
    (
        "another protocol",
        200,
        "GET /healthz HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n{}",
    ),
];

/// Bodies in chunks that are none; what comes behind them is never read.
const BAD_CHUNKS: [(&str, &str); 20] = [
    ("a size that is none", "zz\r\n{}\r\n0\r\n\r\n"),
    ("a negative size", "-2\r\n{}\r\n0\r\n\r\n"),
    ("a size with a sign", "+2\r\n{}\r\n0\r\n\r\n"),
    ("a size with a prefix", "0x2\r\n{}\r\n0\r\n\r\n"),
    ("a size with a line below", "0_2\r\n{}\r\n0\r\n\r\n"),
    ("no size", "\r\n{}\r\n0\r\n\r\n"),
    ("a space before the size", " 2\r\n{}\r\n0\r\n\r\n"),
    ("NUL behind the size", "2 \0\r\n{}\r\n0\r\n\r\n"),
    ("a size behind the size", "2 2\r\n{}\r\n0\r\n\r\n"),
    ("a size past 64 bits", "fffffffffffffffff\r\n{}\r\n0\r\n\r\n"),
    ("a size past 64 bits by one", "10000000000000002\r\n{}\r\n0\r\n\r\n"),
    ("a line feed behind the size", "2\n{}\r\n0\r\n\r\n"),
    ("a CR behind the size", "2\r{}\r\n0\r\n\r\n"),
    ("a line feed in an extension", "2;a=b\n{}\r\n0\r\n\r\n"),
    ("NUL in an extension", "2;a=\0\r\n{}\r\n0\r\n\r\n"),
    ("more than the size", "2\r\n{}}\r\n0\r\n\r\n"),
    ("less than the size", "3\r\n{}\r\n0\r\n\r\n"),
    ("no end of the chunk", "2\r\n{}0\r\n\r\n"),
    ("a line feed at the end of the chunk", "2\r\n{}\n0\r\n\r\n"),
    ("an end that is negative", "2\r\n{}\r\n-0\r\n\r\n"),
];

/// What was answered, without what says that a body may come; and how soon the connection was closed.
fn told(server: &Server, bytes: &str) -> (Vec<u16>, String, Duration) {
    let begun = Instant::now();
    let answer = raw::until_closed(server.address(), bytes.as_bytes());
    let statuses = raw::statuses(&answer).into_iter().filter(|status| 200 <= *status).collect();
    (statuses, String::from_utf8_lossy(&answer).into_owned(), begun.elapsed())
}

/// What is wrong with an answer to what must be refused, if anything.
fn let_through(server: &Server, bytes: &str) -> Option<String> {
    let (statuses, text, waited) = told(server, bytes);
    let is_refused = matches!(statuses.as_slice(), [] | [400..500]);
    let is_right = is_refused && !text.contains(TREASURE) && waited < AT_ONCE;
    (!is_right).then(|| format!("{statuses:?} after {waited:?}: {text}"))
}

#[test]
fn behind_a_head_that_is_refused_nothing_is_read() {
    let server = Server::start(Engine::Sqlite);
    let found: Vec<_> = REFUSED
        .iter()
        .filter_map(|(name, bytes)| {
            let wrong = let_through(&server, &format!("{bytes}{HIDDEN}"));
            let _ = server.client().at_root().get("/healthz").expect(200);
            wrong.map(|wrong| format!("{name}: {wrong}"))
        })
        .collect();
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn behind_a_chunk_that_is_none_nothing_is_read() {
    let server = Server::start(Engine::Sqlite);
    let head = "POST /api/v1/auth/login HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n\
                Transfer-Encoding: chunked\r\n\r\n";
    let found: Vec<_> = BAD_CHUNKS
        .iter()
        .filter_map(|(name, body)| {
            let_through(&server, &format!("{head}{body}{HIDDEN}")).map(|wrong| format!("{name}: {wrong}"))
        })
        .collect();
    assert!(found.is_empty(), "{found:#?}");
    let _ = server.client().at_root().get("/healthz").expect(200);
}

#[test]
fn one_request_is_never_seen_as_two() {
    let server = Server::start(Engine::Sqlite);
    let alone = raw::exchange(server.address(), HIDDEN.as_bytes());
    assert!(String::from_utf8_lossy(&alone).contains(TREASURE), "it would be seen");
    let mut wrong = Vec::new();
    for (name, status, bytes) in ONE {
        let bytes = bytes.replace('#', &HIDDEN.len().to_string()).replace("{}", HIDDEN);
        let answer = raw::exchange(server.address(), bytes.as_bytes());
        let (statuses, text) = (raw::statuses(&answer), String::from_utf8_lossy(&answer).into_owned());
        let statuses: Vec<u16> = statuses.into_iter().filter(|status| 200 <= *status).collect();
        if statuses != [status] || text.contains(TREASURE) {
            wrong.push(format!("{name}: {statuses:?}: {text}"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert_eq!(HIDDEN.len(), 0x30, "as the chunks say");
}

#[test]
fn requests_in_a_row_are_answered_in_a_row_until_one_is_refused() {
    let server = Server::start(Engine::Sqlite);
    let good = |path: &str| format!("GET {path} HTTP/1.1\r\nHost: a\r\n\r\n");
    let bad = "GET /healthz HTTP/1.1\r\nHost: a\r\nContent-Length: 5, 6\r\n\r\n";
    let row = format!("{}{}{}{}{HIDDEN}", good("/healthz"), good("/nothing"), good("/readyz"), bad);
    let (statuses, text, waited) = told(&server, &row);
    assert_eq!(statuses, [200, 404, 200, 400], "{text}");
    assert!(!text.contains(TREASURE) && waited < AT_ONCE, "{waited:?}: {text}");
}
