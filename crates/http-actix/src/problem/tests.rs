use ::application::{Error, Refusal, Thing};
use chrono::{DateTime, NaiveDate, TimeDelta};
use identity_core::{UniqueField, WeakPassword};
use kernel::{AppointmentId, DoctorId, PatientId, Revision, SlotId, StoreError};
use scheduling_core::{AppointmentStatus, Interval, SlotStatus};
use uuid::Uuid;

use super::*;

/// What is told of an error: its status, its code, and the first field that it names.
fn told(error: impl Into<Error>) -> (u16, String, String) {
    let problem = Problem::from(error.into());
    let pointer = problem.errors().first().map(|error| error.pointer.clone()).unwrap_or_default();
    (problem.code().status().as_u16(), problem.code().to_string(), pointer)
}

#[track_caller]
fn check(error: impl Into<Error>, status: u16, code: &str, pointer: &str) {
    assert_eq!(told(error), (status, code.to_owned(), pointer.to_owned()));
}

#[test]
fn a_rule_of_scheduling_says_no_in_its_own_words() {
    use scheduling_core::Refusal as R;
    let now = DateTime::UNIX_EPOCH;
    let interval = Interval::new(now, now + TimeDelta::minutes(30)).unwrap();
    let id = Uuid::nil();
    let date = NaiveDate::MIN;
    let (booked, cancelled) = (AppointmentStatus::Booked, AppointmentStatus::Cancelled);
    check(R::UnknownSlot, 404, "unknown_slot", "");
    check(R::UnknownDoctor { doctor: DoctorId::new(id) }, 404, "unknown_doctor", "");
    check(R::UnknownPatient { patient: PatientId::new(id) }, 404, "unknown_patient", "");
    check(R::SlotNotFree { status: SlotStatus::Busy }, 409, "slot_not_free", "");
    check(R::SlotInPast { start: now, now }, 422, "slot_in_past", "");
    check(R::NoticeTooShort { minutes: 1 }, 422, "notice_too_short", "");
    check(R::BeyondHorizon { days: 1 }, 422, "beyond_horizon", "");
    check(R::DoctorNotAccepting, 409, "doctor_not_accepting", "");
    check(R::SlotChanged { start: now }, 409, "slot_changed", "");
    check(R::PatientInactive, 409, "patient_inactive", "");
    check(R::PatientBusy { interval }, 409, "patient_busy", "");
    check(R::PatientCapReached { most: 1 }, 422, "patient_cap_reached", "");
    check(R::DoctorDayCapReached { most: 1 }, 422, "doctor_day_cap_reached", "");
    check(R::IllegalMove { from: booked, to: cancelled }, 409, "illegal_move", "");
    check(R::NotMovable { from: cancelled }, 409, "illegal_move", "");
    check(R::TooEarly { start: now, now }, 422, "too_early", "");
    check(R::TooLateToMove { until: now }, 422, "too_late_to_move", "");
    check(R::TooLateToCancel { until: now }, 422, "too_late_to_cancel", "");
    check(R::SlotOverlap { conflicts: Vec::new() }, 409, "slot_overlap", "");
    check(R::SlotHasAppointment { taken: Vec::new() }, 409, "slot_has_appointment", "");
    check(R::SlotLength { least: 5, most: 480 }, 422, "invalid", "/slot_minutes");
    check(R::NotWholeMinutes, 422, "invalid", "/starts_at");
    check(R::DatesReversed { start: date, end: date }, 422, "invalid", "/end_date");
    check(R::WindowReversed, 422, "invalid", "/end_time");
    check(R::BreakOutside, 422, "invalid", "/break");
    check(R::NoOpenDay, 422, "invalid", "/weekdays");
    check(R::NothingFits { minutes: 1 }, 422, "invalid", "/slot_minutes");
    check(R::TooManySlots { count: 2, most: 1 }, 422, "too_many_slots", "");
    check(R::TooManySlotsInDay { date, count: 2, most: 1 }, 422, "too_many_slots_in_day", "");
    check(R::Stale { actual: Revision::FIRST }, 412, "stale", "");
}

#[test]
fn a_rule_of_identity_says_no_in_its_own_words() {
    use identity_core::Refusal as R;
    check(R::Taken { field: UniqueField::Email }, 409, "email_taken", "/email");
    check(R::Taken { field: UniqueField::Username }, 409, "username_taken", "/username");
    check(R::Taken { field: UniqueField::Phone }, 409, "phone_taken", "/phone");
    check(R::Taken { field: UniqueField::NationalId }, 409, "national_id_taken", "/national_id");
    check(R::TooManyAdmins { most: 2 }, 409, "too_many_admins", "");
    check(R::WeakPassword(WeakPassword::TooShort), 422, "invalid", "/password");
    check(R::WrongCredentials, 401, "wrong_credentials", "");
    check(R::RefreshTokenInvalid, 401, "refresh_token_invalid", "");
    check(R::RefreshTokenReused, 401, "refresh_token_reused", "");
    check(R::OneTimeTokenInvalid, 422, "token_invalid", "/token");
    check(R::UnknownSession, 404, "unknown_session", "");
    check(R::Stale { actual: Revision::FIRST }, 412, "stale", "");
}

#[test]
fn the_application_says_no_in_its_own_words() {
    use Refusal as R;
    check(R::Unauthenticated, 401, "unauthenticated", "");
    check(R::Forbidden, 403, "forbidden", "");
    for (thing, code) in [
        (Thing::Doctor, "unknown_doctor"),
        (Thing::Patient, "unknown_patient"),
        (Thing::Location, "unknown_location"),
        (Thing::Specialty, "unknown_specialty"),
        (Thing::Slot, "unknown_slot"),
        (Thing::Appointment, "unknown_appointment"),
    ] {
        check(R::Unknown(thing), 404, code, "");
    }
    check(R::UnknownSlots(vec![SlotId::new(Uuid::nil())]), 404, "unknown_slots", "");
    check(R::UnknownSpecialty { index: 2, code: "x".to_owned() }, 422, "invalid", "/specialties/2");
    check(R::PatientMissing, 422, "invalid", "/patient_id");
    check(R::DoctorMissing, 422, "invalid", "/doctor_id");
    check(R::BornInFuture, 422, "invalid", "/date_of_birth");
    check(R::BornTooEarly { year_min: 1_900 }, 422, "invalid", "/date_of_birth");
    check(R::IdempotencyKeyReused, 422, "idempotency_key_reused", "");
}

#[test]
fn a_failure_is_told_without_its_cause() {
    let reason = || "secret".to_owned();
    for (error, status, code) in [
        (StoreError::Unavailable { reason: reason() }, 503, "unavailable"),
        (StoreError::Contended { attempts: 8 }, 503, "contended"),
        (StoreError::OutcomeUnknown { reason: reason() }, 503, "outcome_unknown"),
        (StoreError::Corrupt { table: "secret", column: "secret" }, 500, "internal"),
        (StoreError::Failed { reason: reason() }, 500, "internal"),
    ] {
        check(error.clone(), status, code, "");
        let problem = Problem::from(error);
        assert!(problem.cause().is_some() && !problem.to_string().contains("secret"));
        let retry = problem.error_response().headers().contains_key(RETRY_AFTER);
        assert_eq!(retry, status == 503);
    }
}

#[test]
fn what_is_in_the_way_is_told() {
    let taken = vec![(SlotId::new(Uuid::from_u128(1)), AppointmentId::new(Uuid::from_u128(2)))];
    let problem = Problem::from(scheduling_core::Refusal::SlotHasAppointment { taken });
    assert_eq!(problem.0.extensions.appointments.map(|taken| taken[0].appointment_id), Some(Uuid::from_u128(2)));
    let from = AppointmentStatus::Cancelled;
    let problem = Problem::from(scheduling_core::Refusal::NotMovable { from });
    assert_eq!(problem.0.extensions.current_status.as_deref(), Some("cancelled"));
}
