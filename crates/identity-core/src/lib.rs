//! Who may come in: accounts, their login names and passwords, and sessions. No database, no clock, no cryptography.

pub mod account;
pub mod activating;
pub mod admission;
pub mod device;
mod email_search;
pub mod lockout;
pub mod login_name;
pub mod login_names;
pub mod one_time;
pub mod password;
pub mod ports;
pub mod recovering;
pub mod refusal;
pub mod registering;
#[cfg(test)]
mod sample;
pub mod session;
pub mod sessions;
pub mod taken;

pub use account::{Account, AccountStatus};
pub use admission::EmailProof;
pub use device::Device;
pub use email_search::{EmailSearch, email_keys};
pub use lockout::{Failures, Subject, SubjectKind};
pub use login_name::{
    EmailAddress, IdentifierKind, Identifiers, NationalId, NotALoginName, Phone, UniqueField, Username,
};
pub use login_names::LoginName;
pub use one_time::{OneTimeToken, TokenPurpose};
pub use password::{Password, PasswordHash, WeakPassword};
pub use refusal::{Error, Refusal};
pub use session::{Claims, Lifetimes, RefreshToken, Session, TokenHash};
