//! Why a caller did not get what they asked for.

use identity_core::ports::CredentialFailure;
use kernel::{SlotId, StoreError};
use thiserror::Error;

use crate::node::Unready;

/// What a caller can name that is not there, or not theirs: the two cannot be told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Thing {
    /// A doctor.
    Doctor,
    /// A patient.
    Patient,
    /// A location.
    Location,
    /// A specialty.
    Specialty,
    /// A slot.
    Slot,
    /// An appointment.
    Appointment,
    /// An account.
    Account,
    /// A message.
    Message,
}

impl std::fmt::Display for Thing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Doctor => "doctor",
            Self::Patient => "patient",
            Self::Location => "location",
            Self::Specialty => "specialty",
            Self::Slot => "slot",
            Self::Appointment => "appointment",
            Self::Account => "account",
            Self::Message => "message",
        })
    }
}

/// A no: the cores' own, and those of this room.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Refusal {
    /// A rule of scheduling.
    #[error(transparent)]
    Scheduling(#[from] scheduling_core::Refusal),
    /// A rule of the directory.
    #[error(transparent)]
    Clinic(#[from] clinic_core::Refusal),
    /// A rule of identity.
    #[error(transparent)]
    Identity(#[from] identity_core::Refusal),
    /// The token is missing, not ours, expired, or its session or account is closed.
    #[error("the access token is missing or not valid")]
    Unauthenticated,
    /// The caller's role never may do this.
    #[error("your role may not do this")]
    Forbidden,
    /// There is no such thing, or it is not the caller's.
    #[error("there is no such {0}")]
    Unknown(Thing),
    /// There are no such slots, or they are not the caller's.
    #[error("{} of the slots are unknown", .0.len())]
    UnknownSlots(Vec<SlotId>),
    /// The list of specialties has no such code.
    #[error("there is no specialty {code}")]
    UnknownSpecialty {
        /// Which of those that were named.
        index: usize,
        /// As it was named.
        code: String,
    },
    /// Staff books for somebody, and did not say for whom.
    #[error("whom the appointment is for must be said")]
    PatientMissing,
    /// Front desk and administrators publish for somebody, and did not say for whom.
    #[error("whose slots these are must be said")]
    DoctorMissing,
    /// The date of birth is still to come.
    #[error("a date of birth is not in the future")]
    BornInFuture,
    /// The date of birth is before the earliest year that is accepted.
    #[error("a date of birth is in {year_min} or later")]
    BornTooEarly {
        /// The earliest year.
        year_min: u32,
    },
    /// The doctor has read too many records in emergencies lately.
    #[error("a doctor reads {most} records in emergencies in 24 hours at most; the next in {retry_after_seconds} s")]
    TooManyEmergencyReadings {
        /// How many there may be.
        most: u8,
        /// When the next one may come.
        retry_after_seconds: u64,
    },
    /// The key was used for another request.
    #[error("this Idempotency-Key was used for another request")]
    IdempotencyKeyReused,
    /// Work must not be sent here now.
    #[error("the node of the store is not ready: {0}")]
    NotReady(Unready),
}

/// Why it was not done.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Error {
    /// A rule said no.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The store could not.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Cryptography did not do its work.
    #[error(transparent)]
    Credentials(#[from] CredentialFailure),
}

impl From<scheduling_core::Error> for Error {
    fn from(error: scheduling_core::Error) -> Self {
        match error {
            scheduling_core::Error::Refused(refusal) => Refusal::from(refusal).into(),
            scheduling_core::Error::Store(error) => error.into(),
        }
    }
}

impl From<identity_core::Error> for Error {
    fn from(error: identity_core::Error) -> Self {
        match error {
            identity_core::Error::Refused(refusal) => Refusal::from(refusal).into(),
            identity_core::Error::Store(error) => error.into(),
        }
    }
}

impl From<scheduling_core::Refusal> for Error {
    fn from(refusal: scheduling_core::Refusal) -> Self {
        Refusal::from(refusal).into()
    }
}

impl From<clinic_core::Refusal> for Error {
    fn from(refusal: clinic_core::Refusal) -> Self {
        Refusal::from(refusal).into()
    }
}

impl From<identity_core::Refusal> for Error {
    fn from(refusal: identity_core::Refusal) -> Self {
        Refusal::from(refusal).into()
    }
}
