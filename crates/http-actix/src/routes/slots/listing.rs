//! Slots, as those see them who may.

use actix_web::{HttpResponse, get};
use application::ports::SlotFilter;
use application::slots::Shown;
use application::{App, Caller, Error};
use chrono::{DateTime, Utc};
use kernel::{DoctorId, PageRequest, SlotId};
use scheduling_core::SlotStatus;
use serde::Deserialize;
use utoipa::IntoParams;
use uuid::Uuid;
use validator::Validate;

use super::reply::{self, SlotReply, SlotStatusWord};
use crate::bearer::Bearer;
use crate::door::Door;
use crate::etag::IfNoneMatch;
use crate::paging::{IncludeTotal, PageBody, PageLimit};
use crate::path::PathId;
use crate::problem::Problem;
use crate::query::Query;
use crate::shelf::{self, Print, Wanted};
use crate::time::{Bound, Period, period};
use crate::words::WordList;

/// What cursors of this list are bound to.
const LIST: &str = "slots";

/// Which slots are wanted.
#[derive(Debug, Deserialize, Validate, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct SlotsQuery {
    /// Whose; a doctor who names nobody means their own.
    doctor_id: Option<Uuid>,
    /// Starting then or later, or on that day or later: an instant, or a date.
    #[param(value_type = Option<String>, example = "2027-03-01T09:00:00Z")]
    from: Option<Bound>,
    /// Starting before that instant, or on that date or before: the day is included.
    #[param(value_type = Option<String>, example = "2027-03-01")]
    to: Option<Bound>,
    /// The time zone whose days `from` and `to` mean as dates; without it they are days of each row's location.
    #[param(example = "Pacific/Auckland")]
    time_zone: Option<String>,
    /// Statuses, separated by commas or by repeating the parameter.
    #[param(style = Form, explode, value_type = Vec<SlotStatusWord>, required = false)]
    #[serde(default)]
    status: WordList<SlotStatus>,
    /// How many rows at the most.
    #[param(value_type = Option<u8>, minimum = 1, maximum = 100, default = 10)]
    limit: Option<PageLimit>,
    /// Where the last page said that the list goes on.
    cursor: Option<String>,
    /// Whether to count the rows of all pages into `total`; counting takes longer the more rows there are.
    #[param(value_type = Option<bool>, default = false)]
    #[serde(default)]
    include_total: IncludeTotal,
}

/// Slots, earliest first: all of them for those who manage them, those that can be booked for everyone else.
#[utoipa::path(
    tag = "slots",
    params(SlotsQuery, IfNoneMatch),
    responses(
        (status = 200, body = PageBody<SlotReply>, description = "A page of slots.", headers(
            ("ETag" = String, description = "Changes with the page."),
            ("Cache-Control" = String, description = "`private, no-cache`: to be kept, and asked about before it is used."),
        )),
        (status = 304, description = "The client has this page already: `If-None-Match` names it.", headers(
            ("ETag" = String, description = "Of the page that the client has."),
            ("Cache-Control" = String, description = "`private, no-cache`."),
        )),
    ),
    security(("bearer" = [])),
)]
#[get("/slots")]
pub(super) async fn list_slots(
    bearer: Bearer,
    door: Door,
    Query(query): Query<SlotsQuery>,
    known: IfNoneMatch,
) -> Result<HttpResponse, Problem> {
    let zone = door.days_zone(query.time_zone.as_deref())?;
    let Period { from, to, days } = period(query.from, query.to, zone)?;
    let filter = SlotFilter { doctor: query.doctor_id.map(DoctorId::new), from, to, days, statuses: query.status.0 };
    let wanted = door.page_request(LIST, query.limit, query.cursor.as_deref(), query.include_total)?;
    let caller = door.caller(bearer).await?;
    let shown = Shown::to(&caller, &filter).map_err(Problem::from)?;
    let page = door.state().shelf.page(&door, &Wanted::Slots(shown, wanted)).await?;
    Ok(page.respond(&known))
}

/// A page for the shelf.
pub(crate) fn print(door: &Door, app: &App, shown: &Shown, page: &PageRequest<DateTime<Utc>>) -> Result<Print, Error> {
    Ok(shelf::print(door, LIST, app.slots(shown, page)?, SlotReply::from))
}

/// One slot, if it is yours to manage or can be booked.
#[utoipa::path(
    tag = "slots",
    params(("id" = Uuid, Path, description = "Which slot.")),
    responses((status = 200, body = SlotReply, description = "The slot.", headers(("ETag")))),
    security(("bearer" = [])),
)]
#[get("/slots/{id}")]
pub(super) async fn get_slot(bearer: Bearer, door: Door, PathId(id): PathId) -> Result<HttpResponse, Problem> {
    let id = SlotId::new(id);
    let slot = door.run_as(bearer, move |app: &App, caller: &Caller| app.slot(caller, id)).await?;
    Ok(reply::one(slot))
}
