//! Looking up what a message says, at the moment in which it is sent.

use identity_core::{OneTimeToken, TokenPurpose};
use kernel::UnitOfWorkExt;
use messaging_core::letter::link_lifetime;
use messaging_core::{
    About, AddressProof, Addressee, Contents, Letter, Mailbox, Message, MessageKind, Side, VisitFacts, addressed_as,
};
use scheduling_core::appointment::Standing;
use scheduling_core::{Appointment, AppointmentStatus, Change};

use super::Stationery;
use crate::editions::Concern;
use crate::messages::Recipient;
use crate::ports::AnyStore;
use crate::{App, Error};

/// A letter, or why there is none.
pub(super) enum Draft {
    Ready(Box<Letter>),
    Nobody(&'static str),
}

const GONE: &str = "the addressee is not there any more";
const CLOSED: &str = "the addressee's account is closed";
const UNWANTED: &str = "the addressee wants no e-mails about appointments";
const NOTHING_TO_SAY: &str = "there is nothing left to say";

impl App {
    /// Looks up all that a message says. A link's token is made here, so that the outbox holds no secret; each attempt
    /// makes another one.
    pub(super) fn draft(&self, message: &Message, stationery: &Stationery) -> Result<Draft, Error> {
        let clinic = &self.settings().clinic_name;
        match link_lifetime(message.kind) {
            Some(_) => self.draft_link(message, clinic, stationery),
            None => self.store.read(|store| draft_visit(store, message, clinic)),
        }
    }

    fn draft_link(&self, message: &Message, clinic: &str, stationery: &Stationery) -> Result<Draft, Error> {
        let (token, hash) = self.tokens.fresh_refresh_token()?;
        let issued_at = self.clock.now();
        let expires_at = issued_at + link_lifetime(message.kind).unwrap_or_default();
        let (purpose, page) = if message.kind == MessageKind::VerifyEmail {
            (TokenPurpose::VerifyEmail, "verify-email")
        } else {
            (TokenPurpose::ResetPassword, "reset-password")
        };
        let contents = Contents::Link { url: format!("{}/{page}?token={token}", stationery.public_url), expires_at };
        self.store.write_about(Concern::of_nothing, |store| {
            let recipient = match recipient(store, message.to)? {
                Ok(recipient) => recipient,
                Err(why) => return Ok(Draft::Nobody(why)),
            };
            let account = recipient.account;
            store.add_one_time_token(&OneTimeToken { hash, purpose, account, issued_at, expires_at, used_at: None })?;
            let to = mailbox(store, message, recipient)?;
            Ok(ready(message, clinic, to, contents.clone()))
        })
    }
}

fn ready(message: &Message, clinic: &str, to: Mailbox, contents: Contents) -> Draft {
    Draft::Ready(Box::new(Letter {
        id: message.id,
        kind: message.kind,
        clinic: clinic.to_owned(),
        to,
        written_at: message.created_at,
        contents,
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

fn draft_visit(store: &mut AnyStore, message: &Message, clinic: &str) -> Result<Draft, Error> {
    let recipient = match recipient(store, message.to)? {
        Ok(recipient) => recipient,
        Err(why) => return Ok(Draft::Nobody(why)),
    };
    if !store.preferences_of(recipient.account)?.unwrap_or_default().allow(message.kind) {
        return Ok(Draft::Nobody(UNWANTED));
    }
    let Some(facts) = visit_facts(store, message)? else { return Ok(Draft::Nobody(NOTHING_TO_SAY)) };
    let to = mailbox(store, message, recipient)?;
    Ok(ready(message, clinic, to, Contents::Visit(facts)))
}

fn visit_facts(store: &mut AnyStore, message: &Message) -> Result<Option<VisitFacts>, Error> {
    let Some(About { appointment: id, revision }) = message.about else { return Ok(None) };
    let Some(appointment) = store.appointment(id)? else { return Ok(None) };
    let change = store.changes_of(id)?.into_iter().find(|change| change.revision == revision);
    let standing = change.map_or(appointment.standing(), |change| told(&change, message.kind));
    let (doctor, location) = whose_and_where(store, &appointment, &standing)?;
    let (Some(doctor), Some(patient)) = (store.doctor(doctor)?, store.patient(appointment.patient)?) else {
        return Ok(None);
    };
    let Some(location) = store.location(location)? else { return Ok(None) };
    Ok(Some(VisitFacts {
        appointment: id,
        revision,
        start: standing.interval.start().with_timezone(&location.zone),
        end: standing.interval.end().with_timezone(&location.zone),
        is_pending: standing.status == AppointmentStatus::Pending,
        doctor: doctor.full_name,
        patient: patient.full_name,
        place: location.name,
        address: known(vec![location.address, location.city]),
        reader: match message.to {
            Addressee::Doctor(_) => Side::Doctor,
            Addressee::Patient(_) | Addressee::Account(_) => Side::Patient,
        },
    }))
}

/// On one line what there is of an address.
fn known(mut parts: Vec<String>) -> String {
    parts.retain(|part| !part.is_empty());
    parts.join(", ")
}

/// What a message tells of a change: what is called off is what was there before it.
fn told(change: &Change, kind: MessageKind) -> Standing {
    if kind == MessageKind::Cancelled { change.from.unwrap_or(change.to) } else { change.to }
}

/// The doctor and the location of that slot; those of the appointment, if the slot was removed meanwhile.
fn whose_and_where(
    store: &mut AnyStore,
    appointment: &Appointment,
    standing: &Standing,
) -> Result<(kernel::DoctorId, kernel::LocationId), Error> {
    let slot = store.slots(&[standing.slot])?.into_iter().next();
    Ok(slot.map_or((appointment.doctor, appointment.location), |slot| (slot.doctor, slot.location)))
}
