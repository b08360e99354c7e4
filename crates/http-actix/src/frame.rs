//! What surrounds every request: its name, the headers that protect it, and how its problems are told.

mod compressing;
mod headers;
mod limiting;
mod nowhere;
mod problems;

use std::time::Duration;

use actix_cors::Cors;
use actix_web::HttpMessage;
use actix_web::http::Method;
use actix_web::http::header::{
    ACCEPT, AUTHORIZATION, CONTENT_TYPE, ETAG, HeaderName, IF_MATCH, IF_NONE_MATCH, LOCATION, RETRY_AFTER,
};
use uuid::Uuid;

use crate::limits::{LEFT, POLICY};

pub(crate) use compressing::compress;
pub(crate) use headers::protect;
pub(crate) use limiting::{UNLIMITED, limit};
pub(crate) use nowhere::{KnownPaths, nowhere, unknown_method};
pub(crate) use problems::tell;

/// The header that names a request.
pub(crate) const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

const PREFLIGHT_KEPT: Duration = Duration::from_secs(3600);

/// The name of a request, made here: a client's own is not taken over.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RequestId(Uuid);

impl RequestId {
    fn of(message: &impl HttpMessage) -> Option<String> {
        message.extensions().get::<Self>().map(|Self(id)| id.to_string())
    }
}

/// Lets pages of these origins call; with none, no page of another origin can.
pub(crate) fn cors(origins: &[String]) -> Cors {
    let origins = origins.to_vec();
    Cors::default()
        .allowed_origin_fn(move |origin, _| origins.iter().any(|allowed| allowed.as_bytes() == origin.as_bytes()))
        .block_on_origin_mismatch(false)
        .allowed_methods([Method::GET, Method::POST, Method::PATCH, Method::DELETE])
        .allowed_headers([
            ACCEPT,
            AUTHORIZATION,
            CONTENT_TYPE,
            IF_MATCH,
            IF_NONE_MATCH,
            HeaderName::from_static("idempotency-key"),
            // What tracing libraries add to every request of a page (W3C Trace Context); nothing here reads them.
            HeaderName::from_static("traceparent"),
            HeaderName::from_static("tracestate"),
            REQUEST_ID,
        ])
        .expose_headers([ETAG, LOCATION, RETRY_AFTER, REQUEST_ID, POLICY, LEFT])
        .max_age(usize::try_from(PREFLIGHT_KEPT.as_secs()).ok())
}
