//! Whose diary, where.
use kernel::{DoctorId, LocationId, ScheduleId, Zone};

/// One doctor's diary at one location, and on what terms it is open (FHIR Schedule).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Schedule {
    /// Its identity.
    pub id: ScheduleId,
    /// Whose diary.
    pub doctor: DoctorId,
    /// Where the visits happen.
    pub location: LocationId,
    /// The location's time zone, in which its hours are read.
    pub zone: Zone,
    /// Whether the doctor takes new bookings; existing ones stay either way.
    pub accepting_bookings: bool,
}
