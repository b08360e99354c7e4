//! Why not.

use chrono::{DateTime, NaiveDate, SecondsFormat, Utc};
use kernel::{AppointmentId, DoctorId, PatientId, Revision, SlotId, StoreError};
use thiserror::Error;

use crate::{AppointmentStatus, Interval, Slot, SlotStatus};

/// Why a rule said no. Nothing failed, and nothing was written.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Refusal {
    /// There is no such slot.
    #[error("there is no such slot")]
    UnknownSlot,
    /// There is no such doctor.
    #[error("there is no doctor {doctor}")]
    UnknownDoctor {
        /// Whom the caller named.
        doctor: DoctorId,
    },
    /// There is no such patient.
    #[error("there is no patient {patient}")]
    UnknownPatient {
        /// Whom the caller named.
        patient: PatientId,
    },
    /// Someone has it, or the doctor is not there.
    #[error("the slot is {status}")]
    SlotNotFree {
        /// What it is instead.
        status: SlotStatus,
    },
    /// It has begun.
    #[error("the slot began at {}, and it is {}", shown(.start), shown(.now))]
    SlotInPast {
        /// When it began.
        start: DateTime<Utc>,
        /// When that was found out.
        now: DateTime<Utc>,
    },
    /// It begins too soon to be booked.
    #[error("a booking must be made {minutes} minutes before the start")]
    NoticeTooShort {
        /// How long before.
        minutes: u32,
    },
    /// It begins too late to be booked or published yet.
    #[error("the start is more than {days} days ahead")]
    BeyondHorizon {
        /// How far ahead is allowed.
        days: u32,
    },
    /// The doctor takes no new bookings.
    #[error("the doctor is not accepting bookings")]
    DoctorNotAccepting,
    /// The slot is not, or no longer, the time that was meant.
    #[error("the slot was changed: it is not the time that begins at {}", shown(.start))]
    SlotChanged {
        /// The start that was meant.
        start: DateTime<Utc>,
    },
    /// The patient's account is closed.
    #[error("the patient's account is closed")]
    PatientInactive,
    /// The patient has to be elsewhere.
    #[error("the patient has another appointment at {}", shown(&.interval.start()))]
    PatientBusy {
        /// When.
        interval: Interval,
    },
    /// The patient has enough appointments.
    #[error("a patient may have {most} coming appointments")]
    PatientCapReached {
        /// How many are allowed.
        most: u32,
    },
    /// The doctor has enough appointments on that day.
    #[error("a doctor may have {most} appointments a day")]
    DoctorDayCapReached {
        /// How many are allowed.
        most: u32,
    },
    /// The appointment cannot come to that status from the one it has.
    #[error("the appointment is {from} and cannot become {to}")]
    IllegalMove {
        /// What it is.
        from: AppointmentStatus,
        /// What it was to become.
        to: AppointmentStatus,
    },
    /// Only a pending or booked appointment can go to another slot.
    #[error("the appointment is {from} and cannot be moved")]
    NotMovable {
        /// What it is.
        from: AppointmentStatus,
    },
    /// The visit has not begun, or does not begin soon enough for anybody to be there.
    #[error("the visit begins at {}, and it is {}", shown(.start), shown(.now))]
    TooEarly {
        /// When it begins.
        start: DateTime<Utc>,
        /// When that was found out.
        now: DateTime<Utc>,
    },
    /// The visit can no longer be cancelled.
    #[error("it could be cancelled until {}", shown(.until))]
    TooLateToCancel {
        /// The last moment, not included.
        until: DateTime<Utc>,
    },
    /// The visit can no longer be moved without a reason of the staff's.
    #[error("it could be moved until {}", shown(.until))]
    TooLateToMove {
        /// The last moment, not included.
        until: DateTime<Utc>,
    },
    /// The doctor already has slots there.
    #[error("{} of the doctor's slots are in the way", .conflicts.len())]
    SlotOverlap {
        /// Which, earliest first.
        conflicts: Vec<Slot>,
    },
    /// Active appointments are in the slots.
    #[error("{} of the slots have an appointment", .taken.len())]
    SlotHasAppointment {
        /// Which appointment is in which slot.
        taken: Vec<(SlotId, AppointmentId)>,
    },
    /// A slot is a whole number of minutes within bounds.
    #[error("a slot has {least} to {most} minutes")]
    SlotLength {
        /// The fewest minutes.
        least: u32,
        /// The most minutes.
        most: u32,
    },
    /// A slot starts and ends on a whole minute.
    #[error("a slot starts on a whole minute")]
    NotWholeMinutes,
    /// The last day is before the first.
    #[error("the range ends on {end}, before it starts on {start}")]
    DatesReversed {
        /// The first day.
        start: NaiveDate,
        /// The last day.
        end: NaiveDate,
    },
    /// The day's window ends before, or when, it starts; only weekly hours cross midnight.
    #[error("the window ends before it starts")]
    WindowReversed,
    /// The break is not inside the window.
    #[error("the break is not inside the window")]
    BreakOutside,
    /// No day of the range is one of those days of the week.
    #[error("no day of the range is one of these days of the week")]
    NoOpenDay,
    /// No slot of that length fits.
    #[error("no slot of {minutes} minutes fits")]
    NothingFits {
        /// How long a slot was to be.
        minutes: u32,
    },
    /// More slots than one call may make.
    #[error("the range makes {count} slots, more than {most}")]
    TooManySlots {
        /// How many it would make.
        count: u64,
        /// How many are allowed.
        most: u32,
    },
    /// More slots than a doctor may have on a day.
    #[error("a doctor may have {most} slots on one day, and {date} would have {count}")]
    TooManySlotsInDay {
        /// The local day.
        date: NaiveDate,
        /// How many it would have.
        count: u32,
        /// How many are allowed.
        most: u32,
    },
    /// Times of the doctor are still to come at the location that the diary has.
    #[error("the doctor has slots to come at the location")]
    SlotsToCome,
    /// Somebody changed it since the caller read it.
    #[error("it is at revision {}", .actual.number())]
    Stale {
        /// The revision that it has.
        actual: Revision,
    },
}

/// An instant as it stands on the wire (RFC 3339).
fn shown(at: &DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::AutoSi, true)
}

/// Why a verb did not do it.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Error {
    /// A rule said no.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The store could not.
    #[error(transparent)]
    Store(#[from] StoreError),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_tells_instants_as_they_stand_on_the_wire() {
        let until = "2027-01-05T09:00:00Z".parse().unwrap();
        let told = Refusal::TooLateToCancel { until }.to_string();
        assert_eq!(told, "it could be cancelled until 2027-01-05T09:00:00Z");
    }
}
