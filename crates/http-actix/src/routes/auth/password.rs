use actix_web::{HttpResponse, post};
use application::{App, Caller};
use identity_core::Password;
use serde::Deserialize;
use utoipa::ToSchema;
use validator::Validate;

use crate::bearer::Bearer;
use crate::body::Body;
use crate::checks;
use crate::door::Door;
use crate::problem::Problem;

/// A new password for one's own account.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PasswordChangeBody {
    /// As it was set.
    #[validate(custom(function = "checks::credential"))]
    #[schema(max_length = 1000, format = Password)]
    old_password: String,
    /// At least 10 characters, at most 72 bytes, not easily guessed.
    #[validate(custom(function = "checks::password"))]
    #[schema(min_length = 10, max_length = 72, format = Password)]
    new_password: String,
}

/// Changes the caller's password; their other sessions are ended.
#[utoipa::path(
    tag = "auth",
    operation_id = "change_password",
    security(("bearer" = [])),
    request_body = PasswordChangeBody,
    responses((status = 204, description = "It is changed."))
)]
#[post("/auth/change-password")]
pub(crate) async fn change_password(
    bearer: Bearer,
    door: Door,
    Body(body, _): Body<PasswordChangeBody>,
) -> Result<HttpResponse, Problem> {
    let in_body = |problem: Problem| problem.renamed("/password", "/new_password");
    let new = Password::new(body.new_password).map_err(Problem::from).map_err(in_body)?;
    let old = body.old_password;
    let change = move |app: &App, caller: &Caller| app.change_password(caller, &old, &new);
    door.hashing().run_as(bearer, change).await.map_err(in_body)?;
    Ok(HttpResponse::NoContent().finish())
}
