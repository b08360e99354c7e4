//! Calling a visit off.

use chrono::{DateTime, TimeDelta, Utc};

use crate::ports::{Appointments, History, Slots};
use crate::recording::{self, Note};
use crate::{Actor, Appointment, AppointmentStatus, BookingPolicy, CancelReason, ChangeKind, Error, Refusal};

/// A wish to call a visit off.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CancelRequest {
    /// Who asks.
    pub by: Actor,
    /// Why, coded.
    pub reason_code: Option<CancelReason>,
    /// Why, in their words.
    pub reason: Option<String>,
}

/// Cancels a visit and frees its slot; the record stays.
///
/// `appointment` is what the caller has read; if it was changed since, the race is lost and the work is run again.
///
/// # Errors
/// A [`Refusal`] of [`decide_cancellation`]; or the store fails.
pub fn cancel<S: Slots + Appointments + History + ?Sized>(
    store: &mut S,
    appointment: &Appointment,
    request: &CancelRequest,
    policy: &BookingPolicy,
    now: DateTime<Utc>,
) -> Result<Appointment, Error> {
    let cancelled = decide_cancellation(appointment, request.by, policy, now)?;
    let note = Note {
        by: request.by,
        kind: ChangeKind::Status,
        reason_code: request.reason_code,
        reason: request.reason.clone(),
    };
    recording::change(store, appointment, &cancelled, None, &note, now)?;
    Ok(cancelled)
}

/// Whether this visit can still be called off by this person, and what it then looks like.
///
/// # Errors
/// `IllegalMove` when its status does not allow it; `TooLateToCancel` for a patient from the notice on, and for
/// staff from the end. Where nobody has confirmed it yet, it can always be withdrawn.
pub fn decide_cancellation(
    appointment: &Appointment,
    by: Actor,
    policy: &BookingPolicy,
    now: DateTime<Utc>,
) -> Result<Appointment, Refusal> {
    let to = AppointmentStatus::Cancelled;
    if !appointment.status.may_become(to) {
        return Err(Refusal::IllegalMove { from: appointment.status, to });
    }
    let until = if by.is_staff() { appointment.interval.end() } else { latest_notice(appointment, policy) };
    if until <= now && !is_unconfirmed(appointment.status) {
        return Err(Refusal::TooLateToCancel { until });
    }
    Ok(Appointment { status: to, ..appointment.next_revision(now) })
}

/// Until when a patient may still change their mind: the notice before the start, or, for a slip, the grace after the
/// booking was made; not included. Where nobody has confirmed the visit yet, until its start; and never after that.
pub(crate) fn latest_notice(appointment: &Appointment, policy: &BookingPolicy) -> DateTime<Utc> {
    let start = appointment.interval.start();
    if is_unconfirmed(appointment.status) {
        return start;
    }
    let notice = start - TimeDelta::minutes(i64::from(policy.cancel_notice_minutes_min));
    let grace = appointment.created_at + TimeDelta::minutes(i64::from(policy.cancel_grace_minutes));
    notice.max(grace.min(start))
}

/// Whether nobody counts on the visit yet.
const fn is_unconfirmed(status: AppointmentStatus) -> bool {
    matches!(status, AppointmentStatus::Proposed | AppointmentStatus::Waitlist | AppointmentStatus::Pending)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::{appointment, at, by};
    use kernel::{Role, Word};

    fn check(status: AppointmentStatus, role: Role, now: &str) -> Result<AppointmentStatus, Refusal> {
        let policy = BookingPolicy { cancel_notice_minutes_min: 60, ..BookingPolicy::default() };
        decide_cancellation(&appointment(status), by(role), &policy, at(now)).map(|after| after.status)
    }

    #[test]
    fn a_patient_cancels_until_the_notice_before_the_start() {
        let booked = AppointmentStatus::Booked;
        assert_eq!(check(booked, Role::Patient, "2027-01-05T09:59:59Z"), Ok(AppointmentStatus::Cancelled));
        let until = at("2027-01-05T10:00:00Z");
        assert_eq!(check(booked, Role::Patient, "2027-01-05T10:00:00Z"), Err(Refusal::TooLateToCancel { until }));
    }

    #[test]
    fn what_nobody_has_confirmed_can_always_be_withdrawn() {
        for status in [AppointmentStatus::Proposed, AppointmentStatus::Waitlist, AppointmentStatus::Pending] {
            for now in ["2027-01-05T10:30:00Z", "2027-01-05T11:00:00Z", "2027-02-01T00:00:00Z"] {
                for role in [Role::Patient, Role::Doctor, Role::Receptionist, Role::Admin] {
                    assert_eq!(check(status, role, now), Ok(AppointmentStatus::Cancelled), "{status} {role} {now}");
                }
            }
        }
    }

    #[test]
    fn a_slip_can_be_undone_for_as_long_as_the_grace_lasts_but_not_after_the_start() {
        let policy = |cancel_grace_minutes| BookingPolicy {
            cancel_notice_minutes_min: 1_440,
            cancel_grace_minutes,
            ..BookingPolicy::default()
        };
        let booked = |created_at| Appointment { created_at, ..appointment(AppointmentStatus::Booked) };
        let cancel = |grace, made: &str, now: &str| {
            decide_cancellation(&booked(at(made)), by(Role::Patient), &policy(grace), at(now)).map(|after| after.status)
        };
        let made = "2027-01-05T09:00:00Z";
        assert_eq!(cancel(10, made, "2027-01-05T09:09:59Z"), Ok(AppointmentStatus::Cancelled));
        let until = at("2027-01-05T09:10:00Z");
        assert_eq!(cancel(10, made, "2027-01-05T09:10:00Z"), Err(Refusal::TooLateToCancel { until }));
        let until = at("2027-01-04T11:00:00Z");
        assert_eq!(cancel(0, made, made), Err(Refusal::TooLateToCancel { until: at(made).max(until) }));
        // The visit began before the grace was over.
        let late = "2027-01-05T10:55:00Z";
        assert_eq!(cancel(10, late, "2027-01-05T10:59:59Z"), Ok(AppointmentStatus::Cancelled));
        let until = at("2027-01-05T11:00:00Z");
        assert_eq!(cancel(10, late, "2027-01-05T11:00:00Z"), Err(Refusal::TooLateToCancel { until }));
    }

    #[test]
    fn staff_cancel_until_the_end() {
        for role in [Role::Doctor, Role::Receptionist, Role::Admin] {
            let at_half_past = check(AppointmentStatus::Booked, role, "2027-01-05T11:29:59Z");
            assert_eq!(at_half_past, Ok(AppointmentStatus::Cancelled));
            let until = at("2027-01-05T11:30:00Z");
            let over = check(AppointmentStatus::Booked, role, "2027-01-05T11:30:00Z");
            assert_eq!(over, Err(Refusal::TooLateToCancel { until }));
        }
    }

    #[test]
    fn the_status_is_looked_at_before_the_time() {
        let to = AppointmentStatus::Cancelled;
        for from in AppointmentStatus::ALL {
            let late = check(*from, Role::Patient, "2027-02-01T00:00:00Z");
            let expected = if !from.may_become(to) {
                Err(Refusal::IllegalMove { from: *from, to })
            } else if is_unconfirmed(*from) {
                Ok(to)
            } else {
                Err(Refusal::TooLateToCancel { until: at("2027-01-05T10:00:00Z") })
            };
            assert_eq!(late, expected);
        }
    }
}
