//! Ids in paths.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use uuid::Uuid;

use crate::problem::{Code, FieldError, Problem};

/// The `{id}` of a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PathId(pub Uuid);

impl FromRequest for PathId {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let text = request.match_info().get("id").unwrap_or_default();
        ready(Uuid::try_parse(text).map(Self).map_err(|_| misspelled()))
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
