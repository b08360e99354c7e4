use std::time::Duration;

use actix_web::dev::Payload;
use actix_web::http::header::CONTENT_TYPE;
use actix_web::rt::time::timeout;
use actix_web::web::{Bytes, BytesMut};
use actix_web::{FromRequest, HttpRequest};
use futures_util::StreamExt;

use super::Extracting;
use crate::idempotency::Fingerprint;
use crate::problem::{Code, Problem};

/// The most bytes of a body.
pub const BODY_BYTES_MAX: usize = 64 * 1024;

/// How long a body may take to come.
const BODY_WAIT_MAX: Duration = Duration::from_secs(10);

/// A body as it came.
#[derive(Debug)]
pub struct RawBody {
    /// Its bytes, at most [`BODY_BYTES_MAX`].
    pub bytes: Bytes,
    /// Of the request.
    pub fingerprint: Fingerprint,
    /// Whether its content type says that it is JSON.
    pub declared: Result<(), Problem>,
}

impl FromRequest for RawBody {
    type Error = Problem;
    type Future = Extracting<Self>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (request, payload) = (request.clone(), payload.take());
        Box::pin(async move {
            let bytes = timeout(BODY_WAIT_MAX, collect(payload))
                .await
                .unwrap_or_else(|_| Err(Problem::new(Code::RequestTimeout, "the body did not come in time")))?;
            let fingerprint = Fingerprint::of(&request, &bytes);
            Ok(Self { bytes, fingerprint, declared: declared(&request) })
        })
    }
}

async fn collect(mut payload: Payload) -> Result<Bytes, Problem> {
    let mut bytes = BytesMut::new();
    while let Some(chunk) = payload.next().await {
        let chunk = chunk.map_err(|error| Problem::new(Code::MalformedJson, "the body broke off").caused_by(error))?;
        if BODY_BYTES_MAX < bytes.len() + chunk.len() {
            return Err(Problem::new(Code::PayloadTooLarge, format!("a body has at most {BODY_BYTES_MAX} bytes")));
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes.freeze())
}

/// Whether the content type is `application/json` or ends in `+json`, in UTF-8 if it says so.
fn declared(request: &HttpRequest) -> Result<(), Problem> {
    let text = request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let essence = text.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    if essence == "application/json" || (essence.starts_with("application/") && essence.ends_with("+json")) {
        Ok(())
    } else {
        Err(Problem::new(Code::UnsupportedMediaType, "a body is sent as application/json"))
    }
}
