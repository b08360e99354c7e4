//! How a doctor's diary is filled, changed and emptied, told over a store in memory.
#![expect(clippy::unwrap_used, reason = "what was not given stops the test that needs it")]

use chrono::{DateTime, NaiveTime, TimeDelta, Utc};
use kernel::{AppointmentId, DoctorId, Expected, Revision, SlotId, UnitOfWorkExt, Zone};
use scheduling_core::booking::{self, BookingRequest, Target};
use scheduling_core::opening::{Hours, Opening, Window};
use scheduling_core::publishing::{self, Availability, Obstacle, Obstacles, Published, SlotEdit};
use scheduling_core::{BookingPolicy, Error, Interval, PublishingPolicy, Refusal, Slot, SlotStatus, withdrawing};
use testkit::{Clinic, sample};

struct Diary {
    clinic: Clinic,
    doctor: DoctorId,
}

fn nine() -> DateTime<Utc> {
    "2027-01-05T09:00:00Z".parse().unwrap()
}

fn now() -> DateTime<Utc> {
    nine() - TimeDelta::days(1)
}

impl Diary {
    fn new() -> Self {
        let clinic = Clinic::in_memory(Zone::UTC);
        let doctor = clinic.doctor("Ada");
        Self { clinic, doctor }
    }

    fn publish(&self, start: DateTime<Utc>, minutes: u32) -> Result<Slot, Error> {
        let interval = Interval::of_minutes(start, minutes).unwrap();
        let (id, policy) = (SlotId::new(sample::fresh()), PublishingPolicy::default());
        self.clinic.store().write(|store| publishing::publish(store, self.doctor, id, interval, &policy, now()))
    }

    /// Nine to eleven in half hours.
    fn publish_morning(&self, overlap: Obstacle) -> Result<Published, Error> {
        let hour = |hour| NaiveTime::from_hms_opt(hour, 0, 0).unwrap();
        let opening = Opening::new(&Hours {
            start_date: nine().date_naive(),
            end_date: nine().date_naive(),
            window: Window::new(hour(9), hour(11)).unwrap(),
            pause: None,
            weekdays: None,
            slot_minutes: 30,
        })?;
        let obstacles = Obstacles { overlap, past: Obstacle::Refuse };
        let policy = PublishingPolicy::default();
        let mut fresh = || SlotId::new(sample::fresh());
        self.clinic.store().write(|store| {
            publishing::publish_many(store, self.doctor, &opening, obstacles, &mut fresh, &policy, now())
        })
    }

    fn change(&self, slot: &Slot, edit: SlotEdit, expected: &Expected) -> Result<Slot, Error> {
        let policy = PublishingPolicy::default();
        self.clinic.store().write(|store| publishing::change(store, slot, edit, expected, &policy, now()))
    }

    fn withdraw(&self, slots: &[Slot]) -> Result<(), Error> {
        self.clinic.store().write(|store| withdrawing::withdraw_many(store, slots))
    }

    fn book(&self, slot: SlotId) -> AppointmentId {
        let patient = self.clinic.patient("Bea");
        let request = BookingRequest {
            id: AppointmentId::new(sample::fresh()),
            patient,
            target: Target::Slot(slot),
            reason: None,
            notes: None,
            by: self.clinic.patient_actor(patient),
        };
        let policy = BookingPolicy::default();
        self.clinic.store().write(|store| booking::book(store, &request, &policy, now())).unwrap().id
    }

    fn starts(&self) -> Vec<String> {
        let day = Interval::of_minutes(nine() - TimeDelta::hours(9), 24 * 60).unwrap();
        let slots = self.clinic.read(|store| store.slots_within(self.doctor, day));
        slots.iter().map(|slot| slot.interval.start().format("%R").to_string()).collect()
    }

    fn slot(&self, id: SlotId) -> Slot {
        self.clinic.read(|store| store.slot(id)).unwrap()
    }
}

#[test]
fn a_doctors_slots_never_overlap() {
    let diary = Diary::new();
    let first = diary.publish(nine(), 30).unwrap();
    let conflict = diary.publish(nine() + TimeDelta::minutes(29), 30);
    assert_eq!(conflict, Err(Refusal::SlotOverlap { conflicts: vec![first] }.into()));
    assert!(diary.publish(nine() + TimeDelta::minutes(30), 30).is_ok());
    assert_eq!(diary.starts(), ["09:00", "09:30"]);
}

#[test]
fn many_slots_are_made_all_or_none_unless_obstacles_are_skipped() {
    let diary = Diary::new();
    diary.publish(nine() + TimeDelta::minutes(45), 30).unwrap();
    let refused = diary.publish_morning(Obstacle::Refuse);
    assert!(matches!(refused, Err(Error::Refused(Refusal::SlotOverlap { ref conflicts })) if conflicts.len() == 1));
    assert_eq!(diary.starts(), ["09:45"]);
    let published = diary.publish_morning(Obstacle::Skip).unwrap();
    assert_eq!((published.created.len(), published.skipped.len()), (2, 2));
    assert_eq!(diary.starts(), ["09:00", "09:45", "10:30"]);
}

#[test]
fn a_slot_can_be_moved_stretched_blocked_and_freed() {
    let diary = Diary::new();
    let slot = diary.publish(nine(), 30).unwrap();
    let later = SlotEdit { start: Some(nine() + TimeDelta::hours(1)), slot_minutes: Some(45), ..SlotEdit::default() };
    let slot = diary.change(&slot, later, &Expected::Any).unwrap();
    assert_eq!((slot.interval.minutes(), slot.revision), (45, Revision::FIRST.next()));
    let block = SlotEdit { availability: Some(Availability::Unavailable), ..SlotEdit::default() };
    let slot = diary.change(&slot, block, &Expected::Any).unwrap();
    assert_eq!(slot.status, SlotStatus::BusyUnavailable);
    let free = SlotEdit { availability: Some(Availability::Free), ..SlotEdit::default() };
    let slot = diary.change(&slot, free, &Expected::OneOf(vec![slot.revision])).unwrap();
    assert_eq!(diary.slot(slot.id), slot);
}

#[test]
fn a_slot_is_not_moved_onto_another_but_may_overlap_its_old_self() {
    let diary = Diary::new();
    let slot = diary.publish(nine(), 30).unwrap();
    let other = diary.publish(nine() + TimeDelta::hours(1), 30).unwrap();
    let onto = |minutes| SlotEdit { start: Some(nine() + TimeDelta::minutes(minutes)), ..SlotEdit::default() };
    let refused = diary.change(&slot, onto(45), &Expected::Any);
    assert_eq!(refused, Err(Refusal::SlotOverlap { conflicts: vec![other] }.into()));
    assert!(diary.change(&slot, onto(15), &Expected::Any).is_ok());
}

#[test]
fn a_slot_is_changed_only_by_those_who_have_seen_the_last() {
    let diary = Diary::new();
    let slot = diary.publish(nine(), 30).unwrap();
    let stale = diary.change(&slot, SlotEdit::default(), &Expected::OneOf(vec![Revision::FIRST.next()]));
    assert_eq!(stale, Err(Refusal::Stale { actual: Revision::FIRST }.into()));
}

#[test]
fn a_slot_with_an_appointment_is_neither_changed_nor_removed() {
    let diary = Diary::new();
    let slots = [diary.publish(nine(), 30).unwrap(), diary.publish(nine() + TimeDelta::hours(1), 30).unwrap()];
    let appointment = diary.book(slots[0].id);
    let taken = Refusal::SlotHasAppointment { taken: vec![(slots[0].id, appointment)] };
    let slots = slots.map(|slot| diary.slot(slot.id));
    assert_eq!(diary.change(&slots[0], SlotEdit::default(), &Expected::Any), Err(taken.clone().into()));
    assert_eq!(diary.withdraw(&slots), Err(taken.into()));
    assert_eq!(diary.starts(), ["09:00", "10:00"]);
    assert_eq!(diary.withdraw(&slots[1..]), Ok(()));
    assert_eq!(diary.starts(), ["09:00"]);
}

/// What comes of publishing these hours for a new doctor in this zone.
fn published(zone: Zone, hours: &Hours, obstacle: Obstacle) -> Result<Published, Error> {
    let clinic = Clinic::in_memory(zone);
    let doctor = clinic.doctor("Ada");
    let opening = Opening::new(hours)?;
    let obstacles = Obstacles { overlap: obstacle, past: obstacle };
    let policy = PublishingPolicy::default();
    let mut fresh = || SlotId::new(sample::fresh());
    clinic
        .store()
        .write(|store| publishing::publish_many(store, doctor, &opening, obstacles, &mut fresh, &policy, now()))
}

#[test]
fn hours_that_a_night_swallows_are_refused() {
    let night = "2027-03-28".parse().unwrap();
    let hour = |hour| NaiveTime::from_hms_opt(hour, 0, 0).unwrap();
    let hours = Hours {
        start_date: night,
        end_date: night,
        window: Window::new(hour(1), hour(2)).unwrap(),
        pause: None,
        weekdays: None,
        slot_minutes: 30,
    };
    let swallowed = published(testkit::zone("Europe/London"), &hours, Obstacle::Skip);
    assert_eq!(swallowed, Err(Refusal::NothingFits { minutes: 30 }.into()));
}

#[test]
fn a_night_that_gains_an_hour_does_not_make_more_than_a_call_may() {
    let time = |hour, minute| NaiveTime::from_hms_opt(hour, minute, 0).unwrap();
    let count = |start_date: &str, end_date: &str| {
        let hours = Hours {
            start_date: start_date.parse().unwrap(),
            end_date: end_date.parse().unwrap(),
            window: Window::new(time(0, 0), time(4, 10)).unwrap(),
            pause: None,
            weekdays: None,
            slot_minutes: 5,
        };
        published(testkit::zone("America/New_York"), &hours, Obstacle::Refuse).map(|published| published.created.len())
    };
    // A hundred days of 50 slots each.
    assert_eq!(count("2027-08-01", "2027-11-08"), Err(Refusal::TooManySlots { count: 5_012, most: 5_000 }.into()));
    assert_eq!(count("2027-07-01", "2027-10-08"), Ok(5_000));
}
