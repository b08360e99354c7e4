//! How the accounts stood that were there before the audit log said so of each.

use identity_core::ports::AccountFilter;
use kernel::{PageRequest, StoreError, UnitOfWorkExt};
use uuid::Uuid;

use super::states::account_state;
use super::{AuditAction, AuditEntry, AuditFilter, entry};
use crate::App;
use crate::editions::Concern;

/// The subject of the entry that says that all are recorded, by which it is found.
const ALL_ACCOUNTS: Uuid = Uuid::from_u128(u128::from_be_bytes(*b"allaccounts-2026"));

impl App {
    /// Writes into the audit log how each account stands, once in the life of an installation: whoever comes later is in the
    /// log from the beginning, and an account that is not was put there by somebody else.
    ///
    /// # Errors
    /// When the store fails; then it is begun again the next time.
    pub fn record_accounts(&self) -> Result<(), StoreError> {
        let done = AuditFilter { about: vec![ALL_ACCOUNTS], ..AuditFilter::default() };
        if !self.store.read(|store| store.audit_page(&done, &PageRequest::default()))?.items.is_empty() {
            return Ok(());
        }
        let mut page = PageRequest::longest();
        loop {
            let ids: Vec<Uuid> = (0..page.limit.rows()).map(|_| self.ids.fresh()).collect();
            let now = self.clock.now();
            let next = self.store.write_about(Concern::of_nothing, |store| {
                let accounts = store.accounts(&AccountFilter::default(), &page)?;
                let recorded = accounts.items.iter().zip(&ids).map(|(account, id)| AuditEntry {
                    state: Some(account_state(account)),
                    ..entry(*id, now, None, AuditAction::AccountRecorded, Some(account.id.uuid()), None)
                });
                store.add_entries(&recorded.collect::<Vec<_>>())?;
                Ok::<_, StoreError>(accounts.next)
            })?;
            page.after = next;
            if page.after.is_none() {
                break;
            }
        }
        let all =
            entry(self.ids.fresh(), self.clock.now(), None, AuditAction::AccountsRecorded, Some(ALL_ACCOUNTS), None);
        self.store.write_about(Concern::of_nothing, |store| store.add_audit(&all))
    }
}
