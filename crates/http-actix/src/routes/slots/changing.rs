//! Changing times, and taking them off sale.

use actix_web::{HttpResponse, delete, patch, post};
use application::{App, Caller};
use kernel::{SlotId, words};
use scheduling_core::publishing::{Availability, SlotEdit};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;
use validator::Validate;

use super::reply::{self, SlotReply};
use super::{START, naming};
use crate::bearer::Bearer;
use crate::body::Body;
use crate::door::Door;
use crate::etag::IfMatch;
use crate::path::PathId;
use crate::problem::Problem;
use crate::time::Instant;
use crate::words::Spelled;

words! {
    /// What a slot without an appointment can be set to.
    pub enum SettableSlotStatus {
        /// Nobody has it.
        Free = "free",
        /// The doctor is not there.
        BusyUnavailable = "busy_unavailable",
    }
}

type SettableSlotStatusWord = Spelled<SettableSlotStatus>;

/// What is to be different about a slot; what is not mentioned stays.
#[derive(Clone, Debug, Default, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SlotPatch {
    /// When it starts; it keeps its length unless that is changed too.
    #[serde(default, deserialize_with = "crate::patch::present")]
    #[schema(nullable = false)]
    starts_at: Option<Instant>,
    /// How long it is.
    #[serde(default, deserialize_with = "crate::patch::present")]
    #[validate(range(min = 5, max = 480, message = "must be 5 to 480 minutes"))]
    #[schema(minimum = 5, maximum = 480, nullable = false)]
    slot_minutes: Option<u32>,
    /// Whether it can be booked.
    #[serde(default, deserialize_with = "crate::patch::present")]
    #[schema(nullable = false)]
    status: Option<SettableSlotStatusWord>,
}

impl From<&SlotPatch> for SlotEdit {
    fn from(body: &SlotPatch) -> Self {
        Self {
            start: body.starts_at.map(|at| at.0),
            slot_minutes: body.slot_minutes,
            availability: body.status.map(|status| match status.0 {
                SettableSlotStatus::Free => Availability::Free,
                SettableSlotStatus::BusyUnavailable => Availability::Unavailable,
            }),
        }
    }
}

/// Changes when a slot is, how long it is, or whether it can be booked; not while an appointment is in it.
#[utoipa::path(
    tag = "slots",
    params(("id" = Uuid, Path, description = "Which slot."), IfMatch),
    request_body = SlotPatch,
    responses((status = 200, body = SlotReply, description = "The slot as it is now.", headers(("ETag")))),
    security(("bearer" = [])),
)]
#[patch("/slots/{id}")]
pub(super) async fn change_slot(
    bearer: Bearer,
    door: Door,
    PathId(id): PathId,
    IfMatch(expected): IfMatch,
    Body(body, _): Body<SlotPatch>,
) -> Result<HttpResponse, Problem> {
    let (id, edit) = (SlotId::new(id), SlotEdit::from(&body));
    let slot = door
        .run_as(bearer, move |app: &App, caller: &Caller| app.change_slot(caller, id, edit, &expected))
        .await
        .map_err(naming(START))?;
    Ok(reply::one(slot))
}

/// Removes a slot; not while an appointment is in it.
#[utoipa::path(
    tag = "slots",
    params(("id" = Uuid, Path, description = "Which slot."), IfMatch),
    responses((status = 204, description = "It is gone.")),
    security(("bearer" = [])),
)]
#[delete("/slots/{id}")]
pub(super) async fn remove_slot(
    bearer: Bearer,
    door: Door,
    PathId(id): PathId,
    IfMatch(expected): IfMatch,
) -> Result<HttpResponse, Problem> {
    let id = SlotId::new(id);
    door.run_as(bearer, move |app: &App, caller: &Caller| app.remove_slot(caller, id, &expected)).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Which slots are to go.
#[derive(Clone, Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SlotIdsBody {
    /// 1 to 500; each counts once, however often it is named.
    #[validate(length(min = 1, max = 500, message = "must name 1 to 500 slots"))]
    #[schema(min_items = 1, max_items = 500)]
    ids: Vec<Uuid>,
}

/// How many slots are gone.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RemovedSlotsReply {
    /// All that were named.
    deleted: usize,
}

/// Removes slots, all or none; none while an appointment is in one of them.
#[utoipa::path(
    tag = "slots",
    request_body = SlotIdsBody,
    responses((status = 200, body = RemovedSlotsReply, description = "They are gone.")),
    security(("bearer" = [])),
)]
#[post("/slots/bulk-delete")]
pub(super) async fn remove_slots(
    bearer: Bearer,
    door: Door,
    Body(body, _): Body<SlotIdsBody>,
) -> Result<HttpResponse, Problem> {
    let ids: Vec<SlotId> = body.ids.iter().copied().map(SlotId::new).collect();
    let deleted = door.run_as(bearer, move |app: &App, caller: &Caller| app.remove_slots(caller, &ids)).await?;
    Ok(HttpResponse::Ok().json(RemovedSlotsReply { deleted }))
}
