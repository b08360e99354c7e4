use actix_web::{get, patch, web};
use application::App;
use application::accounts::AccountEdit;
use serde::Deserialize;
use utoipa::ToSchema;
use validator::Validate;

use super::reply::MeReply;
use crate::bearer::Bearer;
use crate::body::Body;
use crate::checks;
use crate::door::Door;
use crate::patch;
use crate::problem::{Conflicts, Guarded, Problem, Shaped};

/// What is to be different about one's own account; what is absent stays, null clears.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct MePatch {
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
    /// Unique, whatever its case; begins with a letter.
    #[serde(default, deserialize_with = "patch::clearable")]
    #[validate(custom(function = "checks::username"))]
    #[schema(value_type = Option<String>, min_length = 3, max_length = 30)]
    username: Option<Option<String>>,
    /// Where a picture is: http or https.
    #[serde(default, deserialize_with = "patch::clearable")]
    #[validate(custom(function = "checks::web_address"))]
    #[schema(value_type = Option<String>, max_length = 2000)]
    profile_pic: Option<Option<String>>,
}

/// The caller's account with its profile.
#[utoipa::path(
    tag = "auth",
    operation_id = "get_me",
    security(("bearer" = [])),
    responses((status = 200, description = "The account.", body = MeReply), Guarded)
)]
#[get("/auth/me")]
pub(crate) async fn get_me(bearer: Bearer, door: Door) -> Result<web::Json<MeReply>, Problem> {
    let me = door.run_as(bearer, App::me).await?;
    Ok(web::Json(me.into()))
}

/// Changes the caller's account.
#[utoipa::path(
    tag = "auth",
    operation_id = "change_me",
    security(("bearer" = [])),
    request_body = MePatch,
    responses((status = 200, description = "The account.", body = MeReply), Guarded, Shaped, Conflicts)
)]
#[patch("/auth/me")]
pub(crate) async fn change_me(
    bearer: Bearer,
    door: Door,
    Body(body, _): Body<MePatch>,
) -> Result<web::Json<MeReply>, Problem> {
    let edit = account_edit(body)?;
    let me = door.run_as(bearer, move |app, caller| app.change_me(caller, &edit)).await?;
    Ok(web::Json(me.into()))
}

fn account_edit(body: MePatch) -> Result<AccountEdit, Problem> {
    Ok(AccountEdit {
        full_name: body.full_name,
        phone: body.phone.map(|text| checks::read("/phone", &text)).transpose()?,
        username: patch::try_edit(body.username, |text| checks::read("/username", &text))?,
        profile_pic: patch::edit(body.profile_pic),
    })
}
