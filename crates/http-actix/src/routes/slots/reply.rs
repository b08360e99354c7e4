//! How a slot is told.

use actix_web::HttpResponse;
use scheduling_core::{Slot, SlotStatus};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::etag::etag;
use crate::time::Instant;
use crate::words::Spelled;

pub(super) type SlotStatusWord = Spelled<SlotStatus>;

/// An interval of a doctor's diary.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SlotReply {
    /// Its identity.
    id: Uuid,
    /// Whose diary.
    doctor_id: Uuid,
    /// Where.
    location_id: Uuid,
    /// The first instant inside.
    starts_at: Instant,
    /// The first instant behind.
    ends_at: Instant,
    /// Whether it can be booked.
    status: SlotStatusWord,
    /// How often it was written; the `ETag`.
    revision: u32,
}

impl From<Slot> for SlotReply {
    fn from(slot: Slot) -> Self {
        Self {
            id: slot.id.uuid(),
            doctor_id: slot.doctor.uuid(),
            location_id: slot.location.uuid(),
            starts_at: Instant(slot.interval.start()),
            ends_at: Instant(slot.interval.end()),
            status: Spelled(slot.status),
            revision: slot.revision.number(),
        }
    }
}

/// One slot, with its `ETag`.
pub(super) fn one(slot: Slot) -> HttpResponse {
    HttpResponse::Ok().insert_header(etag(slot.revision)).json(SlotReply::from(slot))
}
