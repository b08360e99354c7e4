use actix_web::{post, web};
use kernel::PatientId;
use serde::Deserialize;
use utoipa::ToSchema;
use validator::Validate;

use super::reply::PatientReply;
use crate::bearer::Bearer;
use crate::body::Body;
use crate::checks;
use crate::door::Door;
use crate::path::PathId;
use crate::problem::Problem;

/// The reason of an emergency reading.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct EmergencyAccessBody {
    /// In the doctor's words; kept in the audit log.
    #[validate(custom(function = "checks::note"))]
    #[schema(min_length = 1, max_length = 500)]
    reason: String,
}

/// Reads the whole of a patient in an emergency, for doctors without a care relation: once, with a reason that the audit
/// log keeps, and ten times in 24 hours at most.
#[utoipa::path(
    tag = "patients",
    operation_id = "read_patient_in_emergency",
    params(("id" = Uuid, Path, description = "Which patient.")),
    security(("bearer" = [])),
    request_body = EmergencyAccessBody,
    responses((status = 200, description = "The patient.", body = PatientReply))
)]
#[post("/patients/{id}/emergency-access")]
pub(crate) async fn read_patient_in_emergency(
    bearer: Bearer,
    door: Door,
    PathId(id): PathId,
    Body(body, _): Body<EmergencyAccessBody>,
) -> Result<web::Json<PatientReply>, Problem> {
    let read = move |app: &application::App, caller: &application::Caller| {
        app.read_in_emergency(caller, PatientId::new(id), &body.reason)
    };
    Ok(web::Json(door.run_as(bearer, read).await?.into()))
}
