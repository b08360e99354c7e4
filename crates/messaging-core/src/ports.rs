//! What the rules need of a store.

use chrono::{DateTime, Utc};
use kernel::{AccountId, StoreError};

use crate::{Message, MessageKind};

/// Messages that wait to be sent.
pub trait Outbox {
    /// Adds messages, all or none.
    ///
    /// # Errors
    /// When the store fails.
    fn add_messages(&mut self, messages: &[Message]) -> Result<(), StoreError>;
}

/// What was owed before.
pub trait Owed {
    /// When this account was last owed a message of this kind, sent or not.
    ///
    /// # Errors
    /// When the store fails.
    fn last_owed(&mut self, account: AccountId, kind: MessageKind) -> Result<Option<DateTime<Utc>>, StoreError>;
}
