//! Revisions in headers: `ETag` and `If-Match` (RFC 9110, 8.8.3 and 13.1.1).

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::http::header::{ETAG, HeaderName, IF_MATCH};
use actix_web::{FromRequest, HttpRequest};
use kernel::{Expected, Revision};

use crate::problem::{Code, Problem};

/// The header that names a revision.
pub fn etag(revision: Revision) -> (HeaderName, String) {
    (ETAG, format!("\"{}\"", revision.number()))
}

/// Which revision the caller believes to be changing; it must be said.
#[derive(Clone, Debug)]
pub struct IfMatch(pub Expected);

impl FromRequest for IfMatch {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let values: Vec<&str> =
            request.headers().get_all(IF_MATCH).map(|value| value.to_str().unwrap_or_default()).collect();
        ready(if values.is_empty() {
            Err(Problem::new(Code::PreconditionRequired, "If-Match must name the revision that is to be changed, or *"))
        } else {
            Ok(Self(expected(&values.join(","))))
        })
    }
}

/// What a list of entity tags expects; tags that are weak, or none of ours, match nothing.
fn expected(list: &str) -> Expected {
    if list.trim() == "*" {
        return Expected::Any;
    }
    Expected::OneOf(list.split(',').filter_map(revision).collect())
}

fn revision(tag: &str) -> Option<Revision> {
    let number = tag.trim().strip_prefix('"')?.strip_suffix('"')?;
    let revision = number.parse().ok().and_then(Revision::new)?;
    // A number has one spelling.
    (revision.number().to_string() == number).then_some(revision)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_strong_tags_of_ours_match() {
        let three = Revision::new(3).unwrap();
        for (list, accepts) in [
            ("\"3\"", true),
            ("\"2\", \"3\"", true),
            ("*", true),
            (" * ", true),
            ("\"2\"", false),
            ("W/\"3\"", false),
            ("3", false),
            ("\"03\"", false),
            ("\"+3\"", false),
            ("\"*\"", false),
            ("", false),
            ("\"99999999999999999999\"", false),
        ] {
            assert_eq!(expected(list).accepts(three), accepts, "{list}");
        }
        assert_eq!(etag(three).1, "\"3\"");
    }
}
