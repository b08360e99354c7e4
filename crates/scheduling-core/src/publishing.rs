//! Putting times up for sale, and changing them.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDate, TimeDelta, Timelike, Utc};
use kernel::{DoctorId, Expected, Guard, Held, Holds, SlotId, Zone, words};

use crate::generating::Cut;
use crate::interval::in_the_way;
use crate::local_time::{self, day};
use crate::opening::{Opening, SLOTS_PER_CALL_MAX};
use crate::ports::{Appointments, Schedules, Slots};
use crate::slot::{SLOT_MINUTES_MAX, SLOT_MINUTES_MIN};
use crate::{Error, Interval, PublishingPolicy, Refusal, Schedule, Slot, SlotStatus, generating, withdrawing};

/// What to do about a slot that cannot be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Obstacle {
    /// Make none at all.
    Refuse,
    /// Make the rest, and report it.
    Skip,
}

/// What to do about slots that are in the way, and about those that have begun.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Obstacles {
    /// When one of the doctor's slots is in the way.
    pub overlap: Obstacle,
    /// When a slot would start in the past.
    pub past: Obstacle,
}

words! {
    /// Why a slot was left out.
    pub enum SkipReason {
        /// One of the doctor's slots is in the way.
        Overlap = "slot_overlap",
        /// It would have begun.
        Past = "slot_in_past",
        /// Clocks are put forward, so that it does not fit into its hours.
        ClockChange = "clock_change",
    }
}

/// What came of publishing many slots.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Published {
    /// What was made, earliest first.
    pub created: Vec<Slot>,
    /// What was left out, earliest first.
    pub skipped: Vec<(Interval, SkipReason)>,
}

/// What is to be different about a slot.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SlotEdit {
    /// When it starts.
    pub start: Option<DateTime<Utc>>,
    /// How long it is.
    pub slot_minutes: Option<u32>,
    /// Whether it can be booked.
    pub availability: Option<Availability>,
}

/// What a slot without an appointment can be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Availability {
    /// For sale.
    Free,
    /// Blocked.
    Unavailable,
}

/// Publishes one slot.
///
/// # Errors
/// `UnknownDoctor`, `NotWholeMinutes`, `SlotLength`, `SlotInPast`, `BeyondHorizon`, `SlotOverlap` or
/// `TooManySlotsInDay`; or the store fails.
pub fn publish<S: Holds + Schedules + ?Sized>(
    store: &mut S,
    doctor: DoctorId,
    id: SlotId,
    interval: Interval,
    policy: &PublishingPolicy,
    now: DateTime<Utc>,
) -> Result<Slot, Error> {
    refuse_misshapen(interval)?;
    let schedule = hold(store, doctor)?;
    refuse_untimely(interval, policy, now)?;
    let diary = diary_around(store, &schedule, &[interval])?;
    decide_interval(interval, &diary, schedule.zone, policy)?;
    let slot = Slot::new(id, &schedule, interval);
    store.add_slots(&[slot])?;
    Ok(slot)
}

/// Publishes the slots that an opening makes in the zone of the doctor's location: all of them, or, where obstacles are
/// to be skipped, the rest.
///
/// # Errors
/// `UnknownDoctor`, `BeyondHorizon`, `NothingFits`, `SlotInPast`, `SlotOverlap` with what is in the way, or
/// `TooManySlotsInDay`; or the store fails.
pub fn publish_many<S: Holds + Schedules + ?Sized>(
    store: &mut S,
    doctor: DoctorId,
    opening: &Opening,
    obstacles: Obstacles,
    fresh: &mut dyn FnMut() -> SlotId,
    policy: &PublishingPolicy,
    now: DateTime<Utc>,
) -> Result<Published, Error> {
    let schedule = hold(store, doctor)?;
    refuse_far_days(opening, schedule.zone, policy, now)?;
    let Cut { intervals: wanted, lost } = generating::cut_with_losses(opening, schedule.zone);
    let count = u64::try_from(wanted.len()).unwrap_or(u64::MAX);
    if u64::from(SLOTS_PER_CALL_MAX) < count {
        // A night that gains an hour has made more than the clock on the wall says.
        return Err(Refusal::TooManySlots { count, most: SLOTS_PER_CALL_MAX }.into());
    }
    if wanted.is_empty() {
        // The only window falls into a night that loses an hour.
        return Err(Refusal::NothingFits { minutes: opening.slot_minutes() }.into());
    }
    let diary = diary_around(store, &schedule, &wanted)?;
    let (made, mut skipped) = decide_intervals(&wanted, &diary, schedule.zone, obstacles, policy, now)?;
    skipped.extend(lost.into_iter().map(|interval| (interval, SkipReason::ClockChange)));
    skipped.sort_by_key(|(interval, _)| *interval);
    let created: Vec<Slot> = made.into_iter().map(|interval| Slot::new(fresh(), &schedule, interval)).collect();
    store.add_slots(&created)?;
    Ok(Published { created, skipped })
}

/// Changes when a slot is, how long it is, or whether it can be booked; never while an appointment has it.
///
/// `slot` is what the caller has read; if it was changed since, the race is lost and the work is run again.
///
/// # Errors
/// `Stale`, `SlotHasAppointment`, `SlotNotFree`, and those of [`publish`]; or the store fails.
pub fn change<S: Holds + Schedules + Slots + Appointments + ?Sized>(
    store: &mut S,
    slot: &Slot,
    edit: SlotEdit,
    expected: &Expected,
    policy: &PublishingPolicy,
    now: DateTime<Utc>,
) -> Result<Slot, Error> {
    let schedule = hold(store, slot.doctor)?;
    if !expected.accepts(slot.revision) {
        return Err(Refusal::Stale { actual: slot.revision }.into());
    }
    withdrawing::refuse_in_use(store, std::slice::from_ref(slot))?;
    let interval = edited_interval(slot, edit)?;
    let status = match edit.availability {
        Some(Availability::Free) => SlotStatus::Free,
        Some(Availability::Unavailable) => SlotStatus::BusyUnavailable,
        None => slot.status,
    };
    if interval != slot.interval {
        refuse_misshapen(interval)?;
        refuse_untimely(interval, policy, now)?;
        let mut diary = diary_around(store, &schedule, &[interval])?;
        diary.retain(|other| other.id != slot.id);
        decide_interval(interval, &diary, schedule.zone, policy)?;
    }
    let changed = slot.with_status(status);
    let changed = if interval == slot.interval { changed } else { changed.at(interval, schedule.zone) };
    store.change_slot(&changed)?;
    Ok(changed)
}

/// Makes everyone else who publishes for this doctor wait, and opens their diary.
pub(crate) fn hold<S: Holds + Schedules + ?Sized>(store: &mut S, doctor: DoctorId) -> Result<Schedule, Error> {
    match store.hold(&BTreeSet::from([Guard::Doctor(doctor)]))? {
        Held::All => Ok(store.schedule_of(doctor)?.ok_or(Refusal::UnknownDoctor { doctor })?),
        Held::Missing(_) => Err(Refusal::UnknownDoctor { doctor }.into()),
    }
}

/// Every slot of the doctor on the local days that these intervals touch.
fn diary_around<S: Schedules + ?Sized>(
    store: &mut S,
    schedule: &Schedule,
    wanted: &[Interval],
) -> Result<Vec<Slot>, Error> {
    let (Some(first), Some(last)) = (wanted.first(), wanted.last()) else { return Ok(Vec::new()) };
    let bounds = |at| local_time::day_bounds(schedule.zone, day(schedule.zone, at));
    let start = bounds(first.start()).map_or(first.start(), Interval::start);
    let end = bounds(last.end()).map_or(last.end(), |bounds| bounds.end().max(last.end()));
    match Interval::new(start, end) {
        Some(span) => Ok(store.slots_within(schedule.doctor, span)?),
        None => Ok(Vec::new()),
    }
}

fn edited_interval(slot: &Slot, edit: SlotEdit) -> Result<Interval, Refusal> {
    let length = Refusal::SlotLength { least: SLOT_MINUTES_MIN, most: SLOT_MINUTES_MAX };
    let start = edit.start.unwrap_or_else(|| slot.interval.start());
    let minutes = edit.slot_minutes.map_or_else(|| slot.interval.minutes(), i64::from);
    start.checked_add_signed(TimeDelta::minutes(minutes)).and_then(|end| Interval::new(start, end)).ok_or(length)
}

/// A slot is whole minutes, and of a length within bounds.
fn refuse_misshapen(interval: Interval) -> Result<(), Refusal> {
    let whole = |at: DateTime<Utc>| at.second() == 0 && at.nanosecond() == 0;
    if !whole(interval.start()) || !whole(interval.end()) {
        return Err(Refusal::NotWholeMinutes);
    }
    let (least, most) = (SLOT_MINUTES_MIN, SLOT_MINUTES_MAX);
    if (i64::from(least)..=i64::from(most)).contains(&interval.minutes()) {
        Ok(())
    } else {
        Err(Refusal::SlotLength { least, most })
    }
}

fn refuse_untimely(interval: Interval, policy: &PublishingPolicy, now: DateTime<Utc>) -> Result<(), Refusal> {
    if interval.has_begun(now) {
        return Err(Refusal::SlotInPast { start: interval.start(), now });
    }
    if now + TimeDelta::days(i64::from(policy.horizon_days_max)) < interval.start() {
        return Err(Refusal::BeyondHorizon { days: policy.horizon_days_max });
    }
    Ok(())
}

/// Refuses by its last day an opening that goes too far, before anything is made of it.
fn refuse_far_days(
    opening: &Opening,
    zone: Zone,
    policy: &PublishingPolicy,
    now: DateTime<Utc>,
) -> Result<(), Refusal> {
    let last = day(zone, now + TimeDelta::days(i64::from(policy.horizon_days_max)));
    if last < opening.last_day() { Err(Refusal::BeyondHorizon { days: policy.horizon_days_max }) } else { Ok(()) }
}

/// Whether one interval fits into the diary.
fn decide_interval(interval: Interval, diary: &[Slot], zone: Zone, policy: &PublishingPolicy) -> Result<(), Refusal> {
    let conflicts = in_the_way(&[interval], diary, |slot| slot.interval);
    if !conflicts.is_empty() {
        return Err(Refusal::SlotOverlap { conflicts });
    }
    refuse_full_days(&[interval], diary, zone, policy)
}

/// What is made, and what is left out and why.
pub type Decided = (Vec<Interval>, Vec<(Interval, SkipReason)>);

/// Which of the wanted intervals, in order, are made and which are left out.
///
/// # Errors
/// `SlotInPast` and `SlotOverlap` unless they are to be skipped; `TooManySlotsInDay`.
pub fn decide_intervals(
    wanted: &[Interval],
    diary: &[Slot],
    zone: Zone,
    obstacles: Obstacles,
    policy: &PublishingPolicy,
    now: DateTime<Utc>,
) -> Result<Decided, Refusal> {
    let begun = wanted.partition_point(|interval| interval.has_begun(now));
    let (past, coming) = wanted.split_at(begun);
    if let (Obstacle::Refuse, Some(first)) = (obstacles.past, past.first()) {
        return Err(Refusal::SlotInPast { start: first.start(), now });
    }
    let conflicts = in_the_way(coming, diary, |slot| slot.interval);
    if obstacles.overlap == Obstacle::Refuse && !conflicts.is_empty() {
        return Err(Refusal::SlotOverlap { conflicts });
    }
    let occupied: Vec<Interval> = conflicts.iter().map(|slot| slot.interval).collect();
    let obstructed: BTreeSet<Interval> = in_the_way(&occupied, coming, |interval| *interval).into_iter().collect();
    let made: Vec<Interval> = coming.iter().copied().filter(|interval| !obstructed.contains(interval)).collect();
    refuse_full_days(&made, diary, zone, policy)?;
    let past = past.iter().map(|interval| (*interval, SkipReason::Past));
    let obstructed = obstructed.into_iter().map(|interval| (interval, SkipReason::Overlap));
    Ok((made, past.chain(obstructed).collect()))
}

fn refuse_full_days(new: &[Interval], diary: &[Slot], zone: Zone, policy: &PublishingPolicy) -> Result<(), Refusal> {
    let mut counts: BTreeMap<NaiveDate, u32> = BTreeMap::new();
    for interval in new {
        *counts.entry(day(zone, interval.start())).or_default() += 1;
    }
    for slot in diary {
        if let Some(count) = counts.get_mut(&day(zone, slot.interval.start())) {
            *count += 1;
        }
    }
    let most = policy.doctor_day_max;
    match counts.into_iter().find(|(_, count)| most < *count) {
        Some((date, count)) => Err(Refusal::TooManySlotsInDay { date, count, most }),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests;
