//! Where people find this installation.

use std::net::{IpAddr, SocketAddr};

use actix_web::http::Uri;
use actix_web::http::uri::Authority;
use identity_core::EmailAddress;

/// What links begin with: http or https, a host, perhaps a path; without query, password and slash at the end.
pub(crate) fn parse(text: &str) -> Option<String> {
    let text = text.trim_end_matches('/');
    let uri: Uri = text.parse().ok()?;
    let is_web = matches!(uri.scheme_str(), Some("http" | "https"));
    (is_web && uri.authority().is_some_and(is_host_and_port) && uri.query().is_none() && !text.contains('#'))
        .then(|| text.to_owned())
}

/// Whether it is a host, perhaps with a port; without user and password.
pub(super) fn is_host_and_port(authority: &Authority) -> bool {
    let host = authority.host();
    let rest = authority.as_str().strip_prefix(host);
    !host.is_empty() && rest.is_some_and(|rest| rest.is_empty() || authority.port_u16().is_some())
}

/// Where the server listens, which is at least right on this machine.
pub(crate) fn of(bind: SocketAddr) -> String {
    format!("http://{bind}")
}

/// The host of an address that [`parse`] or [`of`] made, which names the installation in the ids of mails.
pub(crate) fn host_of(url: &str) -> &str {
    let authority = url.split("://").nth(1).and_then(|rest| rest.split('/').next()).unwrap_or_default();
    let port = authority.rsplit_once(':').filter(|(_, port)| port.chars().all(|c| c.is_ascii_digit()));
    port.map_or(authority, |(host, _)| host)
}

/// Where somebody can be told something: a page, or an e-mail address, as a URI.
pub(crate) fn contact(text: &str) -> Option<String> {
    if text.starts_with("https://") {
        return parse(text);
    }
    let email = text.strip_prefix("mailto:").unwrap_or(text);
    email.parse::<EmailAddress>().ok().map(|email| format!("mailto:{}", email.as_str()))
}

/// Who mails come from.
pub(crate) fn sender(text: &str) -> Option<String> {
    delivery::is_sender(text).then(|| text.to_owned())
}

/// A sender for an installation that names none; a number is no home for a mailbox.
pub(crate) fn sender_at(host: &str) -> String {
    let is_number = host.starts_with('[') || host.parse::<IpAddr>().is_ok();
    let sender = sender(&format!("no-reply@{host}")).filter(|_| !is_number);
    sender.unwrap_or_else(|| "no-reply@localhost".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_public_address_is_one_of_the_web() {
        for (text, parsed) in [
            ("https://clinic.example/", Some("https://clinic.example")),
            ("http://[::1]:8080", Some("http://[::1]:8080")),
            ("https://host.example/clinic", Some("https://host.example/clinic")),
            ("ftp://clinic.example", None),
            ("clinic.example", None),
            ("https://clinic.example:8443", Some("https://clinic.example:8443")),
            ("https://", None),
            ("http://:", None),
            ("http://:80", None),
            ("http://clinic.example:", None),
            ("http://clinic.example:65536", None),
            ("https://user@clinic.example", None),
            ("https://clinic.example?a=b", None),
            ("https://clinic.example#a", None),
        ] {
            assert_eq!(parse(text).as_deref(), parsed, "{text}");
        }
    }

    #[test]
    fn a_host_has_neither_port_nor_path() {
        for (url, host) in [
            ("https://clinic.example", "clinic.example"),
            ("http://127.0.0.1:8080", "127.0.0.1"),
            ("http://[::1]:8080", "[::1]"),
            ("http://[::1]", "[::1]"),
            ("https://clinic.example:1/a:2", "clinic.example"),
        ] {
            assert_eq!(host_of(url), host, "{url}");
        }
        assert_eq!(of(SocketAddr::from(([127, 0, 0, 1], 80))), "http://127.0.0.1:80");
    }

    #[test]
    fn a_sender_is_always_one() {
        assert_eq!(sender_at("clinic.example"), "no-reply@clinic.example");
        for host in ["127.0.0.1", "[::1]", "localhost", ""] {
            assert_eq!(sender_at(host), "no-reply@localhost", "{host}");
        }
    }
}

#[cfg(test)]
mod fuzz {
    use proptest::prelude::*;
    use testkit::fuzz;

    use super::*;

    const URLS: &[&str] = &["https://clinic.example/book/", "http://[::1]:8080", "http://127.0.0.1", "https://a@b?c#d"];

    proptest! {
        #[test]
        fn a_public_address_is_kept_as_it_is_read_and_names_a_host(text in fuzz::text(URLS)) {
            if let Some(url) = parse(&text) {
                prop_assert_eq!(parse(&url), Some(url.clone()));
                prop_assert!(text.starts_with(&url) && !url.ends_with('/') && !url.contains(['?', '#', ' ']), "{}", url);
                let host = host_of(&url);
                prop_assert!(!host.is_empty() && !host.contains(['/', '@']) && url.contains(host), "{}", url);
                prop_assert!(sender(&sender_at(host)).is_some());
            }
        }
    }
}
