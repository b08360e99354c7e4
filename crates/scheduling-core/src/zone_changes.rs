//! Slots that were published by older rules of a time zone than those of today.

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDateTime, Offset, TimeDelta, TimeZone, Utc};
use kernel::{DoctorId, Holds, SlotId, TimeZones, Zone};

use crate::interval::in_the_way;
use crate::ports::{Schedules, Slots};
use crate::{Error, Interval, Refusal, Slot, SlotStatus, publishing};

/// How far ahead shifts are looked for; nothing is published farther ahead.
const HORIZON: TimeDelta = TimeDelta::days(3_660);

/// A slot to come that is no longer at the wall time it was published for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shift {
    /// The slot.
    pub slot: Slot,
    /// The wall time at its start by the rules that it was published by.
    pub promised: NaiveDateTime,
    /// The wall time at its start by the rules of today.
    pub actual: NaiveDateTime,
    /// When the promised time is by the rules of today.
    pub interval: Interval,
}

/// The shifted slots of one doctor, in order of their promised times.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shifts {
    /// Nobody has them, and nothing is at their promised time: they can be moved there.
    pub movable: Vec<Shift>,
    /// Nobody has them, but their promised time has begun, or another slot is there.
    pub obstructed: Vec<Shift>,
    /// Somebody has them: whether patient and doctor come at the old wall time or at the new one is theirs to decide.
    pub taken: Vec<Shift>,
}

/// Finds the shifted slots of a doctor.
///
/// Slots that do not say by which offset they were published were published by the rules `earlier`.
///
/// # Errors
/// `UnknownDoctor`; or the store fails.
pub fn find_shifts<S: Schedules + ?Sized>(
    store: &mut S,
    doctor: DoctorId,
    earlier: &TimeZones,
    now: DateTime<Utc>,
) -> Result<Shifts, Error> {
    let schedule = store.schedule_of(doctor)?.ok_or(Refusal::UnknownDoctor { doctor })?;
    let Some(ahead) = Interval::new(now, now + HORIZON) else { return Ok(Shifts::default()) };
    // Where a doctor has left, nothing is to come: all of these slots are at the schedule's location.
    let diary = store.slots_within(doctor, ahead)?;
    Ok(decide_shifts(&diary, schedule.zone, earlier, now))
}

/// Moves those shifted slots of a doctor that nobody has to their promised wall times, where nothing is in the way.
///
/// # Errors
/// `UnknownDoctor`; or the store fails.
pub fn restore_wall_times<S: Holds + Schedules + Slots + ?Sized>(
    store: &mut S,
    doctor: DoctorId,
    earlier: &TimeZones,
    now: DateTime<Utc>,
) -> Result<Shifts, Error> {
    let schedule = publishing::hold(store, doctor)?;
    let shifts = find_shifts(store, doctor, earlier, now)?;
    for Shift { slot, interval, .. } in &shifts.movable {
        store.change_slot(&slot.with_status(slot.status).at(*interval, schedule.zone))?;
    }
    Ok(shifts)
}

/// Which slots of a diary are shifted by the rules of today, which are those of `zone`, and which of them can be moved.
pub fn decide_shifts(diary: &[Slot], zone: Zone, earlier: &TimeZones, now: DateTime<Utc>) -> Shifts {
    let mut shifts = Shifts::default();
    for shift in diary.iter().filter_map(|slot| shift_of(slot, zone, earlier)) {
        let group = match shift.slot.status {
            _ if shift.slot.interval.has_begun(now) => continue,
            SlotStatus::Busy | SlotStatus::BusyTentative => &mut shifts.taken,
            SlotStatus::Free | SlotStatus::BusyUnavailable if shift.interval.has_begun(now) => &mut shifts.obstructed,
            SlotStatus::Free | SlotStatus::BusyUnavailable => &mut shifts.movable,
            SlotStatus::EnteredInError => continue,
        };
        group.push(shift);
    }
    shifts.movable.sort_by_key(|shift| (shift.interval, shift.slot.id));
    loop {
        let blocked = blocked(&shifts.movable, diary);
        if blocked.is_empty() {
            shifts.obstructed.sort_by_key(|shift| (shift.interval, shift.slot.id));
            return shifts;
        }
        // What stays may be in the way of others.
        let (stay, movable) = shifts.movable.into_iter().partition(|shift| blocked.contains(&shift.slot.id));
        shifts.movable = movable;
        shifts.obstructed.extend::<Vec<Shift>>(stay);
    }
}

fn shift_of(slot: &Slot, zone: Zone, earlier: &TimeZones) -> Option<Shift> {
    let start = slot.interval.start();
    let published_by = |rules: Zone| rules.offset_from_utc_datetime(&start.naive_utc()).fix();
    let then = slot.utc_offset.or_else(|| earlier.zone(zone.name()).map(published_by))?;
    let wall = |offset| start.naive_utc().checked_add_offset(offset);
    let (promised, actual) = (wall(then)?, wall(published_by(zone))?);
    let minutes = u32::try_from(slot.interval.minutes()).ok()?;
    let interval = Interval::of_minutes(zone.instant(promised)?, minutes)?;
    (interval != slot.interval).then_some(Shift { slot: *slot, promised, actual, interval })
}

/// Those whose promised time overlaps a slot that stays, or another one that is moved before them.
fn blocked(movable: &[Shift], diary: &[Slot]) -> BTreeSet<SlotId> {
    let moved: BTreeSet<SlotId> = movable.iter().map(|shift| shift.slot.id).collect();
    let staying: Vec<Slot> = diary.iter().filter(|slot| !moved.contains(&slot.id)).copied().collect();
    let wanted: Vec<Interval> = movable.iter().map(|shift| shift.interval).collect();
    let obstacles: Vec<Interval> =
        in_the_way(&wanted, &staying, |slot| slot.interval).iter().map(|slot| slot.interval).collect();
    let by_others = in_the_way(&obstacles, movable, |shift| shift.interval);
    let by_each_other = movable.windows(2).filter_map(|pair| match pair {
        [one, next] => one.interval.overlaps(next.interval).then_some(*next),
        _ => None,
    });
    by_others.into_iter().chain(by_each_other).map(|shift| shift.slot.id).collect()
}

#[cfg(test)]
mod tests;
