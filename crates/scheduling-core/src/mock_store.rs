//! A store that does what a test says: for order and for failure.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use kernel::{AppointmentId, DoctorId, Guard, Held, Holds, PatientId, Revision, SlotId, StoreError};
use mockall::mock;

use crate::ports::{Appointments, Engagements, History, Schedules, Slots};
use crate::{Appointment, Change, Interval, Offer, Schedule, Slot};

mock! {
    pub(crate) Store {}

    impl Holds for Store {
        fn hold(&mut self, guards: &BTreeSet<Guard>) -> Result<Held, StoreError>;
        fn add_guard(&mut self, guard: Guard) -> Result<(), StoreError>;
    }

    impl Schedules for Store {
        fn schedule_of(&mut self, doctor: DoctorId) -> Result<Option<Schedule>, StoreError>;
        fn add_schedule(&mut self, schedule: &Schedule) -> Result<(), StoreError>;
        fn slots_within(&mut self, doctor: DoctorId, span: Interval) -> Result<Vec<Slot>, StoreError>;
        fn add_slots(&mut self, slots: &[Slot]) -> Result<(), StoreError>;
        fn remove_slot(&mut self, id: SlotId, revision: Revision) -> Result<(), StoreError>;
    }

    impl Slots for Store {
        fn slot(&mut self, id: SlotId) -> Result<Option<Slot>, StoreError>;
        fn offer(&mut self, id: SlotId) -> Result<Option<Offer>, StoreError>;
        fn offer_starting(&mut self, doctor: DoctorId, start: DateTime<Utc>) -> Result<Option<Offer>, StoreError>;
        fn change_slot(&mut self, slot: &Slot) -> Result<(), StoreError>;
    }

    impl Appointments for Store {
        fn appointment(&mut self, id: AppointmentId) -> Result<Option<Appointment>, StoreError>;
        fn active_in(&mut self, slots: &[SlotId]) -> Result<Vec<Appointment>, StoreError>;
        fn engagements_of(&mut self, patient: PatientId, span: Interval) -> Result<Engagements, StoreError>;
        fn count_upcoming_of_patient(&mut self, patient: PatientId, now: DateTime<Utc>) -> Result<u32, StoreError>;
        fn count_active_of_doctor_within(&mut self, doctor: DoctorId, span: Interval) -> Result<u32, StoreError>;
        fn add_appointment(&mut self, appointment: &Appointment) -> Result<(), StoreError>;
        fn change_appointment(&mut self, appointment: &Appointment) -> Result<(), StoreError>;
    }

    impl History for Store {
        fn add_change(&mut self, change: &Change) -> Result<(), StoreError>;
        fn changes_of(&mut self, appointment: AppointmentId) -> Result<Vec<Change>, StoreError>;
    }
}

/// What a broken store says.
pub(crate) fn broken() -> StoreError {
    StoreError::Failed { reason: "broken".to_owned() }
}
