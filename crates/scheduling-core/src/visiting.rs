//! The day itself: confirm, refuse, arrive, check in, complete, no-show; and what an administrator puts right.

use chrono::{DateTime, TimeDelta, Utc};
use kernel::{Expected, Holds, Role, words};

use crate::booking::{self, Target};
use crate::ports::{Appointments, History, Slots};
use crate::recording::{self, Note};
use crate::{
    Actor, Appointment, AppointmentStatus, BookingPolicy, CancelReason, ChangeKind, Error, Refusal, SlotStatus, care,
};

/// How long before a visit its patient can be in the house for it. Who has been taken in cannot be sent home again by the
/// front desk, so a slip on another day's list must not take anybody in.
pub const ARRIVAL_AHEAD_MAX: TimeDelta = TimeDelta::hours(24);

words! {
    /// A step in the life of a visit.
    pub enum Step {
        /// The doctor agrees to a pending one.
        Confirm = "confirm",
        /// The doctor does not agree.
        Refuse = "refuse",
        /// The patient is in the house.
        Arrive = "arrive",
        /// The front desk has taken the patient in.
        CheckIn = "check_in",
        /// It took place.
        Complete = "complete",
        /// The patient did not come.
        NoShow = "no_show",
        /// It should never have been there.
        EnterInError = "enter_in_error",
    }
}

impl Step {
    /// The status that the step leads to.
    pub const fn leads_to(self) -> AppointmentStatus {
        match self {
            Self::Confirm => AppointmentStatus::Booked,
            Self::Refuse => AppointmentStatus::Cancelled,
            Self::Arrive => AppointmentStatus::Arrived,
            Self::CheckIn => AppointmentStatus::CheckedIn,
            Self::Complete => AppointmentStatus::Fulfilled,
            Self::NoShow => AppointmentStatus::NoShow,
            Self::EnterInError => AppointmentStatus::EnteredInError,
        }
    }

    /// Only a request that is pending can be confirmed or refused; a cancelled one is not booked again this way.
    fn may_follow(self, status: AppointmentStatus) -> bool {
        let pending_only = matches!(self, Self::Confirm | Self::Refuse);
        (!pending_only || status == AppointmentStatus::Pending) && status.may_become(self.leads_to())
    }

    /// How long before its start it can be said of a visit; of any visit without.
    const fn ahead_max(self) -> Option<TimeDelta> {
        match self {
            Self::Arrive | Self::CheckIn => Some(ARRIVAL_AHEAD_MAX),
            Self::Complete | Self::NoShow => Some(TimeDelta::zero()),
            Self::Confirm | Self::Refuse | Self::EnterInError => None,
        }
    }
}

/// Takes a visit one step on; its slot is freed if it no longer needs it.
///
/// `appointment` is what the caller has read; if it was changed since, the race is lost and the work is run again.
///
/// # Errors
/// A [`Refusal`] of [`decide_step`]; or the store fails.
pub fn advance<S: Slots + Appointments + History + ?Sized>(
    store: &mut S,
    appointment: &Appointment,
    step: Step,
    by: Actor,
    reason: Option<String>,
    now: DateTime<Utc>,
) -> Result<Appointment, Error> {
    let after = decide_step(appointment, step, by.role, now)?;
    let reason_code = (step == Step::Refuse).then_some(CancelReason::Refused);
    let note = Note { by, kind: ChangeKind::Status, reason_code, reason };
    recording::change(store, appointment, &after, None, &note, now)?;
    Ok(after)
}

/// Whether this visit can take this step, and what it then looks like. The status is looked at before the time.
///
/// # Errors
/// `IllegalMove`; `SlotInPast` when a request is confirmed whose time has begun; `TooEarly` when the visit is said to be
/// over, or missed, before it began, or its patient to be there more than [`ARRIVAL_AHEAD_MAX`] before.
pub fn decide_step(
    appointment: &Appointment,
    step: Step,
    by: Role,
    now: DateTime<Utc>,
) -> Result<Appointment, Refusal> {
    if !step.may_follow(appointment.status) {
        return Err(Refusal::IllegalMove { from: appointment.status, to: step.leads_to() });
    }
    if step.ahead_max().is_some_and(|ahead| !appointment.interval.has_begun(now + ahead)) {
        return Err(Refusal::TooEarly { start: appointment.interval.start(), now });
    }
    if step == Step::Confirm && appointment.interval.has_begun(now) {
        return Err(Refusal::SlotInPast { start: appointment.interval.start(), now });
    }
    let received_by = match step {
        Step::Arrive | Step::CheckIn | Step::Complete => care::received(appointment.received_by, by),
        Step::Confirm | Step::Refuse | Step::NoShow | Step::EnterInError => appointment.received_by,
    };
    Ok(Appointment { status: step.leads_to(), received_by, ..appointment.next_revision(now) })
}

/// Calls off a request that nobody has confirmed before its time began; its slot is freed.
///
/// `appointment` is what the caller has read; if it was changed since, the race is lost and the work is run again.
///
/// # Errors
/// `IllegalMove` unless it is pending; `TooEarly` while it can still be confirmed; or the store fails.
pub fn expire<S: Slots + Appointments + History + ?Sized>(
    store: &mut S,
    appointment: &Appointment,
    now: DateTime<Utc>,
) -> Result<Appointment, Error> {
    let after = decide_expiry(appointment, now)?;
    let reason_code = Some(CancelReason::Expired);
    let note = Note { by: Actor::SYSTEM, kind: ChangeKind::Status, reason_code, reason: None };
    recording::change(store, appointment, &after, None, &note, now)?;
    Ok(after)
}

/// Whether this request has expired, and what it then looks like.
///
/// # Errors
/// `IllegalMove` unless it is pending; `TooEarly` while it can still be confirmed.
pub fn decide_expiry(appointment: &Appointment, now: DateTime<Utc>) -> Result<Appointment, Refusal> {
    let to = AppointmentStatus::Cancelled;
    if appointment.status != AppointmentStatus::Pending {
        return Err(Refusal::IllegalMove { from: appointment.status, to });
    }
    if !appointment.interval.has_begun(now) {
        return Err(Refusal::TooEarly { start: appointment.interval.start(), now });
    }
    Ok(Appointment { status: to, ..appointment.next_revision(now) })
}

/// Undoes a cancellation or a no-show: the visit is booked again, in its slot, if that and the patient are still free.
///
/// What has begun may be put right, so the start is not looked at.
///
/// # Errors
/// `IllegalMove`, `UnknownSlot`, `SlotChanged` when the slot is another time by now, `SlotNotFree`, `PatientInactive`,
/// `PatientBusy` or a cap; or the store fails.
pub fn reinstate<S: Holds + Slots + Appointments + History + ?Sized>(
    store: &mut S,
    appointment: &Appointment,
    by: Actor,
    reason: Option<String>,
    policy: &BookingPolicy,
    now: DateTime<Utc>,
) -> Result<Appointment, Error> {
    let to = AppointmentStatus::Booked;
    if !matches!(appointment.status, AppointmentStatus::Cancelled | AppointmentStatus::NoShow) {
        return Err(Refusal::IllegalMove { from: appointment.status, to }.into());
    }
    let target = Target::Slot(appointment.slot);
    booking::hold(store, appointment.patient, target, policy)?;
    let offer = booking::find(store, target)?;
    let surroundings = booking::look_around(store, appointment.patient, None, &offer, policy, now)?;
    if offer.slot.interval != appointment.interval {
        return Err(Refusal::SlotChanged { start: appointment.interval.start() }.into());
    }
    if offer.slot.status != SlotStatus::Free {
        return Err(Refusal::SlotNotFree { status: offer.slot.status }.into());
    }
    booking::refuse_crowded(&surroundings, policy)?;
    let after = Appointment { status: to, ..appointment.next_revision(now) };
    let note = Note { by, kind: ChangeKind::Status, reason_code: None, reason };
    recording::change(store, appointment, &after, Some(&offer.slot), &note, now)?;
    Ok(after)
}

/// Rewrites why the patient comes and what else the doctor should know.
///
/// # Errors
/// `Stale` when the caller has seen another revision; or the store fails.
pub fn amend<S: Slots + Appointments + History + ?Sized>(
    store: &mut S,
    appointment: &Appointment,
    expected: &Expected,
    words: (Option<String>, Option<String>),
    by: Actor,
    now: DateTime<Utc>,
) -> Result<Appointment, Error> {
    if !expected.accepts(appointment.revision) {
        return Err(Refusal::Stale { actual: appointment.revision }.into());
    }
    let (reason, notes) = words;
    let after = Appointment { reason, notes, ..appointment.next_revision(now) };
    let note = Note { by, kind: ChangeKind::Amended, reason_code: None, reason: None };
    recording::change(store, appointment, &after, None, &note, now)?;
    Ok(after)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::{appointment, at};
    use AppointmentStatus::{Arrived, Booked, Cancelled, CheckedIn, Pending, Proposed, Waitlist};
    use kernel::Word;

    const AFTER: &str = "2027-01-05T11:00:00Z";

    fn check(from: AppointmentStatus, step: Step, now: &str) -> Result<AppointmentStatus, Refusal> {
        decide_step(&appointment(from), step, Role::Doctor, at(now)).map(|after| after.status)
    }

    #[test]
    fn each_step_follows_only_the_statuses_of_the_table() {
        let allowed: [(Step, &[AppointmentStatus]); 6] = [
            (Step::Confirm, &[Pending]),
            (Step::Refuse, &[Pending]),
            (Step::Arrive, &[Booked]),
            (Step::CheckIn, &[Booked, Arrived]),
            (Step::Complete, &[Booked, Arrived, CheckedIn]),
            (Step::NoShow, &[Booked]),
        ];
        for (step, sources) in allowed {
            for from in AppointmentStatus::ALL {
                let to = step.leads_to();
                let expected =
                    if sources.contains(from) { Ok(to) } else { Err(Refusal::IllegalMove { from: *from, to }) };
                let now = if step == Step::Confirm { "2027-01-05T10:59:59Z" } else { AFTER };
                assert_eq!(check(*from, step, now), expected, "{step} of {from}");
            }
        }
    }

    #[test]
    fn anything_but_an_error_can_be_entered_in_error() {
        for from in AppointmentStatus::ALL {
            let entered = check(*from, Step::EnterInError, AFTER);
            assert_eq!(entered.is_ok(), *from != AppointmentStatus::EnteredInError, "{from}");
        }
    }

    #[test]
    fn a_visit_is_neither_over_nor_missed_before_it_begins() {
        let early = "2027-01-05T10:59:59Z";
        let refusal = Refusal::TooEarly { start: at(AFTER), now: at(early) };
        for step in [Step::Complete, Step::NoShow] {
            assert_eq!(check(Booked, step, early), Err(refusal.clone()));
            assert_eq!(check(Booked, step, AFTER), Ok(step.leads_to()));
        }
    }

    #[test]
    fn a_request_is_confirmed_before_its_time_begins_and_expires_then() {
        let early = "2027-01-05T10:59:59Z";
        assert_eq!(check(Pending, Step::Confirm, early), Ok(Booked));
        assert_eq!(check(Pending, Step::Confirm, AFTER), Err(Refusal::SlotInPast { start: at(AFTER), now: at(AFTER) }));
        assert_eq!(check(Pending, Step::Refuse, AFTER), Ok(Cancelled));
        let expire = |from, now: &str| decide_expiry(&appointment(from), at(now)).map(|after| after.status);
        assert_eq!(expire(Pending, AFTER), Ok(Cancelled));
        assert_eq!(expire(Pending, early), Err(Refusal::TooEarly { start: at(AFTER), now: at(early) }));
        for from in AppointmentStatus::ALL.iter().filter(|from| **from != Pending) {
            assert_eq!(expire(*from, AFTER), Err(Refusal::IllegalMove { from: *from, to: Cancelled }));
        }
    }

    #[test]
    fn nobody_is_in_the_house_a_day_before_the_visit() {
        let (early, in_time) = ("2027-01-04T10:59:59Z", "2027-01-04T11:00:00Z");
        let refusal = Refusal::TooEarly { start: at(AFTER), now: at(early) };
        for (from, step) in [(Booked, Step::Arrive), (Booked, Step::CheckIn), (Arrived, Step::CheckIn)] {
            assert_eq!(check(from, step, early), Err(refusal.clone()));
            assert_eq!(check(from, step, in_time), Ok(step.leads_to()));
        }
        assert_eq!(check(Pending, Step::Confirm, early), Ok(Booked));
    }

    #[test]
    fn an_arrival_is_remembered_by_the_role_that_recorded_it() {
        let after = |from, step, role| decide_step(&appointment(from), step, role, at(AFTER)).unwrap().received_by;
        for step in [Step::Arrive, Step::CheckIn, Step::Complete] {
            assert_eq!(after(Booked, step, Role::Receptionist), Some(Role::Receptionist), "{step}");
        }
        for (from, step) in [(Pending, Step::Refuse), (Booked, Step::NoShow)] {
            assert_eq!(after(from, step, Role::Receptionist), None, "{step}");
        }
        // A request is confirmed before its time begins.
        let early = at("2027-01-05T10:59:59Z");
        let confirmed = decide_step(&appointment(Pending), Step::Confirm, Role::Receptionist, early).unwrap();
        assert_eq!(confirmed.received_by, None);
    }

    #[test]
    fn the_status_is_looked_at_before_the_time() {
        for from in [Proposed, Waitlist, Pending] {
            let refused = check(from, Step::Complete, "2027-01-05T10:59:59Z");
            assert_eq!(refused, Err(Refusal::IllegalMove { from, to: Step::Complete.leads_to() }));
        }
    }
}
