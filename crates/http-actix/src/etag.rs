//! What a client has seen, in headers: `ETag`, `If-Match` and `If-None-Match` (RFC 9110, 8.8.3, 13.1.1 and 13.1.2).

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::http::header::{self, ETAG, EntityTag, Header as _, HeaderName, IF_MATCH};
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
        let values: Vec<_> =
            request.headers().get_all(IF_MATCH).map(|value| String::from_utf8_lossy(value.as_bytes())).collect();
        ready(if values.is_empty() {
            Err(Problem::new(Code::PreconditionRequired, "If-Match must name the revision that is to be changed, or *"))
        } else {
            expected(&values.join(",")).map(Self).ok_or_else(misshapen)
        })
    }
}

/// Which representations the client has; one that cannot be read names none.
#[derive(Clone, Debug)]
pub struct IfNoneMatch(header::IfNoneMatch);

impl IfNoneMatch {
    /// Whether the client has the representation with this tag: weak or strong, both mean the same bytes.
    pub fn names(&self, tag: &EntityTag) -> bool {
        match &self.0 {
            header::IfNoneMatch::Any => true,
            header::IfNoneMatch::Items(tags) => tags.iter().any(|known| known.weak_eq(tag)),
        }
    }
}

impl FromRequest for IfNoneMatch {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let known = header::IfNoneMatch::parse(request);
        ready(Ok(Self(known.unwrap_or(header::IfNoneMatch::Items(Vec::new())))))
    }
}

/// What a list of entity tags expects; tags that are weak, or none of ours, match nothing. `None` when it is no list.
fn expected(list: &str) -> Option<Expected> {
    if list.trim_matches([' ', '\t']) == "*" {
        return Some(Expected::Any);
    }
    // Quotes are not escaped, so every other piece is in them; a list may have empty elements (RFC 9110, 5.6.1.2).
    let pieces: Vec<&str> = list.split('"').collect();
    let (tags, [end]) = pieces.as_chunks() else { return None };
    let is_gap = |text: &str| text.chars().all(|c| matches!(c, ' ' | '\t' | ','));
    let mut revisions = Vec::new();
    for (index, [before, tag]) in tags.iter().enumerate() {
        let weak = before.strip_suffix("W/");
        let gap = weak.unwrap_or(before);
        let is_apart = index == 0 || gap.contains(',');
        if !is_apart || !is_gap(gap) || !tag.chars().all(|c| c.is_ascii_graphic() || !c.is_ascii()) {
            return None;
        }
        revisions.extend(revision(tag).filter(|_| weak.is_none()));
    }
    is_gap(end).then_some(Expected::OneOf(revisions))
}

fn misshapen() -> Problem {
    let message = "entity tags in double quotes, as ETag gives them, or * alone are expected";
    Problem::invalid_field("/header/if-match", "format", message)
}

fn revision(number: &str) -> Option<Revision> {
    let revision = number.parse().ok().and_then(Revision::new)?;
    // A number has one spelling.
    (revision.number().to_string() == number).then_some(revision)
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::IF_NONE_MATCH;
    use actix_web::test::TestRequest;

    use super::*;

    #[test]
    fn a_representation_that_the_client_has_is_known_by_either_kind_of_tag() {
        let ours = EntityTag::new_strong("abc".to_owned());
        for (lists, known) in [
            (vec!["\"abc\""], true),
            (vec!["W/\"abc\""], true),
            (vec!["\"x\", W/\"y\" ,\"abc\""], true),
            (vec!["\"x\"", "\"abc\""], true),
            (vec!["*"], true),
            (vec![], false),
            (vec![""], false),
            (vec!["\"ab\""], false),
            (vec!["abc"], false),
            (vec!["\"*\""], false),
            (vec!["\"ABC\""], false),
            (vec!["\"a,\"abc\",b\""], true),
            (vec!["\u{e9}"], false),
        ] {
            let mut request = TestRequest::default();
            for list in &lists {
                request = request.append_header((IF_NONE_MATCH, *list));
            }
            let request = request.to_http_request();
            let known_to_us = IfNoneMatch::extract(&request).into_inner().unwrap().names(&ours);
            assert_eq!(known_to_us, known, "{lists:?}");
        }
    }

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
            ("W/\"2\" ,\t\"3\"", true),
            (",, \"3\",", true),
            ("\"a,b\",\"3\"", true),
            ("\"a,\",\"b,3\"", false),
            ("\"é\"", false),
            ("\"\"", false),
            (",", false),
            ("\"03\"", false),
            ("\"+3\"", false),
            ("\"*\"", false),
            ("", false),
            ("\"99999999999999999999\"", false),
        ] {
            assert_eq!(expected(list).map(|expected| expected.accepts(three)), Some(accepts), "{list}");
        }
        assert_eq!(etag(three).1, "\"3\"");
    }

    #[test]
    fn what_is_no_list_of_entity_tags_is_refused() {
        for list in [
            "3",
            "\"3",
            "3\"",
            "\"3\"\"",
            "*,\"3\"",
            "\"3\", *",
            "**",
            "\"2\"\"3\"",
            "\"2\" \"3\"",
            "w/\"3\"",
            "W/ \"3\"",
            "W/3",
            "W/",
            "\"3\"W/",
            "\"3 \"",
            "'3'",
            "\"3\";",
            "\"a\tb\"",
        ] {
            assert_eq!(expected(list), None, "{list}");
        }
    }
}

#[cfg(test)]
mod fuzz {
    use actix_web::http::header::{HeaderValue, IF_NONE_MATCH};
    use actix_web::test::TestRequest;
    use proptest::collection::vec;
    use proptest::prelude::*;
    use testkit::fuzz;

    use super::*;

    const LISTS: &[&str] = &["\"1\"", "\"2\", W/\"3\",\"4\"", "*", "\"4294967295\""];

    proptest! {
        #[test]
        fn tags_that_were_sent_name_their_revisions_when_they_come_back(numbers in vec(1..=u32::MAX, 1..5)) {
            let revisions: Vec<Revision> = numbers.into_iter().filter_map(Revision::new).collect();
            let tags: Vec<String> = revisions.iter().map(|revision| etag(*revision).1).collect();
            prop_assert_eq!(expected(&tags.join(", ")), Some(Expected::OneOf(revisions)));
        }

        #[test]
        fn no_revision_is_expected_that_the_list_does_not_name(list in fuzz::text(LISTS)) {
            match expected(&list) {
                None => prop_assert!(list.chars().any(|c| !matches!(c, ' ' | '\t' | ','))),
                Some(Expected::Any) => prop_assert_eq!(list.trim(), "*"),
                Some(Expected::OneOf(revisions)) => {
                    prop_assert!(revisions.iter().all(|revision| list.contains(&etag(*revision).1)), "{:?}", revisions);
                }
            }
        }

        #[test]
        fn a_representation_that_the_list_does_not_name_is_not_known(list in fuzz::text(LISTS)) {
            let Ok(value) = HeaderValue::from_bytes(list.as_bytes()) else { return Ok(()) };
            let request = TestRequest::default().insert_header((IF_NONE_MATCH, value)).to_http_request();
            let known = IfNoneMatch::extract(&request).into_inner().unwrap();
            prop_assert!(!known.names(&EntityTag::new_strong("2".to_owned())) || list.contains("\"2\"") || list.trim() == "*");
        }
    }
}
