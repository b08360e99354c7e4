//! `Idempotency-Key`: the same request again is told the same.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use application::idempotency::Retry;
use application::ports::Labels;
use scheduling_core::Appointment;
use sha2::{Digest, Sha256};

use crate::problem::Problem;

/// The most characters of a key.
const KEY_CHARS_MAX: usize = 255;

/// The name of the header.
pub const HEADER: &str = "Idempotency-Key";

/// SHA-256 of a request's method, path and body: two requests with the same one ask the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fingerprint(pub [u8; 32]);

impl Fingerprint {
    /// Of this request with this body.
    pub fn of(request: &HttpRequest, body: &[u8]) -> Self {
        let digest = Sha256::new()
            .chain_update(request.method().as_str())
            .chain_update([0])
            .chain_update(request.path())
            .chain_update([0])
            .chain_update(body)
            .finalize();
        Self(digest.into())
    }
}

/// The caller's key, if they gave one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key(pub Option<String>);

impl Key {
    /// What the application needs to answer a retry; nothing without a key.
    pub fn retry(
        &self,
        Fingerprint(fingerprint): Fingerprint,
        status: u16,
        body: fn(&Appointment, &Labels) -> String,
    ) -> Option<Retry<'_>> {
        self.0.as_deref().map(|key| Retry { key, fingerprint, status, body })
    }
}

impl FromRequest for Key {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let mut values = request.headers().get_all(HEADER);
        ready(match (values.next(), values.next()) {
            (None, _) => Ok(Self(None)),
            (Some(value), None) => key(value.as_bytes()).map(|key| Self(Some(key))).ok_or_else(misshapen),
            (Some(_), Some(_)) => Err(misshapen()),
        })
    }
}

fn key(bytes: &[u8]) -> Option<String> {
    let fits = (1..=KEY_CHARS_MAX).contains(&bytes.len()) && bytes.iter().all(u8::is_ascii_graphic);
    if fits { String::from_utf8(bytes.to_vec()).ok() } else { None }
}

fn misshapen() -> Problem {
    let message = format!("one key of 1 to {KEY_CHARS_MAX} visible ASCII characters is expected");
    Problem::invalid_field("/header/idempotency-key", "format", message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_visible_and_not_too_long() {
        assert_eq!(key(b"a-1_!~").as_deref(), Some("a-1_!~"));
        assert!(key(&[b'x'; 255]).is_some());
        for bad in [&b""[..], &[b'x'; 256], b"a b", b"a\tb", "é".as_bytes()] {
            assert_eq!(key(bad), None);
        }
    }
}

#[cfg(test)]
mod fuzz {
    use actix_web::http::header::HeaderValue;
    use actix_web::test::TestRequest;
    use proptest::prelude::*;
    use testkit::fuzz;

    use super::*;

    proptest! {
        #[test]
        fn a_key_is_taken_as_it_is_or_refused_by_name(text in fuzz::text(&["a-1_!~", "01890a5d-ac96-774b-bcce-b302099a8057"]), times in 1..50_usize) {
            let Ok(value) = HeaderValue::from_bytes(text.repeat(times).as_bytes()) else { return Ok(()) };
            let request = TestRequest::default().insert_header((HEADER, value.clone())).to_http_request();
            match Key::extract(&request).into_inner() {
                Ok(Key(key)) => prop_assert_eq!(key.as_deref().map(str::as_bytes), Some(value.as_bytes())),
                Err(problem) => {
                    prop_assert_eq!(&problem.errors()[0].pointer, "/header/idempotency-key");
                    let bytes = value.as_bytes();
                    prop_assert!(bytes.is_empty() || KEY_CHARS_MAX < bytes.len() || !bytes.iter().all(u8::is_ascii_graphic));
                }
            }
        }
    }
}
