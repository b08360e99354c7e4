//! Cutting opening hours into slots.

use crate::Interval;
use crate::opening::Opening;
use kernel::Zone;

/// Cuts each open day into intervals, back to back from the start of its window and again from the end of its break.
///
/// Hours are local to `zone`; lengths are elapsed minutes, so a window has more or fewer slots on a night when clocks
/// change. A wall time that happens twice means the first; a skipped one is read with the offset before the gap
/// (RFC 5545, 3.3.5). The last interval ends at or before the end of its window. The intervals are in order and never
/// overlap: where a zone skips a whole day, that day's hours are not made twice.
///
/// ```
/// use chrono::NaiveTime;
/// use scheduling_core::generating::cut;
/// use scheduling_core::opening::{Hours, Opening, Window};
///
/// // The night on which London's clocks go from one to two.
/// let night = Hours {
///     start_date: "2027-03-28".parse().unwrap(),
///     end_date: "2027-03-28".parse().unwrap(),
///     window: Window::new(NaiveTime::MIN, NaiveTime::from_hms_opt(4, 0, 0).unwrap())?,
///     pause: None,
///     weekdays: None,
///     slot_minutes: 60,
/// };
/// let opening = Opening::new(&night)?;
/// let zones = time_zones::built_in();
/// let count = |zone: &str| zones.zone(zone).map(|zone| cut(&opening, zone).len());
/// assert_eq!(count("Africa/Lagos"), Some(4));
/// assert_eq!(count("Europe/London"), Some(3));
/// # Ok::<(), scheduling_core::Refusal>(())
/// ```
pub fn cut(opening: &Opening, zone: Zone) -> Vec<Interval> {
    cut_with_losses(opening, zone).intervals
}

/// What is made of opening hours, and what would have been made if no clock were put forward.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cut {
    /// In order; none overlaps another.
    pub intervals: Vec<Interval>,
    /// What does not fit because an hour is skipped: it would end after the end of its window, or, where a zone skips a
    /// whole day, is there already.
    pub lost: Vec<Interval>,
}

/// Cuts as [`cut`] does, and also says what is lost where clocks are put forward.
pub fn cut_with_losses(opening: &Opening, zone: Zone) -> Cut {
    let mut cut = Cut::default();
    for date in opening.dates() {
        for window in opening.windows() {
            let instant = |local: Option<_>| zone.instant(local?);
            let (Some(start), Some(end)) = (instant(window.start_on(date)), instant(window.end_on(date))) else {
                continue;
            };
            let behind = cut.intervals.last().map_or(start, |last| last.end());
            let mut on_the_wall = window.minutes() / u64::from(opening.slot_minutes());
            let mut next = Interval::of_minutes(start, opening.slot_minutes());
            while let Some(interval) = next.filter(|next| next.end() <= end || 0 < on_the_wall) {
                let fits = interval.end() <= end && behind <= interval.start();
                if fits { &mut cut.intervals } else { &mut cut.lost }.push(interval);
                on_the_wall = on_the_wall.saturating_sub(1);
                next = Interval::of_minutes(interval.end(), opening.slot_minutes());
            }
        }
    }
    cut
}

#[cfg(test)]
mod changes;
#[cfg(test)]
mod fuzz;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::opening::{Hours, Window};
    use chrono::{NaiveDate, NaiveTime, TimeDelta, Timelike};
    use proptest::prelude::*;

    /// The six zones of the product description.
    const ZONES: [&str; 6] = [
        "Africa/Lagos",
        "Africa/Nairobi",
        "Europe/London",
        "America/New_York",
        "Australia/Lord_Howe",
        "Asia/Kathmandu",
    ];

    fn hours(date: &str, start: &str, end: &str, slot_minutes: u32) -> Hours {
        let time = |text: &str| NaiveTime::parse_from_str(text, "%R").unwrap();
        Hours {
            start_date: date.parse().unwrap(),
            end_date: date.parse().unwrap(),
            window: Window::new(time(start), time(end)).unwrap(),
            pause: None,
            weekdays: None,
            slot_minutes,
        }
    }

    fn starts(hours: &Hours, zone: Zone) -> Vec<String> {
        let opening = Opening::new(hours).unwrap();
        cut(&opening, zone).iter().map(|interval| interval.start().format("%R").to_string()).collect()
    }

    #[test]
    fn hours_are_cut_back_to_back_and_what_does_not_fit_is_left() {
        assert_eq!(starts(&hours("2027-01-04", "09:00", "10:40", 30), Zone::UTC), ["09:00", "09:30", "10:00"]);
    }

    #[test]
    fn cutting_begins_again_after_the_break() {
        let time = |hour| NaiveTime::from_hms_opt(hour, 15, 0).unwrap();
        let with_break = Hours {
            pause: Some(Window::new(time(10), time(11)).unwrap()),
            ..hours("2027-01-04", "09:00", "12:20", 30)
        };
        assert_eq!(starts(&with_break, Zone::UTC), ["09:00", "09:30", "11:15", "11:45"]);
    }

    #[test]
    fn hours_are_local_to_the_zone() {
        assert_eq!(
            starts(&hours("2027-01-04", "09:00", "10:00", 30), testkit::zone("Asia/Kathmandu")),
            ["03:15", "03:45"]
        );
        assert_eq!(
            starts(&hours("2027-07-05", "09:00", "10:00", 30), testkit::zone("Europe/London")),
            ["08:00", "08:30"]
        );
    }

    #[test]
    fn a_night_that_loses_an_hour_has_fewer_slots() {
        let night = hours("2027-03-28", "00:00", "04:00", 60);
        assert_eq!(starts(&night, testkit::zone("Europe/London")), ["00:00", "01:00", "02:00"]);
        assert_eq!(starts(&night, testkit::zone("Africa/Lagos")).len(), 4);
    }

    #[test]
    fn what_a_gap_swallows_is_lost() {
        let mut nights = hours("2027-03-13", "02:00", "04:00", 60);
        nights.end_date = "2027-03-15".parse().unwrap();
        let cut = cut_with_losses(&Opening::new(&nights).unwrap(), testkit::zone("America/New_York"));
        assert_eq!((cut.intervals.len(), cut.lost.len()), (5, 1));
        assert_eq!(cut.lost[0].start().to_rfc3339(), "2027-03-14T08:00:00+00:00");
        let in_the_gap = hours("2027-03-14", "02:00", "03:00", 20);
        let cut = cut_with_losses(&Opening::new(&in_the_gap).unwrap(), testkit::zone("America/New_York"));
        assert_eq!((cut.intervals.len(), cut.lost.len()), (0, 3));
    }

    #[test]
    fn nothing_is_lost_where_clocks_are_put_back_or_stay() {
        for (date, zone) in [("2027-11-07", "America/New_York"), ("2027-03-14", "Africa/Lagos")] {
            let night = hours(date, "00:00", "04:00", 25);
            assert_eq!(cut_with_losses(&Opening::new(&night).unwrap(), testkit::zone(zone)).lost, []);
        }
    }

    #[test]
    fn hours_until_midnight_have_their_last_slot() {
        let until_midnight = Window::until_midnight(NaiveTime::from_hms_opt(23, 0, 0).unwrap()).unwrap();
        let evening = Hours { window: until_midnight, ..hours("2027-01-04", "00:00", "01:00", 30) };
        assert_eq!(starts(&evening, Zone::UTC), ["23:00", "23:30"]);
    }

    #[test]
    fn a_night_that_gains_an_hour_has_more_slots() {
        let night = hours("2027-10-31", "00:00", "04:00", 60);
        assert_eq!(starts(&night, testkit::zone("Europe/London")), ["23:00", "00:00", "01:00", "02:00", "03:00"]);
        let half_an_hour = hours("2027-04-04", "00:00", "04:00", 30);
        assert_eq!(starts(&half_an_hour, testkit::zone("Australia/Lord_Howe")).len(), 9);
    }

    #[test]
    fn a_day_that_a_zone_skips_is_not_made_twice() {
        let mut across = hours("2011-12-29", "09:00", "10:00", 30);
        across.end_date = "2011-12-31".parse().unwrap();
        let cut = cut(&Opening::new(&across).unwrap(), testkit::zone("Pacific/Apia"));
        assert_eq!(cut.len(), 4);
        assert!(cut.is_sorted_by(|one, next| one.end() <= next.start()));
    }

    prop_compose! {
        /// Hours of up to a week around any of the nights of 2027 when one of the six zones changes its clocks.
        fn some_hours()(
            night in prop::sample::select(vec!["2027-03-14", "2027-03-28", "2027-04-04", "2027-10-03", "2027-10-31", "2027-11-07", "2027-06-15"]),
            before in 0..3_i64,
            days in 0..4_i64,
            start in 0..1_380_u32,
            length in 30..600_u32,
            slot_minutes in 5..=120_u32,
            pause in prop::option::of((0..600_u32, 1..180_u32)),
        ) -> Option<Opening> {
            let time = |minute: u32| NaiveTime::from_num_seconds_from_midnight_opt(minute * 60, 0).unwrap();
            let start_date = night.parse::<NaiveDate>().unwrap() - TimeDelta::days(before);
            Opening::new(&Hours {
                start_date,
                end_date: start_date + TimeDelta::days(days),
                window: Window::new(time(start), time((start + length).min(1_439))).unwrap(),
                // One that is not inside the window makes no opening, and so no case.
                pause: pause.map(|(after, minutes)| {
                    let begin = (start + after).min(1_438);
                    Window::new(time(begin), time((begin + minutes).min(1_439))).unwrap()
                }),
                weekdays: None,
                slot_minutes,
            }).ok()
        }
    }

    /// The model: walk every minute of elapsed time and start a slot whenever one fits into the same local window.
    fn walk(opening: &Opening, zone: Zone) -> Vec<Interval> {
        let mut made = Vec::new();
        for date in opening.dates() {
            for window in opening.windows() {
                let bound = |local: Option<_>| zone.instant(local.unwrap()).unwrap();
                let (mut at, end) = (bound(window.start_on(date)), bound(window.end_on(date)));
                let mut in_slot = 0;
                let mut begun = at;
                while at < end {
                    if in_slot == 0 {
                        begun = at;
                    }
                    at += TimeDelta::minutes(1);
                    in_slot += 1;
                    if in_slot == opening.slot_minutes() {
                        made.push(Interval::new(begun, at).unwrap());
                        in_slot = 0;
                    }
                }
            }
        }
        made
    }

    proptest! {
        #[test]
        fn hours_are_cut_as_a_walk_along_the_clock_would(opening in some_hours()) {
            let Some(opening) = opening else { return Ok(()) };
            for zone in ZONES.map(testkit::zone) {
                let cut = cut(&opening, zone);
                prop_assert_eq!(&cut, &walk(&opening, zone), "{}", zone);
                prop_assert!(cut.is_sorted_by(|one, next| one.end() <= next.start()));
                prop_assert!(cut.iter().all(|interval| interval.start().second() == 0));
            }
        }
    }
}
