use actix_cors::CorsError;
use actix_web::Error;
use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::{Method, StatusCode};
use actix_web::middleware::Next;

use super::RequestId;
use crate::problem::{Code, Problem};

/// Tells every problem in full: at which path, in which request. What is our fault is logged here, once.
pub(crate) async fn tell(
    mut request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    // HEAD is GET whose body is not sent (RFC 9110, 9.3.2); the connection leaves it out.
    if request.method() == Method::HEAD {
        request.head_mut().method = Method::GET;
    }
    let instance = request.path().to_owned();
    let response = next.call(request).await?;
    let Some(problem) = response.response().error().map(problem_of) else {
        return Ok(response.map_into_boxed_body());
    };
    let request_id = RequestId::of(response.request());
    log_fault(&problem, &instance, request_id.as_deref());
    let told = problem.respond(Some(&instance), request_id.as_deref());
    let (request, _) = response.into_parts();
    Ok(ServiceResponse::new(request, told))
}

/// The problem behind an error, also behind one that did not come from us.
fn problem_of(error: &Error) -> Problem {
    if let Some(problem) = error.as_error::<Problem>() {
        return problem.clone();
    }
    if let Some(refused) = error.as_error::<CorsError>() {
        return refused_to_a_page(refused);
    }
    match error.as_response_error().status_code() {
        StatusCode::NOT_FOUND => Problem::new(Code::NotFound, "there is nothing here"),
        StatusCode::PAYLOAD_TOO_LARGE => Problem::new(Code::PayloadTooLarge, "the body is too large"),
        status if status.is_client_error() => {
            Problem::new(Code::Invalid, "the request is not acceptable").caused_by(error)
        }
        _ => Problem::internal(error),
    }
}

/// What a page of another origin asks for beforehand (the Fetch standard, 3.3) and does not get.
fn refused_to_a_page(refused: &CorsError) -> Problem {
    use CorsError::{BadRequestHeaders, BadRequestMethod, HeadersNotAllowed, MethodNotAllowed, MissingRequestMethod};
    let (header, message) = if matches!(refused, BadRequestHeaders | HeadersNotAllowed) {
        ("access-control-request-headers", "not all of these headers may come from a page of another origin")
    } else if matches!(refused, BadRequestMethod | MethodNotAllowed | MissingRequestMethod) {
        ("access-control-request-method", "this method may not come from a page of another origin")
    } else {
        ("origin", "no page of this origin may call")
    };
    Problem::invalid_field(&format!("/header/{header}"), "not_allowed", message)
}

fn log_fault(problem: &Problem, path: &str, request_id: Option<&str>) {
    let status = problem.code().status();
    if !status.is_server_error() {
        return;
    }
    let level = match (problem.code(), status) {
        // As many lines as requests that are sent away would be work in itself; each has one as answered anyway.
        (Code::Overloaded, _) => log::Level::Debug,
        (_, StatusCode::INTERNAL_SERVER_ERROR) => log::Level::Error,
        _ => log::Level::Warn,
    };
    let (code, cause) = (problem.code().to_string(), problem.cause().unwrap_or_default());
    log::log!(
        level, request_id = request_id.unwrap_or_default(), path = path, code = code.as_str(), cause = cause;
        "not answered as asked"
    );
}
