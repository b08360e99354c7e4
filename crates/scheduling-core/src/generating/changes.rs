//! Every change of the clocks from 2020 to 2037, in every zone of the time zone database.

use chrono::{DateTime, Duration, NaiveDate, NaiveDateTime, NaiveTime, Offset, TimeZone, Utc};
use kernel::Zone;

use super::*;
use crate::opening::{Hours, Window};

/// A moment at which the clocks of a zone are put forward or back.
#[derive(Debug)]
struct ClockChange {
    at: DateTime<Utc>,
    /// How far they are ahead of UTC before and from then on.
    before: Duration,
    after: Duration,
}

fn ahead(zone: Zone, at: DateTime<Utc>) -> Duration {
    Duration::seconds(zone.offset_from_utc_datetime(&at.naive_utc()).fix().local_minus_utc().into())
}

/// The changes of a zone, none of which is undone within half a day.
fn clock_changes(zone: Zone) -> Vec<ClockChange> {
    let step = Duration::hours(12);
    let first_of = |year| NaiveDate::from_ymd_opt(year, 1, 1).unwrap().and_time(NaiveTime::MIN).and_utc();
    let (mut at, end) = (first_of(2020), first_of(2038));
    let mut changes = Vec::new();
    while at < end {
        let (before, after) = (ahead(zone, at), ahead(zone, at + step));
        if before != after {
            let (mut earlier, mut later) = (at, at + step);
            while Duration::seconds(1) < later - earlier {
                let middle = earlier + Duration::seconds((later - earlier).num_seconds() / 2);
                let half = if ahead(zone, middle) == before { &mut earlier } else { &mut later };
                *half = middle;
            }
            changes.push(ClockChange { at: later, before, after });
        }
        at += step;
    }
    changes
}

impl ClockChange {
    /// What a time on the wall means, if this is the only change near it.
    fn instant(&self, wall: NaiveDateTime) -> DateTime<Utc> {
        let (by_old, by_new) = ((wall - self.before).and_utc(), (wall - self.after).and_utc());
        if by_old < self.at || by_new < self.at { by_old } else { by_new }
    }

    /// The slots of the days around it: as many as fit into each window, without those that begin before the last one
    /// of the window before has ended. (A break in the hour that is skipped ends before it begins.)
    fn expected(&self, opening: &Opening) -> Vec<Interval> {
        let length = Duration::minutes(opening.slot_minutes().into());
        let mut slots: Vec<Interval> = Vec::new();
        for (date, window) in
            opening.dates().flat_map(|date| opening.windows().iter().map(move |window| (date, window)))
        {
            let [start, end] = [window.start_on(date), window.end_on(date)].map(|local| self.instant(local.unwrap()));
            let free_from = slots.last().map_or(start, |last| last.end());
            let starts = (0..).map(|n| start + length * n).take_while(|start| *start + length <= end);
            slots.extend(
                starts.filter(|start| free_from <= *start).map(|start| Interval::new(start, start + length).unwrap()),
            );
        }
        slots
    }
}

/// Three days of these hours, the second of which is the day of the change.
fn opening(change: &ClockChange, window: [&str; 2], pause: Option<[&str; 2]>, slot_minutes: u32) -> Opening {
    let window_of = |bounds: [&str; 2]| {
        let [start, end] = bounds.map(|time| NaiveTime::parse_from_str(time, "%R").unwrap());
        Window::new(start, end).unwrap()
    };
    let day = (change.at + change.before).date_naive();
    Opening::new(&Hours {
        start_date: day.pred_opt().unwrap(),
        end_date: day.succ_opt().unwrap(),
        window: window_of(window),
        pause: pause.map(window_of),
        weekdays: None,
        slot_minutes,
    })
    .unwrap()
}

#[test]
fn no_slot_overlaps_or_vanishes_at_any_change_of_any_zone() {
    let mut zones = 0;
    let mut changes = 0;
    for zone in testkit::time_zones().iter() {
        let of_zone = clock_changes(zone);
        for change in &of_zone {
            for opening in [
                opening(change, ["00:00", "23:59"], None, 15),
                opening(change, ["00:10", "05:30"], Some(["01:45", "02:15"]), 20),
                opening(change, ["20:00", "23:59"], None, 7),
            ] {
                let (cut, expected) = (cut(&opening, zone), change.expected(&opening));
                let other = cut.iter().zip(&expected).find(|(cut, expected)| cut != expected);
                assert_eq!(other, None, "{zone} {change:?}");
                assert_eq!(cut.len(), expected.len(), "{zone} {change:?}");
                assert!(cut.is_sorted_by(|one, next| one.end() <= next.start()), "{zone} {change:?}");
            }
        }
        zones += usize::from(!of_zone.is_empty());
        changes += of_zone.len();
    }
    println!("{changes} changes in {zones} of {} zones", testkit::time_zones().iter().count());
    // Two a year in Europe alone, where more than fifty zones have summer time.
    assert!(18 * 2 * 50 < changes, "{changes}");
}
