//! Messages that wait to be sent.

use kernel::StoreError;
use messaging_core::Message;
use messaging_core::ports::Outbox;

use super::transaction::Transaction;

impl Outbox for Transaction {
    fn add_messages(&mut self, messages: &[Message]) -> Result<(), StoreError> {
        messages.iter().try_for_each(|message| self.insert(|rows| &mut rows.messages, message.id, *message))
    }
}
