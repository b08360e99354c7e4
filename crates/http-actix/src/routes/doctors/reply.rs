use application::directory::{DoctorListing, NextFree};
use clinic_core::DoctorEntry;
use scheduling_core::Slot;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::MoneyReply;
use crate::routes::locations::LocationReply;
use crate::time::Instant;

/// A doctor as everybody sees them.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DoctorReply {
    /// Its identity.
    id: Uuid,
    /// The person's name.
    full_name: String,
    /// Where a picture is.
    #[schema(required = true)]
    profile_pic: Option<String>,
    /// Codes.
    specialties: Vec<String>,
    /// Degrees and the like.
    #[schema(required = true)]
    qualifications: Option<String>,
    /// Whole years.
    #[schema(required = true)]
    experience_years: Option<u8>,
    /// What a visit costs.
    #[schema(required = true)]
    consultation_fee: Option<MoneyReply>,
    /// Whether new bookings are taken.
    accepting_bookings: bool,
    /// Where the doctor sees patients.
    location: LocationReply,
}

/// A doctor with the times that can be booked first.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DoctorRow {
    /// The doctor.
    #[serde(flatten)]
    doctor: DoctorReply,
    /// The next free slots, earliest first; absent unless `next_free` asks for them.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_free_slots: Option<Vec<NextFreeSlotReply>>,
}

/// A doctor with the next five free slots.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DoctorDetailReply {
    /// The doctor.
    #[serde(flatten)]
    doctor: DoctorReply,
    /// The next free slots, earliest first.
    next_free_slots: Vec<NextFreeSlotReply>,
}

/// A time that can be booked.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct NextFreeSlotReply {
    /// What to book.
    slot_id: Uuid,
    /// The first instant inside.
    starts_at: Instant,
    /// The first instant behind.
    ends_at: Instant,
}

/// A doctor as they see themself.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OwnDoctorReply {
    /// What everybody sees.
    #[serde(flatten)]
    doctor: DoctorReply,
    /// Under which licence the doctor practises.
    license_number: String,
}

impl From<DoctorEntry> for DoctorReply {
    fn from(entry: DoctorEntry) -> Self {
        let DoctorEntry { doctor, full_name, profile_pic, location, active: _ } = entry;
        Self {
            id: doctor.id.uuid(),
            full_name,
            profile_pic,
            specialties: doctor.specialties,
            qualifications: doctor.qualifications,
            experience_years: doctor.experience_years,
            consultation_fee: doctor.consultation_fee.map(Into::into),
            accepting_bookings: doctor.accepting_bookings,
            location: location.into(),
        }
    }
}

impl From<Slot> for NextFreeSlotReply {
    fn from(slot: Slot) -> Self {
        Self {
            slot_id: slot.id.uuid(),
            starts_at: Instant(slot.interval.start()),
            ends_at: Instant(slot.interval.end()),
        }
    }
}

impl From<DoctorListing> for DoctorDetailReply {
    fn from(DoctorListing { entry, next_free }: DoctorListing) -> Self {
        Self { doctor: entry.into(), next_free_slots: next_free.into_iter().map(Into::into).collect() }
    }
}

impl DoctorRow {
    /// A row of the list; without times where none were asked for.
    pub(super) fn new(DoctorListing { entry, next_free }: DoctorListing, asked: NextFree) -> Self {
        let slots = next_free.into_iter().map(Into::into).collect();
        Self { doctor: entry.into(), next_free_slots: (0 < asked.slots()).then_some(slots) }
    }
}

impl From<DoctorEntry> for OwnDoctorReply {
    fn from(entry: DoctorEntry) -> Self {
        Self { license_number: entry.doctor.license_number.clone(), doctor: entry.into() }
    }
}
