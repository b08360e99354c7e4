//! What the jobs look for.

use std::collections::BTreeSet;

use application::ports::Sweeping;
use chrono::{DateTime, Utc};
use kernel::{Position, SessionId, SlotId, StoreError};
use scheduling_core::{Appointment, AppointmentStatus, Slot, SlotStatus};

use super::state::State;
use super::transaction::Transaction;

impl Sweeping for Transaction {
    fn begun(
        &mut self,
        status: AppointmentStatus,
        cutoff: DateTime<Utc>,
        most: u32,
    ) -> Result<Vec<Appointment>, StoreError> {
        let is_wanted = |visit: &&Appointment| visit.status == status && visit.interval.start() <= cutoff;
        let mut visits: Vec<Appointment> = self.rows()?.appointments.values().filter(is_wanted).cloned().collect();
        visits.sort_by_key(|visit| (visit.interval.start(), visit.id));
        visits.truncate(usize::try_from(most).unwrap());
        Ok(visits)
    }

    fn expired_slots(
        &mut self,
        cutoff: DateTime<Utc>,
        after: Option<&Position<DateTime<Utc>>>,
        most: u32,
    ) -> Result<Vec<Slot>, StoreError> {
        let rows = self.rows()?;
        let used = ever_used(rows);
        let position = |slot: &Slot| Position { key: slot.interval.start(), id: slot.id.uuid() };
        let is_wanted = |slot: &&Slot| {
            let is_free = slot.status == SlotStatus::Free && !used.contains(&slot.id);
            is_free && slot.interval.end() < cutoff && after.is_none_or(|after| *after < position(slot))
        };
        let mut expired: Vec<Slot> = rows.slots.values().filter(is_wanted).copied().collect();
        expired.sort_by_key(position);
        expired.truncate(usize::try_from(most).unwrap());
        Ok(expired)
    }

    fn remove_unchanged_slots(&mut self, slots: &[Slot]) -> Result<u32, StoreError> {
        let rows = self.rows_mut()?;
        let before = rows.slots.len();
        let is_unchanged =
            |stored: &Slot| slots.iter().any(|slot| (slot.id, slot.revision) == (stored.id, stored.revision));
        rows.slots.retain(|_, stored| !is_unchanged(stored));
        Ok(u32::try_from(before - rows.slots.len()).unwrap())
    }

    fn remove_expired_sessions(&mut self, cutoff: DateTime<Utc>, most: u32) -> Result<u32, StoreError> {
        let rows = self.rows_mut()?;
        let expired = rows.sessions.values().filter(|session| session.expires_at < cutoff).map(|session| session.id);
        let expired: Vec<SessionId> = expired.take(usize::try_from(most).unwrap()).collect();
        rows.sessions.retain(|id, _| !expired.contains(id));
        rows.refresh_tokens.retain(|_, token| !expired.contains(&token.session));
        Ok(u32::try_from(expired.len()).unwrap())
    }

    fn remove_answers(&mut self, cutoff: DateTime<Utc>, most: u32) -> Result<u32, StoreError> {
        let rows = self.rows_mut()?;
        let old = rows.answers.iter().filter(|(_, answer)| answer.at < cutoff).map(|(key, _)| key.clone());
        let old: Vec<_> = old.take(usize::try_from(most).unwrap()).collect();
        rows.answers.retain(|key, _| !old.contains(key));
        Ok(u32::try_from(old.len()).unwrap())
    }
}

/// Every slot that an appointment has, or had before it was moved.
fn ever_used(rows: &State) -> BTreeSet<SlotId> {
    let now = rows.appointments.values().map(|appointment| appointment.slot);
    let before = rows.changes.values().flat_map(|change| change.from.into_iter().chain([change.to]));
    now.chain(before.map(|standing| standing.slot)).collect()
}
