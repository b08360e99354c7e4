//! One step on, or off: cancel, confirm, refuse, arrive, check in, complete, no-show, and what an administrator puts right.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, post};
use application::{App, Caller};
use kernel::AppointmentId;
use scheduling_core::visiting::Step;
use serde::Deserialize;
use utoipa::ToSchema;
use validator::Validate;

use super::answer::{self, tell};
use super::reply::{AppointmentReply, CancelReasonWord};
use crate::bearer::Bearer;
use crate::body::OptionalBody;
use crate::checks;
use crate::door::Door;
use crate::idempotency::Key;
use crate::path::PathId;
use crate::problem::Problem;
use crate::words::Spelled;

/// Why a visit is called off.
#[derive(Clone, Debug, Default, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CancellationBody {
    /// Coded.
    reason_code: Option<CancelReasonWord>,
    /// In somebody's words.
    #[validate(custom(function = "checks::note"))]
    #[schema(max_length = 500)]
    reason: Option<String>,
}

/// Why a step is taken.
#[derive(Clone, Debug, Default, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct StatusChangeBody {
    /// In somebody's words.
    #[validate(custom(function = "checks::note"))]
    #[schema(max_length = 500)]
    reason: Option<String>,
}

macro_rules! actions {
    ($(
        $(#[$doc:meta])*
        $name:ident $path:literal, $body:ident, $told:literal,
        |$app:ident, $caller:ident, $id:ident, $sent:ident, $retry:ident| $work:expr;
    )*) => {$(
        $(#[$doc])*
        #[utoipa::path(
            tag = "appointments",
            params(("id" = Uuid, Path, description = "Which appointment."), Key),
            request_body(content = Option<$body>),
            responses((status = 200, body = AppointmentReply, description = $told, headers(("ETag")))),
            security(("bearer" = [])),
        )]
        #[post($path)]
        pub(super) async fn $name(
            bearer: Bearer,
            door: Door,
            PathId(id): PathId,
            key: Key,
            OptionalBody($sent, fingerprint): OptionalBody<$body>,
        ) -> Result<HttpResponse, Problem> {
            let $id = AppointmentId::new(id);
            let status = StatusCode::OK;
            let outcome = door
                .run_as(bearer, move |$app: &App, $caller: &Caller| {
                    let $retry = key.retry(fingerprint, status.as_u16(), answer::body);
                    $work
                })
                .await?;
            tell(outcome, status)
        }
    )*};
}

actions! {
    /// Calls a visit off and frees its slot; the record stays.
    cancel_appointment "/appointments/{id}/cancel", CancellationBody, "It is cancelled.",
        |app, caller, id, sent, retry| {
            let code = sent.reason_code.map(|Spelled(code)| code);
            app.cancel(caller, id, code, sent.reason, retry)
        };
    /// The doctor agrees to a pending visit.
    confirm_appointment "/appointments/{id}/confirm", StatusChangeBody, "It is booked.",
        |app, caller, id, sent, retry| app.advance(caller, id, Step::Confirm, sent.reason.as_deref(), retry);
    /// The doctor does not agree to a pending visit; its slot is free again.
    refuse_appointment "/appointments/{id}/refuse", StatusChangeBody, "It is cancelled.",
        |app, caller, id, sent, retry| app.advance(caller, id, Step::Refuse, sent.reason.as_deref(), retry);
    /// The patient is in the house; in the 24 hours before the start, or later.
    arrive_appointment "/appointments/{id}/arrive", StatusChangeBody, "The patient is in the house.",
        |app, caller, id, sent, retry| app.advance(caller, id, Step::Arrive, sent.reason.as_deref(), retry);
    /// The front desk has taken the patient in; in the 24 hours before the start, or later.
    check_in_appointment "/appointments/{id}/check-in", StatusChangeBody, "The patient is taken in.",
        |app, caller, id, sent, retry| app.advance(caller, id, Step::CheckIn, sent.reason.as_deref(), retry);
    /// The visit took place; not before its start.
    complete_appointment "/appointments/{id}/complete", StatusChangeBody, "It took place.",
        |app, caller, id, sent, retry| app.advance(caller, id, Step::Complete, sent.reason.as_deref(), retry);
    /// The patient did not come; not before the start.
    no_show_appointment "/appointments/{id}/no-show", StatusChangeBody, "The patient did not come.",
        |app, caller, id, sent, retry| app.advance(caller, id, Step::NoShow, sent.reason.as_deref(), retry);
    /// An administrator says that the appointment should never have been there.
    enter_in_error_appointment "/appointments/{id}/enter-in-error", StatusChangeBody, "It counts as never made.",
        |app, caller, id, sent, retry| app.advance(caller, id, Step::EnterInError, sent.reason.as_deref(), retry);
    /// An administrator undoes a cancellation or a no-show, if the slot and the patient are still free.
    reinstate_appointment "/appointments/{id}/reinstate", StatusChangeBody, "It is booked again.",
        |app, caller, id, sent, retry| app.reinstate(caller, id, sent.reason.as_deref(), retry);
}
