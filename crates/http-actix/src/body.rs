//! Bodies: JSON of at most 64 KiB, read once, strictly.

mod part;
mod raw;

use std::future::Future;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use serde::de::{DeserializeOwned, IgnoredAny};
use validator::Validate;

pub use part::{clearable_part, part};
pub use raw::{BODY_BYTES_MAX, RawBody};

use crate::idempotency::Fingerprint;
use crate::problem::{Code, Problem};
use crate::shape;

type Extracting<T> = Pin<Box<dyn Future<Output = Result<T, Problem>>>>;

/// A body that has been read and found in shape, and the fingerprint of the request.
#[derive(Debug)]
pub struct Body<T>(pub T, pub Fingerprint);

/// The same for a body that may be left out, or be null, whatever the content type: then it is the default.
#[derive(Debug)]
pub struct OptionalBody<T>(pub T, pub Fingerprint);

/// Reads a JSON text.
///
/// # Errors
/// `malformed_json` when it is none; `invalid` names the fields that are not acceptable.
pub fn parse<T: DeserializeOwned + Validate>(bytes: &[u8]) -> Result<T, Problem> {
    let value: T = read(bytes)?;
    value.validate().map_err(|errors| shape::rejected("", &errors))?;
    Ok(value)
}

/// Reads a JSON text without looking closer at its fields.
///
/// # Errors
/// `malformed_json` when it is none; `invalid` names the first field that is not acceptable.
pub fn read<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    refuse_array(bytes)?;
    let mut json = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(&mut json).map_err(|error| {
        let path = error.path().clone();
        refused(&path, &error.into_inner())
    })?;
    json.end().map_err(|error| malformed(&error))?;
    Ok(value)
}

/// Every body is an object; serde would also take a struct's fields in their order.
fn refuse_array(bytes: &[u8]) -> Result<(), Problem> {
    if bytes.trim_ascii_start().first() != Some(&b'[') {
        return Ok(());
    }
    serde_json::from_slice::<IgnoredAny>(bytes).map_err(|error| malformed(&error))?;
    Err(Problem::invalid_field("", "type", "must be an object"))
}

fn refused(path: &serde_path_to_error::Path, error: &serde_json::Error) -> Problem {
    if !error.is_data() {
        return malformed(error);
    }
    let place = format!(" at line {} column {}", error.line(), error.column());
    let complaint = error.to_string();
    Problem::invalid(vec![shape::misread("", path, complaint.trim_end_matches(&place))])
}

fn malformed(error: &serde_json::Error) -> Problem {
    Problem::new(
        Code::MalformedJson,
        format!("the body is not JSON at line {}, column {}", error.line(), error.column()),
    )
}

impl<T: DeserializeOwned + Validate + 'static> FromRequest for Body<T> {
    type Error = Problem;
    type Future = Extracting<Self>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let raw = RawBody::from_request(request, payload);
        Box::pin(async move {
            let RawBody { bytes, fingerprint, declared } = raw.await?;
            declared?;
            Ok(Self(parse(&bytes)?, fingerprint))
        })
    }
}

impl<T: DeserializeOwned + Validate + Default + 'static> FromRequest for OptionalBody<T> {
    type Error = Problem;
    type Future = Extracting<Self>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let raw = RawBody::from_request(request, payload);
        Box::pin(async move {
            let RawBody { bytes, fingerprint, declared } = raw.await?;
            if matches!(bytes.trim_ascii(), b"" | b"null") {
                return Ok(Self(T::default(), fingerprint));
            }
            declared?;
            Ok(Self(parse(&bytes)?, fingerprint))
        })
    }
}

#[cfg(test)]
mod tests;
