use actix_web::{get, patch, web};
use application::App;
use application::doctors::DoctorEdit;
use kernel::{DoctorId, LocationId};
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;
use validator::Validate;

use super::{OwnDoctorReply, PriceBody};
use crate::bearer::Bearer;
use crate::body::Body;
use crate::checks;
use crate::door::Door;
use crate::patch;
use crate::path::PathId;
use crate::problem::Problem;

/// What is to be different about a doctor; what is absent stays, null clears.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct DoctorPatch {
    /// One or more, by code or name; cannot be cleared.
    #[serde(default, deserialize_with = "patch::present")]
    #[validate(custom(function = "checks::lines"))]
    #[schema(min_items = 1, max_items = 20, nullable = false)]
    specialties: Option<Vec<String>>,
    /// Cannot be cleared. Of an approved doctor only an administrator changes it.
    #[serde(default, deserialize_with = "patch::present")]
    #[validate(custom(function = "checks::line"))]
    #[schema(min_length = 1, max_length = 200, nullable = false)]
    license_number: Option<String>,
    /// Degrees and the like. Of an approved doctor only an administrator changes them.
    #[serde(default, deserialize_with = "patch::clearable")]
    #[validate(custom(function = "checks::long_text"))]
    #[schema(value_type = Option<String>, max_length = 5000)]
    qualifications: Option<Option<String>>,
    /// Whole years.
    #[serde(default, deserialize_with = "patch::clearable")]
    #[validate(range(max = 80, message = "must be at most 80"))]
    #[schema(value_type = Option<u8>, maximum = 80)]
    experience_years: Option<Option<u8>>,
    /// What a visit costs.
    #[serde(default, deserialize_with = "crate::body::clearable_part")]
    #[validate(nested)]
    #[schema(value_type = Option<PriceBody>)]
    consultation_fee: Option<Option<PriceBody>>,
    /// Whether new bookings are taken; cannot be cleared.
    #[serde(default, deserialize_with = "patch::present")]
    #[schema(nullable = false)]
    accepting_bookings: Option<bool>,
    /// Where the doctor sees patients, for an administrator to say; not while the doctor has slots to come where they
    /// are. Cannot be cleared.
    #[serde(default, deserialize_with = "patch::present")]
    #[schema(nullable = false)]
    location_id: Option<Uuid>,
}

impl TryFrom<DoctorPatch> for DoctorEdit {
    type Error = Problem;

    fn try_from(body: DoctorPatch) -> Result<Self, Problem> {
        Ok(Self {
            specialties: body.specialties,
            license_number: body.license_number,
            qualifications: patch::edit(body.qualifications),
            experience_years: patch::edit(body.experience_years),
            consultation_fee: patch::try_edit(body.consultation_fee, |fee| fee.read("/consultation_fee"))?,
            accepting_bookings: body.accepting_bookings,
            location: body.location_id.map(LocationId::new),
        })
    }
}

/// The caller's own profile, for doctors.
#[utoipa::path(
    tag = "doctors",
    operation_id = "get_my_doctor",
    security(("bearer" = [])),
    responses((status = 200, description = "The profile.", body = OwnDoctorReply))
)]
#[get("/doctors/me")]
pub(crate) async fn get_my_doctor(bearer: Bearer, door: Door) -> Result<web::Json<OwnDoctorReply>, Problem> {
    let doctor = door.run_as(bearer, App::my_doctor).await?;
    Ok(web::Json(doctor.into()))
}

/// Changes the caller's own profile, for doctors.
#[utoipa::path(
    tag = "doctors",
    operation_id = "change_my_doctor",
    security(("bearer" = [])),
    request_body = DoctorPatch,
    responses((status = 200, description = "The profile.", body = OwnDoctorReply))
)]
#[patch("/doctors/me")]
pub(crate) async fn change_my_doctor(
    bearer: Bearer,
    door: Door,
    Body(body, _): Body<DoctorPatch>,
) -> Result<web::Json<OwnDoctorReply>, Problem> {
    let edit = DoctorEdit::try_from(body)?;
    let doctor = door.run_as(bearer, move |app, caller| app.change_my_doctor(caller, &edit)).await?;
    Ok(web::Json(doctor.into()))
}

/// Changes a doctor's profile, for administrators.
#[utoipa::path(
    tag = "doctors",
    operation_id = "change_doctor",
    params(("id" = Uuid, Path, description = "Which doctor.")),
    security(("bearer" = [])),
    request_body = DoctorPatch,
    responses((status = 200, description = "The profile.", body = OwnDoctorReply))
)]
#[patch("/doctors/{id}")]
pub(crate) async fn change_doctor(
    bearer: Bearer,
    door: Door,
    PathId(id): PathId,
    Body(body, _): Body<DoctorPatch>,
) -> Result<web::Json<OwnDoctorReply>, Problem> {
    let edit = DoctorEdit::try_from(body)?;
    let doctor = door.run_as(bearer, move |app, caller| app.change_doctor(caller, DoctorId::new(id), &edit)).await?;
    Ok(web::Json(doctor.into()))
}
