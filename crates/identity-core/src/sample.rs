//! An account for the tests of decisions.

use chrono::DateTime;
use kernel::{AccountId, Revision, Role};
use uuid::Uuid;

use crate::{Account, AccountStatus, PasswordHash};

/// An active account with a proved address.
pub(crate) fn account(role: Role) -> Account {
    Account {
        id: AccountId::new(Uuid::from_u128(7)),
        role,
        status: AccountStatus::Active,
        email: "ada@example.org".parse().unwrap(),
        full_name: "Ada".to_owned(),
        phone: None,
        pending_email: None,
        username: None,
        national_id: None,
        profile_pic: None,
        password: PasswordHash::new("old".to_owned()),
        password_set_at: None,
        email_verified_at: Some(DateTime::UNIX_EPOCH),
        created_at: DateTime::UNIX_EPOCH,
        revision: Revision::FIRST,
    }
}
