use actix_web::{HttpResponse, post};
use application::administering::Invitation;
use application::{App, Caller};
use kernel::Role;
use serde::Deserialize;
use utoipa::ToSchema;
use validator::Validate;

use super::reply::AccountDetail;
use crate::bearer::Bearer;
use crate::body::{self, Body};
use crate::checks;
use crate::door::Door;
use crate::problem::Problem;
use crate::routes::auth::{DoctorDetailsBody, PatientDetailsBody, RoleWord, in_its_block, profile_of};

/// A new account whose owner chooses the password. The block of its role goes with it, and no other.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct InvitationBody {
    /// What it is for.
    role: RoleWord,
    /// Unique, whatever its case; the invitation goes there.
    #[validate(custom(function = "checks::email"))]
    #[schema(max_length = 254, format = Email)]
    email: String,
    /// One line.
    #[validate(custom(function = "checks::line"))]
    #[schema(min_length = 1, max_length = 200)]
    full_name: String,
    /// E.164, unique; necessary for patients and doctors.
    #[validate(custom(function = "checks::phone"))]
    #[schema(example = "+442071838750")]
    phone: Option<String>,
    /// Unique, whatever its case; begins with a letter.
    #[validate(custom(function = "checks::username"))]
    #[schema(min_length = 3, max_length = 30)]
    username: Option<String>,
    /// Unique, whatever its case.
    #[validate(custom(function = "checks::national_id"))]
    #[schema(min_length = 4, max_length = 32)]
    national_id: Option<String>,
    /// Where a picture is: http or https.
    #[validate(custom(function = "checks::web_address"))]
    #[schema(max_length = 2000)]
    profile_pic: Option<String>,
    /// For patients, and not necessary.
    #[serde(default, deserialize_with = "body::part")]
    #[validate(nested)]
    patient: Option<PatientDetailsBody>,
    /// For doctors, and necessary.
    #[serde(default, deserialize_with = "body::part")]
    #[validate(nested)]
    doctor: Option<DoctorDetailsBody>,
}

/// Makes an account of any role with its profile, and invites its owner to choose a password.
#[utoipa::path(
    tag = "accounts",
    operation_id = "invite",
    security(("bearer" = [])),
    request_body = InvitationBody,
    responses((status = 201, description = "The account.", body = AccountDetail, headers(("Location"))))
)]
#[post("/accounts")]
pub(crate) async fn invite(
    bearer: Bearer,
    door: Door,
    Body(body, _): Body<InvitationBody>,
) -> Result<HttpResponse, Problem> {
    let invitation = invitation(&door, body)?;
    let invite = move |app: &App, caller: &Caller| app.invite(caller, &invitation);
    let me = door.run_as(bearer, invite).await.map_err(in_its_block)?;
    let location = format!("/api/v1/accounts/{}", me.account.id);
    Ok(HttpResponse::Created().insert_header(("Location", location)).json(AccountDetail::from(me)))
}

fn invitation(door: &Door, body: InvitationBody) -> Result<Invitation, Problem> {
    let role = body.role.0;
    if matches!(role, Role::Patient | Role::Doctor) && body.phone.is_none() {
        return Err(Problem::invalid_field("/phone", "required", "is required"));
    }
    Ok(Invitation {
        profile: profile_of(role, body.patient, body.doctor)?,
        email: checks::read("/email", &body.email)?,
        full_name: body.full_name,
        phone: body.phone.map(|text| door.phone("/phone", &text)).transpose()?,
        username: body.username.map(|text| checks::read("/username", &text)).transpose()?,
        national_id: body.national_id.map(|text| checks::read("/national_id", &text)).transpose()?,
        profile_pic: body.profile_pic,
    })
}
