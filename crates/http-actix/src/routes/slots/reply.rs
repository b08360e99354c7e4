//! How a slot is told.

use actix_web::HttpResponse;
use application::ports::SlotEntry;
use scheduling_core::SlotStatus;
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
    /// The doctor's name.
    doctor_name: String,
    /// Where.
    location_id: Uuid,
    /// The location's name.
    location_name: String,
    /// The location's city.
    city: String,
    /// The location's time zone (IANA), in which people read the times.
    #[schema(example = "Africa/Lagos")]
    time_zone: &'static str,
    /// The first instant inside.
    starts_at: Instant,
    /// The first instant behind.
    ends_at: Instant,
    /// Whether it can be booked.
    status: SlotStatusWord,
    /// How often it was written; the `ETag`.
    revision: u32,
}

impl From<SlotEntry> for SlotReply {
    fn from(SlotEntry { slot, labels }: SlotEntry) -> Self {
        Self {
            id: slot.id.uuid(),
            doctor_id: slot.doctor.uuid(),
            doctor_name: labels.doctor_name,
            location_id: slot.location.uuid(),
            location_name: labels.location_name,
            city: labels.city,
            time_zone: labels.zone.name(),
            starts_at: Instant(slot.interval.start()),
            ends_at: Instant(slot.interval.end()),
            status: Spelled(slot.status),
            revision: slot.revision.number(),
        }
    }
}

/// One slot, with its `ETag`.
pub(super) fn one(entry: SlotEntry) -> HttpResponse {
    HttpResponse::Ok().insert_header(etag(entry.slot.revision)).json(SlotReply::from(entry))
}
