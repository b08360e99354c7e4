//! What the jobs look for.

use application::ports::Sweeping;
use chrono::{DateTime, Utc};
use diesel::dsl::{exists, not};
use diesel::prelude::*;
use kernel::{Position, StoreError, Word};
use scheduling_core::{Appointment, AppointmentStatus, Slot, SlotStatus};

use crate::appointments::AppointmentRow;
use crate::convert::{Column, bytes, number};
use crate::index_hint::by_index;
use crate::instant::Instant;
use crate::schema::{answers, appointment_changes, appointments, refresh_tokens, sessions, slots};
use crate::slots::SlotRow;
use crate::transaction::Transaction;

impl Sweeping for Transaction {
    fn begun(
        &mut self,
        status: AppointmentStatus,
        cutoff: DateTime<Utc>,
        most: u32,
    ) -> Result<Vec<Appointment>, StoreError> {
        let visits = by_index(appointments::table, "appointments_by_status")
            .filter(appointments::status.eq(status.as_str()))
            .filter(appointments::starts_at.le(Instant::bound(cutoff)))
            .order((appointments::starts_at, appointments::id))
            .limit(i64::from(most))
            .select(AppointmentRow::as_select());
        self.run(|c| visits.load(c))?.into_iter().map(Appointment::try_from).collect()
    }

    fn expired_slots(
        &mut self,
        cutoff: DateTime<Utc>,
        after: Option<&Position<DateTime<Utc>>>,
        most: u32,
    ) -> Result<Vec<Slot>, StoreError> {
        // Each slot that a visit has or had is in the visit's history.
        let had = appointment_changes::table
            .filter(appointment_changes::to_slot_id.eq(slots::id))
            .select(appointment_changes::revision);
        let mut expired = by_index(slots::table, "slots_by_status")
            .filter(slots::status.eq(SlotStatus::Free.as_str()))
            .filter(slots::starts_at.lt(Instant::bound(cutoff)))
            .filter(slots::ends_at.lt(Instant::bound(cutoff)))
            .filter(not(exists(had)))
            .order((slots::starts_at, slots::id))
            .limit(i64::from(most))
            .select(SlotRow::as_select())
            .into_boxed();
        if let Some(Position { key, id }) = after {
            let at = Instant::bound(*key);
            expired =
                expired.filter(slots::starts_at.ge(at)).filter(slots::starts_at.gt(at).or(slots::id.gt(bytes(*id))));
        }
        self.run(|c| expired.load(c))?.into_iter().map(Slot::try_from).collect()
    }

    fn remove_unchanged_slots(&mut self, slots: &[Slot]) -> Result<u32, StoreError> {
        let mut removed = 0_u32;
        for slot in slots {
            // One that is booked in the meantime has another revision.
            let row = slots::table.find(bytes(slot.id.uuid())).filter(slots::revision.eq(number(slot.revision)));
            if self.run(|c| diesel::delete(row).execute(c))? == 1 {
                removed = removed.saturating_add(1);
            }
        }
        Ok(removed)
    }

    fn remove_expired_sessions(&mut self, cutoff: DateTime<Utc>, most: u32) -> Result<u32, StoreError> {
        let expired = sessions::table
            .filter(sessions::expires_at.lt(Instant::bound(cutoff)))
            .order(sessions::expires_at)
            .limit(i64::from(most))
            .select(sessions::id);
        let ids: Vec<Vec<u8>> = self.run(|c| expired.load(c))?;
        if ids.is_empty() {
            return Ok(0);
        }
        // A session that is prolonged in the meantime keeps its row, and then its tokens must stay too.
        let gone =
            sessions::table.filter(sessions::id.eq_any(&ids)).filter(sessions::expires_at.lt(Instant::bound(cutoff)));
        let count = self.run(|c| diesel::delete(gone).execute(c))?;
        if count < ids.len() {
            return Err(self.lose_race());
        }
        let tokens = refresh_tokens::table.filter(refresh_tokens::session_id.eq_any(&ids));
        self.run(|c| diesel::delete(tokens).execute(c))?;
        u32::try_from(count).map_err(|_| Column("sessions", "id").corrupt())
    }

    fn remove_answers(&mut self, cutoff: DateTime<Utc>, most: u32) -> Result<u32, StoreError> {
        let old = answers::table
            .filter(answers::given_at.lt(Instant::bound(cutoff)))
            .order(answers::given_at)
            .limit(i64::from(most))
            .select((answers::account_id, answers::idempotency_key));
        let keys: Vec<(Vec<u8>, String)> = self.run(|c| old.load(c))?;
        let mut removed = 0_u32;
        for (account, key) in keys {
            self.run(|c| diesel::delete(answers::table.find((account, key))).execute(c))?;
            removed = removed.saturating_add(1);
        }
        Ok(removed)
    }
}
