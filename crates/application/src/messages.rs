//! The outbox, as administrators see it.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use kernel::{AccountId, AnyOf, MessageId, Order, Page, PageRequest, StoreError, UnitOfWorkExt};
use messaging_core::{Addressee, Attempt, MessageStatus, Posted};
use uuid::Uuid;

use crate::access::Action;
use crate::audit::{self, AuditAction, Reading};
use crate::{App, Caller, Error, Refusal, Thing};

/// Who is behind an addressee now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recipient {
    /// Whose account.
    pub account: AccountId,
    /// The account's.
    pub full_name: String,
    /// The account's.
    pub email: String,
    /// Whether the account is closed: then nothing is sent there.
    pub is_closed: bool,
}

/// Which messages are wanted; every filter that is set must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MessageFilter {
    /// In one of these statuses.
    pub statuses: AnyOf<MessageStatus>,
    /// In which order.
    pub order: Order,
}

/// Messages and people side by side.
pub trait Correspondence {
    /// Who is behind each of these addressees; those that are not there are left out.
    ///
    /// # Errors
    /// When the store fails.
    fn recipients(&mut self, addressees: &[Addressee]) -> Result<BTreeMap<Addressee, Recipient>, StoreError>;

    /// Messages by when they were made, then by id.
    ///
    /// # Errors
    /// When the store fails.
    fn messages_page(
        &mut self,
        filter: &MessageFilter,
        page: &PageRequest<DateTime<Utc>>,
    ) -> Result<Page<Posted, DateTime<Utc>>, StoreError>;
}

/// A message with whom it is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MessageEntry {
    /// The message.
    pub posted: Posted,
    /// Whom it is for, if they are still there.
    pub to: Option<Recipient>,
}

impl App {
    /// Messages by when they were made. None tells what it says.
    ///
    /// # Errors
    /// `Forbidden`; or the store fails.
    pub fn messages(
        &self,
        caller: &Caller,
        filter: &MessageFilter,
        page: &PageRequest<DateTime<Utc>>,
    ) -> Result<Page<MessageEntry, DateTime<Utc>>, Error> {
        caller.permit(Action::ManageMessages)?;
        let found = self.store.read(|store| {
            let page = store.messages_page(filter, page)?;
            let addressees: Vec<Addressee> = page.items.iter().map(|posted| posted.message.to).collect();
            let recipients = store.recipients(&addressees)?;
            let entry = |posted: Posted| MessageEntry { to: recipients.get(&posted.message.to).cloned(), posted };
            Ok::<_, StoreError>(page.map(entry))
        })?;
        let shown: Vec<Uuid> = found.items.iter().flat_map(people_of).collect();
        let fields = [("status", !filter.statuses.is_open())];
        self.note(caller, Reading::of_page(AuditAction::MessagesListed, &fields, filter, shown))?;
        Ok(found)
    }

    /// A message with its delivery log.
    ///
    /// # Errors
    /// `Forbidden`, `Unknown`; or the store fails.
    pub fn message(&self, caller: &Caller, id: MessageId) -> Result<(MessageEntry, Vec<Attempt>), Error> {
        caller.permit(Action::ManageMessages)?;
        let (entry, attempts) = self.store.read(|store| {
            let posted = store.message(id)?.ok_or(Refusal::Unknown(Thing::Message))?;
            let to = store.recipients(&[posted.message.to])?.remove(&posted.message.to);
            Ok::<_, Error>((MessageEntry { posted, to }, store.attempts_of(id)?))
        })?;
        self.note(caller, Reading::of_one(AuditAction::MessageRead, id.uuid(), people_of(&entry)))?;
        Ok((entry, attempts))
    }

    /// Makes a message due at once, whatever became of it.
    ///
    /// # Errors
    /// `Forbidden`, `Unknown`; or the store fails.
    pub fn send_message_again(&self, caller: &Caller, id: MessageId) -> Result<MessageEntry, Error> {
        caller.permit(Action::ManageMessages)?;
        let (now, entry_id) = (self.clock.now(), self.ids.fresh());
        self.store.write(|store| {
            store.message(id)?.ok_or(Refusal::Unknown(Thing::Message))?;
            store.send_message_again(id, now)?;
            let action = AuditAction::MessageSentAgain;
            audit::record(store, entry_id, now, Some(caller), action, Some(id.uuid()), None)?;
            let posted = store.message(id)?.ok_or(Refusal::Unknown(Thing::Message))?;
            let to = store.recipients(&[posted.message.to])?.remove(&posted.message.to);
            Ok(MessageEntry { posted, to })
        })
    }
}

/// Whom a message shows: the account, and the profile where it is for one.
fn people_of(entry: &MessageEntry) -> impl Iterator<Item = Uuid> + use<> {
    let addressee = match entry.posted.message.to {
        Addressee::Account(id) => id.uuid(),
        Addressee::Patient(id) => id.uuid(),
        Addressee::Doctor(id) => id.uuid(),
    };
    entry.to.as_ref().map(|to| [to.account.uuid(), addressee]).into_iter().flatten()
}
