//! Messages that wait to be sent, and what became of those that do not wait any more.

mod rows;

use chrono::{DateTime, TimeDelta, Utc};
use diesel::prelude::*;
use kernel::{AppointmentId, MessageId, StoreError, Word};
use messaging_core::ports::{Fate, Outbox};
use messaging_core::retrying::PUT_OFF_HOURS_MAX;
use messaging_core::{Addressee, Attempt, Message, MessageStatus, Posted};
use uuid::Uuid;

use crate::convert::bytes;
use crate::index_hint::by_index;
use crate::instant::Instant;
use crate::schema::{delivery_attempts, messages};
use crate::transaction::Transaction;

use rows::{AttemptRow, addressed};
pub(crate) use rows::{MessageRow, PostedRow};

const WAITING: MessageStatus = MessageStatus::Waiting;

/// [`messaging_core::retrying::is_over`] of a column.
macro_rules! is_over {
    ($until:expr, $now:expr) => {{
        let latest = $now + TimeDelta::hours(PUT_OFF_HOURS_MAX);
        $until.le(Instant::bound($now)).or($until.gt(Instant::bound(latest)))
    }};
}

impl Outbox for Transaction {
    fn add_messages(&mut self, messages: &[Message]) -> Result<(), StoreError> {
        let rows: Vec<_> = messages.iter().map(MessageRow::from).collect();
        self.run(|c| c.add_messages(&rows))
    }

    fn is_message_due(&mut self, now: DateTime<Utc>) -> Result<bool, StoreError> {
        Ok(!self.due(now, 1)?.is_empty())
    }

    fn claim_messages(
        &mut self,
        claim: Uuid,
        now: DateTime<Utc>,
        until: DateTime<Utc>,
        most: u32,
    ) -> Result<Vec<Posted>, StoreError> {
        let due = self.due(now, most)?;
        if due.is_empty() {
            return Ok(Vec::new());
        }
        // Whoever was first has moved `claimed_until` on: its rows are no longer found.
        let unclaimed = messages::table
            .filter(messages::id.eq_any(due.clone()))
            .filter(messages::status.eq(WAITING.as_str()))
            .filter(messages::claimed_until.is_null().or(is_over!(messages::claimed_until, now)));
        let claimed = (
            messages::claimed_by.eq(Some(bytes(claim))),
            messages::claimed_until.eq(Some(Instant::new(until))),
            messages::attempts.eq(messages::attempts + 1),
        );
        self.run(|c| diesel::update(unclaimed).set(claimed).execute(c))?;
        let ours = messages::table
            .filter(messages::id.eq_any(due))
            .filter(messages::claimed_by.eq(Some(bytes(claim))))
            .order((messages::priority, messages::due_at, messages::id))
            .select(PostedRow::as_select());
        self.run(|c| ours.load(c))?.into_iter().map(Posted::try_from).collect()
    }

    fn settle_message(&mut self, claim: Uuid, fate: Fate, attempt: &Attempt) -> Result<bool, StoreError> {
        let ours = messages::table
            .find(bytes(attempt.message.uuid()))
            .filter(messages::claimed_by.eq(Some(bytes(claim))))
            .filter(messages::status.eq(WAITING.as_str()));
        let at = Some(Instant::new(attempt.at));
        let common = (
            messages::status.eq(fate.status().as_str()),
            messages::claimed_by.eq(None::<Vec<u8>>),
            messages::claimed_until.eq(None::<Instant>),
            messages::last_error.eq(attempt.detail.clone()),
        );
        let settled = self.run(|c| match fate {
            Fate::Sent => {
                diesel::update(ours).set((common, messages::sent_at.eq(at), messages::failures.eq(0))).execute(c)
            }
            Fate::Again(next) => diesel::update(ours)
                .set((common, messages::failures.eq(messages::failures + 1), messages::due_at.eq(Instant::new(next))))
                .execute(c),
            Fate::Dead => diesel::update(ours).set((common, messages::failures.eq(messages::failures + 1))).execute(c),
            Fate::Skipped => diesel::update(ours).set(common).execute(c),
        })?;
        if settled == 0 {
            return Ok(false);
        }
        let row = AttemptRow::from(attempt);
        self.run_on_one(|c| diesel::insert_into(delivery_attempts::table).values(row).execute(c))?;
        Ok(true)
    }

    fn put_off_message(&mut self, claim: Uuid, id: MessageId, due_at: DateTime<Utc>) -> Result<bool, StoreError> {
        let ours = messages::table
            .find(bytes(id.uuid()))
            .filter(messages::claimed_by.eq(Some(bytes(claim))))
            .filter(messages::status.eq(WAITING.as_str()));
        let given_back = (
            messages::claimed_by.eq(None::<Vec<u8>>),
            messages::claimed_until.eq(None::<Instant>),
            messages::attempts.eq(messages::attempts - 1),
            messages::due_at.eq(Instant::new(due_at)),
        );
        Ok(self.run(|c| diesel::update(ours).set(given_back).execute(c))? != 0)
    }

    fn messages_about(&mut self, appointment: AppointmentId, to: Addressee) -> Result<Vec<Posted>, StoreError> {
        let (addressee, id) = addressed(to);
        let rows = by_index(messages::table, "messages_by_appointment")
            .filter(messages::appointment_id.eq(Some(bytes(appointment.uuid()))))
            .filter(messages::addressee_id.eq(id))
            .filter(messages::addressee.eq(addressee))
            .select(PostedRow::as_select());
        let rows: Vec<PostedRow> = self.run(|c| rows.load(c))?;
        let mut posted = rows.into_iter().map(Posted::try_from).collect::<Result<Vec<_>, _>>()?;
        posted.sort_by_key(|posted| posted.message.about.map(|about| about.revision));
        Ok(posted)
    }

    fn message(&mut self, id: MessageId) -> Result<Option<Posted>, StoreError> {
        let row = messages::table.find(bytes(id.uuid())).select(PostedRow::as_select());
        self.run(|c| row.first(c).optional())?.map(Posted::try_from).transpose()
    }

    fn attempts_of(&mut self, id: MessageId) -> Result<Vec<Attempt>, StoreError> {
        let rows = delivery_attempts::table
            .filter(delivery_attempts::message_id.eq(bytes(id.uuid())))
            .order(delivery_attempts::attempt)
            .select(AttemptRow::as_select());
        self.run(|c| rows.load(c))?.into_iter().map(Attempt::try_from).collect()
    }

    fn send_message_again(&mut self, id: MessageId, now: DateTime<Utc>) -> Result<(), StoreError> {
        let again =
            (messages::status.eq(WAITING.as_str()), messages::due_at.eq(Instant::new(now)), messages::failures.eq(0));
        self.run_on_one(|c| diesel::update(messages::table.find(bytes(id.uuid()))).set(again).execute(c))
    }
}

impl Transaction {
    /// The messages that are due and that nobody has claimed, by priority, then the longest due first.
    fn due(&mut self, now: DateTime<Utc>, most: u32) -> Result<Vec<Vec<u8>>, StoreError> {
        let due = by_index(messages::table, "messages_by_priority")
            .filter(messages::status.eq(WAITING.as_str()))
            .filter(is_over!(messages::due_at, now))
            .filter(messages::claimed_until.is_null().or(is_over!(messages::claimed_until, now)))
            .order((messages::priority, messages::due_at, messages::id))
            .limit(i64::from(most))
            .select(messages::id);
        self.run(|c| due.load(c))
    }
}
