//! What reading and sealing the audit log need of a store.

use chrono::{DateTime, Utc};
use kernel::{AccountId, AnyOf, AppointmentId, Order, Page, PageRequest, Revision, StoreError};
use scheduling_core::Change;
use uuid::Uuid;

use super::{AuditAction, AuditLine, Seal, SealedLine};

/// Which entries are wanted; every filter that is set must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AuditFilter {
    /// Whose doing.
    pub actor: Option<AccountId>,
    /// About one of these, or showing one; about anything where there is none.
    pub about: Vec<Uuid>,
    /// One of these was done.
    pub actions: AnyOf<AuditAction>,
    /// Done then or later.
    pub from: Option<DateTime<Utc>>,
    /// Done before.
    pub to: Option<DateTime<Utc>>,
    /// In which order.
    pub order: Order,
}

/// The audit log as it is read, and the chain over it. There is no word for changing or removing either.
pub trait AuditTrail {
    /// Entries, by time, then id.
    ///
    /// # Errors
    /// When the store fails.
    fn audit_page(
        &mut self,
        filter: &AuditFilter,
        page: &PageRequest<DateTime<Utc>>,
    ) -> Result<Page<AuditLine, DateTime<Utc>>, StoreError>;

    /// The end of the chain.
    ///
    /// # Errors
    /// When the store fails.
    fn last_seal(&mut self) -> Result<Option<SealedLine>, StoreError>;

    /// At most `most` seals behind this number, by number.
    ///
    /// # Errors
    /// When the store fails.
    fn seals_after(&mut self, seq: u64, most: u32) -> Result<Vec<SealedLine>, StoreError>;

    /// At most `most` entries that have no seal and were written at `since` or later, oldest first.
    ///
    /// # Errors
    /// When the store fails.
    fn unsealed(&mut self, since: Option<DateTime<Utc>>, most: u32) -> Result<Vec<AuditLine>, StoreError>;

    /// At most `most` entries of histories behind this one, by appointment and revision.
    ///
    /// # Errors
    /// When the store fails.
    fn changes_after(&mut self, after: Option<(AppointmentId, Revision)>, most: u32)
    -> Result<Vec<Change>, StoreError>;

    /// Adds seals. Where the number or the entry of one is taken, the race is lost.
    ///
    /// # Errors
    /// When the store fails.
    fn add_seals(&mut self, seals: &[Seal]) -> Result<(), StoreError>;
}
