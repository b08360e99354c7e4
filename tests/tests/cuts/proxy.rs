//! The proxy itself.

use std::io::{ErrorKind, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;
use std::time::{Duration, Instant};

use acceptance::proxy::{Cut, End, Passed, Way};
use acceptance::{Proxy, wait};

/// A server that gives back what it gets, and a proxy before it.
fn echo() -> Proxy {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let proxy = Proxy::before(&listener.local_addr().unwrap().to_string());
    thread::spawn(move || {
        for stream in listener.incoming() {
            thread::spawn(move || {
                let stream = stream.unwrap();
                std::io::copy(&mut &stream, &mut &stream)
            });
        }
    });
    proxy
}

/// What comes back of ten bytes, and how it ends.
fn ten_bytes(proxy: &Proxy) -> (Vec<u8>, Result<(), ErrorKind>) {
    let mut stream = TcpStream::connect(proxy.address()).unwrap();
    stream.write_all(b"0123456789").unwrap();
    let mut back = Vec::new();
    let mut byte = [0];
    let ended = loop {
        if back.len() == 10 {
            break Ok(());
        }
        match stream.read(&mut byte) {
            Ok(0) => break Err(ErrorKind::UnexpectedEof),
            Ok(_) => back.push(byte[0]),
            Err(error) => break Err(error.kind()),
        }
    };
    (back, ended)
}

#[test]
fn what_is_not_cut_arrives_and_is_counted() {
    let proxy = echo();
    assert_eq!(ten_bytes(&proxy), (b"0123456789".to_vec(), Ok(())));
    assert_eq!((proxy.passed(), proxy.cuts()), (Passed { to_server: 10, to_client: 10 }, 0));

    let mut stream = TcpStream::connect(proxy.address()).unwrap();
    stream.write_all(b"to the end").unwrap();
    stream.shutdown(std::net::Shutdown::Write).unwrap();
    let mut back = String::new();
    stream.read_to_string(&mut back).unwrap();
    assert_eq!(back, "to the end", "each half is closed on its own");
}

#[test]
fn a_cut_comes_after_so_many_bytes_on_its_way_and_once() {
    let proxy = echo();
    for way in [Way::ToServer, Way::ToClient] {
        for (end, seen) in [(End::Closed, ErrorKind::UnexpectedEof), (End::Reset, ErrorKind::ConnectionReset)] {
            for after_bytes in [0, 1, 9] {
                let cuts = proxy.cuts();
                proxy.cut(Cut { way, after_bytes, end });
                let (back, ended) = ten_bytes(&proxy);
                // What the server has got it may not have given back.
                let came = u64::try_from(back.len()).unwrap();
                let is_expected = if way == Way::ToClient { came == after_bytes } else { came <= after_bytes };
                assert!(is_expected, "{way:?} {after_bytes}: {back:?}");
                assert_eq!((ended, proxy.cuts()), (Err(seen), cuts + 1), "{way:?} {after_bytes}");
                assert_eq!(ten_bytes(&proxy).1, Ok(()), "the next connection is whole");
            }
        }
    }
}

#[test]
fn bytes_are_counted_over_connections_and_a_cut_can_be_called_off() {
    let proxy = echo();
    proxy.cut(Cut { way: Way::ToServer, after_bytes: 25, end: End::Closed });
    assert_eq!([ten_bytes(&proxy).1, ten_bytes(&proxy).1], [Ok(()); 2]);
    proxy.spare();
    assert_eq!((ten_bytes(&proxy).1, proxy.cuts()), (Ok(()), 0));

    proxy.cut(Cut { way: Way::ToServer, after_bytes: 25, end: End::Closed });
    assert_eq!([ten_bytes(&proxy).1, ten_bytes(&proxy).1], [Ok(()); 2]);
    assert_eq!(ten_bytes(&proxy).1, Err(ErrorKind::UnexpectedEof));
}

#[test]
fn a_delay_holds_what_comes_and_lets_go_when_it_is_over() {
    let proxy = echo();
    let (delay, begun) = (Duration::from_millis(50), Instant::now());
    proxy.set_delay(delay);
    assert_eq!(ten_bytes(&proxy).1, Ok(()));
    assert!(2 * delay <= begun.elapsed(), "there and back");

    proxy.set_delay(Duration::from_secs(3_600));
    let waiting = thread::spawn({
        let address = proxy.address().to_owned();
        move || {
            let mut stream = TcpStream::connect(address).unwrap();
            stream.write_all(b"x").unwrap();
            stream.read_exact(&mut [0]).unwrap();
        }
    });
    assert!(!waiting.is_finished());
    proxy.set_delay(Duration::ZERO);
    wait::until("what was held", || waiting.is_finished().then_some(()));
    waiting.join().unwrap();
}

#[test]
fn every_connection_can_be_cut_at_once() {
    let proxy = echo();
    let mut streams: Vec<TcpStream> = (0..5).map(|_| TcpStream::connect(proxy.address()).unwrap()).collect();
    for stream in &mut streams {
        stream.write_all(b"x").unwrap();
        stream.read_exact(&mut [0]).unwrap();
    }
    proxy.cut_all(End::Closed);
    assert!(streams.iter_mut().all(|stream| stream.read(&mut [0]).unwrap() == 0));
}
