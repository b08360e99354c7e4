use actix_web::{get, patch, web};
use application::patients::ContactEdit;
use kernel::PatientId;
use serde::Deserialize;
use utoipa::ToSchema;
use validator::Validate;

use super::reply::PatientViewReply;
use crate::bearer::Bearer;
use crate::body::Body;
use crate::checks;
use crate::door::Door;
use crate::patch;
use crate::path::PathId;
use crate::problem::Problem;
use crate::time::Date;

/// What is to be different about a patient's contact data, as the front desk says; what is absent stays, null clears.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PatientContactPatch {
    /// One line; cannot be cleared.
    #[serde(default, deserialize_with = "patch::present")]
    #[validate(custom(function = "checks::line"))]
    #[schema(min_length = 1, max_length = 200, nullable = false)]
    full_name: Option<String>,
    /// E.164, unique; cannot be cleared.
    #[serde(default, deserialize_with = "patch::present")]
    #[validate(custom(function = "checks::phone"))]
    #[schema(nullable = false)]
    phone: Option<String>,
    /// From the year `birth_year_min` (1900 unless set) to today.
    #[serde(default, deserialize_with = "patch::clearable")]
    #[schema(value_type = Option<Date>)]
    date_of_birth: Option<Option<Date>>,
    /// Where the patient lives.
    #[serde(default, deserialize_with = "patch::clearable")]
    #[validate(custom(function = "checks::note"))]
    #[schema(value_type = Option<String>, max_length = 500)]
    address: Option<Option<String>>,
    /// Whom to call.
    #[serde(default, deserialize_with = "patch::clearable")]
    #[validate(custom(function = "checks::note"))]
    #[schema(value_type = Option<String>, max_length = 500)]
    emergency_contact: Option<Option<String>>,
}

fn contact_edit(door: &Door, body: PatientContactPatch) -> Result<ContactEdit, Problem> {
    Ok(ContactEdit {
        full_name: body.full_name,
        phone: body.phone.map(|text| door.phone("/phone", &text)).transpose()?,
        date_of_birth: patch::edit(body.date_of_birth.map(|date| date.map(|Date(date)| date))),
        address: patch::edit(body.address),
        emergency_contact: patch::edit(body.emergency_contact),
    })
}

/// One patient: all of it for the patient, for an administrator and for a doctor in a care relation with them; name, date
/// of birth and contact data for other staff.
///
/// A visit makes a care relation while it stands, or when it took place: from the moment that the patient, the front desk or
/// an administrator books it; one that a doctor books, from the moment that somebody else records the patient's arrival.
#[utoipa::path(
    tag = "patients",
    operation_id = "get_patient",
    params(("id" = Uuid, Path, description = "Which patient.")),
    security(("bearer" = [])),
    responses((status = 200, description = "The patient.", body = PatientViewReply))
)]
#[get("/patients/{id}")]
pub(crate) async fn get_patient(
    bearer: Bearer,
    door: Door,
    PathId(id): PathId,
) -> Result<web::Json<PatientViewReply>, Problem> {
    let view = door.run_as(bearer, move |app, caller| app.patient(caller, PatientId::new(id))).await?;
    Ok(web::Json(view.into()))
}

/// Changes a patient's name, date of birth and contact data, for front desk and administrators.
#[utoipa::path(
    tag = "patients",
    operation_id = "change_patient",
    params(("id" = Uuid, Path, description = "Which patient.")),
    security(("bearer" = [])),
    request_body = PatientContactPatch,
    responses((status = 200, description = "The patient.", body = PatientViewReply))
)]
#[patch("/patients/{id}")]
pub(crate) async fn change_patient(
    bearer: Bearer,
    door: Door,
    PathId(id): PathId,
    Body(body, _): Body<PatientContactPatch>,
) -> Result<web::Json<PatientViewReply>, Problem> {
    let edit = contact_edit(&door, body)?;
    let view =
        door.run_as(bearer, move |app, caller| app.change_patient_contact(caller, PatientId::new(id), &edit)).await?;
    Ok(web::Json(view.into()))
}
