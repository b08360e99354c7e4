//! What the rules need of a store. Each trait is small; a verb asks for the least it needs.
//!
//! `add_` is new, `change_` must find the revision before the one it writes, `…_of` and `…_within` select.
//! A change that does not find it has lost a race: the store runs the whole unit of work again.

use chrono::{DateTime, Utc};
use kernel::{AppointmentId, DoctorId, LocationId, PatientId, Revision, SlotId, StoreError};

use crate::{Appointment, Change, Interval, Offer, Schedule, Slot};

/// Doctors' diaries: on what terms they are open, and what is published in them.
pub trait Schedules {
    /// The schedule of this doctor.
    ///
    /// # Errors
    /// When the store fails.
    fn schedule_of(&mut self, doctor: DoctorId) -> Result<Option<Schedule>, StoreError>;

    /// Opens a doctor's diary; `zone` and `accepting_bookings` are the location's and the doctor's, not stored again.
    ///
    /// # Errors
    /// When the store fails.
    fn add_schedule(&mut self, schedule: &Schedule) -> Result<(), StoreError>;

    /// Every slot of this doctor, at any location, that overlaps `span`, earliest first.
    ///
    /// # Errors
    /// When the store fails.
    fn slots_within(&mut self, doctor: DoctorId, span: Interval) -> Result<Vec<Slot>, StoreError>;

    /// Adds new slots, all or none.
    ///
    /// # Errors
    /// When the store fails.
    fn add_slots(&mut self, slots: &[Slot]) -> Result<(), StoreError>;

    /// Removes a slot that is still at this revision.
    ///
    /// # Errors
    /// When the store fails, or when the slot is no longer at that revision.
    fn remove_slot(&mut self, id: SlotId, revision: Revision) -> Result<(), StoreError>;
}

/// Giving a diary another place.
pub trait Relocations {
    /// Whether the doctor has slots at this location, other than those entered in error, that end after `now`.
    ///
    /// # Errors
    /// When the store fails.
    fn has_slots_to_come(
        &mut self,
        doctor: DoctorId,
        location: LocationId,
        now: DateTime<Utc>,
    ) -> Result<bool, StoreError>;

    /// Writes where a schedule is; whoever does holds the doctor's guard.
    ///
    /// # Errors
    /// When the store fails, or when the schedule or the location is gone: then the race is lost.
    fn change_schedule(&mut self, schedule: &Schedule) -> Result<(), StoreError>;
}

/// Slots. Those entered in error are never returned.
pub trait Slots {
    /// This slot.
    ///
    /// # Errors
    /// When the store fails.
    fn slot(&mut self, id: SlotId) -> Result<Option<Slot>, StoreError>;

    /// This slot with its schedule, in one query.
    ///
    /// # Errors
    /// When the store fails.
    fn offer(&mut self, id: SlotId) -> Result<Option<Offer>, StoreError>;

    /// The slot of this doctor that starts then, with its schedule, in one query.
    ///
    /// # Errors
    /// When the store fails.
    fn offer_starting(&mut self, doctor: DoctorId, start: DateTime<Utc>) -> Result<Option<Offer>, StoreError>;

    /// Writes a slot over the revision before it.
    ///
    /// # Errors
    /// When the store fails, or when the slot is no longer at that revision.
    fn change_slot(&mut self, slot: &Slot) -> Result<(), StoreError>;
}

/// What a patient is engaged in during some span.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Engagements {
    /// The active appointments, earliest first.
    pub appointments: Vec<Appointment>,
    /// Whether the patient's account is closed, so that nothing new is booked.
    pub is_inactive: bool,
}

/// Appointments.
pub trait Appointments {
    /// This appointment.
    ///
    /// # Errors
    /// When the store fails.
    fn appointment(&mut self, id: AppointmentId) -> Result<Option<Appointment>, StoreError>;

    /// The active appointments that have one of these slots.
    ///
    /// # Errors
    /// When the store fails.
    fn active_in(&mut self, slots: &[SlotId]) -> Result<Vec<Appointment>, StoreError>;

    /// The active appointments of a patient that overlap `span`, and whether the patient can be booked, in one query.
    ///
    /// # Errors
    /// When the store fails.
    fn engagements_of(&mut self, patient: PatientId, span: Interval) -> Result<Engagements, StoreError>;

    /// How many active appointments of a patient end after `now`.
    ///
    /// # Errors
    /// When the store fails.
    fn count_upcoming_of_patient(&mut self, patient: PatientId, now: DateTime<Utc>) -> Result<u32, StoreError>;

    /// How many active appointments of a doctor start within `span`.
    ///
    /// # Errors
    /// When the store fails.
    fn count_active_of_doctor_within(&mut self, doctor: DoctorId, span: Interval) -> Result<u32, StoreError>;

    /// Adds a new appointment.
    ///
    /// # Errors
    /// When the store fails, or when another active appointment has its slot.
    fn add_appointment(&mut self, appointment: &Appointment) -> Result<(), StoreError>;

    /// Writes an appointment over the revision before it.
    ///
    /// # Errors
    /// When the store fails, or when the appointment is no longer at that revision.
    fn change_appointment(&mut self, appointment: &Appointment) -> Result<(), StoreError>;
}

/// What has happened to appointments; entries are added, never changed.
pub trait History {
    /// Adds an entry to the history.
    ///
    /// # Errors
    /// When the store fails, or when the revision has an entry already.
    fn add_change(&mut self, change: &Change) -> Result<(), StoreError>;

    /// The history of an appointment, oldest first.
    ///
    /// # Errors
    /// When the store fails.
    fn changes_of(&mut self, appointment: AppointmentId) -> Result<Vec<Change>, StoreError>;
}

/// All that scheduling needs of a store.
pub trait SchedulingStore: kernel::Holds + Schedules + Slots + Appointments + History {}

impl<S: kernel::Holds + Schedules + Slots + Appointments + History + ?Sized> SchedulingStore for S {}
