//! Slots.

use chrono::{DateTime, Utc};
use identity_core::AccountStatus;
use kernel::{DoctorId, SlotId, StoreError};
use scheduling_core::ports::Slots;
use scheduling_core::{Offer, Slot, SlotStatus};

use super::schedules::schedule;
use super::state::State;
use super::transaction::Transaction;

impl Slots for Transaction {
    fn slot(&mut self, id: SlotId) -> Result<Option<Slot>, StoreError> {
        Ok(slot(self.rows(), id))
    }

    fn offer(&mut self, id: SlotId) -> Result<Option<Offer>, StoreError> {
        Ok(slot(self.rows(), id).and_then(|slot| offer(self.rows(), slot)))
    }

    fn offer_starting(&mut self, doctor: DoctorId, start: DateTime<Utc>) -> Result<Option<Offer>, StoreError> {
        let rows = self.rows();
        let slot = standing(rows).find(|slot| slot.doctor == doctor && slot.interval.start() == start);
        Ok(slot.and_then(|slot| offer(rows, *slot)))
    }

    fn change_slot(&mut self, slot: &Slot) -> Result<(), StoreError> {
        match self.rows_mut()?.slots.get_mut(&slot.id) {
            Some(stored) if stored.revision.next() == slot.revision => *stored = *slot,
            _ => return self.lose(),
        }
        Ok(())
    }
}

/// The slots that anybody may see.
pub(super) fn standing(rows: &State) -> impl Iterator<Item = &Slot> {
    rows.slots.values().filter(|slot| slot.status != SlotStatus::EnteredInError)
}

pub(super) fn slot(rows: &State, id: SlotId) -> Option<Slot> {
    rows.slots.get(&id).filter(|slot| slot.status != SlotStatus::EnteredInError).copied()
}

/// What can be booked of a doctor whose account is not active is nothing, whatever the doctor says.
fn offer(rows: &State, slot: Slot) -> Option<Offer> {
    let mut schedule = schedule(rows, slot.doctor)?;
    let doctor = rows.doctors.get(&slot.doctor)?;
    schedule.accepting_bookings &= rows.accounts.get(&doctor.account)?.status == AccountStatus::Active;
    Some(Offer { slot, schedule })
}
