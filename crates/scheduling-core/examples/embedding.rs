//! A program with an appointment book of its own: the rules of `scheduling-core` over a few collections.
//!
//! Run it with `cargo run -p scheduling-core --example embedding`.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use chrono::{DateTime, NaiveTime, TimeDelta, Utc};
use kernel::{
    AccountId, AppointmentId, DoctorId, Guard, Held, Holds, LocationId, PatientId, Role, ScheduleId, SlotId,
    StoreError, Zone,
};
use scheduling_core::booking::{self, BookingRequest, Target};
use scheduling_core::cancelling::{self, CancelRequest};
use scheduling_core::generating::cut;
use scheduling_core::opening::{Hours, Opening, Window};
use scheduling_core::ports::{Appointments, Engagements, History, Slots};
use scheduling_core::rescheduling::{self, MoveRequest};
use scheduling_core::{
    Actor, Appointment, BookingPolicy, CancelReason, Change, Error, Interval, Offer, Refusal, Schedule, Slot,
    SlotStatus,
};
use uuid::Uuid;

type Time = DateTime<Utc>;
type Stored<T> = Result<T, StoreError>;

/// The store: everything that this program knows. Whoever has it as `&mut` is alone, so nobody else has to wait.
#[derive(Clone, Default)]
struct Book {
    patients: BTreeSet<Guard>,
    slots: BTreeMap<SlotId, Slot>,
    visits: BTreeMap<AppointmentId, Appointment>,
    changes: Vec<Change>,
}

impl Holds for Book {
    fn hold(&mut self, guards: &BTreeSet<Guard>) -> Stored<Held> {
        Ok(guards.difference(&self.patients).next().map_or(Held::All, |guard| Held::Missing(*guard)))
    }
    fn add_guard(&mut self, new: Guard) -> Stored<()> {
        won(self.patients.insert(new))
    }
}

impl Slots for Book {
    fn slot(&mut self, id: SlotId) -> Stored<Option<Slot>> {
        Ok(self.slots.get(&id).copied())
    }
    fn offer(&mut self, id: SlotId) -> Stored<Option<Offer>> {
        Ok(self.slots.get(&id).map(|slot| Offer { slot: *slot, schedule: *DIARY }))
    }
    fn offer_starting(&mut self, doctor: DoctorId, start: Time) -> Stored<Option<Offer>> {
        let slot = self.slots.values().find(|slot| slot.doctor == doctor && slot.interval.start() == start);
        Ok(slot.map(|slot| Offer { slot: *slot, schedule: *DIARY }))
    }
    fn change_slot(&mut self, new: &Slot) -> Stored<()> {
        won(self.slots.insert(new.id, *new).is_some_and(|old| old.revision.next() == new.revision))
    }
}

impl Appointments for Book {
    fn appointment(&mut self, id: AppointmentId) -> Stored<Option<Appointment>> {
        Ok(self.visits.get(&id).cloned())
    }
    fn active_in(&mut self, ids: &[SlotId]) -> Stored<Vec<Appointment>> {
        Ok(self.active(|visit| ids.contains(&visit.slot)))
    }
    fn engagements_of(&mut self, patient: PatientId, span: Interval) -> Stored<Engagements> {
        let appointments = self.active(|visit| visit.patient == patient && visit.interval.overlaps(span));
        Ok(Engagements { appointments, is_inactive: false })
    }
    fn count_upcoming_of_patient(&mut self, patient: PatientId, now: Time) -> Stored<u32> {
        Ok(count(&self.active(|visit| visit.patient == patient && !visit.interval.is_over(now))))
    }
    fn count_active_of_doctor_within(&mut self, doctor: DoctorId, span: Interval) -> Stored<u32> {
        let within = |visit: &Appointment| (span.start()..span.end()).contains(&visit.interval.start());
        Ok(count(&self.active(|visit| visit.doctor == doctor && within(visit))))
    }
    fn add_appointment(&mut self, new: &Appointment) -> Stored<()> {
        won(self.visits.insert(new.id, new.clone()).is_none())
    }
    fn change_appointment(&mut self, new: &Appointment) -> Stored<()> {
        won(self.visits.insert(new.id, new.clone()).is_some_and(|old| old.revision.next() == new.revision))
    }
}

impl History for Book {
    fn add_change(&mut self, new: &Change) -> Stored<()> {
        self.changes.push(new.clone());
        Ok(())
    }
    fn changes_of(&mut self, visit: AppointmentId) -> Stored<Vec<Change>> {
        Ok(self.changes.iter().filter(|change| change.appointment == visit).cloned().collect())
    }
}

impl Book {
    /// All or nothing: the work is done on a copy, which is kept only if it ends well.
    fn transact<T>(&mut self, work: impl FnOnce(&mut Self) -> Result<T, Error>) -> Result<T, Error> {
        let mut copy = self.clone();
        let result = work(&mut copy)?;
        *self = copy;
        Ok(result)
    }

    fn active(&self, which: impl Fn(&Appointment) -> bool) -> Vec<Appointment> {
        self.visits.values().filter(|visit| visit.status.is_active() && which(visit)).cloned().collect()
    }
}

/// A write that does not find the revision before its own has lost a race.
fn won(found: bool) -> Stored<()> {
    if found { Ok(()) } else { Err(StoreError::Contended { attempts: 1 }) }
}

fn count<T>(rows: &[T]) -> u32 {
    u32::try_from(rows.len()).unwrap_or(u32::MAX)
}

/// This program takes the rules of time zones that are built in; it could read any other.
#[expect(clippy::expect_used, reason = "a zone that is built in")]
static ZONE: LazyLock<Zone> = LazyLock::new(|| time_zones::built_in().zone("Africa/Lagos").expect("it is built in"));
const DOCTOR: DoctorId = DoctorId::new(Uuid::from_u128(1));
const ADA: PatientId = PatientId::new(Uuid::from_u128(2));
const GRACE: PatientId = PatientId::new(Uuid::from_u128(3));
/// Whoever works at this program's desk.
const DESK: Actor = Actor { account: AccountId::new(Uuid::from_u128(4)), role: Role::Receptionist };

/// The only doctor's diary.
static DIARY: LazyLock<Schedule> = LazyLock::new(|| Schedule {
    id: ScheduleId::new(Uuid::from_u128(5)),
    doctor: DOCTOR,
    location: LocationId::new(Uuid::from_u128(6)),
    zone: *ZONE,
    accepting_bookings: true,
});

/// A book with two patients, and a morning of half hours: nine to twelve on the doctor's own clock.
fn open(now: Time) -> Result<Book, Error> {
    let mut book = Book::default();
    for patient in [ADA, GRACE] {
        book.add_guard(Guard::Patient(patient))?;
    }
    let day = now.with_timezone(&*ZONE).date_naive();
    let nine = NaiveTime::MIN + TimeDelta::hours(9);
    let window = Window::new(nine, nine + TimeDelta::hours(3))?;
    let opening =
        Opening::new(&Hours { start_date: day, end_date: day, window, pause: None, weekdays: None, slot_minutes: 30 })?;
    for (number, interval) in (100..).zip(cut(&opening, *ZONE)) {
        let slot = Slot::new(SlotId::new(Uuid::from_u128(number)), &DIARY, interval);
        book.slots.insert(slot.id, slot);
    }
    Ok(book)
}

fn wish(number: u128, patient: PatientId, target: Target) -> BookingRequest {
    let id = AppointmentId::new(Uuid::from_u128(number));
    BookingRequest { id, patient, target, reason: Some("check-up".to_owned()), notes: None, by: DESK }
}

fn on_the_wall(interval: Interval) -> String {
    interval.start().with_timezone(&*ZONE).format("%H:%M").to_string()
}

/// The example, from an empty book to a cancelled visit.
///
/// # Errors
/// When the rules do not do what the comments say.
pub fn main() -> Result<(), Box<dyn std::error::Error>> {
    let now: Time = "2027-01-04T07:00:00Z".parse()?;
    let policy = BookingPolicy::default();
    let mut book = open(now)?;

    let slots: Vec<Slot> = book.slots.values().copied().collect();
    let starts: Vec<String> = slots.iter().map(|slot| on_the_wall(slot.interval)).collect();
    println!("published  {}", starts.join(" "));
    let [first, .., last] = slots.as_slice() else { return Err("a morning has more than one slot".into()) };

    // Ada takes the first slot, by its id.
    let visit = book.transact(|store| booking::book(store, &wish(7, ADA, Target::Slot(first.id)), &policy, now))?;
    println!("booked     Ada at {}: {}", on_the_wall(visit.interval), visit.status);

    // Grace wants the same time, by doctor and start, and is told why she cannot have it.
    let same = Target::Start { doctor: DOCTOR, start: first.interval.start() };
    match book.transact(|store| booking::book(store, &wish(8, GRACE, same), &policy, now)) {
        Err(Error::Refused(refusal @ Refusal::SlotNotFree { status: SlotStatus::Busy })) => {
            println!("refused    Grace at {}: {refusal}", on_the_wall(first.interval));
        }
        other => return Err(format!("a time was sold twice: {other:?}").into()),
    }

    // Ada goes to the last slot instead; the first is free again.
    let later = MoveRequest { target: Target::Slot(last.id), by: DESK, reason: None };
    let visit = book.transact(|store| rescheduling::reschedule(store, &visit, &later, &policy, now))?;
    println!("moved      Ada to {}: {}", on_the_wall(visit.interval), visit.status);

    let call_off = CancelRequest { by: DESK, reason_code: Some(CancelReason::PatientFeelingBetter), reason: None };
    let visit = book.transact(|store| cancelling::cancel(store, &visit, &call_off, &policy, now))?;
    println!("cancelled  Ada at {}: {}", on_the_wall(visit.interval), visit.status);

    for change in book.changes_of(visit.id)? {
        println!("history    {} {} at {}", change.kind, change.to.status, on_the_wall(change.to.interval));
    }
    let free = book.slots.values().filter(|slot| slot.status == SlotStatus::Free).count();
    if free != slots.len() {
        return Err(format!("{free} of {} slots are free", slots.len()).into());
    }
    println!("free again {free} of {}", slots.len());
    Ok(())
}
