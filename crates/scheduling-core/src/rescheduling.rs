//! Moving a visit to another slot.

use chrono::{DateTime, Utc};
use kernel::{Holds, Role};

use crate::booking::{self, Surroundings, Target};
use crate::policy::{BookingPolicy, Confirmation};
use crate::ports::{Appointments, History, Slots};
use crate::recording::{self, Note};
use crate::{Actor, Appointment, AppointmentStatus, ChangeKind, Error, Offer, Refusal, cancelling};

/// A wish for another time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MoveRequest {
    /// Which slot instead.
    pub target: Target,
    /// Who asks.
    pub by: Actor,
    /// Why; with a reason, staff may set notice, horizon and a doctor who is not accepting aside.
    pub reason: Option<String>,
}

/// Moves a visit: the old slot is free, the new one busy, the appointment the same; or nothing is written.
///
/// A visit that is there already stays as it is, at the same revision: so a move that is asked for again does nothing.
///
/// `appointment` is what the caller has read; if it was changed since, the race is lost and the work is run again.
///
/// # Errors
/// A [`Refusal`] of [`decide_move`]; `UnknownSlot`, `SlotChanged` or `UnknownPatient`; or the store fails.
pub fn reschedule<S: Holds + Slots + Appointments + History + ?Sized>(
    store: &mut S,
    appointment: &Appointment,
    request: &MoveRequest,
    policy: &BookingPolicy,
    now: DateTime<Utc>,
) -> Result<Appointment, Error> {
    refuse_settled(appointment)?;
    if is_there(appointment, request.target) {
        return Ok(appointment.clone());
    }
    booking::hold(store, appointment.patient, request.target, policy)?;
    let offer = booking::find(store, request.target)?;
    let surroundings = booking::look_around(store, appointment.patient, Some(appointment), &offer, policy, now)?;
    let moved = decide_move(appointment, request, &offer, &surroundings, policy, now)?;
    let note = Note { by: request.by, kind: ChangeKind::Moved, reason_code: None, reason: request.reason.clone() };
    recording::change(store, appointment, &moved, Some(&offer.slot), &note, now)?;
    Ok(moved)
}

/// Whether this visit can go to that slot, and what it then looks like.
///
/// # Errors
/// `NotMovable` unless it is pending or booked; `TooLateToMove` from its start, less the notice of a cancellation; then as
/// for a new booking. Staff with a reason are not bound by `TooLateToMove`, `DoctorNotAccepting`, `NoticeTooShort` and
/// `BeyondHorizon`.
pub fn decide_move(
    appointment: &Appointment,
    request: &MoveRequest,
    offer: &Offer,
    surroundings: &Surroundings,
    policy: &BookingPolicy,
    now: DateTime<Utc>,
) -> Result<Appointment, Refusal> {
    refuse_settled(appointment)?;
    let is_bound = !(request.by.is_staff() && request.reason.is_some());
    if is_bound {
        refuse_late(appointment, policy, now)?;
    }
    booking::refuse_taken(offer, now)?;
    if is_bound {
        booking::refuse_untimely(offer, policy, now)?;
    }
    booking::refuse_crowded(surroundings, policy)?;
    let status = match (policy.confirmation, request.by.role) {
        (Confirmation::ByDoctor, Role::Patient) => AppointmentStatus::Pending,
        _ => appointment.status,
    };
    Ok(Appointment {
        doctor: offer.slot.doctor,
        location: offer.slot.location,
        slot: offer.slot.id,
        interval: offer.slot.interval,
        status,
        ..appointment.next_revision(now)
    })
}

/// Whether the visit has that time already. What an active visit is in does not change its time.
fn is_there(appointment: &Appointment, target: Target) -> bool {
    let (start, slot) = (appointment.interval.start(), appointment.slot);
    match target {
        Target::Slot(wanted) => wanted == slot,
        Target::SlotAt { slot: wanted, start: at } => wanted == slot && at == start,
        Target::Start { doctor, start: at } => doctor == appointment.doctor && at == start,
    }
}

/// A visit that can no longer be cancelled for the asking cannot be moved for the asking either.
fn refuse_late(appointment: &Appointment, policy: &BookingPolicy, now: DateTime<Utc>) -> Result<(), Refusal> {
    let until = cancelling::latest_notice(appointment, policy);
    if until <= now { Err(Refusal::TooLateToMove { until }) } else { Ok(()) }
}

fn refuse_settled(appointment: &Appointment) -> Result<(), Refusal> {
    if matches!(appointment.status, AppointmentStatus::Pending | AppointmentStatus::Booked) {
        Ok(())
    } else {
        Err(Refusal::NotMovable { from: appointment.status })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::SlotStatus;
    use crate::mock_store::{MockStore, broken};
    use crate::ports::Engagements;
    use crate::sample::{PATIENT, appointment, at, by, now, offer, slot};
    use chrono::TimeDelta;
    use kernel::{Guard, Held, Word};
    use mockall::Sequence;

    fn request(role: Role, reason: Option<&str>) -> MoveRequest {
        MoveRequest { target: Target::Slot(offer().slot.id), by: by(role), reason: reason.map(str::to_owned) }
    }

    fn check(
        status: AppointmentStatus,
        request: &MoveRequest,
        offer: &Offer,
        policy: &BookingPolicy,
    ) -> Result<Appointment, Refusal> {
        decide_move(&appointment(status), request, offer, &Surroundings::default(), policy, now())
    }

    #[test]
    fn a_moved_visit_is_the_same_appointment_at_another_time() {
        let before = appointment(AppointmentStatus::Booked);
        let request = request(Role::Patient, None);
        let after = check(AppointmentStatus::Booked, &request, &offer(), &BookingPolicy::default()).unwrap();
        assert_eq!((after.id, after.patient, after.status), (before.id, before.patient, before.status));
        assert_eq!((after.slot, after.interval), (offer().slot.id, offer().slot.interval));
        assert_eq!((after.revision, after.updated_at), (before.revision.next(), now()));
    }

    #[test]
    fn only_a_pending_or_booked_visit_can_be_moved() {
        for from in AppointmentStatus::ALL {
            let moved = check(*from, &request(Role::Patient, None), &offer(), &BookingPolicy::default());
            if [AppointmentStatus::Pending, AppointmentStatus::Booked].contains(from) {
                assert_eq!(moved.unwrap().status, *from);
            } else {
                assert_eq!(moved, Err(Refusal::NotMovable { from: *from }));
            }
        }
    }

    #[test]
    fn staff_with_a_reason_may_set_time_limits_aside_and_nobody_else() {
        let mut closed = offer();
        closed.schedule.accepting_bookings = false;
        let strict = BookingPolicy { notice_minutes_min: 100_000, ..BookingPolicy::default() };
        let moved = |role, reason| check(AppointmentStatus::Booked, &request(role, reason), &closed, &strict);
        for role in [Role::Doctor, Role::Receptionist, Role::Admin] {
            assert!(moved(role, Some("the doctor is ill")).is_ok());
            assert_eq!(moved(role, None), Err(Refusal::DoctorNotAccepting));
        }
        assert_eq!(moved(Role::Patient, Some("please")), Err(Refusal::DoctorNotAccepting));
    }

    #[test]
    fn a_visit_is_moved_before_it_can_no_longer_be_cancelled_or_by_staff_with_a_reason() {
        let policy = BookingPolicy { cancel_notice_minutes_min: 60, ..BookingPolicy::default() };
        let until = at("2027-01-05T10:00:00Z");
        let later = Offer { slot: slot(5, "2027-01-06T09:00:00Z"), ..offer() };
        let moved = |role, reason, now| {
            let booked = appointment(AppointmentStatus::Booked);
            decide_move(&booked, &request(role, reason), &later, &Surroundings::default(), &policy, now)
        };
        assert!(moved(Role::Patient, None, until - TimeDelta::microseconds(1)).is_ok());
        assert_eq!(moved(Role::Patient, Some("please"), until), Err(Refusal::TooLateToMove { until }));
        assert_eq!(moved(Role::Receptionist, None, until), Err(Refusal::TooLateToMove { until }));
        assert!(moved(Role::Receptionist, Some("the bus was late"), until).is_ok());
    }

    #[test]
    fn nobody_can_move_a_visit_into_a_slot_that_is_taken() {
        let taken = Offer { slot: offer().slot.with_status(SlotStatus::Busy), ..offer() };
        let moved =
            check(AppointmentStatus::Booked, &request(Role::Admin, Some("why")), &taken, &BookingPolicy::default());
        assert_eq!(moved, Err(Refusal::SlotNotFree { status: SlotStatus::Busy }));
    }

    #[test]
    fn under_confirmation_by_the_doctor_a_patients_move_is_pending_again() {
        let by_doctor = BookingPolicy { confirmation: Confirmation::ByDoctor, ..BookingPolicy::default() };
        let status =
            |role| check(AppointmentStatus::Booked, &request(role, None), &offer(), &by_doctor).unwrap().status;
        assert_eq!(status(Role::Patient), AppointmentStatus::Pending);
        assert_eq!(status(Role::Doctor), AppointmentStatus::Booked);
        assert_eq!(status(Role::Receptionist), AppointmentStatus::Booked);
    }

    #[test]
    fn the_patient_is_held_first_then_the_appointment_changes_and_then_the_slots_by_their_ids() {
        let mut order = Sequence::new();
        let mut store = MockStore::new();
        store
            .expect_hold()
            .withf(|held| held.contains(&Guard::Patient(PATIENT)))
            .once()
            .in_sequence(&mut order)
            .returning(|_| Ok(Held::All));
        store.expect_offer().once().in_sequence(&mut order).returning(|_| Ok(Some(offer())));
        store.expect_engagements_of().returning(|_, _| {
            // The visit that is to move does not stand in its own way.
            Ok(Engagements { appointments: vec![appointment(AppointmentStatus::Booked)], is_inactive: false })
        });
        let old = slot(8, "2027-01-05T11:00:00Z").with_status(SlotStatus::Busy);
        store.expect_slot().returning(move |_| Ok(Some(old)));
        store.expect_change_appointment().once().in_sequence(&mut order).returning(|_| Ok(()));
        for (id, status) in [(offer().slot.id, SlotStatus::Busy), (old.id, SlotStatus::Free)] {
            store
                .expect_change_slot()
                .withf(move |slot| (slot.id, slot.status) == (id, status))
                .once()
                .in_sequence(&mut order)
                .returning(|_| Ok(()));
        }
        store.expect_add_change().once().in_sequence(&mut order).returning(|_| Ok(()));
        let booked = appointment(AppointmentStatus::Booked);
        let request = request(Role::Patient, None);
        assert!(reschedule(&mut store, &booked, &request, &BookingPolicy::default(), now()).is_ok());
    }

    #[test]
    fn a_visit_that_is_there_already_stays_as_it_is_and_nothing_is_touched() {
        for status in [AppointmentStatus::Pending, AppointmentStatus::Booked] {
            let visit = appointment(status);
            let (slot, start) = (visit.slot, visit.interval.start());
            let same =
                [Target::Slot(slot), Target::SlotAt { slot, start }, Target::Start { doctor: visit.doctor, start }];
            for target in same {
                let request = MoveRequest { target, ..request(Role::Patient, None) };
                // A store of which nothing is expected would panic when asked.
                let moved = reschedule(&mut MockStore::new(), &visit, &request, &BookingPolicy::default(), start);
                assert_eq!(moved, Ok(visit.clone()), "{target:?}");
            }
        }
        let settled = appointment(AppointmentStatus::Fulfilled);
        let request = MoveRequest { target: Target::Slot(settled.slot), ..request(Role::Admin, None) };
        let moved = reschedule(&mut MockStore::new(), &settled, &request, &BookingPolicy::default(), now());
        assert_eq!(moved, Err(Refusal::NotMovable { from: settled.status }.into()));
    }

    #[test]
    fn a_store_that_fails_is_not_a_refusal() {
        let mut store = MockStore::new();
        store.expect_hold().returning(|_| Err(broken()));
        let booked = appointment(AppointmentStatus::Booked);
        let request = request(Role::Patient, None);
        let failed = reschedule(&mut store, &booked, &request, &BookingPolicy::default(), now());
        assert_eq!(failed, Err(Error::Store(broken())));
    }
}
