use actix_web::{get, patch, web};
use application::App;
use application::preferences::PreferencesEdit;
use messaging_core::{Language, Preferences};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use crate::bearer::Bearer;
use crate::body::Body;
use crate::door::Door;
use crate::patch;
use crate::problem::Problem;
use crate::words::Spelled;

pub(crate) type LanguageWord = Spelled<Language>;

/// What a person wants to be told.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PreferencesReply {
    /// Whether e-mails about appointments are sent; those that the safety of the account hangs on always are.
    email_appointments: bool,
    /// Whether those are sent only where they change the calendar, and then in one line.
    invitations_only: bool,
    /// The language of messages.
    language: LanguageWord,
}

/// What is to be different; what is absent stays.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PreferencesPatch {
    /// Whether e-mails about appointments are sent; cannot be cleared.
    #[serde(default, deserialize_with = "patch::present")]
    #[schema(nullable = false)]
    email_appointments: Option<bool>,
    /// Whether those are sent only where they change the calendar, and then in one line; cannot be cleared.
    #[serde(default, deserialize_with = "patch::present")]
    #[schema(nullable = false)]
    invitations_only: Option<bool>,
    /// The language of messages; cannot be cleared.
    #[serde(default, deserialize_with = "patch::present")]
    #[schema(nullable = false)]
    language: Option<LanguageWord>,
}

impl From<Preferences> for PreferencesReply {
    fn from(Preferences { email_appointments, invitations_only, language }: Preferences) -> Self {
        Self { email_appointments, invitations_only, language: Spelled(language) }
    }
}

/// The caller's own preferences.
#[utoipa::path(
    tag = "auth",
    operation_id = "get_my_preferences",
    security(("bearer" = [])),
    responses((status = 200, description = "The preferences.", body = PreferencesReply))
)]
#[get("/auth/me/preferences")]
pub(crate) async fn get_my_preferences(bearer: Bearer, door: Door) -> Result<web::Json<PreferencesReply>, Problem> {
    Ok(web::Json(door.run_as(bearer, App::preferences).await?.into()))
}

/// Changes the caller's own preferences.
#[utoipa::path(
    tag = "auth",
    operation_id = "change_my_preferences",
    security(("bearer" = [])),
    request_body = PreferencesPatch,
    responses((status = 200, description = "The preferences.", body = PreferencesReply))
)]
#[patch("/auth/me/preferences")]
pub(crate) async fn change_my_preferences(
    bearer: Bearer,
    door: Door,
    Body(body, _): Body<PreferencesPatch>,
) -> Result<web::Json<PreferencesReply>, Problem> {
    let edit = PreferencesEdit {
        email_appointments: body.email_appointments,
        invitations_only: body.invitations_only,
        language: body.language.map(|Spelled(language)| language),
    };
    let preferences = door.run_as(bearer, move |app, caller| app.change_preferences(caller, &edit)).await?;
    Ok(web::Json(preferences.into()))
}
