use super::*;
use crate::mock_store::{MockStore, broken};
use crate::ports::Engagements;
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
fn nothing_is_booked_for_a_patient_whose_account_is_closed() {
    let surroundings = Surroundings { is_patient_inactive: true, ..alone() };
    let refused = check(&offer(), &surroundings, &BookingPolicy::default(), now());
    assert_eq!(refused, Err(Refusal::PatientInactive));
}

#[test]
fn a_slot_that_was_meant_at_another_time_is_not_found() {
    let start = offer().slot.interval.start();
    let found = |target| {
        let mut store = MockStore::new();
        store.expect_offer().once().returning(|_| Ok(Some(offer())));
        find(&mut store, target)
    };
    let slot = offer().slot.id;
    assert_eq!(found(Target::Slot(slot)), Ok(offer()));
    assert_eq!(found(Target::SlotAt { slot, start }), Ok(offer()));
    let meant = start - TimeDelta::minutes(30);
    assert_eq!(found(Target::SlotAt { slot, start: meant }), Err(Refusal::SlotChanged { start: meant }.into()));
}

#[test]
fn a_cap_is_reached_when_there_are_as_many_as_it_allows() {
    let policy = BookingPolicy { patient_upcoming_max: Some(2), doctor_day_max: Some(3), ..BookingPolicy::default() };
    let with =
        |upcoming, doctor_day| check(&offer(), &Surroundings { upcoming, doctor_day, ..alone() }, &policy, now());
    assert!(with(1, 2).is_ok());
    assert_eq!(with(2, 2), Err(Refusal::PatientCapReached { most: 2 }));
    assert_eq!(with(1, 3), Err(Refusal::DoctorDayCapReached { most: 3 }));
}

#[test]
fn under_confirmation_by_the_doctor_only_the_doctors_bookings_stand_at_once() {
    let by_doctor = BookingPolicy { confirmation: Confirmation::ByDoctor, ..BookingPolicy::default() };
    let status = |role| {
        let request = BookingRequest { by: by(role), ..request() };
        decide_booking(&request, &offer(), &alone(), &by_doctor, now()).unwrap().status
    };
    assert_eq!(status(Role::Patient), AppointmentStatus::Pending);
    assert_eq!(status(Role::Receptionist), AppointmentStatus::Pending);
    assert_eq!(status(Role::Doctor), AppointmentStatus::Booked);
    assert_eq!(status(Role::Admin), AppointmentStatus::Pending);
}

#[test]
fn the_patient_is_held_before_anything_is_read() {
    let mut order = Sequence::new();
    let mut store = MockStore::new();
    let guards = BTreeSet::from([Guard::Patient(PATIENT)]);
    store.expect_hold().withf(move |held| *held == guards).once().in_sequence(&mut order).returning(|_| Ok(Held::All));
    store.expect_offer().once().in_sequence(&mut order).returning(|_| Ok(Some(offer())));
    store.expect_engagements_of().once().in_sequence(&mut order).returning(|_, _| Ok(Engagements::default()));
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
    store.expect_hold().withf(move |held| *held == guards).once().in_sequence(&mut order).returning(|_| Ok(Held::All));
    store.expect_offer().once().in_sequence(&mut order).returning(|_| Ok(Some(offer())));
    store.expect_engagements_of().returning(|_, _| Ok(Engagements::default()));
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
    store.expect_engagements_of().returning(|_, _| Ok(Engagements::default()));
    store.expect_change_slot().returning(|_| Err(broken()));
    let failed = book(&mut store, &request(), &BookingPolicy::default(), now());
    assert_eq!(failed, Err(Error::Store(broken())));
}

#[test]
fn what_is_lost_already_is_refused_without_anybody_being_held() {
    let lost = |found: Option<Offer>, now| {
        let mut store = MockStore::new();
        store.expect_offer().once().returning(move |_| Ok(found));
        refuse_lost(&mut store, Target::Slot(offer().slot.id), now)
    };
    let busy = Offer { slot: offer().slot.with_status(SlotStatus::Busy), ..offer() };
    let start = offer().slot.interval.start();
    assert_eq!(lost(Some(offer()), now()), Ok(()));
    assert_eq!(lost(Some(busy), now()), Err(Refusal::SlotNotFree { status: SlotStatus::Busy }.into()));
    assert_eq!(lost(Some(offer()), start), Err(Refusal::SlotInPast { start, now: start }.into()));
    assert_eq!(lost(None, now()), Err(Refusal::UnknownSlot.into()));
}
