//! Booking a slot, and going to another.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, post};
use application::appointments::Booking;
use application::{App, Caller};
use kernel::{AppointmentId, PatientId};
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;
use validator::Validate;

use super::answer::{self, tell};
use super::reply::AppointmentReply;
use super::target::target;
use crate::bearer::Bearer;
use crate::body::Body;
use crate::checks;
use crate::door::Door;
use crate::idempotency::Key;
use crate::path::PathId;
use crate::problem::Problem;
use crate::time::Instant;

/// A wish for a visit: `slot_id`, best with the `starts_at` at which it was shown, or `doctor_id` with `starts_at`.
#[derive(Clone, Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct BookingBody {
    /// In this slot.
    slot_id: Option<Uuid>,
    /// In the slot of this doctor that starts at `starts_at`.
    doctor_id: Option<Uuid>,
    /// When the slot starts. With `slot_id`: only if it still starts then, otherwise 409 `slot_changed`.
    starts_at: Option<Instant>,
    /// Who comes; staff must say, for a patient it is themself.
    patient_id: Option<Uuid>,
    /// Why the patient comes.
    #[validate(custom(function = "checks::note"))]
    #[schema(max_length = 500)]
    reason: Option<String>,
    /// What else the doctor should know.
    #[validate(custom(function = "checks::long_text"))]
    #[schema(max_length = 5000)]
    notes: Option<String>,
}

/// Books a free slot: for oneself, or, for staff, for the patient they name.
#[utoipa::path(
    tag = "appointments",
    params(Key),
    request_body = BookingBody,
    responses((
        status = 201,
        body = AppointmentReply,
        description = "It is booked, or waits for the doctor.",
        headers(("ETag"), ("Location")),
    )),
    security(("bearer" = [])),
)]
#[post("/appointments")]
pub(super) async fn book_appointment(
    bearer: Bearer,
    door: Door,
    key: Key,
    Body(body, fingerprint): Body<BookingBody>,
) -> Result<HttpResponse, Problem> {
    let booking = Booking {
        target: target(body.slot_id, body.doctor_id, body.starts_at).map_err(Problem::invalid)?,
        patient: body.patient_id.map(PatientId::new),
        reason: body.reason,
        notes: body.notes,
    };
    let status = StatusCode::CREATED;
    let outcome = door
        .run_as(bearer, move |app: &App, caller: &Caller| {
            app.book(caller, &booking, key.retry(fingerprint, status.as_u16(), answer::body))
        })
        .await?;
    tell(outcome, status)
}

/// A wish for another time: `slot_id`, best with the `starts_at` at which it was shown, or `doctor_id` with `starts_at`.
#[derive(Clone, Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RescheduleBody {
    /// To this slot.
    slot_id: Option<Uuid>,
    /// To the slot of this doctor that starts at `starts_at`.
    doctor_id: Option<Uuid>,
    /// When the slot starts. With `slot_id`: only if it still starts then, otherwise 409 `slot_changed`.
    starts_at: Option<Instant>,
    /// Why; with a reason staff may set notice, horizon and a doctor who is not accepting aside.
    #[validate(custom(function = "checks::note"))]
    #[schema(max_length = 500)]
    reason: Option<String>,
}

/// Moves a visit to another slot, also of another doctor; it stays the same appointment. A visit that has that time
/// already stays as it is.
#[utoipa::path(
    tag = "appointments",
    params(("id" = Uuid, Path, description = "Which appointment."), Key),
    request_body = RescheduleBody,
    responses((status = 200, body = AppointmentReply, description = "It is at the other time.", headers(("ETag")))),
    security(("bearer" = [])),
)]
#[post("/appointments/{id}/reschedule")]
pub(super) async fn reschedule_appointment(
    bearer: Bearer,
    door: Door,
    PathId(id): PathId,
    key: Key,
    Body(body, fingerprint): Body<RescheduleBody>,
) -> Result<HttpResponse, Problem> {
    let id = AppointmentId::new(id);
    let target = target(body.slot_id, body.doctor_id, body.starts_at).map_err(Problem::invalid)?;
    let status = StatusCode::OK;
    let outcome = door
        .run_as(bearer, move |app: &App, caller: &Caller| {
            let retry = key.retry(fingerprint, status.as_u16(), answer::body);
            app.reschedule(caller, id, target, body.reason, retry)
        })
        .await?;
    tell(outcome, status)
}
