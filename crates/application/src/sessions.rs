//! Staying and logging out.

use chrono::{DateTime, Utc};
use identity_core::admission::decide_admission;
use identity_core::sessions::{self, Refreshed};
use identity_core::{Claims, Device, Refusal, Session};
use kernel::{DeviceId, Page, PageRequest, SessionId, UnitOfWorkExt};

use crate::accounts::{Me, me_of};
use crate::audit::{AuditAction, record};
use crate::editions::Concern;
use crate::login::device_of;
use crate::{App, Caller, Error};

/// What a client gets for coming in, or for staying.
#[derive(Clone, Debug)]
pub struct LoggedIn {
    /// For the `Authorization` header.
    pub access_token: String,
    /// How long it is good for.
    pub expires_in_seconds: u64,
    /// For the next access token; works once.
    pub refresh_token: String,
    /// By which the device is known at the next login.
    pub device_token: String,
    /// Who came in.
    pub me: Me,
}

impl App {
    /// Exchanges a refresh token for the next pair of tokens. The same token again within a few seconds gets the same
    /// refresh token and an access token of the same session, at whichever node.
    ///
    /// # Errors
    /// `RefreshTokenInvalid`; `RefreshTokenReused`, and then the session is ended; or the store or cryptography fails.
    pub fn refresh(&self, refresh_token: &str) -> Result<LoggedIn, Error> {
        let now = self.clock.now();
        let presented = self.tokens.hash_of(refresh_token);
        let (next, next_hash) = self.tokens.next_refresh_token(refresh_token);
        let (audited, lifetimes, proof) = (self.ids.fresh(), self.settings().lifetimes, self.email_proof());
        // Whoever remembers the session knows an earlier end of it, and asks again then.
        let about = |refreshed: &Option<_>| if refreshed.is_some() { Concern::Nothing } else { Concern::People };
        let refreshed = self.store.write_about(about, |store| {
            match sessions::refresh(store, presented, next_hash, lifetimes, now)? {
                Refreshed::Ended => {
                    let session = store.refresh_token(&presented)?.map(|token| token.session.uuid());
                    record(store, audited, now, None, AuditAction::RefreshTokenReused, session, None)?;
                    Ok::<_, Error>(None)
                }
                Refreshed::Continued(session) => {
                    let account = store.account(session.account)?.ok_or(Refusal::RefreshTokenInvalid)?;
                    decide_admission(&account, proof).map_err(|_| Refusal::RefreshTokenInvalid)?;
                    Ok(Some((session, me_of(store, account)?)))
                }
            }
        })?;
        let (session, me) = refreshed.ok_or(Refusal::RefreshTokenReused)?;
        self.logged_in(&session, me, next, device_of(session.id))
    }

    /// Ends the caller's session: its tokens are not honoured any more.
    ///
    /// # Errors
    /// When the store fails.
    pub fn logout(&self, caller: &Caller) -> Result<(), Error> {
        self.end_session(caller, caller.session)
    }

    /// The caller's live sessions, newest first.
    ///
    /// # Errors
    /// When the store fails.
    pub fn sessions(
        &self,
        caller: &Caller,
        page: &PageRequest<DateTime<Utc>>,
    ) -> Result<Page<Session, DateTime<Utc>>, Error> {
        let now = self.clock.now();
        Ok(self.store.read(|store| store.live_sessions_page(caller.account, now, page))?)
    }

    /// Ends one of the caller's sessions.
    ///
    /// # Errors
    /// `UnknownSession`; or the store fails.
    pub fn end_session(&self, caller: &Caller, session: SessionId) -> Result<(), Error> {
        let (audited, now) = (self.ids.fresh(), self.clock.now());
        self.store.write_about(Concern::of_people, |store| {
            sessions::end(store, caller.account, session, now)?;
            Ok(record(store, audited, now, Some(caller), AuditAction::SessionEnded, Some(session.uuid()), None)?)
        })
    }

    /// Ends all of the caller's sessions, this one too.
    ///
    /// # Errors
    /// When the store fails.
    pub fn end_all_sessions(&self, caller: &Caller) -> Result<(), Error> {
        let (audited, now) = (self.ids.fresh(), self.clock.now());
        self.store.write_about(Concern::of_people, |store| {
            sessions::end_all(store, caller.account, now)?;
            let account = Some(caller.account.uuid());
            Ok(record(store, audited, now, Some(caller), AuditAction::SessionsEnded, account, None)?)
        })
    }

    pub(crate) fn logged_in(
        &self,
        session: &Session,
        me: Me,
        refresh_token: String,
        device: DeviceId,
    ) -> Result<LoggedIn, Error> {
        let now = self.clock.now();
        let lifetimes = self.settings().lifetimes;
        let access_token = self.tokens.sign(&Claims {
            account: me.account.id,
            role: me.account.role,
            email: me.account.email.as_str().to_owned(),
            session: session.id,
            token: self.ids.fresh(),
            issued_at: now,
            expires_at: lifetimes.access_until(now),
        })?;
        let expires_in_seconds = u64::from(lifetimes.access_minutes) * 60;
        let device_token = self.tokens.sign_device(me.account.id, &Device { id: device, issued_at: now });
        Ok(LoggedIn { access_token, expires_in_seconds, refresh_token, device_token, me })
    }
}
