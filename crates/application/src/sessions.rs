//! Logging in, staying and logging out.

use identity_core::admission::decide_admission;
use identity_core::sessions::{self, Refreshed};
use identity_core::{Claims, Refusal, Session};
use kernel::{SessionId, UnitOfWorkExt};

use crate::accounts::{Me, me_of};
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
    /// Who came in.
    pub me: Me,
}

/// The longest description of itself that we keep of a client, in characters.
const USER_AGENT_CHARS_MAX: usize = 200;

impl App {
    /// Opens a session for whoever knows the password.
    ///
    /// Whether there is such an identifier can be told neither by the answer nor by the work done for it.
    ///
    /// # Errors
    /// `WrongCredentials`; to who knows the password `AccountInactive`, `AccountWaiting`, `EmailUnverified`; or the store or cryptography fails.
    pub fn login(&self, identifier: &str, password: &str, user_agent: Option<&str>) -> Result<LoggedIn, Error> {
        let kinds = &self.settings.identifiers;
        let found = self.store.read(|store| store.account_known_as(identifier, kinds))?;
        let knows = self.passwords.verify(password, found.as_ref().map(|account| &account.password));
        let account = found.filter(|_| knows).ok_or(Refusal::WrongCredentials)?;
        // Only who knows the password learns why they do not come in.
        decide_admission(&account, self.email_proof())?;

        let now = self.clock.now();
        let session = Session {
            id: SessionId::new(self.ids.fresh()),
            account: account.id,
            created_at: now,
            expires_at: self.settings.lifetimes.refresh_until(now),
            ended_at: None,
            user_agent: user_agent.map(shown),
        };
        let (refresh_token, hash) = self.tokens.fresh_refresh_token()?;
        let me = self.store.write(|store| {
            // Whoever closed the account or set another password meanwhile was first.
            let account = store.account(account.id)?.filter(|now| now.password == account.password);
            let account = account.ok_or(Refusal::WrongCredentials)?;
            decide_admission(&account, self.email_proof())?;
            sessions::open(store, &session, hash)?;
            Ok::<_, Error>(me_of(store, account)?)
        })?;
        self.logged_in(&session, me, refresh_token)
    }

    /// Exchanges a refresh token for the next pair of tokens.
    ///
    /// # Errors
    /// `RefreshTokenInvalid`; `RefreshTokenReused`, and then the session is ended; or the store or cryptography fails.
    pub fn refresh(&self, refresh_token: &str) -> Result<LoggedIn, Error> {
        let now = self.clock.now();
        let presented = self.tokens.hash_of(refresh_token);
        let (next, next_hash) = self.tokens.fresh_refresh_token()?;
        let refreshed = self.store.write(|store| {
            match sessions::refresh(store, presented, next_hash, self.settings.lifetimes, now)? {
                Refreshed::Ended => Ok::<_, Error>(None),
                Refreshed::Continued(session) => {
                    let account = store.account(session.account)?.ok_or(Refusal::RefreshTokenInvalid)?;
                    decide_admission(&account, self.email_proof()).map_err(|_| Refusal::RefreshTokenInvalid)?;
                    Ok(Some((session, me_of(store, account)?)))
                }
            }
        })?;
        let (session, me) = refreshed.ok_or(Refusal::RefreshTokenReused)?;
        self.logged_in(&session, me, next)
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
    pub fn sessions(&self, caller: &Caller) -> Result<Vec<Session>, Error> {
        let now = self.clock.now();
        Ok(self.store.read(|store| store.live_sessions_of(caller.account, now))?)
    }

    /// Ends one of the caller's sessions.
    ///
    /// # Errors
    /// `UnknownSession`; or the store fails.
    pub fn end_session(&self, caller: &Caller, session: SessionId) -> Result<(), Error> {
        let now = self.clock.now();
        Ok(self.store.write(|store| sessions::end(store, caller.account, session, now))?)
    }

    /// Ends all of the caller's sessions, this one too.
    ///
    /// # Errors
    /// When the store fails.
    pub fn end_all_sessions(&self, caller: &Caller) -> Result<(), Error> {
        let now = self.clock.now();
        Ok(self.store.write(|store| sessions::end_all(store, caller.account, now))?)
    }

    fn logged_in(&self, session: &Session, me: Me, refresh_token: String) -> Result<LoggedIn, Error> {
        let now = self.clock.now();
        let lifetimes = self.settings.lifetimes;
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
        Ok(LoggedIn { access_token, expires_in_seconds, refresh_token, me })
    }
}

/// What is kept of a client's description of itself: it is shown to the account's owner.
fn shown(user_agent: &str) -> String {
    user_agent.chars().filter(|c| !c.is_control()).take(USER_AGENT_CHARS_MAX).collect()
}
