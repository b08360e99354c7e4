use actix_web::{get, patch, web};
use application::patients::PatientEdit;
use application::{App, Edit};
use serde::Deserialize;
use utoipa::ToSchema;
use validator::Validate;

use super::reply::{BloodGroupWord, GenderWord, PatientReply};
use crate::bearer::Bearer;
use crate::body::Body;
use crate::checks;
use crate::door::Door;
use crate::patch;
use crate::problem::Problem;
use crate::time::Date;

/// What is to be different about a patient, as the patient says; what is absent stays, null clears.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PatientPatch {
    /// From the year `birth_year_min` (1900 unless set) to today.
    #[serde(default, deserialize_with = "patch::clearable")]
    #[schema(value_type = Option<Date>)]
    date_of_birth: Option<Option<Date>>,
    /// FHIR administrative-gender.
    #[serde(default, deserialize_with = "patch::clearable")]
    #[schema(value_type = Option<GenderWord>)]
    gender: Option<Option<GenderWord>>,
    /// ABO and Rh(D).
    #[serde(default, deserialize_with = "patch::clearable")]
    #[schema(value_type = Option<BloodGroupWord>)]
    blood_group: Option<Option<BloodGroupWord>>,
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
    /// In their own words.
    #[serde(default, deserialize_with = "patch::clearable")]
    #[validate(custom(function = "checks::long_text"))]
    #[schema(value_type = Option<String>, max_length = 5000)]
    medical_history: Option<Option<String>>,
}

impl From<PatientPatch> for PatientEdit {
    fn from(body: PatientPatch) -> Self {
        Self {
            date_of_birth: inner(body.date_of_birth, |Date(date)| date),
            gender: inner(body.gender, |word| word.0),
            blood_group: inner(body.blood_group, |word| word.0),
            address: patch::edit(body.address),
            emergency_contact: patch::edit(body.emergency_contact),
            medical_history: patch::edit(body.medical_history),
        }
    }
}

fn inner<T, U>(field: Option<Option<T>>, value: impl Fn(T) -> U) -> Edit<U> {
    patch::edit(field.map(|field| field.map(value)))
}

/// The caller's own profile, for patients.
#[utoipa::path(
    tag = "patients",
    operation_id = "get_my_patient",
    security(("bearer" = [])),
    responses((status = 200, description = "The profile.", body = PatientReply))
)]
#[get("/patients/me")]
pub(crate) async fn get_my_patient(bearer: Bearer, door: Door) -> Result<web::Json<PatientReply>, Problem> {
    let patient = door.run_as(bearer, App::my_patient).await?;
    Ok(web::Json(patient.into()))
}

/// Changes the caller's own profile, for patients.
#[utoipa::path(
    tag = "patients",
    operation_id = "change_my_patient",
    security(("bearer" = [])),
    request_body = PatientPatch,
    responses((status = 200, description = "The profile.", body = PatientReply))
)]
#[patch("/patients/me")]
pub(crate) async fn change_my_patient(
    bearer: Bearer,
    door: Door,
    Body(body, _): Body<PatientPatch>,
) -> Result<web::Json<PatientReply>, Problem> {
    let edit = PatientEdit::from(body);
    let patient = door.run_as(bearer, move |app, caller| app.change_my_patient(caller, &edit)).await?;
    Ok(web::Json(patient.into()))
}
