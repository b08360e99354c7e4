//! Why not.

use kernel::{Revision, StoreError};
use thiserror::Error;

use crate::{UniqueField, WeakPassword};

/// Why a rule said no. Nothing failed, and nothing was written.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Refusal {
    /// Another account has it.
    #[error("another account has this {field}")]
    Taken {
        /// What both would have.
        field: UniqueField,
    },
    /// There are as many active administrators as there may be.
    #[error("there are already {most} active administrators")]
    TooManyAdmins {
        /// How many there may be.
        most: u32,
    },
    /// The password cannot be set.
    #[error(transparent)]
    WeakPassword(#[from] WeakPassword),
    /// No such identifier, or a wrong password; which of them is not said.
    #[error("the identifier or the password is wrong")]
    WrongCredentials,
    /// There were too many failed logins.
    #[error("too many failed logins; try again in {retry_after_seconds} s")]
    TooManyAttempts {
        /// When to try again.
        retry_after_seconds: u32,
    },
    /// Too many names were asked for that others have.
    #[error("too many names that others have; try again in {retry_after_seconds} s")]
    TooManyTakenNames {
        /// When to try again.
        retry_after_seconds: u32,
    },
    /// The password is right, but an administrator has to open the account first.
    #[error("the account waits for an administrator")]
    AccountWaiting,
    /// The password is right, but the e-mail address is not proved yet.
    #[error("the e-mail address is not verified yet")]
    EmailUnverified,
    /// The password is right, but an administrator has closed the account.
    #[error("the account is closed")]
    AccountInactive,
    /// The password that was to be changed is another.
    #[error("this is not the password")]
    WrongPassword,
    /// Nobody closes their own account.
    #[error("this is your own account")]
    OwnAccount,
    /// Without this one nobody could administer the installation.
    #[error("this is the last active administrator who has a password")]
    LastAdmin,
    /// The refresh token is unknown, expired or of a session that has ended.
    #[error("the refresh token is not valid")]
    RefreshTokenInvalid,
    /// The refresh token was used before: somebody has a copy, so the session was ended.
    #[error("the refresh token was used before; the session is ended")]
    RefreshTokenReused,
    /// The one-time token is unknown, of another purpose, expired or used before.
    #[error("the link is not valid any more")]
    OneTimeTokenInvalid,
    /// There is no such session, or it is not the caller's.
    #[error("there is no such session")]
    UnknownSession,
    /// Somebody changed it since the caller read it.
    #[error("it is at revision {}", .actual.number())]
    Stale {
        /// The revision that it has.
        actual: Revision,
    },
}

/// Why a verb did not do it.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Error {
    /// A rule said no.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The store could not.
    #[error(transparent)]
    Store(#[from] StoreError),
}
