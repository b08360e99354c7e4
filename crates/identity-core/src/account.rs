//! Who logs in.

use chrono::{DateTime, Utc};
use kernel::{AccountId, Revision, Role, words};

use crate::{EmailAddress, NationalId, PasswordHash, Phone, Username};

words! {
    /// Whether an account may come in.
    pub enum AccountStatus {
        /// It may.
        Active = "active",
        /// Not before an administrator has opened it.
        Waiting = "waiting",
        /// An administrator has closed it.
        Inactive = "inactive",
    }
}

/// One person's way in: one e-mail address, one role, one status.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// Its identity.
    pub id: AccountId,
    /// What it is for; never changes.
    pub role: Role,
    /// Whether it may come in.
    pub status: AccountStatus,
    /// Unique, whatever the case.
    pub email: EmailAddress,
    /// The address that its owner wants instead, until it is proved.
    pub pending_email: Option<EmailAddress>,
    /// One line.
    pub full_name: String,
    /// Unique where there is one; patients and doctors have one.
    pub phone: Option<Phone>,
    /// Unique where there is one.
    pub username: Option<Username>,
    /// Unique where there is one.
    pub national_id: Option<NationalId>,
    /// Where a picture of the person is.
    pub profile_pic: Option<String>,
    /// What a password is compared with.
    pub password: PasswordHash,
    /// When the password was changed or reset, if it was: what logged in before is not known any more.
    pub password_set_at: Option<DateTime<Utc>>,
    /// When the address was proved to be theirs, or taken on trust; not yet where it is missing.
    pub email_verified_at: Option<DateTime<Utc>>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// How often it was written.
    pub revision: Revision,
}
