use actix_web::http::header::LOCATION;
use actix_web::{HttpResponse, delete, patch, post};
use application::places::NewLocation;
use application::{App, Caller};
use clinic_core::LocationEdit;
use kernel::LocationId;
use serde::Deserialize;
use utoipa::ToSchema;
use validator::Validate;

use super::LocationReply;
use crate::bearer::Bearer;
use crate::body::Body;
use crate::checks;
use crate::door::Door;
use crate::etag::{IfMatch, etag};
use crate::patch;
use crate::path::PathId;
use crate::problem::Problem;
use crate::routes::API;

/// A location that is new.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct LocationBody {
    /// What people call it.
    #[validate(custom(function = "checks::line"))]
    #[schema(min_length = 1, max_length = 200)]
    name: String,
    /// Street and number.
    #[validate(custom(function = "checks::note"))]
    #[schema(max_length = 500)]
    address: Option<String>,
    /// Where doctors are searched for.
    #[validate(custom(function = "checks::line"))]
    #[schema(min_length = 1, max_length = 200)]
    city: String,
    /// An IANA time zone, in which all hours there are read.
    #[schema(example = "Africa/Lagos")]
    time_zone: String,
}

impl LocationBody {
    fn location(self, door: &Door) -> Result<NewLocation, Problem> {
        Ok(NewLocation {
            zone: door.time_zone("/time_zone", &self.time_zone)?,
            name: self.name,
            address: self.address.unwrap_or_default(),
            city: self.city,
        })
    }
}

/// What is to be different about a location; what is absent stays, null clears.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct LocationPatch {
    /// What people call it; cannot be cleared.
    #[serde(default, deserialize_with = "patch::present")]
    #[validate(custom(function = "checks::line"))]
    #[schema(min_length = 1, max_length = 200, nullable = false)]
    name: Option<String>,
    /// Street and number.
    #[serde(default, deserialize_with = "patch::clearable")]
    #[validate(custom(function = "checks::note"))]
    #[schema(value_type = Option<String>, max_length = 500)]
    address: Option<Option<String>>,
    /// Where doctors are searched for; cannot be cleared.
    #[serde(default, deserialize_with = "patch::present")]
    #[validate(custom(function = "checks::line"))]
    #[schema(min_length = 1, max_length = 200, nullable = false)]
    city: Option<String>,
    /// An IANA time zone; cannot be cleared, nor changed once there was a slot there.
    #[serde(default, deserialize_with = "patch::present")]
    #[schema(example = "Africa/Lagos", nullable = false)]
    time_zone: Option<String>,
}

impl LocationPatch {
    fn edit(self, door: &Door) -> Result<LocationEdit, Problem> {
        Ok(LocationEdit {
            zone: self.time_zone.map(|name| door.time_zone("/time_zone", &name)).transpose()?,
            name: self.name,
            address: self.address.map(Option::unwrap_or_default),
            city: self.city,
        })
    }
}

/// Adds a location, for administrators.
#[utoipa::path(
    tag = "locations",
    operation_id = "add_location",
    security(("bearer" = [])),
    request_body = LocationBody,
    responses((status = 201, description = "It is there.", body = LocationReply, headers(("ETag"), ("Location"))))
)]
#[post("/locations")]
pub(crate) async fn add_location(
    bearer: Bearer,
    door: Door,
    Body(body, _): Body<LocationBody>,
) -> Result<HttpResponse, Problem> {
    let new = body.location(&door)?;
    let location = door.run_as(bearer, move |app: &App, caller: &Caller| app.add_location(caller, &new)).await?;
    Ok(HttpResponse::Created()
        .insert_header((LOCATION, format!("{API}/locations/{}", location.id)))
        .insert_header(etag(location.revision))
        .json(LocationReply::from(location)))
}

/// Changes a location, for administrators; its zone only while no slot was ever published there.
#[utoipa::path(
    tag = "locations",
    operation_id = "change_location",
    params(("id" = Uuid, Path, description = "Which location."), IfMatch),
    security(("bearer" = [])),
    request_body = LocationPatch,
    responses((status = 200, description = "The location as it is now.", body = LocationReply, headers(("ETag"))))
)]
#[patch("/locations/{id}")]
pub(crate) async fn change_location(
    bearer: Bearer,
    door: Door,
    PathId(id): PathId,
    IfMatch(expected): IfMatch,
    Body(body, _): Body<LocationPatch>,
) -> Result<HttpResponse, Problem> {
    let (id, edit) = (LocationId::new(id), body.edit(&door)?);
    let location = door
        .run_as(bearer, move |app: &App, caller: &Caller| app.change_location(caller, id, &edit, &expected))
        .await?;
    Ok(HttpResponse::Ok().insert_header(etag(location.revision)).json(LocationReply::from(location)))
}

/// Removes a location, for administrators; not while a doctor, a schedule, a slot or an appointment is there, and never
/// the last one.
#[utoipa::path(
    tag = "locations",
    operation_id = "remove_location",
    params(("id" = Uuid, Path, description = "Which location."), IfMatch),
    security(("bearer" = [])),
    responses((status = 204, description = "It is gone."))
)]
#[delete("/locations/{id}")]
pub(crate) async fn remove_location(
    bearer: Bearer,
    door: Door,
    PathId(id): PathId,
    IfMatch(expected): IfMatch,
) -> Result<HttpResponse, Problem> {
    let id = LocationId::new(id);
    door.run_as(bearer, move |app: &App, caller: &Caller| app.remove_location(caller, id, &expected)).await?;
    Ok(HttpResponse::NoContent().finish())
}
