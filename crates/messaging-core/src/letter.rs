//! A message with all that it says, looked up when it is sent.

use chrono::{DateTime, TimeDelta, Utc};
use kernel::{AppointmentId, MessageId, Revision, Zone};

use crate::MessageKind;

/// Somebody and where they are reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mailbox {
    /// One line; empty where it is left out.
    pub name: String,
    /// An e-mail address.
    pub email: String,
}

/// On which side of a visit somebody is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// Who comes.
    Patient,
    /// To whom.
    Doctor,
}

/// What is said of a visit; why the patient comes is nobody's business on the way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VisitFacts {
    /// Which.
    pub appointment: AppointmentId,
    /// As which change left it.
    pub revision: Revision,
    /// When it starts, where it is.
    pub start: DateTime<Zone>,
    /// When it ends, where it is.
    pub end: DateTime<Zone>,
    /// Whether it still waits for the doctor.
    pub is_pending: bool,
    /// The doctor's name.
    pub doctor: String,
    /// The patient's name.
    pub patient: String,
    /// The location's name.
    pub place: String,
    /// Where the location is: street, number and city, as far as they are known; may be empty.
    pub address: String,
    /// On whose side the reader is.
    pub reader: Side,
}

/// What a message says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Contents {
    /// Follow a link that works once.
    Link {
        /// The link.
        url: String,
        /// Until when it works.
        expires_at: DateTime<Utc>,
    },
    /// Something about a visit.
    Visit(VisitFacts),
}

/// A message that is ready to be put into words and delivered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letter {
    /// The same at each attempt.
    pub id: MessageId,
    /// What it says.
    pub kind: MessageKind,
    /// What the clinic calls itself.
    pub clinic: String,
    /// To whom.
    pub to: Mailbox,
    /// When the message was written.
    pub written_at: DateTime<Utc>,
    /// The rest.
    pub contents: Contents,
}

/// How long the link of a message works; nothing for those without one.
pub const fn link_lifetime(kind: MessageKind) -> Option<TimeDelta> {
    match kind {
        MessageKind::VerifyEmail => Some(TimeDelta::days(3)),
        MessageKind::ResetPassword => Some(TimeDelta::hours(1)),
        MessageKind::Invitation => Some(TimeDelta::days(7)),
        MessageKind::Booked
        | MessageKind::Pending
        | MessageKind::Confirmed
        | MessageKind::Refused
        | MessageKind::Moved
        | MessageKind::Cancelled => None,
    }
}
