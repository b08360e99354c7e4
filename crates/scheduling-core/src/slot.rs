//! A time that is for sale.

use chrono::{FixedOffset, Offset, TimeZone};
use kernel::{DoctorId, LocationId, Revision, ScheduleId, SlotId, Zone, words};

use crate::{Interval, Schedule};

/// The shortest slot, in minutes.
pub const SLOT_MINUTES_MIN: u32 = 5;

/// The longest slot, in minutes.
pub const SLOT_MINUTES_MAX: u32 = 480;

words! {
    /// Whether a slot can be booked (FHIR slotstatus).
    pub enum SlotStatus {
        /// Nobody has it.
        Free = "free",
        /// An active appointment has it.
        Busy = "busy",
        /// It is held for somebody until an offer expires.
        BusyTentative = "busy_tentative",
        /// The doctor is not there.
        BusyUnavailable = "busy_unavailable",
        /// It should never have been there.
        EnteredInError = "entered_in_error",
    }
}

/// An interval of one schedule. It is `Busy` exactly while an active appointment has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Slot {
    /// Its identity.
    pub id: SlotId,
    /// Of which schedule.
    pub schedule: ScheduleId,
    /// The schedule's doctor.
    pub doctor: DoctorId,
    /// The schedule's location.
    pub location: LocationId,
    /// From when to when; whole minutes.
    pub interval: Interval,
    /// How far ahead of UTC its location is when it starts, by the rules that it was published by: they may change. Slots
    /// of versions before 0.2 do not know it.
    pub utc_offset: Option<FixedOffset>,
    /// Whether it can be booked.
    pub status: SlotStatus,
    /// How often it was written.
    pub revision: Revision,
}

impl Slot {
    /// A free slot that was never changed.
    pub fn new(id: SlotId, schedule: &Schedule, interval: Interval) -> Self {
        Self {
            id,
            schedule: schedule.id,
            doctor: schedule.doctor,
            location: schedule.location,
            interval,
            utc_offset: Some(offset(schedule.zone, interval)),
            status: SlotStatus::Free,
            revision: Revision::FIRST,
        }
    }

    /// The same slot with another status, one revision on.
    #[must_use]
    pub fn with_status(self, status: SlotStatus) -> Self {
        Self { status, revision: self.revision.next(), ..self }
    }

    /// The same slot at another time, by the rules of today.
    #[must_use]
    pub(crate) fn at(self, interval: Interval, zone: Zone) -> Self {
        Self { interval, utc_offset: Some(offset(zone, interval)), ..self }
    }
}

/// How far ahead of UTC the zone is at the start of an interval.
fn offset(zone: Zone, interval: Interval) -> FixedOffset {
    zone.offset_from_utc_datetime(&interval.start().naive_utc()).fix()
}

/// A slot together with the schedule that says on what terms it is for sale.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Offer {
    /// What is for sale.
    pub slot: Slot,
    /// On what terms.
    pub schedule: Schedule,
}
