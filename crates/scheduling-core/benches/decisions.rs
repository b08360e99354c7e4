//! How long the decisions take: `cargo bench -p scheduling-core`. All figures are of one core.
#![expect(clippy::unwrap_used, reason = "values that are written here are well formed")]

use std::hint::black_box;

use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Utc};
use criterion::{BenchmarkId, Criterion, Throughput};
use kernel::{AccountId, AppointmentId, DoctorId, LocationId, PatientId, Role, ScheduleId, SlotId, Zone};
use scheduling_core::booking::{BookingRequest, Surroundings, Target, decide_booking};
use scheduling_core::generating::cut;
use scheduling_core::interval::in_the_way;
use scheduling_core::opening::{Hours, Opening, Window};
use scheduling_core::{Actor, BookingPolicy, Interval, Offer, Schedule, Slot};
use uuid::Uuid;

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    cutting(&mut criterion);
    overlap(&mut criterion);
    booking(&mut criterion);
    criterion.final_summary();
}

/// A year from nine to five with an hour's break, in quarters, because one call makes no more than a quarter of it.
fn year() -> Vec<Opening> {
    let hour = |hour| NaiveTime::from_hms_opt(hour, 0, 0).unwrap();
    let date = |month| NaiveDate::from_ymd_opt(2027, month, 1).unwrap();
    let quarter = |first: NaiveDate| Hours {
        start_date: first,
        end_date: first + chrono::Months::new(3) - TimeDelta::days(1),
        window: Window::new(hour(9), hour(17)).unwrap(),
        pause: Some(Window::new(hour(12), hour(13)).unwrap()),
        weekdays: None,
        slot_minutes: 15,
    };
    [1, 4, 7, 10].into_iter().map(|month| Opening::new(&quarter(date(month))).unwrap()).collect()
}

/// The time is that of the year; the throughput is in slots.
fn cutting(criterion: &mut Criterion) {
    let year = year();
    let slots: usize = year.iter().map(|opening| cut(opening, Zone::UTC).len()).sum();
    let mut group = criterion.benchmark_group("cut a year");
    group.throughput(Throughput::Elements(u64::try_from(slots).unwrap()));
    for zone in [Zone::UTC, testkit::zone("Europe/London"), testkit::zone("Africa/Lagos")] {
        group.bench_function(zone.name(), |bencher| {
            bencher.iter(|| {
                for opening in &year {
                    black_box(cut(black_box(opening), black_box(zone)));
                }
            });
        });
    }
    group.finish();
}

/// As many new intervals as old slots, ten times more from row to row; the time should grow little faster than that.
fn overlap(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("overlap");
    for count in [100, 1_000, 10_000, 100_000_i64] {
        group.throughput(Throughput::Elements(u64::try_from(count).unwrap()));
        for (name, new, old) in [half(count), shuffled(count), beside_a_long_one(count)] {
            group.bench_function(BenchmarkId::new(name, count), |bencher| {
                bencher.iter(|| in_the_way(black_box(&new), black_box(&old), |slot| slot.interval));
            });
        }
    }
    group.finish();
}

type Case = (&'static str, Vec<Interval>, Vec<Slot>);

/// In order of start, as stores answer; every other slot is in the way.
fn half(count: i64) -> Case {
    let new = (0..count).map(|n| minutes(20 * n + if n % 2 == 0 { 10 } else { 15 }, 5));
    ("half, in order", new.collect(), (0..count).map(|n| slot(minutes(20 * n, 15))).collect())
}

/// The same, in no order.
fn shuffled(count: i64) -> Case {
    /// Has no factor in common with a power of ten, so that each place is taken once.
    const STRIDE: i64 = 61_803;
    let (_, new, old) = half(count);
    let places = || (0..count).map(|n| usize::try_from(n * STRIDE % count).unwrap());
    let new = places().map(|place| *new.get(place).unwrap()).collect();
    ("half, in no order", new, places().map(|place| *old.get(place).unwrap()).collect())
}

/// One slot reaches over all others, which lie between the new ones: the worst case of a scan that trusts a far reach.
fn beside_a_long_one(count: i64) -> Case {
    let long = slot(minutes(0, 20 * count));
    let old = std::iter::once(long).chain((1..count).map(|n| slot(minutes(20 * n, 5))));
    ("beside a long one", (0..count).map(|n| minutes(20 * n + 10, 5)).collect(), old.collect())
}

fn booking(criterion: &mut Criterion) {
    let offer = Offer { slot: slot(minutes(24 * 60, 30)), schedule: schedule() };
    let request = BookingRequest {
        id: AppointmentId::new(Uuid::from_u128(1)),
        patient: PatientId::new(Uuid::from_u128(2)),
        target: Target::Slot(offer.slot.id),
        reason: Some("cough".to_owned()),
        notes: None,
        by: Actor { account: AccountId::new(Uuid::from_u128(3)), role: Role::Patient },
    };
    let policy = BookingPolicy { patient_upcoming_max: Some(5), doctor_day_max: Some(30), ..BookingPolicy::default() };
    let surroundings = Surroundings { upcoming: 1, doctor_day: 12, ..Surroundings::default() };
    criterion.bench_function("decide a booking", |bencher| {
        bencher
            .iter(|| decide_booking(black_box(&request), black_box(&offer), &surroundings, &policy, black_box(now())));
    });
}

fn now() -> DateTime<Utc> {
    DateTime::UNIX_EPOCH
}

/// An interval that starts so many minutes from now.
fn minutes(start: i64, length: i64) -> Interval {
    let start = now() + TimeDelta::minutes(start);
    Interval::new(start, start + TimeDelta::minutes(length)).unwrap()
}

fn schedule() -> Schedule {
    Schedule {
        id: ScheduleId::new(Uuid::from_u128(4)),
        doctor: DoctorId::new(Uuid::from_u128(5)),
        location: LocationId::new(Uuid::from_u128(6)),
        zone: testkit::zone("Europe/London"),
        accepting_bookings: true,
    }
}

fn slot(interval: Interval) -> Slot {
    Slot::new(SlotId::new(Uuid::from_u128(7)), &schedule(), interval)
}
