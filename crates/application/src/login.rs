//! Logging in, and asking for a password once more.

use std::net::IpAddr;

use chrono::{DateTime, Utc};
use identity_core::admission::decide_admission;
use identity_core::{
    Account, Device, EmailProof, LoginName, Password, PasswordHash, Refusal, Session, Subject, TokenHash, lockout,
    login_names, sessions,
};
use kernel::{DeviceId, SessionId, UnitOfWorkExt};
use uuid::Uuid;

use crate::accounts::{Me, me_of, own_account};
use crate::audit::{AuditAction, record, record_account};
use crate::editions::Concern;
use crate::sessions::LoggedIn;
use crate::{App, Caller, Error, Store};

/// The longest description of itself that we keep of a client, in characters.
const USER_AGENT_CHARS_MAX: usize = 200;

/// How often a password is compared when it is hashed anew by somebody else meanwhile.
const COMPARISONS_MAX: u32 = 2;

/// Credentials, with what is known of whoever presents them.
#[derive(Clone, Copy, Debug, Default)]
pub struct LoginAttempt<'a> {
    /// E-mail address, username or national id.
    pub identifier: &'a str,
    /// As it was set.
    pub password: &'a str,
    /// What an earlier login answered to the same device.
    pub device_token: Option<&'a str>,
    /// The client's description of itself.
    pub user_agent: Option<&'a str>,
    /// The client's network address.
    pub address: Option<IpAddr>,
}

/// An account whose password was right, with what a transaction needs to open a session for it.
struct Opening<'a> {
    verified: &'a Account,
    rehashed: Option<PasswordHash>,
    subjects: &'a [Subject],
    session: Session,
    token: TokenHash,
    proof: EmailProof,
    address: Option<IpAddr>,
    audit: [Uuid; 2],
}

/// A password that was confirmed within a session, to be used up in the transaction that needs it.
pub(crate) struct Confirmed {
    pub(crate) account: Account,
    subject: [Subject; 1],
}

impl App {
    /// Opens a session for whoever knows the password.
    ///
    /// Whether there is such a name can be told neither by the answer nor by the work done for it. Failures make those
    /// wait who try the same account, or the same name that no account has, or from the same network address; a device
    /// that has logged in before waits for its own failures only.
    ///
    /// # Errors
    /// `WrongCredentials`, `TooManyAttempts`; to who knows the password `AccountInactive`, `AccountWaiting`,
    /// `EmailUnverified`; or the store or cryptography fails.
    pub fn login(&self, attempt: &LoginAttempt<'_>) -> Result<LoggedIn, Error> {
        for _ in 1..COMPARISONS_MAX {
            if let Some(logged_in) = self.try_login(attempt)? {
                return Ok(logged_in);
            }
        }
        Ok(self.try_login(attempt)?.ok_or(Refusal::WrongCredentials)?)
    }

    /// Nothing where the account has another hash than the one that the password was compared with.
    fn try_login(&self, attempt: &LoginAttempt<'_>) -> Result<Option<LoggedIn>, Error> {
        let settings = self.settings();
        let now = self.clock.now();
        let (account, device, subjects) = self.store.read(|store| {
            let account = login_names::find(store, attempt.identifier, &settings.identifiers)?;
            let device = account.as_ref().and_then(|account| self.device_of(account, attempt.device_token, now));
            let claimed = self.claimed(account.as_ref(), device, attempt.identifier);
            let subjects = lockout::subjects(claimed, attempt.address.filter(|_| settings.delays_by_address));
            lockout::refuse_early(store, &subjects, now)?;
            Ok::<_, Error>((account, device, subjects))
        })?;
        let hash = account.as_ref().map(|account| &account.password);
        let is_right = self.passwords.verify(attempt.password, hash);
        let now = self.clock.now();
        let Some(account) = account.filter(|_| is_right) else {
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
            user_agent: attempt.user_agent.map(shown),
        };
        let (refresh_token, token) = self.tokens.fresh_refresh_token()?;
        let opening = Opening {
            verified: &account,
            rehashed: self.rehashed(&account.password, attempt.password)?,
            subjects: &subjects,
            session,
            token,
            proof,
            address: attempt.address,
            audit: [self.ids.fresh(), self.ids.fresh()],
        };
        // Nobody remembers a session that was not there.
        let me = self.store.write_about(Concern::of_nothing, |store| opening.open(store))?;
        let device = device.map_or(device_of(opening.session.id), |device| device.id);
        me.map(|me| self.logged_in(&opening.session, me, refresh_token, device)).transpose()
    }

    /// The device that this token was issued to, if the account still knows it.
    fn device_of(&self, account: &Account, token: Option<&str>, now: DateTime<Utc>) -> Option<Device> {
        self.tokens.verify_device(account.id, token?).filter(|device| device.is_known(account, now))
    }

    fn claimed(&self, account: Option<&Account>, device: Option<Device>, identifier: &str) -> Subject {
        match (account, device) {
            (Some(account), Some(device)) => Subject::device(account.id, device.id),
            (Some(account), None) => Subject::account(account.id),
            (None, _) => Subject::unknown_name(&self.tokens.hash_name(&LoginName::typed(identifier))),
        }
    }

    /// The hash as it is made today, where the one of this password was made otherwise.
    fn rehashed(&self, hash: &PasswordHash, password: &str) -> Result<Option<PasswordHash>, Error> {
        if !self.passwords.is_outdated(hash) {
            return Ok(None);
        }
        // A rule that came later may not take the password; then it keeps its hash.
        let password = Password::new(password.to_owned()).ok();
        Ok(password.map(|password| self.passwords.hash(&password)).transpose()?)
    }

    /// Asks for the caller's password once more. Failures are counted for the session, and make it wait as logins do:
    /// neither does a stolen session let anybody guess, nor can a stranger keep the owner from changing the password.
    ///
    /// # Errors
    /// `WrongPassword`, `TooManyAttempts`; or the store fails.
    pub(crate) fn confirm_password(&self, caller: &Caller, password: &str) -> Result<Confirmed, Error> {
        let subject = [Subject::device(caller.account, device_of(caller.session))];
        let now = self.clock.now();
        let account = self.store.read(|store| {
            lockout::refuse_early(store, &subject, now)?;
            own_account(store, caller.account)
        })?;
        if self.passwords.verify(password, Some(&account.password)) {
            return Ok(Confirmed { account, subject });
        }
        let now = self.clock.now();
        self.store.write_about(Concern::of_nothing, |store| lockout::count(store, &subject, now))?;
        Err(Refusal::WrongPassword.into())
    }
}

impl Opening<'_> {
    fn open<S: Store + ?Sized>(&self, store: &mut S) -> Result<Option<Me>, Error> {
        let now = self.session.created_at;
        lockout::forgive(store, self.subjects, now)?;
        // Whoever closed the account or set another password meanwhile was first.
        let account = store.account(self.session.account)?.ok_or(Refusal::WrongCredentials)?;
        if account.password != self.verified.password {
            return Ok(None);
        }
        decide_admission(&account, self.proof)?;
        let [logged_in, rehashed] = self.audit;
        let account = match &self.rehashed {
            None => account,
            Some(password) => {
                let revision = account.revision.next();
                let account = Account { password: password.clone(), revision, ..account };
                store.change_account(&account)?;
                record_account(store, rehashed, now, None, AuditAction::PasswordRehashed, &account)?;
                account
            }
        };
        sessions::open(store, &self.session, self.token)?;
        let me = me_of(store, account)?;
        let caller = Caller::of(&me, self.session.id, self.address);
        let session = Some(self.session.id.uuid());
        record(store, logged_in, now, caller.as_ref(), AuditAction::LoggedIn, session, None)?;
        Ok(Some(me))
    }
}

impl Confirmed {
    /// The account as it is now, in the transaction that the password was confirmed for.
    ///
    /// # Errors
    /// `WrongPassword` when it was set anew meanwhile, `TooManyAttempts` because of what others counted meanwhile; or the
    /// store fails.
    pub(crate) fn account<S: Store + ?Sized>(&self, store: &mut S, now: DateTime<Utc>) -> Result<Account, Error> {
        lockout::forgive(store, &self.subject, now)?;
        let account = own_account(store, self.account.id)?;
        if account.password == self.account.password { Ok(account) } else { Err(Refusal::WrongPassword.into()) }
    }
}

/// A session stands for the device that it was opened on, unless that was known before.
pub(crate) const fn device_of(session: SessionId) -> DeviceId {
    DeviceId::new(session.uuid())
}

/// What is kept of a client's description of itself: it is shown to the account's owner.
fn shown(user_agent: &str) -> String {
    user_agent.chars().filter(|c| !c.is_control()).take(USER_AGENT_CHARS_MAX).collect()
}
