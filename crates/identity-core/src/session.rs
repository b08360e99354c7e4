//! A stay, from login to logout, and the two tokens that prove it.

use std::fmt;

use chrono::{DateTime, TimeDelta, Utc};
use kernel::{AccountId, Role, SessionId};
use uuid::Uuid;

/// One stay of an account. It is live until it is ended or expires; it never lives again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// Its identity, which every access token carries.
    pub id: SessionId,
    /// Whose.
    pub account: AccountId,
    /// When the account logged in.
    pub created_at: DateTime<Utc>,
    /// When its last refresh token expires.
    pub expires_at: DateTime<Utc>,
    /// When it was ended, if it was.
    pub ended_at: Option<DateTime<Utc>>,
    /// What the client called itself at login.
    pub user_agent: Option<String>,
}

impl Session {
    /// Whether its tokens are still honoured.
    pub fn is_live(&self, now: DateTime<Utc>) -> bool {
        self.ended_at.is_none() && now < self.expires_at
    }
}

/// How long tokens live.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lifetimes {
    /// An access token, in minutes.
    pub access_minutes: u32,
    /// A refresh token, and with it the session, in days.
    pub refresh_days: u32,
}

impl Default for Lifetimes {
    fn default() -> Self {
        Self { access_minutes: 60, refresh_days: 7 }
    }
}

impl Lifetimes {
    /// When an access token issued now expires.
    pub fn access_until(self, now: DateTime<Utc>) -> DateTime<Utc> {
        now + TimeDelta::minutes(i64::from(self.access_minutes))
    }

    /// When a refresh token issued now expires.
    pub fn refresh_until(self, now: DateTime<Utc>) -> DateTime<Utc> {
        now + TimeDelta::days(i64::from(self.refresh_days))
    }
}

/// What an access token says (RFC 7519, 4.1, and `sid` of OpenID Connect Back-Channel Logout).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claims {
    /// `sub`.
    pub account: AccountId,
    /// `role`, as it was at issue; what the account is allowed now is looked up.
    pub role: Role,
    /// `email`, as it was at issue.
    pub email: String,
    /// `sid`.
    pub session: SessionId,
    /// `jti`.
    pub token: Uuid,
    /// `iat` and `nbf`.
    pub issued_at: DateTime<Utc>,
    /// `exp`.
    pub expires_at: DateTime<Utc>,
}

/// What is kept of a refresh token: SHA-256 of its bytes. The token has 256 random bits, so no salt is needed.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TokenHash(pub [u8; 32]);

impl fmt::Debug for TokenHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TokenHash(…)")
    }
}

/// A refresh token as the store knows it; it is used at most once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RefreshToken {
    /// What is kept of it.
    pub hash: TokenHash,
    /// Of which session.
    pub session: SessionId,
    /// When it was issued.
    pub issued_at: DateTime<Utc>,
    /// When it expires.
    pub expires_at: DateTime<Utc>,
    /// When it was used, if it was.
    pub used_at: Option<DateTime<Utc>>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_lives_until_it_expires_unless_it_is_ended() {
        let expires_at: DateTime<Utc> = "2026-11-21T08:00:00Z".parse().unwrap();
        let session = Session {
            id: SessionId::new(Uuid::from_u128(1)),
            account: AccountId::new(Uuid::from_u128(2)),
            created_at: DateTime::UNIX_EPOCH,
            expires_at,
            ended_at: None,
            user_agent: None,
        };
        let last = expires_at - TimeDelta::microseconds(1);
        assert!(session.is_live(last));
        assert!(!session.is_live(expires_at));
        assert!(!session.is_live(expires_at + TimeDelta::days(1)));
        assert!(!Session { ended_at: Some(last), ..session }.is_live(last));
    }

    #[test]
    fn an_access_token_lives_for_minutes_and_a_refresh_token_for_days() {
        let now: DateTime<Utc> = "2026-11-21T08:00:00Z".parse().unwrap();
        let lifetimes = Lifetimes { access_minutes: 15, refresh_days: 2 };
        assert_eq!(lifetimes.access_until(now).to_rfc3339(), "2026-11-21T08:15:00+00:00");
        assert_eq!(lifetimes.refresh_until(now).to_rfc3339(), "2026-11-23T08:00:00+00:00");
    }

    #[test]
    fn what_is_kept_of_a_token_is_not_printed() {
        assert_eq!(format!("{:?}", TokenHash([7; 32])), "TokenHash(…)");
    }
}
