//! Rewriting what an appointment is about.

use actix_web::{HttpResponse, patch};
use application::{App, Caller};
use kernel::AppointmentId;
use serde::Deserialize;
use utoipa::ToSchema;
use validator::Validate;

use super::reply::AppointmentReply;
use crate::bearer::Bearer;
use crate::body::Body;
use crate::checks;
use crate::door::Door;
use crate::etag::{IfMatch, etag};
use crate::patch::edit;
use crate::path::PathId;
use crate::problem::Problem;

/// What is to be different about an appointment: what is not mentioned stays, null clears.
#[derive(Clone, Debug, Default, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AppointmentPatch {
    /// Why the patient comes.
    #[serde(default, deserialize_with = "crate::patch::clearable")]
    #[validate(custom(function = "checks::note"))]
    #[schema(value_type = Option<String>, max_length = 500)]
    reason: Option<Option<String>>,
    /// What else the doctor should know.
    #[serde(default, deserialize_with = "crate::patch::clearable")]
    #[validate(custom(function = "checks::long_text"))]
    #[schema(value_type = Option<String>, max_length = 5000)]
    notes: Option<Option<String>>,
}

/// Rewrites why the patient comes and what else the doctor should know.
#[utoipa::path(
    tag = "appointments",
    params(("id" = Uuid, Path, description = "Which appointment."), IfMatch),
    request_body = AppointmentPatch,
    responses((status = 200, body = AppointmentReply, description = "The appointment as it is now.", headers(("ETag")))),
    security(("bearer" = [])),
)]
#[patch("/appointments/{id}")]
pub(super) async fn change_appointment(
    bearer: Bearer,
    door: Door,
    PathId(id): PathId,
    IfMatch(expected): IfMatch,
    Body(body, _): Body<AppointmentPatch>,
) -> Result<HttpResponse, Problem> {
    let id = AppointmentId::new(id);
    let (reason, notes) = (edit(body.reason), edit(body.notes));
    let (appointment, labels) = door
        .run_as(bearer, move |app: &App, caller: &Caller| app.amend(caller, id, &reason, &notes, &expected))
        .await?;
    Ok(HttpResponse::Ok().insert_header(etag(appointment.revision)).json(AppointmentReply::new(&appointment, &labels)))
}
