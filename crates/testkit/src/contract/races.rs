//! One winner, and everyone else told why not.

use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Utc};
use kernel::{AppointmentId, DoctorId, PatientId, SlotId, UnitOfWorkExt, Zone};
use scheduling_core::booking::{self, BookingRequest, Target};
use scheduling_core::opening::{Hours, Opening, Window};
use scheduling_core::publishing::{self, Obstacle, Obstacles, Published};
use scheduling_core::rescheduling::{self, MoveRequest};
use scheduling_core::{Actor, Appointment, BookingPolicy, Error, PublishingPolicy, Refusal, SlotStatus};

use super::invariants_of;
use super::rivals::{Patience, race};
use crate::clinic::read;
use crate::{Clinic, Shared, sample};

fn nine() -> DateTime<Utc> {
    sample::instant("2026-11-23T09:00:00Z")
}

/// A patient's wish for a slot, with an id of its own.
pub(super) fn wish(clinic: &Clinic, patient: PatientId, slot: SlotId) -> BookingRequest {
    BookingRequest {
        id: AppointmentId::new(sample::fresh()),
        patient,
        target: Target::Slot(slot),
        reason: Some("Cough".to_owned()),
        notes: None,
        by: clinic.patient_actor(patient),
    }
}

pub(super) fn book(patience: &Patience, store: &Shared, request: &BookingRequest) -> Result<Appointment, Error> {
    patience.write(store, |store| booking::book(store, request, &BookingPolicy::default(), sample::now()))
}

/// Lets everyone book at once; says who won and why the others did not, and checks what is left.
fn book_at_once(
    clinic: &Clinic,
    requests: Vec<BookingRequest>,
    doctors: &[DoctorId],
) -> (Vec<Appointment>, Vec<Error>) {
    let patience = Patience::default();
    let results = race(requests, |request| book(&patience, clinic.store(), &request));
    invariants_of(clinic.store(), doctors);
    let (mut winners, mut losers) = (Vec::new(), Vec::new());
    for result in results {
        match result {
            Ok(appointment) => winners.push(appointment),
            Err(error) => losers.push(error),
        }
    }
    for winner in &winners {
        let stored = read(clinic.store(), |store| store.appointment(winner.id));
        assert_eq!(stored.as_ref(), Some(winner), "what was answered is stored");
    }
    (winners, losers)
}

pub fn of_64_patients_who_want_one_slot_one_gets_it(store: &Shared) {
    let clinic = Clinic::open(store, Zone::UTC);
    let doctor = clinic.doctor("Ada");
    let slot = clinic.slot(doctor, nine(), 30);
    let requests = (0..64).map(|n| wish(&clinic, clinic.patient(&format!("Patient {n}")), slot)).collect();
    let (winners, losers) = book_at_once(&clinic, requests, &[doctor]);
    assert_eq!(winners.len(), 1);
    assert_eq!(losers, vec![Error::Refused(Refusal::SlotNotFree { status: SlotStatus::Busy }); 63]);
}

pub fn a_patient_gets_one_of_40_overlapping_slots(store: &Shared) {
    let clinic = Clinic::open(store, Zone::UTC);
    let patient = clinic.patient("Bea");
    let doctors: Vec<DoctorId> = (0..40).map(|n| clinic.doctor(&format!("Doctor {n}"))).collect();
    for day in 0..5 {
        // Each begins a minute after the one before, so that all of them overlap and no two are alike.
        let starts = (0..40).map(|minute| nine() + TimeDelta::days(day) + TimeDelta::minutes(minute));
        let slots = doctors.iter().zip(starts).map(|(doctor, start)| clinic.slot(*doctor, start, 45));
        let requests = slots.map(|slot| wish(&clinic, patient, slot)).collect();
        let (winners, losers) = book_at_once(&clinic, requests, &doctors);
        assert_eq!(winners.len(), 1);
        let busy = Error::Refused(Refusal::PatientBusy { interval: winners[0].interval });
        assert_eq!(losers, vec![busy; 39]);
    }
}

pub fn strangers_do_not_stand_in_each_others_way(store: &Shared) {
    let clinic = Clinic::open(store, Zone::UTC);
    let doctors = [clinic.doctor("Ada"), clinic.doctor("Bea")];
    let slots: Vec<_> = doctors.iter().flat_map(|doctor| clinic.slots(*doctor, nine(), 15, 20)).collect();
    let requests = slots.iter().map(|slot| wish(&clinic, clinic.patient("Cleo"), slot.id)).collect();
    let (winners, losers) = book_at_once(&clinic, requests, &doctors);
    assert_eq!((winners.len(), losers), (40, Vec::new()));
}

/// Twelve bookings at once under a policy that allows three of them.
fn book_under_cap(clinic: &Clinic, requests: Vec<BookingRequest>, policy: BookingPolicy, why: &Refusal) {
    let patience = Patience::default();
    let results = race(requests, |request| {
        patience.write(clinic.store(), |store| booking::book(store, &request, &policy, sample::now()))
    });
    assert_eq!(results.iter().flatten().count(), 3, "{results:?}");
    for error in results.into_iter().filter_map(Result::err) {
        assert_eq!(error, Error::Refused(why.clone()));
    }
}

pub fn the_cap_of_a_patient_holds_at_once(store: &Shared) {
    let clinic = Clinic::open(store, Zone::UTC);
    let (doctor, patient) = (clinic.doctor("Ada"), clinic.patient("Bea"));
    let slots = clinic.slots(doctor, nine(), 15, 12);
    let requests = slots.iter().map(|slot| wish(&clinic, patient, slot.id)).collect();
    let policy = BookingPolicy { patient_upcoming_max: Some(3), ..BookingPolicy::default() };
    book_under_cap(&clinic, requests, policy, &Refusal::PatientCapReached { most: 3 });
    invariants_of(store, &[doctor]);
}

pub fn the_cap_of_a_doctors_day_holds_at_once(store: &Shared) {
    let clinic = Clinic::open(store, Zone::UTC);
    let doctor = clinic.doctor("Ada");
    let slots = clinic.slots(doctor, nine(), 15, 12);
    let requests = slots.iter().map(|slot| wish(&clinic, clinic.patient("Bea"), slot.id)).collect();
    let policy = BookingPolicy { doctor_day_max: Some(3), ..BookingPolicy::default() };
    book_under_cap(&clinic, requests, policy, &Refusal::DoctorDayCapReached { most: 3 });
    invariants_of(store, &[doctor]);
}

/// Eight bulk creations at once, each over a window that begins ten minutes after the one before.
fn publish_at_once(store: &Shared, obstacle: Obstacle) -> (Clinic, DoctorId, Vec<Result<Published, Error>>) {
    let clinic = Clinic::open(store, crate::zone("Europe/London"));
    let doctor = clinic.doctor("Ada");
    let time = |minutes: u32| NaiveTime::from_hms_opt(9 + minutes / 60, minutes % 60, 0).unwrap();
    let openings = (0..8).map(|n| {
        let hours = Hours {
            start_date: NaiveDate::from_ymd_opt(2026, 11, 23).unwrap(),
            end_date: NaiveDate::from_ymd_opt(2026, 11, 27).unwrap(),
            window: Window::new(time(n * 10), time(n * 10 + 180)).unwrap(),
            pause: None,
            weekdays: None,
            slot_minutes: 30,
        };
        Opening::new(&hours).unwrap()
    });
    let patience = Patience::default();
    let obstacles = Obstacles { overlap: obstacle, past: Obstacle::Refuse };
    let results = race(openings.collect(), |opening| {
        let mut fresh = || SlotId::new(sample::fresh());
        let policy = PublishingPolicy::default();
        patience.write(store, |store| {
            publishing::publish_many(store, doctor, &opening, obstacles, &mut fresh, &policy, sample::now())
        })
    });
    invariants_of(store, &[doctor]);
    (clinic, doctor, results)
}

pub fn two_bulk_creations_leave_no_overlap(store: &Shared) {
    let (_, _, results) = publish_at_once(store, Obstacle::Refuse);
    assert_eq!(results.iter().flatten().map(|published| published.created.len()).collect::<Vec<_>>(), [30]);
    let refused = results.iter().filter_map(|result| result.as_ref().err());
    for error in refused {
        assert!(matches!(error, Error::Refused(Refusal::SlotOverlap { .. })), "{error:?}");
    }
}

pub fn two_bulk_creations_that_skip_leave_no_overlap(store: &Shared) {
    let (_, doctor, results) = publish_at_once(store, Obstacle::Skip);
    let created: usize = results.iter().map(|result| result.as_ref().unwrap().created.len()).sum();
    assert!(30 <= created, "{created}");
    let filter = application::ports::SlotFilter { doctor: Some(doctor), ..Default::default() };
    let stored = super::support::all_pages(store, 100, |store, page| store.slots_page(&filter, page));
    assert_eq!(stored.len(), created, "what was answered is stored");
}

/// All that a failed booking or move could have touched.
fn everything(clinic: &Clinic, slots: &[SlotId], visits: &[AppointmentId]) -> String {
    clinic.read(|store| {
        let slots: Result<Vec<_>, _> = slots.iter().map(|slot| store.slot(*slot)).collect();
        let rows: Result<Vec<_>, _> = visits.iter().map(|visit| store.appointment_entry(*visit)).collect();
        let changes: Result<Vec<_>, _> = visits.iter().map(|visit| store.changes_of(*visit)).collect();
        Ok(format!("{:#?}", (slots?, rows?, changes?)))
    })
}

pub fn a_failed_move_changes_nothing(store: &Shared) {
    let clinic = Clinic::open(store, Zone::UTC);
    let (ada, cleo) = (clinic.doctor("Ada"), clinic.doctor("Cleo"));
    let (bea, dora) = (clinic.patient("Bea"), clinic.patient("Dora"));
    let slots: Vec<SlotId> = clinic.slots(ada, nine(), 30, 2).into_iter().map(|slot| slot.id).collect();
    let meanwhile = clinic.slot(cleo, nine() + TimeDelta::minutes(30), 30);
    let gone = SlotId::new(sample::fresh());
    let patience = Patience::default();
    let [moving, taken] = [(bea, slots[0]), (dora, slots[1])]
        .map(|(patient, slot)| book(&patience, store, &wish(&clinic, patient, slot)).unwrap());
    let busy = book(&patience, store, &wish(&clinic, dora, meanwhile)).unwrap_err();
    assert_eq!(busy, Error::Refused(Refusal::PatientBusy { interval: taken.interval }));
    let all = || everything(&clinic, &[slots[0], slots[1], meanwhile, gone], &[moving.id, taken.id]);
    let before = all();

    for (target, is_there) in [(slots[0], true), (slots[1], false), (gone, false)] {
        let by: Actor = clinic.patient_actor(bea);
        let request = MoveRequest { target: Target::Slot(target), by, reason: None };
        let policy = BookingPolicy::default();
        let refused = patience.write(store, |store| {
            let appointment = store.appointment(moving.id)?.unwrap();
            rescheduling::reschedule(store, &appointment, &request, &policy, sample::now())
        });
        let is_refused = matches!(refused, Err(Error::Refused(_)));
        assert!(is_refused != is_there, "{refused:?}");
        assert_eq!(all(), before);
    }
    invariants_of(store, &[ada, cleo]);
}

pub fn a_failed_booking_changes_nothing(store: &Shared) {
    let clinic = Clinic::open(store, Zone::UTC);
    let doctor = clinic.doctor("Ada");
    let slot = clinic.slot(doctor, nine(), 30);
    let nobody = PatientId::new(sample::fresh());
    let request = BookingRequest { patient: nobody, ..wish(&clinic, clinic.patient("Bea"), slot) };
    let before = everything(&clinic, &[slot], &[request.id]);
    let policy = BookingPolicy::default();
    let refused: Result<Appointment, Error> =
        store.write(|store| booking::book(store, &request, &policy, sample::now()));
    assert_eq!(refused, Err(Error::Refused(Refusal::UnknownPatient { patient: nobody })));
    assert_eq!(everything(&clinic, &[slot], &[request.id]), before);
}
