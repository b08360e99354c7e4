//! A visit, and what has happened to it.

use chrono::{DateTime, Utc};
use kernel::{AppointmentId, DoctorId, LocationId, PatientId, Revision, Role, SlotId, words};

use crate::{Actor, Interval};

words! {
    /// How far a visit has come (FHIR appointmentstatus).
    pub enum AppointmentStatus {
        /// Wished for, without a time yet.
        Proposed = "proposed",
        /// It has a slot; the doctor has yet to confirm.
        Pending = "pending",
        /// Agreed.
        Booked = "booked",
        /// The patient is in the house.
        Arrived = "arrived",
        /// The front desk has taken the patient in.
        CheckedIn = "checked_in",
        /// It took place.
        Fulfilled = "fulfilled",
        /// Called off.
        Cancelled = "cancelled",
        /// The patient did not come.
        NoShow = "noshow",
        /// Waiting for a time.
        Waitlist = "waitlist",
        /// It should never have been there.
        EnteredInError = "entered_in_error",
    }
}

impl AppointmentStatus {
    /// Whether an appointment in this status has its slot, which is then busy.
    pub const fn is_active(self) -> bool {
        match self {
            Self::Pending | Self::Booked | Self::Arrived | Self::CheckedIn | Self::Fulfilled => true,
            Self::Proposed | Self::Cancelled | Self::NoShow | Self::Waitlist | Self::EnteredInError => false,
        }
    }

    /// Whether the visit can come to this status from `self`.
    ///
    /// Who may make which move is decided elsewhere; `Cancelled` and `NoShow` to `Booked` is an administrator's undo.
    ///
    /// ```
    /// use scheduling_core::AppointmentStatus::{Arrived, Booked, Cancelled, Fulfilled};
    ///
    /// assert!(Booked.may_become(Arrived) && Arrived.may_become(Fulfilled));
    /// assert!(!Fulfilled.may_become(Cancelled));
    /// ```
    pub fn may_become(self, next: Self) -> bool {
        let onward: &[Self] = match self {
            Self::Proposed => &[Self::Pending, Self::Booked, Self::Waitlist, Self::Cancelled],
            Self::Waitlist => &[Self::Proposed, Self::Pending, Self::Booked, Self::Cancelled],
            Self::Pending => &[Self::Booked, Self::Cancelled],
            Self::Booked => &[Self::Arrived, Self::CheckedIn, Self::Fulfilled, Self::NoShow, Self::Cancelled],
            Self::Arrived => &[Self::CheckedIn, Self::Fulfilled, Self::Cancelled],
            Self::CheckedIn => &[Self::Fulfilled],
            Self::NoShow | Self::Cancelled => &[Self::Booked],
            Self::Fulfilled | Self::EnteredInError => &[],
        };
        onward.contains(&next) || (next == Self::EnteredInError && self != Self::EnteredInError)
    }
}

words! {
    /// Why a visit was called off (after FHIR appointment-cancellation-reason).
    pub enum CancelReason {
        /// The patient asked for it.
        Patient = "patient",
        /// The patient feels better.
        PatientFeelingBetter = "patient_feeling_better",
        /// The patient has no transport.
        PatientNoTransport = "patient_no_transport",
        /// The patient moved away.
        PatientMoved = "patient_moved",
        /// The patient has died.
        PatientDeceased = "patient_deceased",
        /// The doctor cannot.
        Provider = "provider",
        /// The doctor did not confirm the request.
        Refused = "refused",
        /// Nobody confirmed the request before its time began.
        Expired = "expired",
        /// A room or a device is out of order.
        Maintenance = "maintenance",
        /// None of these.
        Other = "other",
    }
}

/// A patient with a doctor, in a slot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Appointment {
    /// Its identity, the same through every move.
    pub id: AppointmentId,
    /// Who comes.
    pub patient: PatientId,
    /// To whom.
    pub doctor: DoctorId,
    /// Where.
    pub location: LocationId,
    /// The slot it has while active, or had last.
    pub slot: SlotId,
    /// That slot's interval.
    pub interval: Interval,
    /// How far it has come.
    pub status: AppointmentStatus,
    /// Why the patient comes.
    pub reason: Option<String>,
    /// What else the doctor should know.
    pub notes: Option<String>,
    /// The role of the account that booked it.
    pub booked_by: Role,
    /// The role of the account that recorded the patient's arrival, at the desk or by completing the visit; a doctor's only
    /// while nobody else has recorded it.
    pub received_by: Option<Role>,
    /// How often it was written; its history has as many entries.
    pub revision: Revision,
    /// When it was first written.
    pub created_at: DateTime<Utc>,
    /// When it was last written. It never goes back, whatever the clocks of different servers say.
    pub updated_at: DateTime<Utc>,
}

words! {
    /// What kind of change a history entry tells of.
    pub enum ChangeKind {
        /// It was made.
        Booked = "booked",
        /// It went to another slot.
        Moved = "moved",
        /// It went to another status.
        Status = "status",
        /// Its reason or notes were rewritten.
        Amended = "amended",
    }
}

/// An entry of an appointment's history: one for each revision, never changed, never removed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Of which appointment.
    pub appointment: AppointmentId,
    /// The revision that this change made.
    pub revision: Revision,
    /// When.
    pub at: DateTime<Utc>,
    /// By whom.
    pub by: Actor,
    /// What kind of change.
    pub kind: ChangeKind,
    /// Where it stood before; nothing for a new one.
    pub from: Option<Standing>,
    /// Where it stands now.
    pub to: Standing,
    /// The coded reason of a cancellation.
    pub reason_code: Option<CancelReason>,
    /// Why, in somebody's words.
    pub reason: Option<String>,
}

/// What of an appointment the history remembers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// How far it had come.
    pub status: AppointmentStatus,
    /// In which slot.
    pub slot: SlotId,
    /// At what time.
    pub interval: Interval,
}

impl Appointment {
    /// What the history remembers of it now.
    pub const fn standing(&self) -> Standing {
        Standing { status: self.status, slot: self.slot, interval: self.interval }
    }

    /// Its next revision, of now, in which nothing else is different yet.
    pub(crate) fn next_revision(&self, now: DateTime<Utc>) -> Self {
        Self { revision: self.revision.next(), updated_at: now.max(self.updated_at), ..self.clone() }
    }
}

#[cfg(test)]
mod tests {
    use super::AppointmentStatus::{self, *};
    use kernel::Word;

    /// The table of the product description, row by row.
    const ALLOWED: [(AppointmentStatus, &[AppointmentStatus]); 10] = [
        (Proposed, &[Pending, Booked, Waitlist, Cancelled, EnteredInError]),
        (Waitlist, &[Proposed, Pending, Booked, Cancelled, EnteredInError]),
        (Pending, &[Booked, Cancelled, EnteredInError]),
        (Booked, &[Arrived, CheckedIn, Fulfilled, NoShow, Cancelled, EnteredInError]),
        (Arrived, &[CheckedIn, Fulfilled, Cancelled, EnteredInError]),
        (CheckedIn, &[Fulfilled, EnteredInError]),
        (Fulfilled, &[EnteredInError]),
        (NoShow, &[Booked, EnteredInError]),
        (Cancelled, &[Booked, EnteredInError]),
        (EnteredInError, &[]),
    ];

    #[test]
    fn exactly_the_moves_of_the_table_are_allowed() {
        for (from, onward) in ALLOWED {
            for to in AppointmentStatus::ALL {
                assert_eq!(from.may_become(*to), onward.contains(to), "{from} to {to}");
            }
        }
    }

    #[test]
    fn five_statuses_keep_their_slot() {
        let active: Vec<_> = AppointmentStatus::ALL.iter().filter(|status| status.is_active()).collect();
        assert_eq!(active, [&Pending, &Booked, &Arrived, &CheckedIn, &Fulfilled]);
    }
}
