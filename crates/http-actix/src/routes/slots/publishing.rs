//! Putting times up for sale.

use actix_web::http::header::LOCATION;
use actix_web::{HttpResponse, post};
use application::{App, Caller};
use kernel::DoctorId;
use scheduling_core::Interval;
use scheduling_core::opening::check_slot_minutes;
use scheduling_core::publishing::{Published, SkipReason};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;
use validator::Validate;

use super::hours::BulkHoursBody;
use super::reply::SlotReply;
use super::{START, naming};
use crate::bearer::Bearer;
use crate::body::Body;
use crate::door::Door;
use crate::etag::etag;
use crate::problem::{Code, Problem};
use crate::routes::API;
use crate::time::Instant;
use crate::words::Spelled;

/// One time for sale: its start, and its length or its end.
#[derive(Clone, Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SlotBody {
    /// The first instant inside; a whole minute.
    starts_at: Instant,
    /// How long it is; this or `ends_at`.
    #[validate(range(min = 5, max = 480, message = "must be 5 to 480 minutes"))]
    #[schema(minimum = 5, maximum = 480)]
    slot_minutes: Option<u32>,
    /// The first instant behind, 5 to 480 minutes after `starts_at`; this or `slot_minutes`.
    ends_at: Option<Instant>,
    /// Whose; a doctor's own without.
    doctor_id: Option<Uuid>,
}

impl SlotBody {
    fn interval(&self) -> Result<Interval, Problem> {
        let start = self.starts_at.0;
        let (interval, pointer) = match (self.slot_minutes, self.ends_at) {
            (Some(minutes), None) => (Interval::of_minutes(start, minutes), "/slot_minutes"),
            (None, Some(end)) => (Interval::new(start, end.0), "/ends_at"),
            (None, None) => {
                let message = "say how long it is, or when it ends";
                return Err(Problem::invalid_field("/slot_minutes", "required", message));
            }
            (Some(_), Some(_)) => {
                let message = "say how long it is, or when it ends, not both";
                return Err(Problem::invalid_field("/ends_at", "not_allowed", message));
            }
        };
        let interval =
            interval.ok_or_else(|| Problem::invalid_field(pointer, "reversed", "a slot ends after it starts"))?;
        let minutes = u32::try_from(interval.minutes()).unwrap_or(u32::MAX);
        match check_slot_minutes(minutes) {
            Ok(()) => Ok(interval),
            Err(refusal) => Err(Problem::invalid_field(pointer, "range", refusal.to_string())),
        }
    }
}

/// Publishes one slot: a doctor's own; front desk and administrators name the doctor.
#[utoipa::path(
    tag = "slots",
    request_body = SlotBody,
    responses((status = 201, body = SlotReply, description = "It is for sale.", headers(("ETag"), ("Location")))),
    security(("bearer" = [])),
)]
#[post("/slots")]
pub(super) async fn publish_slot(
    bearer: Bearer,
    door: Door,
    Body(body, _): Body<SlotBody>,
) -> Result<HttpResponse, Problem> {
    let interval = body.interval()?;
    let doctor = body.doctor_id.map(DoctorId::new);
    let entry = door
        .run_as(bearer, move |app: &App, caller: &Caller| app.publish_slot(caller, doctor, interval))
        .await
        .map_err(naming(START))?;
    Ok(HttpResponse::Created()
        .insert_header((LOCATION, format!("{API}/slots/{}", entry.slot.id)))
        .insert_header(etag(entry.slot.revision))
        .json(SlotReply::from(entry)))
}

type SkipReasonWord = Spelled<SkipReason>;

/// A slot that was left out.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SkippedSlotReply {
    /// When it would have started.
    starts_at: Instant,
    /// Why it was left out.
    code: SkipReasonWord,
}

/// What came of opening hours.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PublishedSlotsReply {
    /// How many slots were made.
    created: usize,
    /// The slots that were made, earliest first.
    slot_ids: Vec<Uuid>,
    /// What was left out, earliest first: what overlaps or has begun, where that is to be skipped, and what does not fit
    /// where clocks are put forward.
    skipped: Vec<SkippedSlotReply>,
}

impl From<Published> for PublishedSlotsReply {
    fn from(published: Published) -> Self {
        let skipped = published.skipped.into_iter();
        Self {
            created: published.created.len(),
            slot_ids: published.created.iter().map(|slot| slot.id.uuid()).collect(),
            skipped: skipped
                .map(|(interval, reason)| SkippedSlotReply {
                    starts_at: Instant(interval.start()),
                    code: Spelled(reason),
                })
                .collect(),
        }
    }
}

/// Publishes what opening hours make, at most 5,000 slots: all of them or none, unless obstacles are to be skipped.
///
/// Hours are read on the clock of the doctor's location. A time that happens twice means the first; one that is skipped
/// is read with the offset before the gap.
#[utoipa::path(
    tag = "slots",
    request_body = BulkHoursBody,
    responses((status = 201, body = PublishedSlotsReply, description = "They are for sale.")),
    security(("bearer" = [])),
)]
#[post("/slots/bulk")]
pub(super) async fn publish_slots(
    bearer: Bearer,
    door: Door,
    Body(body, _): Body<BulkHoursBody>,
) -> Result<HttpResponse, Problem> {
    let hours = body.hours().map_err(Problem::invalid)?;
    let (obstacles, doctor) = (body.obstacles(), body.doctor_id.map(DoctorId::new));
    let published = door
        .run_as(bearer, move |app: &App, caller: &Caller| app.publish_slots(caller, doctor, &hours, obstacles))
        .await
        .map_err(naming(&[
            (Code::SlotInPast, "/start_date"),
            (Code::BeyondHorizon, "/end_date"),
            (Code::TooManySlots, "/end_date"),
            (Code::TooManySlotsInDay, "/slot_minutes"),
        ]))?;
    Ok(HttpResponse::Created().json(PublishedSlotsReply::from(published)))
}
