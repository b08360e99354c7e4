//! The address of a mail server.

use std::net::IpAddr;

use actix_web::http::Uri;

/// Whether mails can be handed over there, and a password with them that nobody on the way can read: over TLS, or on this
/// machine.
pub(crate) fn is_safe(url: &str) -> bool {
    delivery::is_smtp_url(url) && url.parse().is_ok_and(|uri| !tells_a_password(&uri))
}

fn tells_a_password(uri: &Uri) -> bool {
    let is_encrypted = uri.scheme_str() == Some("smtps")
        || uri.query().is_some_and(|query| query.split('&').any(|part| part == "tls=required"));
    uri.authority()
        .is_some_and(|authority| authority.as_str().contains('@') && !is_encrypted && !is_here(authority.host()))
}

fn is_here(host: &str) -> bool {
    let address = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
    host == "localhost" || address.is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_goes_over_tls_or_stays_on_this_machine() {
        for (url, safe) in [
            ("smtps://clinic:secret@mail.example:465", true),
            ("smtp://clinic:secret@mail.example:587?tls=required", true),
            ("smtp://clinic:secret@mail.example:25", false),
            ("smtp://clinic:secret@mail.example:25?tls=opportunistic", false),
            ("smtp://clinic@mail.example", false),
            ("smtp://mail.example:25", true),
            ("smtp://clinic:secret@127.0.0.1:25", true),
            ("smtp://clinic:secret@[::1]:25", true),
            ("smtp://clinic:secret@localhost", true),
            ("smtp://clinic:secret@localhost.example", false),
            ("http://mail.example", false),
        ] {
            assert_eq!(is_safe(url), safe, "{url}");
        }
    }
}
