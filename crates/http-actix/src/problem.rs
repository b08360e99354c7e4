//! Why a request was not granted, as the client is told (RFC 9457).

mod application;
mod clinic;
mod code;
mod document;
mod identity;
mod operations;
mod scheduling;
mod store;

use std::fmt;

use actix_web::http::header::{CONTENT_TYPE, HeaderValue, RETRY_AFTER, WWW_AUTHENTICATE};
use actix_web::http::{StatusCode, header::HeaderName};
use actix_web::{HttpResponse, ResponseError};
use kernel::Word;

pub use code::Code;
pub use document::{ConflictingSlot, FieldError, OccupiedSlot, ProblemDocument, ProblemExtensions};
pub(crate) use operations::describe_problems;

/// The media type of a problem document.
pub const MEDIA_TYPE: &str = "application/problem+json";

/// Why a request was not granted, before it is known which request it was: the frame adds `instance` and `request_id`.
#[derive(Clone, Debug)]
pub struct Problem(Box<Parts>);

#[derive(Clone, Debug)]
struct Parts {
    code: Code,
    detail: String,
    errors: Vec<FieldError>,
    extensions: ProblemExtensions,
    headers: Vec<(HeaderName, HeaderValue)>,
    /// For the log only.
    cause: Option<String>,
}

impl Problem {
    /// A problem of this kind, explained.
    pub fn new(code: Code, detail: impl Into<String>) -> Self {
        let headers = match code.status() {
            StatusCode::UNAUTHORIZED => vec![(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"))],
            StatusCode::SERVICE_UNAVAILABLE => vec![(RETRY_AFTER, HeaderValue::from_static("1"))],
            _ => Vec::new(),
        };
        Self(Box::new(Parts {
            code,
            detail: detail.into(),
            errors: Vec::new(),
            extensions: ProblemExtensions::default(),
            headers,
            cause: None,
        }))
    }

    /// What was sent has the wrong shape, and where.
    pub fn invalid(errors: Vec<FieldError>) -> Self {
        let detail = match errors.as_slice() {
            [only] if only.pointer.is_empty() => format!("the body {}", only.message),
            [only] => format!("{}: {}", only.pointer, only.message),
            errors => format!("{} fields are not acceptable", errors.len()),
        };
        let mut problem = Self::new(Code::Invalid, detail);
        problem.0.errors = errors;
        problem
    }

    /// What was sent has the wrong shape in this one place.
    pub fn invalid_field(pointer: &str, code: &str, message: impl Into<String>) -> Self {
        Self::invalid(vec![FieldError::new(pointer, code, message)])
    }

    /// Something in here did not work; the cause is logged, never sent.
    pub fn internal(cause: impl fmt::Display) -> Self {
        let mut problem = Self::new(Code::Internal, "something went wrong on our side; it has been logged");
        problem.0.cause = Some(cause.to_string());
        problem
    }

    /// The same problem, naming a field.
    #[must_use]
    pub fn at(mut self, error: FieldError) -> Self {
        self.0.errors.push(error);
        self
    }

    /// The same problem, where these fields of the rule are members of a part of the body.
    #[must_use]
    pub fn inside(mut self, part: &str, fields: &[&str]) -> Self {
        for error in &mut self.0.errors {
            if fields.iter().any(|field| error.pointer.starts_with(field)) {
                let pointer = format!("{part}{}", error.pointer);
                self.0.detail = self.0.detail.replace(&error.pointer, &pointer);
                error.pointer = pointer;
            }
        }
        self
    }

    /// The same problem, where a field of the rule goes by another name in the body.
    #[must_use]
    pub fn renamed(mut self, field: &str, name: &str) -> Self {
        for error in self.0.errors.iter_mut().filter(|error| error.pointer == field) {
            self.0.detail = self.0.detail.replace(field, name);
            name.clone_into(&mut error.pointer);
        }
        self
    }

    /// The same problem, with members of its kind (RFC 9457, 3.2).
    #[must_use]
    pub fn with_extensions(mut self, extensions: ProblemExtensions) -> Self {
        self.0.extensions = extensions;
        self
    }

    /// The same problem, with another response header.
    #[must_use]
    pub fn with_header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.0.headers.retain(|(other, _)| *other != name);
        self.0.headers.push((name, value));
        self
    }

    /// The same problem, with a cause for the log.
    #[must_use]
    pub fn caused_by(mut self, cause: impl fmt::Display) -> Self {
        self.0.cause = Some(cause.to_string());
        self
    }

    /// The fields that it names.
    pub fn errors(&self) -> &[FieldError] {
        &self.0.errors
    }

    /// Which kind of problem it is.
    pub fn code(&self) -> Code {
        self.0.code
    }

    /// What happened this time.
    pub fn detail(&self) -> &str {
        &self.0.detail
    }

    /// What the log should say and the client should not know.
    pub fn cause(&self) -> Option<&str> {
        self.0.cause.as_deref()
    }

    /// The response that tells of it; `instance` is the path that was asked for.
    pub fn respond(&self, instance: Option<&str>, request_id: Option<&str>) -> HttpResponse {
        let Parts { code, detail, errors, extensions, headers, .. } = &*self.0;
        let document = ProblemDocument {
            kind: format!("/problems/{code}"),
            title: code.title().to_owned(),
            status: code.status().as_u16(),
            detail: detail.clone(),
            instance: instance.map(str::to_owned),
            code: code.as_str().to_owned(),
            request_id: request_id.map(str::to_owned),
            errors: errors.clone(),
            extensions: extensions.clone(),
        };
        let mut response = HttpResponse::build(code.status());
        for header in headers {
            response.append_header(header.clone());
        }
        // A document is made of texts and numbers, which always have a spelling in JSON.
        let body = serde_json::to_string(&document).unwrap_or_default();
        response.insert_header((CONTENT_TYPE, MEDIA_TYPE)).body(body)
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.0.code, self.0.detail)
    }
}

impl std::error::Error for Problem {}

impl ResponseError for Problem {
    fn status_code(&self) -> StatusCode {
        self.0.code.status()
    }

    fn error_response(&self) -> HttpResponse {
        self.respond(None, None)
    }
}

#[cfg(test)]
mod tests;
