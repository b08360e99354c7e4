//! Proving an e-mail address, and new passwords.

use identity_core::{Account, EmailAddress, IdentifierKind, Password, TokenPurpose, one_time, recovering};
use kernel::{AccountId, MessageId, UnitOfWorkExt};
use messaging_core::MessageKind;
use uuid::Uuid;

use crate::accounts::mail;
use crate::audit::{AuditAction, record, record_account};
use crate::editions::Concern;
use crate::{App, Caller, Error};

/// Stands for whoever has an address that nobody has, so that as much is looked up for them.
const NOBODY: AccountId = AccountId::new(Uuid::nil());

impl App {
    /// Proves an e-mail address with the token that was mailed to it.
    ///
    /// # Errors
    /// `OneTimeTokenInvalid`; or the store fails.
    pub fn verify_email(&self, token: &str) -> Result<(), Error> {
        let (now, audit) = (self.clock.now(), self.ids.fresh());
        let token = self.tokens.hash_of(token);
        self.store.write(|store| {
            let account = recovering::verify_email(store, &token, now)?;
            Ok(record(store, audit, now, None, AuditAction::EmailVerified, Some(account.id.uuid()), None)?)
        })
    }

    /// Owes whoever has this address, and has not proved it, another link; at most one a minute.
    ///
    /// Whether somebody has the address can be told neither by the answer nor by what it takes to give it.
    ///
    /// # Errors
    /// When the store fails.
    pub fn resend_verification(&self, email: &EmailAddress) -> Result<(), Error> {
        let proof = self.email_proof();
        self.owe_link(email, MessageKind::VerifyEmail, |account| recovering::wants_verification(account, proof))
    }

    /// Owes whoever has this address a link that sets a password; at most one a minute.
    ///
    /// Whether somebody has the address can be told neither by the answer nor by what it takes to give it.
    ///
    /// # Errors
    /// When the store fails.
    pub fn forgot_password(&self, email: &EmailAddress) -> Result<(), Error> {
        self.owe_link(email, MessageKind::ResetPassword, recovering::wants_recovery)
    }

    /// Sets a password with the token that was mailed; every session of the account is ended.
    ///
    /// # Errors
    /// `OneTimeTokenInvalid`, a weak password, which leaves the token as it is; or the store or cryptography fails.
    pub fn reset_password(&self, token: &str, password: &Password) -> Result<(), Error> {
        let (now, audit) = (self.clock.now(), self.ids.fresh());
        let token = self.tokens.hash_of(token);
        let account = self.store.read(|store| {
            let id = one_time::bearer(store, &token, TokenPurpose::ResetPassword, now)?;
            Ok::<_, Error>(store.account(id)?.ok_or(identity_core::Refusal::OneTimeTokenInvalid)?)
        })?;
        self.judge(&account, password)?;
        let hash = self.passwords.hash(password)?;
        self.store.write_about(Concern::of_people, |store| {
            let account = recovering::reset_password(store, &token, &hash, now)?;
            Ok(record_account(store, audit, now, None, AuditAction::PasswordReset, &account)?)
        })
    }

    /// Changes the caller's password; every other session of theirs is ended.
    ///
    /// # Errors
    /// `WrongPassword` when `old` is not the password, `TooManyAttempts`, a weak password; or the store or cryptography fails.
    pub fn change_password(&self, caller: &Caller, old: &str, new: &Password) -> Result<(), Error> {
        let confirmed = self.confirm_password(caller, old)?;
        self.judge(&confirmed.account, new)?;
        let hash = self.passwords.hash(new)?;
        let (now, audit) = (self.clock.now(), self.ids.fresh());
        self.store.write_about(Concern::of_people, |store| {
            let account = confirmed.account(store, now)?;
            let account = recovering::set_password(store, account, &hash, Some(caller.session), now)?;
            Ok(record_account(store, audit, now, Some(caller), AuditAction::PasswordChanged, &account)?)
        })
    }

    /// Writes down that somebody asked, and owes a message if somebody has the address and wants one. Of two who ask at
    /// once only one writes the account's next revision; the other runs again, and finds the message.
    fn owe_link(&self, email: &EmailAddress, kind: MessageKind, wants: impl Fn(&Account) -> bool) -> Result<(), Error> {
        let now = self.clock.now();
        let (audit, message) = (self.ids.fresh(), MessageId::new(self.ids.fresh()));
        self.store.write_about(Concern::of_nothing, |store| {
            let account = store.account_known_as(email.as_str(), IdentifierKind::Email)?;
            let id = account.as_ref().map(|account| account.id);
            let last = store.last_owed(id.unwrap_or(NOBODY), kind)?;
            let (subject, detail) = (id.map(AccountId::uuid), Some(kind.to_string()));
            record(store, audit, now, None, AuditAction::LinkRequested, subject, detail)?;
            if let Some(account) = account.filter(|account| wants(account) && recovering::is_mail_due(last, now)) {
                let to = account.id;
                store.change_account(&Account { revision: account.revision.next(), ..account })?;
                store.add_messages(&[mail(message, kind, to, now)])?;
            } else {
                // As many statements, so that the time tells nothing either.
                store.retire_one_time_tokens(NOBODY, now)?;
                store.last_owed(NOBODY, kind)?;
                store.account(NOBODY)?;
            }
            Ok(())
        })
    }
}
