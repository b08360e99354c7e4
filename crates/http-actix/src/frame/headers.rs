use std::time::Instant;

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, HeaderMap, HeaderName, HeaderValue, REFERRER_POLICY,
    STRICT_TRANSPORT_SECURITY, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage, web};

use super::{REQUEST_ID, RequestId};
use crate::limits::Told;
use crate::problem::Problem;
use crate::state::{Hsts, State};

/// What every response carries unless it says otherwise: nothing of it is kept, framed, guessed at or run.
const DEFAULTS: [(HeaderName, &str); 5] = [
    (CACHE_CONTROL, "no-store"),
    (CONTENT_SECURITY_POLICY, "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"),
    (REFERRER_POLICY, "no-referrer"),
    (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (X_FRAME_OPTIONS, "DENY"),
];

const A_YEAR: &str = "max-age=31536000; includeSubDomains";

/// Names the request, logs it with the microseconds that its answer took, and puts the protecting headers on its response.
pub(crate) async fn protect(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let state =
        request.app_data::<web::Data<State>>().cloned().ok_or_else(|| Problem::internal("the state is not there"))?;
    let id = state.request_ids.fresh();
    request.extensions_mut().insert(RequestId(id));
    let begun = Instant::now();
    let (method, path) = (request.method().clone(), request.path().to_owned());

    let mut response = next.call(request).await?.map_into_boxed_body();
    log::info!(
        request_id:% = id, method = method.as_str(), path = path.as_str(), status = response.status().as_u16(),
        took_us = u64::try_from(begun.elapsed().as_micros()).unwrap_or(u64::MAX);
        "answered"
    );
    let told = response.request().extensions().get::<Told>().cloned();
    let headers = response.headers_mut();
    if let Some(told) = told {
        told.put(headers);
    }
    if let Ok(id) = HeaderValue::from_str(&id.to_string()) {
        headers.insert(REQUEST_ID, id);
    }
    fill_in(headers, state.hsts);
    Ok(response)
}

fn fill_in(headers: &mut HeaderMap, hsts: Hsts) {
    for (name, value) in DEFAULTS {
        if !headers.contains_key(&name) {
            headers.insert(name, HeaderValue::from_static(value));
        }
    }
    if hsts == Hsts::On {
        headers.insert(STRICT_TRANSPORT_SECURITY, HeaderValue::from_static(A_YEAR));
    }
}
