use std::io::{self, Write as _};

use actix_web::body::{BodySize, BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{
    AcceptEncoding, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, ETAG, Encoding, Header as _, HeaderMap, HeaderValue,
    VARY,
};
use actix_web::middleware::Next;
use actix_web::web::Bytes;
use actix_web::{Error, HttpResponse, web};
use flate2::Compression;
use flate2::write::GzEncoder;

use crate::routes::API;

/// A shorter body fits into a packet anyway.
const BYTES_MIN: usize = 1_024;

/// What takes longer to compress than others on this event loop should wait.
const BYTES_HERE_MAX: usize = 64 * 1_024;

/// What is text.
const TEXTS: [&str; 5] =
    ["application/json", "application/problem+json", "text/", "application/javascript", "image/svg+xml"];

/// Answers with gzip (RFC 1952) whoever asks for it, where that is worth it and gives nothing away.
///
/// Below `/auth` are the answers with tokens and what people know of themselves: what a stranger had put beside a secret there
/// could be found out by the length of the whole (BREACH).
pub(crate) async fn compress(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let is_secret =
        request.path().strip_prefix(API).is_some_and(|path| path.trim_start_matches('/').starts_with("auth"));
    let wants_gzip = !is_secret && wants_gzip(&request);
    let mut response = next.call(request).await?.map_into_boxed_body();
    if is_secret || !is_worth_it(&response) {
        return Ok(response);
    }
    response.headers_mut().append(VARY, HeaderValue::from_static("Accept-Encoding"));
    if !wants_gzip {
        return Ok(response);
    }
    let (request, response) = response.into_parts();
    Ok(ServiceResponse::new(request, compressed(response).await?))
}

fn wants_gzip(request: &ServiceRequest) -> bool {
    let accepted = AcceptEncoding::parse(request).ok();
    accepted.and_then(|accepted| accepted.negotiate([Encoding::gzip()].iter())) == Some(Encoding::gzip())
}

fn is_worth_it(response: &ServiceResponse<BoxBody>) -> bool {
    let BodySize::Sized(bytes) = response.response().body().size() else { return false };
    let headers = response.headers();
    let kind = headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    usize::try_from(bytes).is_ok_and(|bytes| BYTES_MIN <= bytes)
        && TEXTS.iter().any(|text| kind.starts_with(text))
        && !headers.contains_key(CONTENT_ENCODING)
        && !names_a_revision(headers)
}

/// Whether the tag is one of `If-Match`, which has to be the same however the answer is sent: answers to be kept have tags
/// for that alone.
fn names_a_revision(headers: &HeaderMap) -> bool {
    headers.contains_key(ETAG) && !headers.contains_key(CACHE_CONTROL)
}

async fn compressed(response: HttpResponse) -> Result<HttpResponse, Error> {
    let (mut response, body) = response.into_parts();
    let bytes = match body.try_into_bytes() {
        Ok(bytes) => bytes,
        Err(body) => return Ok(response.set_body(body)),
    };
    let packed = if bytes.len() <= BYTES_HERE_MAX { gzip(&bytes) } else { web::block(move || gzip(&bytes)).await? }?;
    let headers = response.headers_mut();
    headers.insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    // Other bytes, of the same meaning (RFC 9110, 8.8.3.3).
    if let Some(weak) = headers.get(ETAG).and_then(weakened) {
        headers.insert(ETAG, weak);
    }
    Ok(response.set_body(BoxBody::new(packed)))
}

fn gzip(bytes: &[u8]) -> io::Result<Bytes> {
    let mut encoder = GzEncoder::new(Vec::with_capacity(bytes.len() / 4), Compression::fast());
    encoder.write_all(bytes)?;
    encoder.finish().map(Bytes::from)
}

fn weakened(tag: &HeaderValue) -> Option<HeaderValue> {
    let tag = tag.to_str().ok()?;
    HeaderValue::try_from(format!("W/{}", tag.trim_start_matches("W/"))).ok()
}
