//! A message with all that it says, looked up when it is sent.

use chrono::{DateTime, TimeDelta, Utc};
use kernel::{MessageId, Revision, Zone};

use crate::MessageKind;
use crate::inviting::Method;

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

/// Who changed a visit, as the reader of the message sees them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChangedBy {
    /// The reader.
    Reader,
    /// The patient, to a reader who is not the patient.
    Patient,
    /// Somebody who works there.
    Clinic,
    /// The installation, because nobody confirmed the visit in time.
    Expiry,
}

/// What kind of change a message tells of, beyond its kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Happening {
    /// Nothing more is to be said.
    Plain,
    /// The visit came here from somewhere else.
    MovedFrom(Before),
    /// The visit went from the reader to another doctor.
    MovedAway,
    /// A visit that was cancelled takes place after all.
    TakesPlaceAgain,
}

/// A visit as it was before it was moved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Before {
    /// When it started, where it was.
    pub start: DateTime<Zone>,
    /// When it ended, where it was.
    pub end: DateTime<Zone>,
    /// The name of the doctor.
    pub doctor: String,
    /// The name of the location.
    pub place: String,
}

/// What a message does to the reader's calendar.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CalendarEntry {
    /// Whether the visit is entered or goes.
    pub method: Method,
    /// The same for a visit for ever.
    pub uid: String,
    /// As which change left it; also the SEQUENCE (RFC 5545, 3.8.7.4).
    pub revision: Revision,
    /// Where people find the clinic.
    pub url: String,
    /// How long before the start the calendar reminds of it; 0 where it does not.
    pub alarm_minutes: u32,
}

/// What is said of a visit; why the patient comes is nobody's business on the way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VisitFacts {
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
    /// By whom it was changed.
    pub changed_by: ChangedBy,
    /// What kind of change it was.
    pub happening: Happening,
    /// What of it belongs into the reader's calendar, if anything does.
    pub calendar: Option<CalendarEntry>,
}

/// What a message says.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::large_enum_variant, reason = "a letter is in a box as a whole, and most are about a visit")]
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

/// How many words a message is put into.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wording {
    /// All that there is to say.
    Full,
    /// What the subject says, for a reader who wants the invitation alone.
    Brief,
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
    /// In how many words.
    pub wording: Wording,
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
