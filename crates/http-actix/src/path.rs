//! Ids in paths.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use uuid::Uuid;

use crate::frame::unknown_method;
use crate::problem::{Code, FieldError, Problem};

/// The `{id}` of a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PathId(pub Uuid);

impl FromRequest for PathId {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let text = request.match_info().get("id").unwrap_or_default();
        // What is no id may be another path, which does not know the method: `PATCH /slots/bulk`.
        ready(Uuid::try_parse(text).map(Self).map_err(|_| unknown_method(request).unwrap_or_else(misspelled)))
    }
}

/// The `{code}` of a path; one that is misspelled is not known, as is any other that nobody has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PathCode(pub String);

impl FromRequest for PathCode {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Ok(Self(request.match_info().get("code").unwrap_or_default().to_owned())))
    }
}

fn misspelled() -> Problem {
    let message = "a UUID is expected";
    Problem::new(Code::MalformedPath, format!("/path/id: {message}")).at(FieldError::new("/path/id", "format", message))
}

#[cfg(test)]
mod fuzz {
    use actix_web::test::TestRequest;
    use proptest::prelude::*;
    use testkit::fuzz;

    use super::*;

    const IDS: &[&str] = &["01890a5d-ac96-774b-bcce-b302099a8057", "01890a5dac96774bbcceb302099a8057", "me"];

    proptest! {
        #[test]
        fn an_id_is_read_as_it_is_written_and_anything_else_is_refused_by_name(text in fuzz::text(IDS)) {
            let read = |text: &str| {
                PathId::extract(&TestRequest::default().param("id", text.to_owned()).to_http_request()).into_inner()
            };
            match read(&text) {
                Ok(id) => prop_assert_eq!(read(&id.0.to_string()).ok(), Some(id)),
                Err(problem) => prop_assert_eq!(&problem.errors()[0].pointer, "/path/id"),
            }
        }
    }
}
