//! Taking a free slot for a patient.

use std::collections::BTreeSet;

use chrono::{DateTime, TimeDelta, Utc};
use kernel::{AppointmentId, DoctorId, Guard, Held, Holds, PatientId, Revision, Role, SlotId, StoreError};

use crate::policy::{BookingPolicy, Confirmation};
use crate::ports::{Appointments, Slots};
use crate::recording::{self, Note};
use crate::{
    Actor, Appointment, AppointmentStatus, ChangeKind, Error, Interval, Offer, Refusal, SlotStatus, local_time,
};

/// Which slot is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// This one.
    Slot(SlotId),
    /// The one of this doctor that starts then.
    Start {
        /// Whose.
        doctor: DoctorId,
        /// When.
        start: DateTime<Utc>,
    },
}

/// A wish for a visit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BookingRequest {
    /// The identity that the appointment will have, the same however often the work is run.
    pub id: AppointmentId,
    /// Who comes.
    pub patient: PatientId,
    /// In which slot.
    pub target: Target,
    /// Why the patient comes.
    pub reason: Option<String>,
    /// What else the doctor should know.
    pub notes: Option<String>,
    /// Who asks.
    pub by: Actor,
}

/// What else is going on around a slot that somebody wants.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Surroundings {
    /// The patient's other active appointments that overlap it.
    pub overlapping: Vec<Appointment>,
    /// How many active appointments the patient has that are not over; 0 where there is no cap.
    pub upcoming: u32,
    /// How many active appointments the doctor has on that day; 0 where there is no cap.
    pub doctor_day: u32,
}

/// Books a free slot: the appointment is made and the slot busy, or nothing is written.
///
/// # Errors
/// A [`Refusal`] of [`decide_booking`]; `UnknownSlot` or `UnknownPatient`; or the store fails.
pub fn book<S: Holds + Slots + Appointments + ?Sized>(
    store: &mut S,
    request: &BookingRequest,
    policy: &BookingPolicy,
    now: DateTime<Utc>,
) -> Result<Appointment, Error> {
    hold(store, request.patient, request.target, policy)?;
    let offer = find(store, request.target)?;
    let surroundings = look_around(store, request.patient, None, &offer, policy, now)?;
    let appointment = decide_booking(request, &offer, &surroundings, policy, now)?;
    store.change_slot(&offer.slot.with_status(SlotStatus::Busy))?;
    let note = Note { by: request.by, kind: ChangeKind::Booked, reason_code: None, reason: None };
    recording::add(store, &appointment, &note)?;
    Ok(appointment)
}

/// Whether this wish can be granted, and what the appointment then looks like.
///
/// ```
/// use chrono::{DateTime, TimeDelta, Utc};
/// use kernel::{AccountId, AppointmentId, DoctorId, LocationId, PatientId, Role, ScheduleId, SlotId};
/// use scheduling_core::booking::{BookingRequest, Surroundings, Target, decide_booking};
/// use scheduling_core::{Actor, AppointmentStatus, BookingPolicy, Interval, Offer, Refusal, Schedule, Slot};
/// use uuid::Uuid;
///
/// let schedule = Schedule {
///     id: ScheduleId::new(Uuid::from_u128(1)),
///     doctor: DoctorId::new(Uuid::from_u128(2)),
///     location: LocationId::new(Uuid::from_u128(3)),
///     zone: chrono_tz::Africa::Lagos,
///     accepting_bookings: true,
/// };
/// let start: DateTime<Utc> = "2027-01-04T09:00:00Z".parse().unwrap();
/// let interval = Interval::of_minutes(start, 30).unwrap();
/// let offer = Offer { slot: Slot::new(SlotId::new(Uuid::from_u128(4)), &schedule, interval), schedule };
/// let request = BookingRequest {
///     id: AppointmentId::new(Uuid::from_u128(5)),
///     patient: PatientId::new(Uuid::from_u128(6)),
///     target: Target::Slot(offer.slot.id),
///     reason: None,
///     notes: None,
///     by: Actor { account: AccountId::new(Uuid::from_u128(7)), role: Role::Patient },
/// };
/// let decide = |now| decide_booking(&request, &offer, &Surroundings::default(), &BookingPolicy::default(), now);
///
/// let a_minute_before = start - TimeDelta::minutes(1);
/// assert_eq!(decide(a_minute_before).map(|visit| visit.status), Ok(AppointmentStatus::Booked));
/// assert_eq!(decide(start), Err(Refusal::SlotInPast { start, now: start }));
/// ```
///
/// # Errors
/// In this order: `SlotNotFree`, `SlotInPast`, `DoctorNotAccepting`, `NoticeTooShort`, `BeyondHorizon`, `PatientBusy`,
/// `PatientCapReached`, `DoctorDayCapReached`.
pub fn decide_booking(
    request: &BookingRequest,
    offer: &Offer,
    surroundings: &Surroundings,
    policy: &BookingPolicy,
    now: DateTime<Utc>,
) -> Result<Appointment, Refusal> {
    refuse_taken(offer, now)?;
    refuse_untimely(offer, policy, now)?;
    refuse_crowded(surroundings, policy)?;
    Ok(Appointment {
        id: request.id,
        patient: request.patient,
        doctor: offer.slot.doctor,
        location: offer.slot.location,
        slot: offer.slot.id,
        interval: offer.slot.interval,
        status: first_status(policy, request.by.role),
        reason: request.reason.clone(),
        notes: request.notes.clone(),
        revision: Revision::FIRST,
        created_at: now,
    })
}

/// Makes everyone else who wants something for this patient wait; and, where the doctor's days are capped, for the doctor.
pub(crate) fn hold<S: Holds + Slots + ?Sized>(
    store: &mut S,
    patient: PatientId,
    target: Target,
    policy: &BookingPolicy,
) -> Result<(), Error> {
    let mut guards = BTreeSet::from([Guard::Patient(patient)]);
    if policy.doctor_day_max.is_some() {
        // A slot never changes its doctor, so this read decides nothing but whom to hold.
        guards.insert(Guard::Doctor(find(store, target)?.slot.doctor));
    }
    match store.hold(&guards)? {
        Held::All => Ok(()),
        Held::Missing(Guard::Doctor(doctor)) => Err(Refusal::UnknownDoctor { doctor }.into()),
        Held::Missing(Guard::Patient(_) | Guard::Admins) => Err(Refusal::UnknownPatient { patient }.into()),
    }
}

/// The slot that is wanted, with its terms.
pub(crate) fn find<S: Slots + ?Sized>(store: &mut S, target: Target) -> Result<Offer, Error> {
    let offer = match target {
        Target::Slot(id) => store.offer(id)?,
        Target::Start { doctor, start } => store.offer_starting(doctor, start)?,
    };
    Ok(offer.ok_or(Refusal::UnknownSlot)?)
}

/// Loads what the decision needs, leaving the appointment that is to move out of account.
pub(crate) fn look_around<S: Appointments + ?Sized>(
    store: &mut S,
    patient: PatientId,
    moving: Option<&Appointment>,
    offer: &Offer,
    policy: &BookingPolicy,
    now: DateTime<Utc>,
) -> Result<Surroundings, StoreError> {
    let mut overlapping = store.active_of_patient_within(patient, offer.slot.interval)?;
    overlapping.retain(|other| moving.is_none_or(|moving| moving.id != other.id));
    let upcoming = match policy.patient_upcoming_max {
        Some(_) if moving.is_none() => store.count_upcoming_of_patient(patient, now)?,
        _ => 0,
    };
    let day = day_of(offer).filter(|day| {
        let stays = moving.is_some_and(|moving| {
            moving.doctor == offer.slot.doctor && day.start() <= moving.interval.start() && !day.is_before(moving)
        });
        policy.doctor_day_max.is_some() && !stays
    });
    let doctor_day = match day {
        Some(day) => store.count_active_of_doctor_within(offer.slot.doctor, day)?,
        None => 0,
    };
    Ok(Surroundings { overlapping, upcoming, doctor_day })
}

impl Interval {
    /// Whether it ends before, or when, a visit starts.
    fn is_before(self, visit: &Appointment) -> bool {
        self.end() <= visit.interval.start()
    }
}

/// The local day on which a slot starts.
fn day_of(offer: &Offer) -> Option<Interval> {
    let zone = offer.schedule.zone;
    local_time::day_bounds(zone, local_time::day(zone, offer.slot.interval.start()))
}

/// What nobody can set aside: the slot must be free and still to come.
pub(crate) fn refuse_taken(offer: &Offer, now: DateTime<Utc>) -> Result<(), Refusal> {
    let slot = &offer.slot;
    if slot.status != SlotStatus::Free {
        return Err(Refusal::SlotNotFree { status: slot.status });
    }
    if slot.interval.has_begun(now) {
        return Err(Refusal::SlotInPast { start: slot.interval.start(), now });
    }
    Ok(())
}

/// What staff may set aside when they move a visit: whether the doctor accepts, notice and horizon.
pub(crate) fn refuse_untimely(offer: &Offer, policy: &BookingPolicy, now: DateTime<Utc>) -> Result<(), Refusal> {
    let start = offer.slot.interval.start();
    if !offer.schedule.accepting_bookings {
        return Err(Refusal::DoctorNotAccepting);
    }
    if start < now + TimeDelta::minutes(i64::from(policy.notice_minutes_min)) {
        return Err(Refusal::NoticeTooShort { minutes: policy.notice_minutes_min });
    }
    if now + TimeDelta::days(i64::from(policy.horizon_days_max)) < start {
        return Err(Refusal::BeyondHorizon { days: policy.horizon_days_max });
    }
    Ok(())
}

/// What nobody can set aside either: nobody is in two places, and caps are caps.
pub(crate) fn refuse_crowded(surroundings: &Surroundings, policy: &BookingPolicy) -> Result<(), Refusal> {
    if let Some(other) = surroundings.overlapping.first() {
        return Err(Refusal::PatientBusy { interval: other.interval });
    }
    match policy.patient_upcoming_max {
        Some(most) if most <= surroundings.upcoming => return Err(Refusal::PatientCapReached { most }),
        _ => {}
    }
    match policy.doctor_day_max {
        Some(most) if most <= surroundings.doctor_day => Err(Refusal::DoctorDayCapReached { most }),
        _ => Ok(()),
    }
}

/// What a visit is at first: under confirmation by the doctor it is pending, unless the doctor made it.
pub(crate) fn first_status(policy: &BookingPolicy, by: Role) -> AppointmentStatus {
    match (policy.confirmation, by) {
        (Confirmation::ByDoctor, Role::Patient | Role::Receptionist) => AppointmentStatus::Pending,
        (Confirmation::ByDoctor, Role::Doctor | Role::Admin) | (Confirmation::Automatic, _) => {
            AppointmentStatus::Booked
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mock_store::{MockStore, broken};
    use crate::sample::{DOCTOR, PATIENT, appointment, at, by, now, offer, request};
    use mockall::Sequence;

    /// The usual wish under some other circumstances.
    fn check(
        offer: &Offer,
        surroundings: &Surroundings,
        policy: &BookingPolicy,
        now: DateTime<Utc>,
    ) -> Result<AppointmentStatus, Refusal> {
        decide_booking(&request(), offer, surroundings, policy, now).map(|appointment| appointment.status)
    }

    fn alone() -> Surroundings {
        Surroundings::default()
    }

    #[test]
    fn a_free_slot_to_come_is_booked_as_it_is() {
        let booked = decide_booking(&request(), &offer(), &alone(), &BookingPolicy::default(), now()).unwrap();
        assert_eq!((booked.slot, booked.interval), (offer().slot.id, offer().slot.interval));
        assert_eq!((booked.status, booked.revision), (AppointmentStatus::Booked, Revision::FIRST));
        assert_eq!((booked.reason.as_deref(), booked.created_at), (Some("cough"), now()));
    }

    #[test]
    fn a_slot_in_any_other_status_is_not_booked() {
        for status in [SlotStatus::Busy, SlotStatus::BusyTentative, SlotStatus::BusyUnavailable] {
            let taken = Offer { slot: offer().slot.with_status(status), ..offer() };
            let refused = check(&taken, &alone(), &BookingPolicy::default(), now());
            assert_eq!(refused, Err(Refusal::SlotNotFree { status }));
        }
    }

    #[test]
    fn a_slot_can_be_booked_until_it_begins() {
        let start = offer().slot.interval.start();
        let last = start - TimeDelta::microseconds(1);
        assert!(check(&offer(), &alone(), &BookingPolicy::default(), last).is_ok());
        let refused = check(&offer(), &alone(), &BookingPolicy::default(), start);
        assert_eq!(refused, Err(Refusal::SlotInPast { start, now: start }));
    }

    #[test]
    fn a_doctor_who_is_not_accepting_is_not_booked() {
        let mut closed = offer();
        closed.schedule.accepting_bookings = false;
        let refused = check(&closed, &alone(), &BookingPolicy::default(), now());
        assert_eq!(refused, Err(Refusal::DoctorNotAccepting));
    }

    #[test]
    fn notice_and_horizon_are_kept_to_the_minute() {
        let notice = BookingPolicy { notice_minutes_min: 60, ..BookingPolicy::default() };
        assert!(check(&offer(), &alone(), &notice, at("2027-01-05T08:00:00Z")).is_ok());
        let late = check(&offer(), &alone(), &notice, at("2027-01-05T08:00:01Z"));
        assert_eq!(late, Err(Refusal::NoticeTooShort { minutes: 60 }));

        let horizon = BookingPolicy { horizon_days_max: 7, ..BookingPolicy::default() };
        assert!(check(&offer(), &alone(), &horizon, at("2026-12-29T09:00:00Z")).is_ok());
        let early = check(&offer(), &alone(), &horizon, at("2026-12-29T08:59:59Z"));
        assert_eq!(early, Err(Refusal::BeyondHorizon { days: 7 }));
    }

    #[test]
    fn a_patient_cannot_be_in_two_places() {
        let other = appointment(AppointmentStatus::Booked);
        let surroundings = Surroundings { overlapping: vec![other.clone()], ..alone() };
        let refused = check(&offer(), &surroundings, &BookingPolicy::default(), now());
        assert_eq!(refused, Err(Refusal::PatientBusy { interval: other.interval }));
    }

    #[test]
    fn a_cap_is_reached_when_there_are_as_many_as_it_allows() {
        let policy =
            BookingPolicy { patient_upcoming_max: Some(2), doctor_day_max: Some(3), ..BookingPolicy::default() };
        let with =
            |upcoming, doctor_day| check(&offer(), &Surroundings { upcoming, doctor_day, ..alone() }, &policy, now());
        assert!(with(1, 2).is_ok());
        assert_eq!(with(2, 2), Err(Refusal::PatientCapReached { most: 2 }));
        assert_eq!(with(1, 3), Err(Refusal::DoctorDayCapReached { most: 3 }));
    }

    #[test]
    fn under_confirmation_by_the_doctor_only_the_doctors_and_admins_bookings_stand_at_once() {
        let by_doctor = BookingPolicy { confirmation: Confirmation::ByDoctor, ..BookingPolicy::default() };
        let status = |role| {
            let request = BookingRequest { by: by(role), ..request() };
            decide_booking(&request, &offer(), &alone(), &by_doctor, now()).unwrap().status
        };
        assert_eq!(status(Role::Patient), AppointmentStatus::Pending);
        assert_eq!(status(Role::Receptionist), AppointmentStatus::Pending);
        assert_eq!(status(Role::Doctor), AppointmentStatus::Booked);
        assert_eq!(status(Role::Admin), AppointmentStatus::Booked);
    }

    #[test]
    fn the_patient_is_held_before_anything_is_read() {
        let mut order = Sequence::new();
        let mut store = MockStore::new();
        let guards = BTreeSet::from([Guard::Patient(PATIENT)]);
        store
            .expect_hold()
            .withf(move |held| *held == guards)
            .once()
            .in_sequence(&mut order)
            .returning(|_| Ok(Held::All));
        store.expect_offer().once().in_sequence(&mut order).returning(|_| Ok(Some(offer())));
        store.expect_active_of_patient_within().once().in_sequence(&mut order).returning(|_, _| Ok(Vec::new()));
        store.expect_change_slot().once().in_sequence(&mut order).returning(|_| Ok(()));
        store.expect_add_appointment().once().in_sequence(&mut order).returning(|_| Ok(()));
        store.expect_add_change().once().in_sequence(&mut order).returning(|_| Ok(()));
        assert!(book(&mut store, &request(), &BookingPolicy::default(), now()).is_ok());
    }

    #[test]
    fn where_days_are_capped_the_doctor_is_held_too_before_anything_is_decided() {
        let mut order = Sequence::new();
        let mut store = MockStore::new();
        let guards = BTreeSet::from([Guard::Doctor(DOCTOR), Guard::Patient(PATIENT)]);
        store.expect_offer().once().in_sequence(&mut order).returning(|_| Ok(Some(offer())));
        store
            .expect_hold()
            .withf(move |held| *held == guards)
            .once()
            .in_sequence(&mut order)
            .returning(|_| Ok(Held::All));
        store.expect_offer().once().in_sequence(&mut order).returning(|_| Ok(Some(offer())));
        store.expect_active_of_patient_within().returning(|_, _| Ok(Vec::new()));
        store.expect_count_active_of_doctor_within().once().in_sequence(&mut order).returning(|_, _| Ok(5));
        let policy = BookingPolicy { doctor_day_max: Some(5), ..BookingPolicy::default() };
        let refused = book(&mut store, &request(), &policy, now());
        assert_eq!(refused, Err(Refusal::DoctorDayCapReached { most: 5 }.into()));
    }

    #[test]
    fn a_patient_without_a_guard_is_unknown() {
        let mut store = MockStore::new();
        store.expect_hold().returning(|_| Ok(Held::Missing(Guard::Patient(PATIENT))));
        let refused = book(&mut store, &request(), &BookingPolicy::default(), now());
        assert_eq!(refused, Err(Refusal::UnknownPatient { patient: PATIENT }.into()));
    }

    #[test]
    fn a_store_that_fails_is_not_a_refusal() {
        let mut store = MockStore::new();
        store.expect_hold().returning(|_| Ok(Held::All));
        store.expect_offer().returning(|_| Ok(Some(offer())));
        store.expect_active_of_patient_within().returning(|_, _| Ok(Vec::new()));
        store.expect_change_slot().returning(|_| Err(broken()));
        let failed = book(&mut store, &request(), &BookingPolicy::default(), now());
        assert_eq!(failed, Err(Error::Store(broken())));
    }
}
