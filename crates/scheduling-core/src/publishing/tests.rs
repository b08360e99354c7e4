use super::*;
use crate::mock_store::MockStore;
use crate::sample::{DOCTOR, at, now, schedule, slot};
use mockall::Sequence;

const REFUSE: Obstacles = Obstacles { overlap: Obstacle::Refuse, past: Obstacle::Refuse };
const SKIP: Obstacles = Obstacles { overlap: Obstacle::Skip, past: Obstacle::Skip };

fn half_hours(starts: &[&str]) -> Vec<Interval> {
    starts.iter().map(|start| Interval::of_minutes(at(start), 30).unwrap()).collect()
}

fn check(wanted: &[&str], diary: &[Slot], obstacles: Obstacles) -> Result<Decided, Refusal> {
    let policy = PublishingPolicy { doctor_day_max: 3, ..PublishingPolicy::default() };
    decide_intervals(&half_hours(wanted), diary, testkit::zone("Europe/London"), obstacles, &policy, now())
}

#[test]
fn slots_are_made_between_others_that_they_touch() {
    let diary = [slot(1, "2027-01-05T08:30:00Z"), slot(2, "2027-01-05T09:30:00Z")];
    let made = check(&["2027-01-05T09:00:00Z"], &diary, REFUSE).unwrap();
    assert_eq!(made, (half_hours(&["2027-01-05T09:00:00Z"]), Vec::new()));
}

#[test]
fn what_is_in_the_way_is_named_or_skipped() {
    let diary = [slot(1, "2027-01-05T09:15:00Z")];
    let wanted = ["2027-01-05T08:30:00Z", "2027-01-05T09:00:00Z", "2027-01-05T09:30:00Z", "2027-01-05T10:00:00Z"];
    assert_eq!(check(&wanted, &diary, REFUSE), Err(Refusal::SlotOverlap { conflicts: diary.to_vec() }));
    let (made, skipped) = check(&wanted, &diary, SKIP).unwrap();
    assert_eq!(made, half_hours(&[wanted[0], wanted[3]]));
    let left_out = half_hours(&[wanted[1], wanted[2]]).into_iter().map(|one| (one, SkipReason::Overlap));
    assert_eq!(skipped, left_out.collect::<Vec<_>>());
}

#[test]
fn what_has_begun_is_refused_or_skipped() {
    let wanted = ["2027-01-04T12:00:00Z", "2027-01-04T12:30:00Z"];
    let refusal = Refusal::SlotInPast { start: now(), now: now() };
    assert_eq!(check(&wanted, &[], REFUSE), Err(refusal));
    let (made, skipped) = check(&wanted, &[], SKIP).unwrap();
    assert_eq!(made, half_hours(&wanted[1..]));
    assert_eq!(skipped, [(half_hours(&wanted[..1])[0], SkipReason::Past)]);
}

#[test]
fn a_day_is_the_locations_and_counts_what_is_there_already() {
    let diary = [slot(1, "2027-01-05T08:00:00Z"), slot(2, "2027-01-04T23:30:00Z")];
    let two = ["2027-01-05T09:00:00Z", "2027-01-05T09:30:00Z"];
    assert!(check(&two, &diary, REFUSE).is_ok());
    let three = [two[0], two[1], "2027-01-05T10:00:00Z"];
    let date = "2027-01-05".parse().unwrap();
    assert_eq!(check(&three, &diary, REFUSE), Err(Refusal::TooManySlotsInDay { date, count: 4, most: 3 }));
}

#[test]
fn a_slot_is_whole_minutes_within_bounds() {
    let of = |start: &str, end: &str| refuse_misshapen(Interval::new(at(start), at(end)).unwrap());
    assert_eq!(of("2027-01-05T09:00:00Z", "2027-01-05T09:05:00Z"), Ok(()));
    assert_eq!(of("2027-01-05T09:00:00Z", "2027-01-05T17:00:00Z"), Ok(()));
    let length = Err(Refusal::SlotLength { least: 5, most: 480 });
    assert_eq!(of("2027-01-05T09:00:00Z", "2027-01-05T09:04:00Z"), length);
    assert_eq!(of("2027-01-05T09:00:00Z", "2027-01-05T17:01:00Z"), length);
    assert_eq!(of("2027-01-05T09:00:30Z", "2027-01-05T09:30:30Z"), Err(Refusal::NotWholeMinutes));
    assert_eq!(of("2027-01-05T09:00:00Z", "2027-01-05T09:30:30Z"), Err(Refusal::NotWholeMinutes));
}

#[test]
fn a_slot_starts_in_the_future_and_not_beyond_the_horizon() {
    let policy = PublishingPolicy { horizon_days_max: 1, ..PublishingPolicy::default() };
    let of = |start: &str| refuse_untimely(half_hours(&[start])[0], &policy, now());
    assert_eq!(of("2027-01-04T12:00:00Z"), Err(Refusal::SlotInPast { start: now(), now: now() }));
    assert_eq!(of("2027-01-04T12:01:00Z"), Ok(()));
    assert_eq!(of("2027-01-05T12:00:00Z"), Ok(()));
    assert_eq!(of("2027-01-05T12:01:00Z"), Err(Refusal::BeyondHorizon { days: 1 }));
}

#[test]
fn the_doctor_is_held_before_the_diary_is_read() {
    let mut order = Sequence::new();
    let mut store = MockStore::new();
    let guards = BTreeSet::from([Guard::Doctor(DOCTOR)]);
    store.expect_hold().withf(move |held| *held == guards).once().in_sequence(&mut order).returning(|_| Ok(Held::All));
    store.expect_schedule_of().once().in_sequence(&mut order).returning(|_| Ok(Some(schedule())));
    store.expect_slots_within().once().in_sequence(&mut order).returning(|_, _| Ok(Vec::new()));
    store.expect_add_slots().once().in_sequence(&mut order).returning(|_| Ok(()));
    let slot = slot(1, "2027-01-05T09:00:00Z");
    let published = publish(&mut store, DOCTOR, slot.id, slot.interval, &PublishingPolicy::default(), now());
    assert_eq!(published, Ok(slot));
}

#[test]
fn a_doctor_without_a_guard_is_unknown() {
    let mut store = MockStore::new();
    store.expect_hold().returning(|_| Ok(Held::Missing(Guard::Doctor(DOCTOR))));
    let slot = slot(1, "2027-01-05T09:00:00Z");
    let refused = publish(&mut store, DOCTOR, slot.id, slot.interval, &PublishingPolicy::default(), now());
    assert_eq!(refused, Err(Refusal::UnknownDoctor { doctor: DOCTOR }.into()));
}
