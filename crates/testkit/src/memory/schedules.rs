//! Doctors' diaries.

use kernel::{DoctorId, StoreError};
use scheduling_core::Schedule;
use scheduling_core::ports::Schedules;

use super::state::State;
use super::transaction::Transaction;

impl Schedules for Transaction {
    fn schedule_of(&mut self, doctor: DoctorId) -> Result<Option<Schedule>, StoreError> {
        Ok(schedule(self.rows(), doctor))
    }

    fn add_schedule(&mut self, schedule: &Schedule) -> Result<(), StoreError> {
        self.require(self.rows().doctors.contains_key(&schedule.doctor), "doctor")?;
        self.require(self.rows().locations.iter().any(|location| location.id == schedule.location), "location")?;
        self.insert(|rows| &mut rows.schedules, schedule.doctor, *schedule)
    }
}

/// The stored schedule, with the zone of its location and what the doctor says about bookings now.
pub(super) fn schedule(rows: &State, doctor: DoctorId) -> Option<Schedule> {
    let schedule = rows.schedules.get(&doctor)?;
    let zone = rows.locations.iter().find(|location| location.id == schedule.location)?.zone;
    let accepting_bookings = rows.doctors.get(&doctor)?.accepting_bookings;
    Some(Schedule { zone, accepting_bookings, ..*schedule })
}
