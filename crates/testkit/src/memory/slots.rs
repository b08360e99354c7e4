//! Slots.

use chrono::{DateTime, Utc};
use kernel::{DoctorId, SlotId, StoreError};
use scheduling_core::ports::Slots;
use scheduling_core::{Offer, Slot, SlotStatus};

use super::schedules::schedule;
use super::state::State;
use super::transaction::Transaction;

impl Slots for Transaction {
    fn slot(&mut self, id: SlotId) -> Result<Option<Slot>, StoreError> {
        Ok(slot(self.rows()?, id))
    }

    fn offer(&mut self, id: SlotId) -> Result<Option<Offer>, StoreError> {
        let rows = self.rows()?;
        Ok(slot(rows, id).and_then(|slot| offer(rows, slot)))
    }

    fn offer_starting(&mut self, doctor: DoctorId, start: DateTime<Utc>) -> Result<Option<Offer>, StoreError> {
        let rows = self.rows()?;
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

fn offer(rows: &State, slot: Slot) -> Option<Offer> {
    Some(Offer { slot, schedule: schedule(rows, slot.doctor)? })
}
