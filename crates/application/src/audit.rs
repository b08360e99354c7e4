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
        /// Somebody wants to be told other things, or in another language.
        PreferencesChanged = "preferences_changed",
        /// A message was sent once more.
        MessageSentAgain = "message_sent_again",
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
    fn add_audit(&mut self, entry: &AuditEntry) -> Result<(), StoreError>;
}

/// Writes down what was done, in the transaction in which it is done.
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
    let (actor, role) = (by.map(|caller| caller.account), by.map(Caller::role));
    store.add_audit(&AuditEntry { id, at, actor, role, action, subject, address: None, detail })
}
