//! Messages that wait to be sent, and what became of those that do not wait any more.

use chrono::{DateTime, Utc};
use kernel::{AppointmentId, MessageId, StoreError};
use messaging_core::ports::{Fate, Outbox};
use messaging_core::retrying::is_over;
use messaging_core::{Addressee, Attempt, Message, MessageStatus, Posted};
use uuid::Uuid;

use super::transaction::Transaction;

/// A message, and who has claimed it until when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Row {
    pub(crate) posted: Posted,
    claim: Option<(Uuid, DateTime<Utc>)>,
}

impl Row {
    fn is_due(&self, now: DateTime<Utc>) -> bool {
        self.posted.status == MessageStatus::Waiting
            && is_over(self.posted.message.due_at, now)
            && self.claim.is_none_or(|(_, until)| is_over(until, now))
    }

    fn is_held_by(&self, claim: Uuid) -> bool {
        self.posted.status == MessageStatus::Waiting && self.claim.is_some_and(|(holder, _)| holder == claim)
    }
}

fn order(message: &Message) -> (i16, DateTime<Utc>, MessageId) {
    (message.kind.priority(), message.due_at, message.id)
}

impl Outbox for Transaction {
    fn add_messages(&mut self, messages: &[Message]) -> Result<(), StoreError> {
        messages.iter().try_for_each(|message| {
            let posted = Posted {
                message: *message,
                status: MessageStatus::Waiting,
                attempts: 0,
                failures: 0,
                sent_at: None,
                last_error: None,
            };
            self.insert(|rows| &mut rows.messages, message.id, Row { posted, claim: None })
        })
    }

    fn is_message_due(&mut self, now: DateTime<Utc>) -> Result<bool, StoreError> {
        Ok(self.rows()?.messages.values().any(|row| row.is_due(now)))
    }

    fn claim_messages(
        &mut self,
        claim: Uuid,
        now: DateTime<Utc>,
        until: DateTime<Utc>,
        most: u32,
    ) -> Result<Vec<Posted>, StoreError> {
        let mut due: Vec<&mut Row> = self.rows_mut()?.messages.values_mut().filter(|row| row.is_due(now)).collect();
        due.sort_by_key(|row| order(&row.posted.message));
        let claimed = due.into_iter().take(usize::try_from(most).unwrap()).map(|row| {
            row.claim = Some((claim, until));
            row.posted.attempts += 1;
            row.posted.clone()
        });
        Ok(claimed.collect())
    }

    fn settle_message(&mut self, claim: Uuid, fate: Fate, attempt: &Attempt) -> Result<bool, StoreError> {
        let row = self.rows_mut()?.messages.get_mut(&attempt.message);
        let Some(row) = row.filter(|row| row.is_held_by(claim)) else { return Ok(false) };
        row.claim = None;
        row.posted.status = fate.status();
        row.posted.last_error.clone_from(&attempt.detail);
        match fate {
            Fate::Sent => (row.posted.sent_at, row.posted.failures) = (Some(attempt.at), 0),
            Fate::Again(next) => {
                row.posted.failures += 1;
                row.posted.message.due_at = next;
            }
            Fate::Dead => row.posted.failures += 1,
            Fate::Skipped => {}
        }
        let key = (attempt.message, attempt.number);
        self.insert(|rows| &mut rows.delivery_attempts, key, attempt.clone())?;
        Ok(true)
    }

    fn put_off_message(&mut self, claim: Uuid, id: MessageId, due_at: DateTime<Utc>) -> Result<bool, StoreError> {
        let Some(row) = self.rows_mut()?.messages.get_mut(&id).filter(|row| row.is_held_by(claim)) else {
            return Ok(false);
        };
        row.claim = None;
        row.posted.attempts -= 1;
        row.posted.message.due_at = due_at;
        Ok(true)
    }

    fn messages_about(&mut self, appointment: AppointmentId, to: Addressee) -> Result<Vec<Posted>, StoreError> {
        let revision = |posted: &Posted| posted.message.about.map(|about| about.revision);
        let is_meant = |posted: &&Posted| {
            posted.message.to == to && posted.message.about.is_some_and(|about| about.appointment == appointment)
        };
        let rows = self.rows()?.messages.values();
        let mut posted: Vec<Posted> = rows.map(|row| &row.posted).filter(is_meant).cloned().collect();
        posted.sort_by_key(revision);
        Ok(posted)
    }

    fn message(&mut self, id: MessageId) -> Result<Option<Posted>, StoreError> {
        Ok(self.rows()?.messages.get(&id).map(|row| row.posted.clone()))
    }

    fn attempts_of(&mut self, id: MessageId) -> Result<Vec<Attempt>, StoreError> {
        let log = self.rows()?.delivery_attempts.values();
        Ok(log.filter(|attempt| attempt.message == id).cloned().collect())
    }

    fn send_message_again(&mut self, id: MessageId, now: DateTime<Utc>) -> Result<(), StoreError> {
        match self.rows_mut()?.messages.get_mut(&id) {
            Some(row) => {
                row.posted.status = MessageStatus::Waiting;
                row.posted.message.due_at = now;
                row.posted.failures = 0;
                Ok(())
            }
            None => self.lose(),
        }
    }
}
