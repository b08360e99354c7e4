//! Tokens that are sent by mail and work once.

use chrono::{DateTime, Utc};
use kernel::{AccountId, words};

use crate::{Error, Refusal, TokenHash, ports::OneTimeTokens};

words! {
    /// What a one-time token is good for; it is good for nothing else.
    pub enum TokenPurpose {
        /// Proves that an e-mail address is the account's.
        VerifyEmail = "verify_email",
        /// Sets a password without knowing the old one; an invitation is one, too.
        ResetPassword = "reset_password",
    }
}

/// A one-time token as the store knows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OneTimeToken {
    /// What is kept of it.
    pub hash: TokenHash,
    /// What it is good for.
    pub purpose: TokenPurpose,
    /// Whose.
    pub account: AccountId,
    /// When it was issued.
    pub issued_at: DateTime<Utc>,
    /// When it expires.
    pub expires_at: DateTime<Utc>,
    /// When it was used, if it was.
    pub used_at: Option<DateTime<Utc>>,
}

/// Says whose a token is, and leaves it as it is.
///
/// # Errors
/// `OneTimeTokenInvalid` when it is unknown, of another purpose, expired or used before; or the store fails.
pub fn bearer<S: OneTimeTokens + ?Sized>(
    store: &mut S,
    hash: &TokenHash,
    purpose: TokenPurpose,
    now: DateTime<Utc>,
) -> Result<AccountId, Error> {
    let token = store.one_time_token(hash)?.ok_or(Refusal::OneTimeTokenInvalid)?;
    if token.purpose != purpose || token.used_at.is_some() || token.expires_at <= now {
        return Err(Refusal::OneTimeTokenInvalid.into());
    }
    Ok(token.account)
}

/// Uses a token up and says whose it was.
///
/// # Errors
/// Those of [`bearer`].
pub fn redeem<S: OneTimeTokens + ?Sized>(
    store: &mut S,
    hash: &TokenHash,
    purpose: TokenPurpose,
    now: DateTime<Utc>,
) -> Result<AccountId, Error> {
    let account = bearer(store, hash, purpose, now)?;
    store.use_one_time_token(hash, now)?;
    Ok(account)
}
