//! Looking up what a message says, at the moment in which it is sent.

use chrono::{DateTime, Utc};
use identity_core::{IdentifierKind, OneTimeToken, TokenPurpose};
use kernel::{AccountId, StoreError, UnitOfWorkExt};
use messaging_core::inviting::{Other, Turn, decide_turn};
use messaging_core::letter::link_lifetime;
use messaging_core::{
    About, AddressProof, Addressee, Contents, Letter, Mailbox, Message, MessageKind, MessageStatus, Wording,
    addressed_as,
};

use super::Stationery;
use super::visits::{Context, visit_facts};
use crate::editions::Concern;
use crate::messages::Recipient;
use crate::ports::AnyStore;
use crate::{App, Error, Settings};

/// A letter, or why there is none.
pub(super) enum Draft {
    Ready(Box<Letter>),
    /// It is not its turn before then.
    Later(DateTime<Utc>),
    Nobody(&'static str),
}

const GONE: &str = "the addressee is not there any more";
const CLOSED: &str = "the addressee's account is closed";
const TAKEN: &str = "another account has the address";
const UNWANTED: &str = "the addressee wants no e-mails about appointments";
const NO_INVITATION: &str = "the addressee wants e-mails about appointments only where they change the calendar";
const NOTHING_TO_SAY: &str = "there is nothing left to say";

impl App {
    /// Looks up all that a message says. A link's token is made here, so that the outbox holds no secret; each attempt
    /// makes another one.
    pub(super) fn draft(&self, message: &Message, stationery: &Stationery) -> Result<Draft, Error> {
        let settings = self.settings();
        match link_lifetime(message.kind) {
            Some(_) => self.draft_link(message, &settings.clinic_name, stationery),
            None => self.store.read(|store| draft_visit(store, message, stationery, &settings, self.clock.now())),
        }
    }

    fn draft_link(&self, message: &Message, clinic: &str, stationery: &Stationery) -> Result<Draft, Error> {
        let (token, hash) = self.tokens.fresh_refresh_token()?;
        let issued_at = self.clock.now();
        let expires_at = issued_at + link_lifetime(message.kind).unwrap_or_default();
        let page = if message.kind == MessageKind::VerifyEmail { "verify-email" } else { "reset-password" };
        let contents = Contents::Link { url: format!("{}/{page}?token={token}", stationery.public_url), expires_at };
        self.store.write_about(Concern::of_nothing, |store| {
            let recipient = match recipient(store, message.to)? {
                Ok(recipient) => recipient,
                Err(why) => return Ok(Draft::Nobody(why)),
            };
            let account = recipient.account;
            let wanted = wanted_email(store, message, account)?;
            let purpose = match &wanted {
                Some(email) if store.account_known_as(email, IdentifierKind::Email)?.is_some() => {
                    return Ok(Draft::Nobody(TAKEN));
                }
                Some(_) => TokenPurpose::ChangeEmail,
                None if message.kind == MessageKind::VerifyEmail => TokenPurpose::VerifyEmail,
                None => TokenPurpose::ResetPassword,
            };
            store.add_one_time_token(&OneTimeToken { hash, purpose, account, issued_at, expires_at, used_at: None })?;
            let to = mailbox(store, message, recipient)?;
            let email = wanted.unwrap_or_else(|| to.email.clone());
            Ok(ready(message, clinic, Mailbox { email, ..to }, contents.clone(), Wording::Full))
        })
    }
}

/// The address that is proved by this message instead of the account's own.
fn wanted_email(store: &mut AnyStore, message: &Message, account: AccountId) -> Result<Option<String>, Error> {
    if message.kind != MessageKind::VerifyEmail {
        return Ok(None);
    }
    let wanted = store.account(account)?.and_then(|account| account.pending_email);
    Ok(wanted.map(|email| email.as_str().to_owned()))
}

fn ready(message: &Message, clinic: &str, to: Mailbox, contents: Contents, wording: Wording) -> Draft {
    Draft::Ready(Box::new(Letter {
        id: message.id,
        kind: message.kind,
        clinic: clinic.to_owned(),
        to,
        written_at: message.created_at,
        contents,
        wording,
    }))
}

/// Where somebody is reached, with their name where it cannot be a stranger's text in a stranger's mail.
fn mailbox(store: &mut AnyStore, message: &Message, recipient: Recipient) -> Result<Mailbox, Error> {
    let account = store.account(recipient.account)?;
    let is_known = account.is_some_and(|account| account.email_verified_at.is_some());
    let proof =
        if is_known && message.kind != MessageKind::VerifyEmail { AddressProof::Known } else { AddressProof::Unknown };
    Ok(Mailbox { name: addressed_as(&recipient.full_name, proof).to_owned(), email: recipient.email })
}

/// Whom a message goes to, or why it goes to nobody.
fn recipient(store: &mut AnyStore, to: Addressee) -> Result<Result<Recipient, &'static str>, Error> {
    let found = store.recipients(&[to])?.remove(&to).ok_or(GONE);
    Ok(found.and_then(|recipient| if recipient.is_closed { Err(CLOSED) } else { Ok(recipient) }))
}

/// What else the addressee is told of the visit.
fn others(store: &mut AnyStore, message: &Message) -> Result<Vec<Other>, StoreError> {
    let Some(About { appointment, .. }) = message.about else { return Ok(Vec::new()) };
    let mut others = Vec::new();
    for posted in store.messages_about(appointment, message.to)? {
        let id = posted.message.id;
        if id != message.id {
            // The log says nothing new of what has arrived, or is still to be sent.
            let is_clear = posted.sent_at.is_some() || posted.status == MessageStatus::Waiting;
            let logged = if is_clear {
                posted.attempts
            } else {
                u32::try_from(store.attempts_of(id)?.len()).unwrap_or(u32::MAX)
            };
            others.push(Other::new(&posted, logged));
        }
    }
    Ok(others)
}

fn draft_visit(
    store: &mut AnyStore,
    message: &Message,
    stationery: &Stationery,
    settings: &Settings,
    now: DateTime<Utc>,
) -> Result<Draft, Error> {
    let recipient = match recipient(store, message.to)? {
        Ok(recipient) => recipient,
        Err(why) => return Ok(Draft::Nobody(why)),
    };
    let preferences = store.preferences_of(recipient.account)?.unwrap_or_default();
    if !preferences.allow(message.kind) {
        return Ok(Draft::Nobody(UNWANTED));
    }
    let method = match decide_turn(message, &others(store, message)?, now) {
        Turn::Now(method) => method,
        Turn::After(due_at) => return Ok(Draft::Later(due_at)),
    };
    if preferences.invitations_only && method.is_none() {
        return Ok(Draft::Nobody(NO_INVITATION));
    }
    let wording = if preferences.invitations_only { Wording::Brief } else { Wording::Full };
    let alarm_minutes = settings.calendar_alarm_minutes;
    let context = Context { stationery, alarm_minutes, reader: recipient.account, method };
    let Some(facts) = visit_facts(store, message, &context)? else { return Ok(Draft::Nobody(NOTHING_TO_SAY)) };
    let to = mailbox(store, message, recipient)?;
    Ok(ready(message, &settings.clinic_name, to, Contents::Visit(facts), wording))
}
