//! A message that somebody is owed.

use chrono::{DateTime, Utc};
use kernel::{AccountId, AppointmentId, DoctorId, MessageId, PatientId, Revision, words};

use crate::letter::link_lifetime;

words! {
    /// What a message says.
    pub enum MessageKind {
        /// Prove that this address is yours.
        VerifyEmail = "verify_email",
        /// Choose a new password.
        ResetPassword = "reset_password",
        /// An account was made for you; choose a password.
        Invitation = "invitation",
        /// The visit is agreed.
        Booked = "booked",
        /// The visit waits for the doctor.
        Pending = "pending",
        /// The doctor agrees.
        Confirmed = "confirmed",
        /// The doctor does not agree.
        Refused = "refused",
        /// The visit is at another time.
        Moved = "moved",
        /// The visit is called off.
        Cancelled = "cancelled",
    }
}

impl MessageKind {
    /// Which messages go first, the lowest number before all others: somebody waits in front of a screen for a message with
    /// a link.
    pub const fn priority(self) -> i16 {
        match link_lifetime(self) {
            Some(_) => 0,
            None => 1,
        }
    }
}

/// Whom a message is for; where they are reached is looked up when it is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Addressee {
    /// Whoever has this account.
    Account(AccountId),
    /// This patient.
    Patient(PatientId),
    /// This doctor.
    Doctor(DoctorId),
}

/// Which change of which appointment a message tells of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct About {
    /// The visit.
    pub appointment: AppointmentId,
    /// As the change left it; also the SEQUENCE of an invitation (RFC 5545, 3.8.7.4).
    pub revision: Revision,
}

/// Something that is to be said to somebody, written in the transaction that causes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Message {
    /// Its identity.
    pub id: MessageId,
    /// What it says.
    pub kind: MessageKind,
    /// To whom.
    pub to: Addressee,
    /// About which visit, if it is about one.
    pub about: Option<About>,
    /// When it was written.
    pub created_at: DateTime<Utc>,
    /// When it may be sent at the earliest.
    pub due_at: DateTime<Utc>,
}
