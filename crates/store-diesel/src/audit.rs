//! The audit log.

use application::audit::{Audit, AuditEntry};
use diesel::prelude::*;
use kernel::StoreError;

use crate::convert::bytes;
use crate::instant::Instant;
use crate::schema::audit;
use crate::transaction::Transaction;

#[derive(Insertable)]
#[diesel(table_name = audit, treat_none_as_default_value = false)]
struct AuditRow {
    id: Vec<u8>,
    done_at: Instant,
    actor: Option<Vec<u8>>,
    actor_role: Option<String>,
    action: String,
    subject: Option<Vec<u8>>,
    address: Option<String>,
    detail: Option<String>,
}

impl From<&AuditEntry> for AuditRow {
    fn from(entry: &AuditEntry) -> Self {
        Self {
            id: bytes(entry.id),
            done_at: Instant::new(entry.at),
            actor: entry.actor.map(|actor| bytes(actor.uuid())),
            actor_role: entry.role.map(|role| role.to_string()),
            action: entry.action.to_string(),
            subject: entry.subject.map(bytes),
            address: entry.address.clone(),
            detail: entry.detail.clone(),
        }
    }
}

impl Audit for Transaction {
    fn add_audit(&mut self, entry: &AuditEntry) -> Result<(), StoreError> {
        let row = AuditRow::from(entry);
        self.run_on_one(|c| diesel::insert_into(audit::table).values(row).execute(c))
    }
}
