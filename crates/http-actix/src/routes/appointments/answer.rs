//! What is answered to a request that may have been made before.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{CONTENT_TYPE, LOCATION};
use application::idempotency::Outcome;
use application::ports::Labels;
use scheduling_core::Appointment;

use super::reply::AppointmentReply;
use crate::etag::etag;
use crate::problem::Problem;
use crate::routes::API;

/// The body that tells of an appointment, and is kept for a retry.
pub(super) fn body(appointment: &Appointment, labels: &Labels) -> String {
    // It is made of texts and numbers, which always have a spelling in JSON.
    serde_json::to_string(&AppointmentReply::new(appointment, labels)).unwrap_or_default()
}

/// Tells what came of it: the same, whether it was done now or before.
pub(super) fn tell(outcome: Outcome, status: StatusCode) -> Result<HttpResponse, Problem> {
    let (status, body, subject, revision) = match outcome {
        Outcome::Done(appointment, labels) => {
            (status, body(&appointment, &labels), appointment.id.uuid(), appointment.revision)
        }
        Outcome::Replayed { status, body, subject, revision } => {
            (StatusCode::from_u16(status).map_err(Problem::internal)?, body, subject, revision)
        }
    };
    let mut response = HttpResponse::build(status);
    if status == StatusCode::CREATED {
        response.insert_header((LOCATION, format!("{API}/appointments/{subject}")));
    }
    Ok(response.insert_header(etag(revision)).insert_header((CONTENT_TYPE, "application/json")).body(body))
}
