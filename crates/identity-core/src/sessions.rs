//! Coming in, staying, and leaving.

use chrono::{DateTime, TimeDelta, Utc};
use kernel::{AccountId, SessionId};

use crate::ports::Sessions;
use crate::{Error, Lifetimes, RefreshToken, Refusal, Session, TokenHash};

/// Opens a session with its first refresh token.
///
/// # Errors
/// When the store fails.
pub fn open<S: Sessions + ?Sized>(store: &mut S, session: &Session, token: TokenHash) -> Result<(), Error> {
    store.add_session(session)?;
    store.add_refresh_token(&RefreshToken {
        hash: token,
        session: session.id,
        issued_at: session.created_at,
        expires_at: session.expires_at,
        used_at: None,
    })?;
    Ok(())
}

/// What came of presenting a refresh token. Ending the session is a change that must be kept, so it is no error here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refreshed {
    /// The session goes on, with the next token; it was told so before where the same token came again.
    Continued(Session),
    /// The token was used before, and the session is ended now.
    Ended,
}

/// How long a refresh token that was used still gets the tokens that it got: an answer may be lost, and a program may
/// ask twice at once.
pub const REFRESH_AGAIN_SECONDS: i64 = 10;

/// Exchanges a refresh token for the next one; each works once (RFC 9700, 4.14.2), but for a few seconds in which it
/// gets the same one again. `next` is made of the presented token, and so the same each time.
///
/// # Errors
/// `RefreshTokenInvalid` when it is unknown, expired or of a session that is over; or the store fails.
pub fn refresh<S: Sessions + ?Sized>(
    store: &mut S,
    presented: TokenHash,
    next: TokenHash,
    lifetimes: Lifetimes,
    now: DateTime<Utc>,
) -> Result<Refreshed, Error> {
    let token = store.refresh_token(&presented)?.ok_or(Refusal::RefreshTokenInvalid)?;
    let session = store.session(token.session)?.ok_or(Refusal::RefreshTokenInvalid)?;
    if !session.is_live(now) {
        return Err(Refusal::RefreshTokenInvalid.into());
    }
    if let Some(used_at) = token.used_at {
        let is_again = (now - used_at).abs() < TimeDelta::seconds(REFRESH_AGAIN_SECONDS);
        if is_again && store.refresh_token(&next)?.is_some() {
            return Ok(Refreshed::Continued(session));
        }
        // However old it is: somebody has a copy.
        store.end_session(session.id, now)?;
        return Ok(Refreshed::Ended);
    }
    if token.expires_at <= now {
        return Err(Refusal::RefreshTokenInvalid.into());
    }
    let expires_at = lifetimes.refresh_until(now);
    store.use_refresh_token(&presented, now)?;
    store.prolong_session(session.id, expires_at)?;
    let fresh = RefreshToken { hash: next, session: session.id, issued_at: now, expires_at, used_at: None };
    store.add_refresh_token(&fresh)?;
    Ok(Refreshed::Continued(Session { expires_at, ..session }))
}

/// Ends one live session of this account.
///
/// # Errors
/// `UnknownSession` when there is none, or it is somebody else's; or the store fails.
pub fn end<S: Sessions + ?Sized>(
    store: &mut S,
    account: AccountId,
    session: SessionId,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    match store.session(session)? {
        Some(found) if found.account == account && found.is_live(now) => Ok(store.end_session(session, now)?),
        _ => Err(Refusal::UnknownSession.into()),
    }
}

/// Ends every live session of this account.
///
/// # Errors
/// When the store fails.
pub fn end_all<S: Sessions + ?Sized>(store: &mut S, account: AccountId, now: DateTime<Utc>) -> Result<(), Error> {
    for session in store.live_sessions_of(account, now)? {
        store.end_session(session.id, now)?;
    }
    Ok(())
}

/// Ends every live session of this account but one.
///
/// # Errors
/// When the store fails.
pub fn end_others<S: Sessions + ?Sized>(
    store: &mut S,
    account: AccountId,
    kept: SessionId,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    for session in store.live_sessions_of(account, now)?.into_iter().filter(|session| session.id != kept) {
        store.end_session(session.id, now)?;
    }
    Ok(())
}
