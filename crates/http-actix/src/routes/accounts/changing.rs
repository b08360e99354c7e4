use actix_web::{get, patch, web};
use application::accounts::AccountEdit;
use application::administering::AccountChange;
use kernel::AccountId;
use serde::Deserialize;
use utoipa::ToSchema;
use validator::Validate;

use super::reply::AccountDetail;
use crate::bearer::Bearer;
use crate::body::Body;
use crate::checks;
use crate::door::Door;
use crate::patch;
use crate::path::PathId;
use crate::problem::Problem;

/// What is to be different about an account; what is absent stays, null clears.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AccountPatch {
    /// Unique, whatever its case; cannot be cleared. Another address is to be proved again where addresses are.
    #[serde(default, deserialize_with = "patch::present")]
    #[validate(custom(function = "checks::email"))]
    #[schema(max_length = 254, format = Email, nullable = false)]
    email: Option<String>,
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

fn account_change(door: &Door, body: AccountPatch) -> Result<AccountChange, Problem> {
    Ok(AccountChange {
        email: body.email.map(|text| checks::read("/email", &text)).transpose()?,
        edit: AccountEdit {
            full_name: body.full_name,
            phone: body.phone.map(|text| door.phone("/phone", &text)).transpose()?,
            username: patch::try_edit(body.username, |text| checks::read("/username", &text))?,
            profile_pic: patch::edit(body.profile_pic),
        },
    })
}

/// One account.
#[utoipa::path(
    tag = "accounts",
    operation_id = "get_account",
    params(("id" = Uuid, Path, description = "Which account.")),
    security(("bearer" = [])),
    responses((status = 200, description = "The account.", body = AccountDetail))
)]
#[get("/accounts/{id}")]
pub(crate) async fn get_account(
    bearer: Bearer,
    door: Door,
    PathId(id): PathId,
) -> Result<web::Json<AccountDetail>, Problem> {
    let me = door.run_as(bearer, move |app, caller| app.account(caller, AccountId::new(id))).await?;
    Ok(web::Json(me.into()))
}

/// Changes an account.
#[utoipa::path(
    tag = "accounts",
    operation_id = "change_account",
    params(("id" = Uuid, Path, description = "Which account.")),
    security(("bearer" = [])),
    request_body = AccountPatch,
    responses((status = 200, description = "The account.", body = AccountDetail))
)]
#[patch("/accounts/{id}")]
pub(crate) async fn change_account(
    bearer: Bearer,
    door: Door,
    PathId(id): PathId,
    Body(body, _): Body<AccountPatch>,
) -> Result<web::Json<AccountDetail>, Problem> {
    let change = account_change(&door, body)?;
    let me = door.run_as(bearer, move |app, caller| app.change_account(caller, AccountId::new(id), &change)).await?;
    Ok(web::Json(me.into()))
}
