use std::net::{IpAddr, Ipv4Addr};

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::RETRY_AFTER;
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage, web};

use crate::bearer;
use crate::limits::{Admission, Asking};
use crate::problem::{Code, Problem};
use crate::routes::API;
use crate::state::State;

/// What those ask who watch the server or check its tokens, as often as they like.
pub(crate) const UNLIMITED: [&str; 3] = ["/healthz", "/readyz", "/.well-known/jwks.json"];

/// What logs in, registers or sends mails, below [`API`].
const COSTLY: [&str; 5] =
    ["/auth/forgot-password", "/auth/login", "/auth/register", "/auth/resend-verification", "/auth/reset-password"];

/// Where a request came from that came over no network.
const NOWHERE: IpAddr = IpAddr::V4(Ipv4Addr::UNSPECIFIED);

/// Sends clients away that ask too often, before a body is read; tells everybody what is left of their allowances.
pub(crate) async fn limit(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    match admit(&request) {
        Ok(()) => Ok(next.call(request).await?.map_into_boxed_body()),
        Err(problem) => Ok(request.error_response(problem)),
    }
}

fn admit(request: &ServiceRequest) -> Result<(), Problem> {
    let state = request.app_data::<web::Data<State>>().ok_or_else(|| Problem::internal("the state is not there"))?;
    // The path that routes see, in which `%6C` is an `l`.
    let path = request.match_info().as_str();
    let Some(limits) = state.limits.as_ref().filter(|_| !UNLIMITED.contains(&path)) else { return Ok(()) };
    let address = state.client_address(request.request()).unwrap_or(NOWHERE);
    let asking = if path.strip_prefix(API).is_some_and(|path| COSTLY.contains(&path)) {
        Asking::Costly
    } else {
        bearer::presented(request.request()).map_or(Asking::Anonymous, |bearer| Asking::Account(bearer.0.account))
    };
    let Admission { told, wait_seconds } = limits.admit(asking, address);
    request.extensions_mut().insert(told);
    wait_seconds.map_or(Ok(()), |seconds| {
        let detail = format!("this client asks too often; the next request may come in {seconds} s");
        Err(Problem::new(Code::RateLimited, detail).with_header(RETRY_AFTER, seconds.into()))
    })
}
