//! Who asks, when somebody else passes the question on.

use std::net::{IpAddr, SocketAddr};

use actix_web::http::header::{HeaderMap, HeaderValue, X_FORWARDED_FOR};
use ipnet::IpNet;

/// The address of a client: the right-most of those that were noted on the way which is not a trusted proxy's.
///
/// Each proxy notes on the right of `X-Forwarded-For` who asked it. So what a trusted one noted is believed, what the
/// one to the left of it noted only if that is trusted too, and what a client made up never. An entry that is no
/// address ends the search.
pub(crate) fn client_address(peer: IpAddr, headers: &HeaderMap, trusted: &[IpNet]) -> IpAddr {
    let is_trusted = |address: IpAddr| trusted.iter().any(|network| network.contains(&address));
    let mut client = peer.to_canonical();
    if !is_trusted(client) {
        return client;
    }
    // By bytes: what a client made up need not be text, and what a proxy noted stands behind it in the same line.
    let lines: Vec<&[u8]> = headers.get_all(X_FORWARDED_FOR).map(HeaderValue::as_bytes).collect();
    for entry in lines.iter().rev().flat_map(|line| line.rsplit(|byte| *byte == b',')) {
        match str::from_utf8(entry).ok().and_then(|entry| address(entry.trim())) {
            Some(noted) if is_trusted(client) => client = noted,
            Some(_) | None => break,
        }
    }
    client
}

/// An address, as some write it with the port.
fn address(text: &str) -> Option<IpAddr> {
    let bare = text.parse().ok();
    bare.or_else(|| text.parse().ok().map(|socket: SocketAddr| socket.ip())).map(|address| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(peer: &str, lines: &[&str], trusted: &[&str]) -> String {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(X_FORWARDED_FOR, HeaderValue::from_bytes(line.as_bytes()).unwrap());
        }
        let trusted: Vec<IpNet> = trusted.iter().map(|network| network.parse().unwrap()).collect();
        client_address(peer.parse().unwrap(), &headers, &trusted).to_string()
    }

    #[test]
    fn nobody_is_believed_who_is_not_trusted() {
        for (peer, trusted) in
            [("198.51.100.1", vec![]), ("198.51.100.1", vec!["10.0.0.0/8"]), ("::1", vec!["127.0.0.0/8"])]
        {
            assert_eq!(client(peer, &["192.0.2.1"], &trusted), peer, "{trusted:?}");
        }
    }

    #[test]
    fn the_client_is_the_last_one_whom_a_trusted_proxy_names() {
        let trusted = ["10.0.0.0/8", "203.0.113.9/32", "2001:db8:ffff::/48"];
        for (peer, lines, expected) in [
            ("10.0.0.1", vec![], "10.0.0.1"),
            ("10.0.0.1", vec!["192.0.2.1"], "192.0.2.1"),
            ("::ffff:10.0.0.1", vec!["::ffff:192.0.2.1"], "192.0.2.1"),
            ("2001:db8:ffff::1", vec!["2001:db8::7"], "2001:db8::7"),
            // Through two proxies of ours, in one line or two.
            ("10.0.0.1", vec!["192.0.2.1, 203.0.113.9"], "192.0.2.1"),
            ("10.0.0.1", vec!["192.0.2.1", "203.0.113.9,10.7.7.7"], "192.0.2.1"),
            // Nobody else was on the way.
            ("10.0.0.1", vec!["10.0.0.3, 10.0.0.2"], "10.0.0.3"),
            ("10.0.0.1", vec!["192.0.2.1:4711"], "192.0.2.1"),
            ("10.0.0.1", vec!["[2001:db8::7]:4711"], "2001:db8::7"),
        ] {
            assert_eq!(client(peer, &lines, &trusted), expected, "{peer} {lines:?}");
        }
    }

    #[test]
    fn what_a_client_makes_up_stands_further_left_and_is_not_read() {
        let trusted = ["10.0.0.0/8"];
        for (lines, expected) in [
            (vec!["127.0.0.1, 192.0.2.1"], "192.0.2.1"),
            (vec!["10.0.0.9, 192.0.2.1"], "192.0.2.1"),
            (vec!["1.1.1.1", "192.0.2.1"], "192.0.2.1"),
            (vec!["1.1.1.1, 192.0.2.1, 10.0.0.2"], "192.0.2.1"),
            (vec!["garbage, 192.0.2.1"], "192.0.2.1"),
            (vec!["\u{e9}, 192.0.2.1"], "192.0.2.1"),
        ] {
            assert_eq!(client("10.0.0.1", &lines, &trusted), expected, "{lines:?}");
        }
    }

    #[test]
    fn what_is_no_address_ends_the_search_at_the_last_good_one() {
        let trusted = ["10.0.0.0/8"];
        for (lines, expected) in [
            (vec!["192.0.2.1, unknown"], "10.0.0.1"),
            (vec!["192.0.2.1, unknown, 10.0.0.2"], "10.0.0.2"),
            (vec!["192.0.2.1,"], "10.0.0.1"),
            (vec![""], "10.0.0.1"),
            (vec!["192.0.2.1", "\u{e9}"], "10.0.0.1"),
            (vec!["192.0.2.256"], "10.0.0.1"),
            (vec!["_hidden"], "10.0.0.1"),
        ] {
            assert_eq!(client("10.0.0.1", &lines, &trusted), expected, "{lines:?}");
        }
    }
}

#[cfg(test)]
mod fuzz {
    use proptest::prelude::*;
    use testkit::fuzz;

    use super::*;

    const CHAINS: &[&str] =
        &["192.0.2.1", "192.0.2.1:4711, 10.0.0.3", "[2001:db8::7]:4711,::ffff:10.0.0.1", "unknown, _x"];
    const PROXY: &str = "10.0.0.1";

    fn client(peer: &str, chain: &str) -> Option<String> {
        let mut headers = HeaderMap::new();
        headers.append(X_FORWARDED_FOR, HeaderValue::from_bytes(chain.as_bytes()).ok()?);
        Some(client_address(peer.parse().unwrap(), &headers, &["10.0.0.0/8".parse().unwrap()]).to_string())
    }

    proptest! {
        #[test]
        fn who_is_not_trusted_speaks_for_nobody_else(chain in fuzz::text(CHAINS)) {
            prop_assert!(client("198.51.100.1", &chain).is_none_or(|client| client == "198.51.100.1"));
        }

        #[test]
        fn what_stands_left_of_a_stranger_is_not_read(chain in fuzz::text(CHAINS)) {
            let chain = format!("{chain}, 203.0.113.7, 10.0.0.2");
            prop_assert!(client(PROXY, &chain).is_none_or(|client| client == "203.0.113.7"));
        }

        #[test]
        fn the_client_is_the_proxy_or_somebody_whom_it_named(chain in fuzz::text(CHAINS)) {
            let named = |client: &str| chain.split(',').filter_map(|entry| address(entry.trim())).any(|a| a.to_string() == client);
            prop_assert!(client(PROXY, &chain).is_none_or(|client| client == PROXY || named(&client)));
        }
    }
}
