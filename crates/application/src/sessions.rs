//! Logging in, staying and logging out.

use std::net::IpAddr;

use identity_core::admission::decide_admission;
use identity_core::lockout;
use identity_core::ports::Accounts;
use identity_core::sessions::{self, Refreshed};
use identity_core::{Account, Claims, IdentifierKind, Refusal, Session};
use kernel::{SessionId, UnitOfWorkExt};

use crate::accounts::{Me, me_of};
use crate::audit::{AuditAction, record};
use crate::editions::Concern;
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
    /// Whether there is such an identifier can be told neither by the answer nor by the work done for it. Failures make
    /// those who try the same identifier, or from the same network address, wait.
    ///
    /// # Errors
    /// `WrongCredentials`, `TooManyAttempts`; to who knows the password `AccountInactive`, `AccountWaiting`,
    /// `EmailUnverified`; or the store or cryptography fails.
    pub fn login(
        &self,
        identifier: &str,
        password: &str,
        user_agent: Option<&str>,
        address: Option<IpAddr>,
    ) -> Result<LoggedIn, Error> {
        let settings = self.settings();
        let subjects = lockout::subjects(identifier, address.filter(|_| settings.delays_by_address));
        let now = self.clock.now();
        let namesakes = self.store.read(|store| {
            lockout::refuse_early(store, &subjects, now)?;
            namesakes(store, identifier, &settings.identifiers)
        })?;
        let account = self.recognise(namesakes, password);
        let now = self.clock.now();
        let Some(account) = account else {
            self.store.write_about(Concern::of_nothing, |store| lockout::count(store, &subjects, now))?;
            return Err(Refusal::WrongCredentials.into());
        };
        // Only who knows the password learns why they do not come in.
        let proof = self.email_proof();
        decide_admission(&account, proof)?;

        let session = Session {
            id: SessionId::new(self.ids.fresh()),
            account: account.id,
            created_at: now,
            expires_at: settings.lifetimes.refresh_until(now),
            ended_at: None,
            user_agent: user_agent.map(shown),
        };
        let (refresh_token, hash) = self.tokens.fresh_refresh_token()?;
        let audited = self.ids.fresh();
        // Nobody remembers a session that was not there.
        let me = self.store.write_about(Concern::of_nothing, |store| {
            lockout::forgive(store, &subjects, now)?;
            // Whoever closed the account or set another password meanwhile was first.
            let account = store.account(account.id)?.filter(|now| now.password == account.password);
            let account = account.ok_or(Refusal::WrongCredentials)?;
            decide_admission(&account, proof)?;
            sessions::open(store, &session, hash)?;
            let me = me_of(store, account)?;
            let caller = Caller::of(&me, session.id, address);
            record(store, audited, now, caller.as_ref(), AuditAction::LoggedIn, Some(session.id.uuid()), None)?;
            Ok::<_, Error>(me)
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

    /// The one of the namesakes whose password this is; with nobody of that name the same work is done.
    fn recognise(&self, namesakes: Vec<Account>, password: &str) -> Option<Account> {
        if namesakes.is_empty() {
            self.passwords.verify(password, None);
        }
        namesakes.into_iter().find(|account| self.passwords.verify(password, Some(&account.password)))
    }

    fn logged_in(&self, session: &Session, me: Me, refresh_token: String) -> Result<LoggedIn, Error> {
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
        Ok(LoggedIn { access_token, expires_in_seconds, refresh_token, me })
    }
}

/// Everybody of that name: one person's username may be another's number, and neither may keep the other out.
fn namesakes<S: Accounts + ?Sized>(
    store: &mut S,
    identifier: &str,
    kinds: &[IdentifierKind],
) -> Result<Vec<Account>, Error> {
    let known_as = |kind: &IdentifierKind| store.account_known_as(identifier, *kind).transpose();
    Ok(kinds.iter().filter_map(known_as).collect::<Result<_, _>>()?)
}

/// What is kept of a client's description of itself: it is shown to the account's owner.
fn shown(user_agent: &str) -> String {
    user_agent.chars().filter(|c| !c.is_control()).take(USER_AGENT_CHARS_MAX).collect()
}
