//! Who did what to whom, when, from where.

use chrono::{DateTime, Utc};
use kernel::{AccountId, Role, StoreError, words};
use uuid::Uuid;

use crate::Caller;

words! {
    /// What was done.
    pub enum AuditAction {
        /// Somebody registered themself.
        AccountRegistered = "account_registered",
        /// An account was made for somebody.
        AccountCreated = "account_created",
        /// An account's data was changed.
        AccountChanged = "account_changed",
        /// A doctor's profile was changed.
        DoctorChanged = "doctor_changed",
        /// A location was added.
        LocationAdded = "location_added",
        /// A location was changed.
        LocationChanged = "location_changed",
        /// A location was removed.
        LocationRemoved = "location_removed",
        /// A specialty was added to the list.
        SpecialtyAdded = "specialty_added",
        /// A specialty got another name.
        SpecialtyChanged = "specialty_changed",
        /// A specialty was removed from the list.
        SpecialtyRemoved = "specialty_removed",
    }
}

/// One line of the audit log: written in the transaction of what it tells of, never changed, never removed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditEntry {
    /// Its identity.
    pub id: Uuid,
    /// When.
    pub at: DateTime<Utc>,
    /// Whose account did it; nobody's for the command line, the jobs and strangers.
    pub actor: Option<AccountId>,
    /// In which role.
    pub role: Option<Role>,
    /// What.
    pub action: AuditAction,
    /// To which account, patient, appointment or other thing.
    pub subject: Option<Uuid>,
    /// From which network address.
    pub address: Option<String>,
    /// What else there is to know: names of fields, never their medical content, never a secret.
    pub detail: Option<String>,
}

/// The audit log.
pub trait Audit {
    /// Adds an entry.
    ///
    /// # Errors
    /// When the store fails.
    fn add_audit(&mut self, entry: &AuditEntry) -> Result<(), kernel::StoreError>;
}

/// Writes who did what; nobody for the command line and the jobs.
///
/// # Errors
/// When the store fails.
pub(crate) fn record<S: Audit + ?Sized>(
    store: &mut S,
    id: Uuid,
    at: DateTime<Utc>,
    by: Option<&Caller>,
    action: AuditAction,
    subject: Option<Uuid>,
    detail: Option<String>,
) -> Result<(), StoreError> {
    store.add_audit(&AuditEntry {
        id,
        at,
        actor: by.map(|caller| caller.account),
        role: by.map(Caller::role),
        action,
        subject,
        address: None,
        detail,
    })
}
