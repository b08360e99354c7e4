//! The audit log.

use application::audit::{Audit, AuditEntry};
use diesel::prelude::*;
use kernel::StoreError;

use crate::convert::bytes;
use crate::instant::Instant;
use crate::schema::{audit, audit_subjects};
use crate::transaction::Transaction;

#[derive(Insertable)]
#[diesel(table_name = audit, treat_none_as_default_value = false)]
pub(crate) struct AuditRow {
    id: Vec<u8>,
    done_at: Instant,
    actor: Option<Vec<u8>>,
    actor_role: Option<String>,
    action: String,
    subject: Option<Vec<u8>>,
    address: Option<String>,
    detail: Option<String>,
    state: Option<Vec<u8>>,
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
            state: entry.state.map(Vec::from),
        }
    }
}

/// Whom an entry shows besides its subject.
#[derive(Insertable)]
#[diesel(table_name = audit_subjects)]
pub(crate) struct ShownRow {
    entry_id: Vec<u8>,
    subject: Vec<u8>,
    done_at: Instant,
}

fn shown_rows(entry: &AuditEntry) -> impl Iterator<Item = ShownRow> {
    let (entry_id, done_at) = (bytes(entry.id), Instant::new(entry.at));
    entry.shown.iter().map(move |id| ShownRow { entry_id: entry_id.clone(), subject: bytes(*id), done_at })
}

impl Audit for Transaction {
    fn add_audit(&mut self, entry: &AuditEntry) -> Result<(), StoreError> {
        let row = AuditRow::from(entry);
        self.run_on_one(|c| diesel::insert_into(audit::table).values(row).execute(c))
    }

    fn add_entries(&mut self, entries: &[AuditEntry]) -> Result<(), StoreError> {
        let rows: Vec<AuditRow> = entries.iter().map(AuditRow::from).collect();
        let shown: Vec<ShownRow> = entries.iter().flat_map(shown_rows).collect();
        self.run(|c| c.add_audit(&rows, &shown))
    }
}
