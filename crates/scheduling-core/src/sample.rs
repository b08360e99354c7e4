//! Values for the tests beside the rules: one doctor in London, one patient, one slot tomorrow at nine.

use chrono::{DateTime, TimeDelta, Utc};
use kernel::{AccountId, AppointmentId, DoctorId, LocationId, PatientId, Revision, Role, ScheduleId, SlotId};
use uuid::Uuid;

use crate::booking::{BookingRequest, Target};
use crate::{Actor, Appointment, AppointmentStatus, Interval, Offer, Schedule, Slot};

pub(crate) const DOCTOR: DoctorId = DoctorId::new(Uuid::from_u128(1));
pub(crate) const PATIENT: PatientId = PatientId::new(Uuid::from_u128(2));

pub(crate) fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

/// The day before the slot.
pub(crate) fn now() -> DateTime<Utc> {
    at("2027-01-04T12:00:00Z")
}

pub(crate) fn schedule() -> Schedule {
    Schedule {
        id: ScheduleId::new(Uuid::from_u128(3)),
        doctor: DOCTOR,
        location: LocationId::new(Uuid::from_u128(4)),
        zone: testkit::zone("Europe/London"),
        accepting_bookings: true,
    }
}

/// Half an hour.
pub(crate) fn slot(id: u128, start: &str) -> Slot {
    Slot::new(SlotId::new(Uuid::from_u128(id)), &schedule(), Interval::of_minutes(at(start), 30).unwrap())
}

pub(crate) fn offer() -> Offer {
    Offer { slot: slot(5, "2027-01-05T09:00:00Z"), schedule: schedule() }
}

pub(crate) fn by(role: Role) -> Actor {
    Actor { account: AccountId::new(Uuid::from_u128(6)), role }
}

pub(crate) fn request() -> BookingRequest {
    BookingRequest {
        id: AppointmentId::new(Uuid::from_u128(7)),
        patient: PATIENT,
        target: Target::Slot(offer().slot.id),
        reason: Some("cough".to_owned()),
        notes: None,
        by: by(Role::Patient),
    }
}

/// A visit in another slot than the offered one, the same morning.
pub(crate) fn appointment(status: AppointmentStatus) -> Appointment {
    let slot = slot(8, "2027-01-05T11:00:00Z");
    Appointment {
        id: AppointmentId::new(Uuid::from_u128(9)),
        patient: PATIENT,
        doctor: DOCTOR,
        location: slot.location,
        slot: slot.id,
        interval: slot.interval,
        status,
        reason: None,
        notes: None,
        booked_by: Role::Patient,
        received_by: None,
        revision: Revision::FIRST,
        created_at: now() - TimeDelta::days(1),
        updated_at: now() - TimeDelta::days(1),
    }
}
