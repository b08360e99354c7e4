//! The audit log.

use application::audit::{Audit, AuditEntry};
use kernel::StoreError;

use super::transaction::Transaction;

impl Audit for Transaction {
    fn add_audit(&mut self, entry: &AuditEntry) -> Result<(), StoreError> {
        self.insert(|rows| &mut rows.audit, entry.id, entry.clone())
    }

    fn add_entries(&mut self, entries: &[AuditEntry]) -> Result<(), StoreError> {
        entries.iter().try_for_each(|entry| self.add_audit(entry))
    }
}
