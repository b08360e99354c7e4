//! Tokens that are sent by mail and work once.

use chrono::{DateTime, Utc};
use kernel::{AccountId, words};

use crate::{Error, Refusal, TokenHash, ports::OneTimeTokens};

words! {
    /// What a one-time token is good for; it is good for nothing else.
    pub enum TokenPurpose {
        /// Proves that an e-mail address is the account's.
        VerifyEmail = "verify_email",
        /// Proves the address that the account's owner wants instead of the present one.
        ChangeEmail = "change_email",
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

impl OneTimeToken {
    /// Whether it can be used for this purpose now: once, and until it expires.
    fn is_good_for(&self, purpose: TokenPurpose, now: DateTime<Utc>) -> bool {
        self.purpose == purpose && self.used_at.is_none() && now < self.expires_at
    }
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
    if token.is_good_for(purpose, now) { Ok(token.account) } else { Err(Refusal::OneTimeTokenInvalid.into()) }
}

/// Says what a token is good for, if it is one, and leaves it as it is.
///
/// # Errors
/// `OneTimeTokenInvalid` when it is unknown; or the store fails.
pub fn purpose<S: OneTimeTokens + ?Sized>(store: &mut S, hash: &TokenHash) -> Result<TokenPurpose, Error> {
    Ok(store.one_time_token(hash)?.ok_or(Refusal::OneTimeTokenInvalid)?.purpose)
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

#[cfg(test)]
mod tests {
    use super::*;
    use TokenPurpose::{ResetPassword, VerifyEmail};
    use chrono::TimeDelta;

    #[test]
    fn a_token_is_good_for_its_purpose_once_and_until_it_expires() {
        let now: DateTime<Utc> = "2026-11-21T08:00:00Z".parse().unwrap();
        let moment = TimeDelta::microseconds(1);
        let token = |purpose, used_at, expires_at| OneTimeToken {
            hash: TokenHash([7; 32]),
            account: AccountId::new(uuid::Uuid::nil()),
            purpose,
            issued_at: now - TimeDelta::hours(1),
            expires_at,
            used_at,
        };
        for (purpose, used_at, expires_at, is_good) in [
            (ResetPassword, None, now + moment, true),
            (ResetPassword, None, now, false),
            (ResetPassword, Some(now - moment), now + moment, false),
            (VerifyEmail, None, now + moment, false),
        ] {
            let token = token(purpose, used_at, expires_at);
            assert_eq!(token.is_good_for(ResetPassword, now), is_good, "{token:?}");
        }
    }
}
