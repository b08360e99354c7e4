//! What was owed before.

use chrono::{DateTime, Utc};
use kernel::{AccountId, StoreError};
use messaging_core::ports::Owed;
use messaging_core::{Addressee, MessageKind};

use super::transaction::Transaction;

impl Owed for Transaction {
    fn last_owed(&mut self, account: AccountId, kind: MessageKind) -> Result<Option<DateTime<Utc>>, StoreError> {
        let to = Addressee::Account(account);
        let messages = self.rows()?.messages.values().map(|row| &row.posted.message);
        let owed = messages.filter(|message| message.to == to && message.kind == kind);
        Ok(owed.map(|message| message.created_at).max())
    }
}
