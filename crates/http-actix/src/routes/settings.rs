//! What the installation decides for itself.

mod body;
mod reply;
mod schema;

use actix_web::{HttpResponse, get, patch};
use application::{App, Caller};
use utoipa_actix_web::service_config::ServiceConfig;

use crate::bearer::Bearer;
use crate::body::Body;
use crate::door::Door;
use crate::etag::IfMatch;
use crate::problem::Problem;
use body::SettingsPatch;
use reply::{SettingsReply, current};

pub(crate) fn routes(config: &mut ServiceConfig) {
    config.service(get_settings).service(change_settings);
}

/// What the installation runs on, for administrators.
#[utoipa::path(
    tag = "administration",
    responses((status = 200, body = SettingsReply, description = "Each setting by name.", headers(("ETag")))),
    security(("bearer" = [])),
)]
#[get("/settings")]
pub(super) async fn get_settings(bearer: Bearer, door: Door) -> Result<HttpResponse, Problem> {
    let installed = door.run_as(bearer, App::read_settings).await?;
    Ok(current(&installed))
}

/// Changes settings, for administrators; what is absent stays, null is as the configuration says.
///
/// Rules obey it at once, on other nodes within five seconds.
#[utoipa::path(
    tag = "administration",
    params(IfMatch),
    request_body = SettingsPatch,
    responses((status = 200, body = SettingsReply, description = "Each setting as it is now.", headers(("ETag")))),
    security(("bearer" = [])),
)]
#[patch("/settings")]
pub(super) async fn change_settings(
    bearer: Bearer,
    door: Door,
    IfMatch(expected): IfMatch,
    Body(SettingsPatch(edits), _): Body<SettingsPatch>,
) -> Result<HttpResponse, Problem> {
    let change = move |app: &App, caller: &Caller| app.change_settings(caller, &edits, &expected);
    let installed = door.run_as(bearer, change).await?;
    Ok(current(&installed))
}
