//! What doctors are trained in: a list that administrators keep.

use actix_web::http::header::LOCATION;
use actix_web::{HttpResponse, delete, get, patch, post, web};
use application::{App, Caller};
use clinic_core::{Specialty, SpecialtyCode};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;
use validator::Validate;

use super::API;
use crate::bearer::Bearer;
use crate::body::Body;
use crate::checks;
use crate::door::Door;
use crate::paging::PageBody;
use crate::path::PathCode;
use crate::problem::Problem;
use crate::query::{NoParameters, Query};

/// Every route under `/specialties`.
pub(crate) fn routes(config: &mut ServiceConfig) {
    config.service(list_specialties).service(add_specialty).service(change_specialty).service(remove_specialty);
}

/// A specialty.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SpecialtyReply {
    /// The word that stands for it.
    code: String,
    /// What people read.
    name: String,
}

impl From<Specialty> for SpecialtyReply {
    fn from(Specialty { code, name }: Specialty) -> Self {
        Self { code, name }
    }
}

/// A specialty that is new.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SpecialtyBody {
    /// `lower_snake`; it never changes.
    #[validate(custom(function = "checks::specialty_code"))]
    #[schema(min_length = 2, max_length = 40, pattern = "^[a-z][a-z0-9]*(_[a-z0-9]+)*$")]
    code: String,
    /// What people read.
    #[validate(custom(function = "checks::line"))]
    #[schema(min_length = 1, max_length = 200)]
    name: String,
}

/// Another name for a specialty.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SpecialtyPatch {
    /// What people read.
    #[validate(custom(function = "checks::line"))]
    #[schema(min_length = 1, max_length = 200)]
    name: String,
}

/// Every specialty, by code, all on one page; for anybody.
#[utoipa::path(
    tag = "specialties",
    operation_id = "list_specialties",
    responses((status = 200, description = "Specialties.", body = PageBody<SpecialtyReply>))
)]
#[get("/specialties")]
pub(crate) async fn list_specialties(
    door: Door,
    Query(NoParameters {}): Query<NoParameters>,
) -> Result<web::Json<PageBody<SpecialtyReply>>, Problem> {
    let specialties = door.run(App::specialties).await?;
    Ok(web::Json(PageBody::whole(specialties.into_iter().map(Into::into).collect())))
}

/// Adds a specialty to the list, for administrators.
#[utoipa::path(
    tag = "specialties",
    operation_id = "add_specialty",
    security(("bearer" = [])),
    request_body = SpecialtyBody,
    responses((status = 201, description = "It is in the list.", body = SpecialtyReply, headers(("Location"))))
)]
#[post("/specialties")]
pub(crate) async fn add_specialty(
    bearer: Bearer,
    door: Door,
    Body(body, _): Body<SpecialtyBody>,
) -> Result<HttpResponse, Problem> {
    let code: SpecialtyCode = checks::read("/code", &body.code)?;
    let specialty =
        door.run_as(bearer, move |app: &App, caller: &Caller| app.add_specialty(caller, &code, &body.name)).await?;
    Ok(HttpResponse::Created()
        .insert_header((LOCATION, format!("{API}/specialties/{}", specialty.code)))
        .json(SpecialtyReply::from(specialty)))
}

/// Gives a specialty another name, for administrators.
#[utoipa::path(
    tag = "specialties",
    operation_id = "change_specialty",
    params(("code" = String, Path, description = "Which specialty.")),
    security(("bearer" = [])),
    request_body = SpecialtyPatch,
    responses((status = 200, description = "The specialty.", body = SpecialtyReply))
)]
#[patch("/specialties/{code}")]
pub(crate) async fn change_specialty(
    bearer: Bearer,
    door: Door,
    PathCode(code): PathCode,
    Body(body, _): Body<SpecialtyPatch>,
) -> Result<web::Json<SpecialtyReply>, Problem> {
    let specialty =
        door.run_as(bearer, move |app: &App, caller: &Caller| app.rename_specialty(caller, &code, &body.name)).await?;
    Ok(web::Json(specialty.into()))
}

/// Removes a specialty from the list, for administrators; not while a doctor has it.
#[utoipa::path(
    tag = "specialties",
    operation_id = "remove_specialty",
    params(("code" = String, Path, description = "Which specialty.")),
    security(("bearer" = [])),
    responses((status = 204, description = "It is gone."))
)]
#[delete("/specialties/{code}")]
pub(crate) async fn remove_specialty(
    bearer: Bearer,
    door: Door,
    PathCode(code): PathCode,
) -> Result<HttpResponse, Problem> {
    door.run_as(bearer, move |app: &App, caller: &Caller| app.remove_specialty(caller, &code)).await?;
    Ok(HttpResponse::NoContent().finish())
}
