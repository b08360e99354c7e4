use actix_web::{HttpResponse, post};
use identity_core::{EmailAddress, Password};
use serde::Deserialize;
use utoipa::ToSchema;
use validator::Validate;

use crate::body::Body;
use crate::checks;
use crate::door::Door;
use crate::problem::Problem;

/// What was mailed.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct EmailVerificationBody {
    /// The token of the link; it works once.
    #[validate(custom(function = "checks::credential"))]
    #[schema(max_length = 1000)]
    token: String,
}

/// Where a link is to be mailed.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct EmailAddressBody {
    /// Whatever its case.
    #[validate(custom(function = "checks::email"))]
    #[schema(max_length = 254, format = Email)]
    email: String,
}

/// A new password for whoever was mailed the token.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PasswordResetBody {
    /// The token of the link; it works once.
    #[validate(custom(function = "checks::credential"))]
    #[schema(max_length = 1000)]
    token: String,
    /// At least 10 characters, at most 72 bytes, not easily guessed.
    #[validate(custom(function = "checks::password"))]
    #[schema(min_length = 10, max_length = 72, format = Password)]
    password: String,
}

impl EmailAddressBody {
    fn read(&self) -> Result<EmailAddress, Problem> {
        checks::read("/email", &self.email)
    }
}

/// Proves an e-mail address with the token that was mailed to it.
#[utoipa::path(
    tag = "auth",
    operation_id = "verify_email",
    request_body = EmailVerificationBody,
    responses((status = 204, description = "It is proved."))
)]
#[post("/auth/verify-email")]
pub(crate) async fn verify_email(
    door: Door,
    Body(body, _): Body<EmailVerificationBody>,
) -> Result<HttpResponse, Problem> {
    door.run(move |app| app.verify_email(&body.token)).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Mails another link that proves an address to whoever has it and has not proved it; whether somebody has it is not
/// told. At most one a minute.
#[utoipa::path(
    tag = "auth",
    operation_id = "resend_verification",
    request_body = EmailAddressBody,
    responses((status = 202, description = "If somebody wants it, it is on its way."))
)]
#[post("/auth/resend-verification")]
pub(crate) async fn resend_verification(
    door: Door,
    Body(body, _): Body<EmailAddressBody>,
) -> Result<HttpResponse, Problem> {
    let email = body.read()?;
    door.run(move |app| app.resend_verification(&email)).await?;
    Ok(HttpResponse::Accepted().finish())
}

/// Mails a link that sets a password to whoever has this address; whether somebody has it is not told. At most one a
/// minute.
#[utoipa::path(
    tag = "auth",
    operation_id = "forgot_password",
    request_body = EmailAddressBody,
    responses((status = 202, description = "If somebody has the address, it is on its way."))
)]
#[post("/auth/forgot-password")]
pub(crate) async fn forgot_password(
    door: Door,
    Body(body, _): Body<EmailAddressBody>,
) -> Result<HttpResponse, Problem> {
    let email = body.read()?;
    door.run(move |app| app.forgot_password(&email)).await?;
    Ok(HttpResponse::Accepted().finish())
}

/// Sets a password with the token that was mailed; every session of the account is ended.
#[utoipa::path(
    tag = "auth",
    operation_id = "reset_password",
    request_body = PasswordResetBody,
    responses((status = 204, description = "It is set."))
)]
#[post("/auth/reset-password")]
pub(crate) async fn reset_password(
    door: Door,
    Body(body, _): Body<PasswordResetBody>,
) -> Result<HttpResponse, Problem> {
    let password = Password::new(body.password)?;
    door.hashing().run(move |app| app.reset_password(&body.token, &password)).await?;
    Ok(HttpResponse::NoContent().finish())
}
