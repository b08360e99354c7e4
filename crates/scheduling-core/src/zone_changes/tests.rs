//! Vancouver, which in 2026 stays on summer time: nine o'clock is at 17:00Z by release 2025b and at 16:00Z since.

use super::*;
use crate::{Schedule, sample};

fn by_2025b() -> Zone {
    time_zones::release_2025b().zone("America/Vancouver").unwrap()
}

fn today() -> Zone {
    testkit::zone("America/Vancouver")
}

fn slot(id: u128, start: &str, zone: Zone) -> Slot {
    let schedule = Schedule { zone, ..sample::schedule() };
    Slot::new(SlotId::new(uuid::Uuid::from_u128(id)), &schedule, Interval::of_minutes(sample::at(start), 30).unwrap())
}

fn shifts(diary: &[Slot]) -> Shifts {
    decide_shifts(diary, today(), &time_zones::release_2025b(), sample::at("2026-11-30T12:00:00Z"))
}

fn starts(shifts: &[Shift]) -> Vec<String> {
    shifts.iter().map(|shift| shift.interval.start().format("%F %RZ").to_string()).collect()
}

#[test]
fn a_slot_knows_the_offset_it_was_published_with() {
    let hours = |zone| slot(1, "2026-12-01T17:00:00Z", zone).utc_offset.map(|offset| offset.local_minus_utc() / 3_600);
    assert_eq!([hours(by_2025b()), hours(today())], [Some(-8), Some(-7)]);
}

#[test]
fn what_was_published_for_nine_goes_back_to_nine() {
    let diary = ["2026-12-01T17:00:00Z", "2026-12-01T17:30:00Z"];
    let diary: Vec<Slot> = (1..).zip(diary).map(|(id, start)| slot(id, start, by_2025b())).collect();
    let found = shifts(&diary);
    assert_eq!(starts(&found.movable), ["2026-12-01 16:00Z", "2026-12-01 16:30Z"]);
    let first = found.movable[0];
    assert_eq!([first.promised, first.actual].map(|wall| wall.format("%R").to_string()), ["09:00", "10:00"]);
    assert_eq!((found.obstructed, found.taken), (Vec::new(), Vec::new()));
}

#[test]
fn what_the_rules_of_today_published_stays() {
    assert_eq!(shifts(&[slot(1, "2026-12-01T16:00:00Z", today())]), Shifts::default());
    assert_eq!(shifts(&[slot(1, "2026-08-01T16:00:00Z", by_2025b())]), Shifts::default());
}

#[test]
fn a_slot_of_a_version_that_kept_no_offset_was_published_by_2025b() {
    let unknown = Slot { utc_offset: None, ..slot(1, "2026-12-01T17:00:00Z", today()) };
    assert_eq!(starts(&shifts(&[unknown]).movable), ["2026-12-01 16:00Z"]);
}

#[test]
fn a_slot_that_somebody_has_is_for_people_to_decide_and_nothing_is_moved_into_it() {
    let visit = slot(1, "2026-12-01T17:00:00Z", by_2025b()).with_status(SlotStatus::Busy);
    let behind = slot(2, "2026-12-01T18:00:00Z", by_2025b());
    let touching = slot(3, "2026-12-01T18:30:00Z", by_2025b());
    let found = shifts(&[visit, behind, touching]);
    assert_eq!(found.taken.iter().map(|shift| shift.slot.id).collect::<Vec<_>>(), [visit.id]);
    assert_eq!(found.obstructed.iter().map(|shift| shift.slot.id).collect::<Vec<_>>(), [behind.id]);
    assert_eq!(starts(&found.movable), ["2026-12-01 17:30Z"]);
}

#[test]
fn what_stays_is_in_the_way_of_what_would_come_there() {
    let start = |half_hours: u32| format!("2026-12-01T{:02}:{:02}:00Z", 17 + half_hours / 2, half_hours % 2 * 30);
    let mut diary: Vec<Slot> = (0..8).map(|n| slot(n.into(), &start(n), by_2025b())).collect();
    diary[0] = diary[0].with_status(SlotStatus::Busy);
    let found = shifts(&diary);
    // The third cannot go to the first, so the fifth not to the third, and so on.
    assert_eq!(found.obstructed.iter().map(|shift| shift.slot.id).collect::<Vec<_>>(), [2, 4, 6].map(|n| diary[n].id));
    assert_eq!(found.movable.len(), 4);
}

#[test]
fn two_that_were_promised_the_same_time_do_not_both_get_it() {
    let (old, new) = (slot(1, "2026-12-01T17:00:00Z", by_2025b()), slot(2, "2026-12-01T16:00:00Z", today()));
    let found = shifts(&[old, new]);
    assert_eq!((found.movable.len(), found.obstructed.len()), (0, 1));
    let twin = Slot { utc_offset: None, ..slot(3, "2026-12-01T17:15:00Z", today()) };
    let found = shifts(&[old, twin]);
    assert_eq!((found.movable.len(), found.obstructed.len()), (1, 1));
}

#[test]
fn what_has_begun_or_would_have_is_not_moved() {
    let begun = slot(1, "2026-11-30T12:00:00Z", by_2025b());
    let soon = slot(2, "2026-11-30T12:30:00Z", by_2025b());
    let found = shifts(&[begun, soon]);
    assert_eq!((found.movable.len(), found.taken.len()), (0, 0));
    assert_eq!(found.obstructed.iter().map(|shift| shift.slot.id).collect::<Vec<_>>(), [soon.id]);
}
