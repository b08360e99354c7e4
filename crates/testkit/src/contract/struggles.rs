//! Everything at once, again and again.

use chrono::{DateTime, TimeDelta, Utc};
use identity_core::activating::{self, Switched};
use kernel::{AccountId, AppointmentId, DoctorId, Expected, PatientId, Role, SlotId, Zone};
use scheduling_core::booking::Target;
use scheduling_core::cancelling::{self, CancelRequest};
use scheduling_core::publishing::{Availability, SlotEdit};
use scheduling_core::rescheduling::{self, MoveRequest};
use scheduling_core::{BookingPolicy, Error, Interval, PublishingPolicy, Refusal, publishing, withdrawing};

use super::invariants_of;
use super::races::{book, wish};
use super::rivals::{Patience, race};
use crate::clinic::read;
use crate::{Clinic, Shared, sample};

const ROUNDS: u32 = 200;

/// What somebody does to a slot or an appointment.
#[derive(Clone, Copy, Debug)]
enum Deed {
    Book(PatientId, SlotId),
    Cancel(PatientId, AppointmentId),
    Move(PatientId, AppointmentId, SlotId),
    Delete(SlotId),
    Offer(SlotId, Availability),
    Publish(DoctorId, DateTime<Utc>),
    Activate(AccountId),
    Deactivate(AccountId),
}

/// Does it; a refusal is as good as success.
fn act(clinic: &Clinic, patience: &Patience, deed: Deed) -> Result<(), Refusal> {
    let (store, policy, now) = (clinic.store(), BookingPolicy::default(), sample::now());
    let result: Result<(), Error> = match deed {
        Deed::Book(patient, slot) => book(patience, store, &wish(clinic, patient, slot)).map(drop),
        Deed::Cancel(patient, appointment) => {
            let request = CancelRequest { by: clinic.patient_actor(patient), reason_code: None, reason: None };
            patience.write(store, |store| {
                let appointment = store.appointment(appointment)?.unwrap();
                cancelling::cancel(store, &appointment, &request, &policy, now).map(drop)
            })
        }
        Deed::Move(patient, appointment, slot) => {
            let by = clinic.patient_actor(patient);
            let request = MoveRequest { target: Target::Slot(slot), by, reason: None };
            patience.write(store, |store| {
                let appointment = store.appointment(appointment)?.unwrap();
                rescheduling::reschedule(store, &appointment, &request, &policy, now).map(drop)
            })
        }
        Deed::Delete(slot) => patience.write(store, |store| {
            let slot = store.slot(slot)?.ok_or(Refusal::UnknownSlot)?;
            withdrawing::withdraw(store, &slot, &Expected::Any)
        }),
        Deed::Offer(slot, availability) => {
            let edit = SlotEdit { availability: Some(availability), ..SlotEdit::default() };
            let policy = PublishingPolicy::default();
            patience.write(store, |store| {
                let slot = store.slot(slot)?.ok_or(Refusal::UnknownSlot)?;
                publishing::change(store, &slot, edit, &Expected::Any, &policy, now).map(drop)
            })
        }
        Deed::Publish(doctor, start) => {
            let id = SlotId::new(sample::fresh());
            let interval = Interval::of_minutes(start, 30).unwrap();
            let policy = PublishingPolicy::default();
            patience.write(store, |store| publishing::publish(store, doctor, id, interval, &policy, now).map(drop))
        }
        Deed::Activate(account) => {
            assert_switched(&patience.write(store, |store| activating::activate(store, account, 0)));
            Ok(())
        }
        Deed::Deactivate(account) => {
            assert_switched(&patience.write(store, |store| activating::deactivate(store, account, None, now)));
            Ok(())
        }
    };
    match result {
        Ok(()) => Ok(()),
        Err(Error::Refused(refusal)) => Err(refusal),
        Err(Error::Store(error)) => panic!("{error:?} in {deed:?}"),
    }
}

/// A doctor's account is there, and nothing forbids to close or to open it.
#[track_caller]
fn assert_switched(switched: &Result<Option<Switched>, identity_core::Error>) {
    assert!(matches!(switched, Ok(Some(_))), "{switched:?}");
}

pub fn booking_cancelling_moving_and_deleting_one_slot_keep_the_invariants(store: &Shared) {
    let clinic = Clinic::open(store, Zone::UTC);
    let (doctor, other_doctor) = (clinic.doctor("Ada"), clinic.doctor("Cleo"));
    let (bea, dora) = (clinic.patient("Bea"), clinic.patient("Dora"));
    let patience = Patience::default();
    for round in 0..ROUNDS {
        let start = sample::instant("2026-11-23T09:00:00Z") + TimeDelta::hours(i64::from(round));
        let wanted = clinic.slot(doctor, start, 30);
        let free = clinic.slot(other_doctor, start, 30);
        // In even rounds she is in the slot that everyone wants, in odd ones she wants it too.
        let (from, to) = if round.is_multiple_of(2) { (wanted, free) } else { (free, wanted) };
        let booked = book(&patience, store, &wish(&clinic, bea, from)).unwrap();
        let deeds = vec![
            Deed::Book(dora, wanted),
            Deed::Cancel(bea, booked.id),
            Deed::Move(bea, booked.id, to),
            Deed::Delete(wanted),
            Deed::Offer(wanted, Availability::Unavailable),
        ];
        let results = race(deeds, |deed| act(&clinic, &patience, deed));
        // Whichever came first, the appointment was there to be called off.
        assert_eq!(results[1], Ok(()), "round {round}: {results:?}");
        // Without its slot nobody has it, and somebody who has it keeps it.
        let slot = read(store, |store| store.slot(wanted));
        assert_eq!(slot.is_none(), results[3].is_ok(), "round {round}: {results:?}");
        assert!(results[0].is_err() || slot.is_some(), "round {round}: {results:?}");
        if round % 50 == 49 {
            invariants_of(store, &[doctor, other_doctor]);
        }
    }
}

/// Numbers that look random and are the same each time (Knuth, MMIX).
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % sides
    }
}

/// How many deeds are tried, unless the environment wants more.
const DEEDS: u64 = 200;

/// How many of them each of four hands tries on the slots of two doctors, before there are two others.
const DEEDS_PER_HAND: u64 = 50;
const HANDS: u64 = 4;

#[expect(clippy::disallowed_methods, reason = "only whoever waits for it knows how many there may be")]
fn deeds() -> u64 {
    std::env::var("SLOTKEEPER_TEST_DEEDS").map_or(DEEDS, |text| text.parse().unwrap())
}

pub fn many_hands_on_few_slots_keep_the_invariants(store: &Shared) {
    let struggles = deeds().div_ceil(HANDS * DEEDS_PER_HAND);
    for first in (0..struggles).map(|struggle| struggle * HANDS) {
        let clinic = Clinic::open(store, Zone::UTC);
        let doctors = ["Ada", "Bea"].map(|name| {
            let account = sample::account(Role::Doctor, name);
            let doctor = clinic.add_doctor(&account, &sample::doctor(account.id, clinic.location().id));
            (doctor, account.id)
        });
        let patients = ["Cleo", "Dora", "Ella"].map(|name| clinic.patient(name));
        for (doctor, _) in doctors {
            clinic.slots(doctor, nine(), 30, 3);
        }
        let patience = Patience::default();
        race((first + 1..=first + HANDS).collect(), |seed| struggle(&clinic, &patience, doctors, patients, seed));
        invariants_of(store, &doctors.map(|(doctor, _)| doctor));
    }
}

fn nine() -> DateTime<Utc> {
    sample::instant("2026-11-23T09:00:00Z")
}

/// One hand, which tries whatever its seed says.
fn struggle(
    clinic: &Clinic,
    patience: &Patience,
    doctors: [(DoctorId, AccountId); 2],
    patients: [PatientId; 3],
    seed: u64,
) {
    let span = Interval::of_minutes(nine() - TimeDelta::hours(1), 240).unwrap();
    let mut dice = Dice(seed);
    for _ in 0..DEEDS_PER_HAND {
        let ((doctor, account), patient) = (doctors[dice.roll(2)], patients[dice.roll(3)]);
        let slots = clinic.read(|store| store.slots_within(doctor, span));
        let visits = clinic.read(|store| store.engagements_of(patient, span)).appointments;
        let slot = slots.get(dice.roll(slots.len().max(1))).map(|slot| slot.id);
        let visit = visits.get(dice.roll(visits.len().max(1))).map(|visit| visit.id);
        let deed = match (dice.roll(12), slot, visit) {
            (0..=2, Some(slot), _) => Deed::Book(patient, slot),
            (3 | 4, Some(slot), Some(visit)) => Deed::Move(patient, visit, slot),
            (5, _, Some(visit)) => Deed::Cancel(patient, visit),
            (6, Some(slot), _) => Deed::Delete(slot),
            (7, Some(slot), _) => Deed::Offer(slot, Availability::Unavailable),
            (8, Some(slot), _) => Deed::Offer(slot, Availability::Free),
            (9, ..) => Deed::Deactivate(account),
            (10, ..) => Deed::Activate(account),
            (turn, ..) => {
                let minutes = i64::try_from(10 * dice.roll(12) + turn).unwrap();
                Deed::Publish(doctor, nine() + TimeDelta::minutes(minutes))
            }
        };
        let _ = act(clinic, patience, deed);
    }
}
