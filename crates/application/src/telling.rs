//! Telling both sides of a visit what happened to it, in the transaction in which it happens.

use chrono::{DateTime, Utc};
use kernel::{MessageId, StoreError};
use messaging_core::news::MESSAGES_PER_CHANGE_MAX;
use messaging_core::ports::Outbox;
use messaging_core::{About, Message, MessageKind, News};
use scheduling_core::visiting::Step;
use scheduling_core::{Appointment, AppointmentStatus};

use crate::App;

/// What messages need that must not be made twice when a transaction is run again.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Postage {
    ids: [MessageId; MESSAGES_PER_CHANGE_MAX],
    now: DateTime<Utc>,
}

impl App {
    /// Postage for one change.
    pub(crate) fn postage(&self, now: DateTime<Utc>) -> Postage {
        Postage { ids: std::array::from_fn(|_| MessageId::new(self.ids.fresh())), now }
    }
}

impl Postage {
    /// Owes everyone concerned the news of a change, with one statement; without a kind nobody needs to know.
    ///
    /// # Errors
    /// When the store fails.
    pub(crate) fn tell<S: Outbox + ?Sized>(
        &self,
        store: &mut S,
        kind: Option<MessageKind>,
        before: Option<&Appointment>,
        after: &Appointment,
    ) -> Result<(), StoreError> {
        let Some(kind) = kind else { return Ok(()) };
        let news = News {
            kind,
            patient: after.patient,
            doctor: after.doctor,
            doctor_before: before.map_or(after.doctor, |before| before.doctor),
        };
        let about = Some(About { appointment: after.id, revision: after.revision });
        let message =
            |(id, (kind, to)): (MessageId, _)| Message { id, kind, to, about, created_at: self.now, due_at: self.now };
        let messages: Vec<Message> = self.ids.into_iter().zip(news.owed()).map(message).collect();
        store.add_messages(&messages)
    }
}

/// What is told of a new visit.
pub(crate) fn of_booking(after: &Appointment) -> MessageKind {
    if after.status == AppointmentStatus::Pending { MessageKind::Pending } else { MessageKind::Booked }
}

/// What is told of a step; arriving, being seen and not coming are no news to those who were there.
pub(crate) fn of_step(step: Step, before: &Appointment) -> Option<MessageKind> {
    let was_to_come = matches!(
        before.status,
        AppointmentStatus::Pending
            | AppointmentStatus::Booked
            | AppointmentStatus::Arrived
            | AppointmentStatus::CheckedIn
    );
    match step {
        Step::Confirm => Some(MessageKind::Confirmed),
        Step::Refuse => Some(MessageKind::Refused),
        Step::EnterInError => was_to_come.then_some(MessageKind::Cancelled),
        Step::Arrive | Step::CheckIn | Step::Complete | Step::NoShow => None,
    }
}

/// What is told of an undo: that a cancelled visit takes place after all.
pub(crate) fn of_undo(before: &Appointment) -> Option<MessageKind> {
    (before.status == AppointmentStatus::Cancelled).then_some(MessageKind::Booked)
}
