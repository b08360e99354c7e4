//! What was owed before.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use kernel::{AccountId, StoreError, Word};
use messaging_core::MessageKind;
use messaging_core::ports::Owed;

use crate::convert::bytes;
use crate::instant::Instant;
use crate::schema::messages;
use crate::transaction::Transaction;

impl Owed for Transaction {
    fn last_owed(&mut self, account: AccountId, kind: MessageKind) -> Result<Option<DateTime<Utc>>, StoreError> {
        let last = messages::table
            .filter(messages::addressee.eq("account"))
            .filter(messages::addressee_id.eq(bytes(account.uuid())))
            .filter(messages::kind.eq(kind.as_str()))
            .order(messages::created_at.desc())
            .select(messages::created_at);
        Ok(self.run(|c| last.first::<Instant>(c).optional())?.map(Instant::utc))
    }
}
