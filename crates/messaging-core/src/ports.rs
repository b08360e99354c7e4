//! What the rules need of a store.

use kernel::StoreError;

use crate::Message;

/// Messages that wait to be sent.
pub trait Outbox {
    /// Adds messages, all or none.
    ///
    /// # Errors
    /// When the store fails.
    fn add_messages(&mut self, messages: &[Message]) -> Result<(), StoreError>;
}
