use actix_web::{get, patch, post, web};
use application::accounts::AccountEdit;
use application::{App, Caller};
use identity_core::EmailAddress;
use serde::Deserialize;
use utoipa::ToSchema;
use validator::Validate;

use super::reply::OwnAccountReply;
use crate::bearer::Bearer;
use crate::body::Body;
use crate::checks;
use crate::door::Door;
use crate::patch;
use crate::problem::Problem;
use crate::routes::accounts::ClosedAccountReply;

/// What is to be different about one's own account; what is absent stays, null clears.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct OwnAccountPatch {
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
    responses((status = 200, description = "The account.", body = OwnAccountReply))
)]
#[get("/auth/me")]
pub(crate) async fn get_me(bearer: Bearer, door: Door) -> Result<web::Json<OwnAccountReply>, Problem> {
    let me = door.run_as(bearer, App::me).await?;
    Ok(web::Json(me.into()))
}

/// Changes the caller's account.
#[utoipa::path(
    tag = "auth",
    operation_id = "change_me",
    security(("bearer" = [])),
    request_body = OwnAccountPatch,
    responses((status = 200, description = "The account.", body = OwnAccountReply))
)]
#[patch("/auth/me")]
pub(crate) async fn change_me(
    bearer: Bearer,
    door: Door,
    Body(body, _): Body<OwnAccountPatch>,
) -> Result<web::Json<OwnAccountReply>, Problem> {
    let edit = account_edit(&door, body)?;
    let me = door.run_as(bearer, move |app, caller| app.change_me(caller, &edit)).await?;
    Ok(web::Json(me.into()))
}

fn account_edit(door: &Door, body: OwnAccountPatch) -> Result<AccountEdit, Problem> {
    Ok(AccountEdit {
        full_name: body.full_name,
        phone: body.phone.map(|text| door.phone("/phone", &text)).transpose()?,
        username: patch::try_edit(body.username, |text| checks::read("/username", &text))?,
        profile_pic: patch::edit(body.profile_pic),
    })
}

/// Another address for one's own account.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct EmailChangeBody {
    /// Unique, whatever its case.
    #[validate(custom(function = "checks::email"))]
    #[schema(max_length = 254, format = Email)]
    email: String,
    /// The account's password.
    #[validate(custom(function = "checks::credential"))]
    #[schema(max_length = 1000, format = Password)]
    password: String,
}

/// The confirmation that one's own account is to be closed.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AccountClosureBody {
    /// The account's password.
    #[validate(custom(function = "checks::credential"))]
    #[schema(max_length = 1000, format = Password)]
    password: String,
}

/// Changes the caller's e-mail address. Where addresses are to be proved, a link is mailed to the new one, which is
/// `pending_email` until it is opened; whether another account has it is not told.
#[utoipa::path(
    tag = "auth",
    operation_id = "change_my_email",
    security(("bearer" = [])),
    request_body = EmailChangeBody,
    responses((status = 200, description = "The account.", body = OwnAccountReply))
)]
#[post("/auth/me/email")]
pub(crate) async fn change_my_email(
    bearer: Bearer,
    door: Door,
    Body(body, _): Body<EmailChangeBody>,
) -> Result<web::Json<OwnAccountReply>, Problem> {
    let email: EmailAddress = checks::read("/email", &body.email)?;
    let change = move |app: &App, caller: &Caller| app.change_my_email(caller, &email, &body.password);
    let me = door.hashing().run_as(bearer, change).await.map_err(in_password)?;
    Ok(web::Json(me.into()))
}

/// Closes the caller's account and ends its sessions; not that of the last administrator. The visits still ahead stay as
/// they are: `needs_attention` lists them.
#[utoipa::path(
    tag = "auth",
    operation_id = "close_my_account",
    security(("bearer" = [])),
    request_body = AccountClosureBody,
    responses((status = 200, description = "The account, and its visits still ahead.", body = ClosedAccountReply))
)]
#[post("/auth/me/close")]
pub(crate) async fn close_my_account(
    bearer: Bearer,
    door: Door,
    Body(body, _): Body<AccountClosureBody>,
) -> Result<web::Json<ClosedAccountReply>, Problem> {
    let close = move |app: &App, caller: &Caller| app.close_my_account(caller, &body.password);
    let closed = door.hashing().run_as(bearer, close).await.map_err(in_password)?;
    Ok(web::Json(closed.into()))
}

fn in_password(problem: Problem) -> Problem {
    problem.renamed("/old_password", "/password")
}
