//! Doctors' diaries.

use chrono::{DateTime, Utc};
use identity_core::AccountStatus;
use kernel::{DoctorId, LocationId, Revision, SlotId, StoreError};
use scheduling_core::ports::{Relocations, Schedules};
use scheduling_core::{Interval, Schedule, Slot};

use super::slots::standing;
use super::state::State;
use super::transaction::Transaction;

impl Schedules for Transaction {
    fn schedule_of(&mut self, doctor: DoctorId) -> Result<Option<Schedule>, StoreError> {
        Ok(schedule(self.rows()?, doctor))
    }

    fn add_schedule(&mut self, schedule: &Schedule) -> Result<(), StoreError> {
        let rows = self.rows()?;
        let is_doctor = rows.doctors.contains_key(&schedule.doctor);
        let is_place = is_place(rows, schedule);
        self.require(is_doctor, "doctor")?;
        self.require_now(is_place)?;
        self.insert(|rows| &mut rows.schedules, schedule.doctor, *schedule)
    }

    fn slots_within(&mut self, doctor: DoctorId, span: Interval) -> Result<Vec<Slot>, StoreError> {
        let is_wanted = |slot: &&Slot| slot.doctor == doctor && slot.interval.overlaps(span);
        let mut slots: Vec<Slot> = standing(self.rows()?).filter(is_wanted).copied().collect();
        slots.sort_by_key(|slot| (slot.interval.start(), slot.id));
        Ok(slots)
    }

    fn add_slots(&mut self, slots: &[Slot]) -> Result<(), StoreError> {
        for slot in slots {
            let is_known = self.rows()?.schedules.values().any(|schedule| schedule.id == slot.schedule);
            self.require(is_known, "schedule")?;
            self.insert(|rows| &mut rows.slots, slot.id, *slot)?;
        }
        Ok(())
    }

    fn remove_slot(&mut self, id: SlotId, revision: Revision) -> Result<(), StoreError> {
        let rows = self.rows_mut()?;
        match rows.slots.get(&id) {
            Some(stored) if stored.revision == revision => rows.slots.remove(&id),
            _ => return self.lose(),
        };
        Ok(())
    }
}

impl Relocations for Transaction {
    fn has_slots_to_come(
        &mut self,
        doctor: DoctorId,
        location: LocationId,
        now: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        let is_to_come = |slot: &Slot| slot.doctor == doctor && slot.location == location && now < slot.interval.end();
        Ok(standing(self.rows()?).any(is_to_come))
    }

    fn change_schedule(&mut self, schedule: &Schedule) -> Result<(), StoreError> {
        let rows = self.rows_mut()?;
        let is_place = is_place(rows, schedule);
        match rows.schedules.get_mut(&schedule.doctor) {
            Some(stored) if stored.id == schedule.id && is_place => stored.location = schedule.location,
            _ => return self.lose(),
        }
        Ok(())
    }
}

/// Whether the location of this schedule is still there.
fn is_place(rows: &State, schedule: &Schedule) -> bool {
    rows.locations.iter().any(|location| location.id == schedule.location)
}

/// The stored schedule, with the zone of its location and what the doctor says about bookings now.
pub(super) fn schedule(rows: &State, doctor: DoctorId) -> Option<Schedule> {
    let schedule = rows.schedules.get(&doctor)?;
    let zone = rows.locations.iter().find(|location| location.id == schedule.location)?.zone;
    let doctor = rows.doctors.get(&doctor)?;
    let is_active = rows.accounts.get(&doctor.account)?.status == AccountStatus::Active;
    let accepting_bookings = doctor.accepting_bookings && is_active;
    Some(Schedule { zone, accepting_bookings, ..*schedule })
}
