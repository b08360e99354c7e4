//! Slots, as those see them who may.

use actix_web::{HttpResponse, get};
use application::ports::SlotFilter;
use application::{App, Caller};
use kernel::{DoctorId, SlotId};
use serde::Deserialize;
use utoipa::IntoParams;
use uuid::Uuid;
use validator::Validate;

use super::reply::{self, SlotReply, SlotStatusWord};
use crate::bearer::Bearer;
use crate::door::Door;
use crate::paging::{PageBody, PageLimit};
use crate::path::PathId;
use crate::problem::{Guarded, Missing, Problem};
use crate::query::Query;
use crate::time::{Bound, range};
use crate::words::Spelled;

/// What cursors of this list are bound to.
const LIST: &str = "slots";

/// Which slots are wanted.
#[derive(Debug, Deserialize, Validate, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct SlotsQuery {
    /// Whose; a doctor who names nobody means their own.
    doctor_id: Option<Uuid>,
    /// Starting then or later.
    #[param(value_type = Option<String>, example = "2027-03-01T09:00:00Z")]
    from: Option<Bound>,
    /// Starting before, or on that day.
    #[param(value_type = Option<String>, example = "2027-03-01")]
    to: Option<Bound>,
    /// In this status.
    #[param(inline)]
    status: Option<SlotStatusWord>,
    /// How many rows at the most.
    #[param(value_type = Option<u8>, minimum = 1, maximum = 100, default = 10)]
    limit: Option<PageLimit>,
    /// Where the last page said that the list goes on.
    cursor: Option<String>,
}

/// Slots, earliest first: all of them for those who manage them, those that can be booked for everyone else.
#[utoipa::path(
    tag = "slots",
    params(SlotsQuery),
    responses((status = 200, body = PageBody<SlotReply>, description = "A page of slots."), Guarded),
    security(("bearer" = [])),
)]
#[get("/slots")]
pub(super) async fn list_slots(
    bearer: Bearer,
    door: Door,
    Query(query): Query<SlotsQuery>,
) -> Result<HttpResponse, Problem> {
    let (from, to) = range(query.from, query.to)?;
    let filter = SlotFilter {
        doctor: query.doctor_id.map(DoctorId::new),
        from,
        to,
        status: query.status.map(|Spelled(status)| status),
    };
    let wanted = door.page_request(LIST, query.limit, query.cursor.as_deref())?;
    let page = door.run_as(bearer, move |app: &App, caller: &Caller| app.slots(caller, &filter, &wanted)).await?;
    Ok(HttpResponse::Ok().json(door.page_body(LIST, page, SlotReply::from)))
}

/// One slot, if it is yours to manage or can be booked.
#[utoipa::path(
    tag = "slots",
    params(("id" = Uuid, Path, description = "Which slot.")),
    responses((status = 200, body = SlotReply, description = "The slot."), Guarded, Missing),
    security(("bearer" = [])),
)]
#[get("/slots/{id}")]
pub(super) async fn get_slot(bearer: Bearer, door: Door, PathId(id): PathId) -> Result<HttpResponse, Problem> {
    let id = SlotId::new(id);
    let slot = door.run_as(bearer, move |app: &App, caller: &Caller| app.slot(caller, id)).await?;
    Ok(reply::one(slot))
}
