//! Slots.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use kernel::{DoctorId, Revision, SlotId, StoreError};
use scheduling_core::ports::Slots;
use scheduling_core::{Interval, Offer, Slot, SlotStatus};

use super::schedules::schedule;
use super::state::State;
use super::transaction::Transaction;

impl Slots for Transaction {
    fn slot(&mut self, id: SlotId) -> Result<Option<Slot>, StoreError> {
        Ok(slot(self.rows(), id))
    }

    fn slots(&mut self, ids: &[SlotId]) -> Result<Vec<Slot>, StoreError> {
        let ids: BTreeSet<SlotId> = ids.iter().copied().collect();
        Ok(ids.into_iter().filter_map(|id| slot(self.rows(), id)).collect())
    }

    fn offer(&mut self, id: SlotId) -> Result<Option<Offer>, StoreError> {
        Ok(slot(self.rows(), id).and_then(|slot| offer(self.rows(), slot)))
    }

    fn offer_starting(&mut self, doctor: DoctorId, start: DateTime<Utc>) -> Result<Option<Offer>, StoreError> {
        let rows = self.rows();
        let slot = standing(rows).find(|slot| slot.doctor == doctor && slot.interval.start() == start);
        Ok(slot.and_then(|slot| offer(rows, *slot)))
    }

    fn slots_within(&mut self, doctor: DoctorId, span: Interval) -> Result<Vec<Slot>, StoreError> {
        let is_wanted = |slot: &&Slot| slot.doctor == doctor && slot.interval.overlaps(span);
        let mut slots: Vec<Slot> = standing(self.rows()).filter(is_wanted).copied().collect();
        slots.sort_by_key(|slot| (slot.interval.start(), slot.id));
        Ok(slots)
    }

    fn add_slots(&mut self, slots: &[Slot]) -> Result<(), StoreError> {
        for slot in slots {
            let is_known = self.rows().schedules.values().any(|schedule| schedule.id == slot.schedule);
            self.require(is_known, "schedule")?;
            self.insert(|rows| &mut rows.slots, slot.id, *slot)?;
        }
        Ok(())
    }

    fn change_slot(&mut self, slot: &Slot) -> Result<(), StoreError> {
        match self.rows_mut()?.slots.get_mut(&slot.id) {
            Some(stored) if stored.revision.next() == slot.revision => *stored = *slot,
            _ => return self.lose(),
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

    fn remove_expired_slots(&mut self, cutoff: DateTime<Utc>, most: u32) -> Result<u32, StoreError> {
        let rows = self.rows_mut()?;
        let used = ever_used(rows);
        let is_expired =
            |slot: &&Slot| slot.status == SlotStatus::Free && slot.interval.end() < cutoff && !used.contains(&slot.id);
        let expired = rows.slots.values().filter(is_expired).map(|slot| slot.id);
        let expired: Vec<SlotId> = expired.take(usize::try_from(most).unwrap()).collect();
        rows.slots.retain(|id, _| !expired.contains(id));
        Ok(u32::try_from(expired.len()).unwrap())
    }
}

/// The slots that anybody may see.
pub(super) fn standing(rows: &State) -> impl Iterator<Item = &Slot> {
    rows.slots.values().filter(|slot| slot.status != SlotStatus::EnteredInError)
}

fn slot(rows: &State, id: SlotId) -> Option<Slot> {
    rows.slots.get(&id).filter(|slot| slot.status != SlotStatus::EnteredInError).copied()
}

fn offer(rows: &State, slot: Slot) -> Option<Offer> {
    Some(Offer { slot, schedule: schedule(rows, slot.doctor)? })
}

/// Every slot that an appointment has, or had before it was moved.
fn ever_used(rows: &State) -> BTreeSet<SlotId> {
    let now = rows.appointments.values().map(|appointment| appointment.slot);
    let before = rows.changes.values().flat_map(|change| change.from.into_iter().chain([change.to]));
    now.chain(before.map(|standing| standing.slot)).collect()
}
