//! Opening hours of any kind, counted by arithmetic and counted one by one.

use chrono::{Datelike, NaiveDate, NaiveDateTime, NaiveTime, Weekday};
use kernel::Zone;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};

use super::*;
use crate::Refusal;
use crate::opening::{Hours, SLOTS_PER_CALL_MAX, Window};
use crate::slot::{SLOT_MINUTES_MAX, SLOT_MINUTES_MIN};

const WEEK: [Weekday; 7] =
    [Weekday::Mon, Weekday::Tue, Weekday::Wed, Weekday::Thu, Weekday::Fri, Weekday::Sat, Weekday::Sun];
const MINUTES_OF_A_DAY: u32 = 24 * 60;

fn window() -> impl Strategy<Value = Window> {
    let time = |minute: u32| NaiveTime::from_num_seconds_from_midnight_opt(minute * 60, 0).unwrap();
    (0..MINUTES_OF_A_DAY - 1, 1..MINUTES_OF_A_DAY).prop_map(move |(start, minutes)| match start + minutes {
        MINUTES_OF_A_DAY.. => Window::until_midnight(time(start)).unwrap(),
        end => Window::new(time(start), time(end)).unwrap(),
    })
}

prop_compose! {
    /// Hours of the years 1 to 9999: mostly some days, at times some decades, now and then backwards.
    fn hours()(
        start in 1..=3_652_059_i32,
        days in prop_oneof![8 => 0..30_i32, 1 => 0..20_000_i32, 1 => -3..0_i32],
        window in window(),
        pause in prop::option::of(window()),
        weekdays in prop::option::of(subsequence(WEEK.to_vec(), 0..=7)),
        slot_minutes in prop_oneof![8 => 5..=60_u32, 2 => 0..=600_u32],
    ) -> Hours {
        let day = |n: i32| NaiveDate::from_num_days_from_ce_opt(n.clamp(1, 3_652_059)).unwrap();
        Hours { start_date: day(start), end_date: day(start + days), window, pause, weekdays, slot_minutes }
    }
}

/// When a window starts and ends on some day.
fn ends(window: Window) -> (NaiveDateTime, NaiveDateTime) {
    let day = NaiveDate::from_ymd_opt(2027, 1, 4).unwrap();
    (window.start_on(day).unwrap(), window.end_on(day).unwrap())
}

/// How many slots there are where no clock is changed, one day after the other.
fn counted(hours: &Hours) -> u64 {
    let minutes = |from: NaiveDateTime, to: NaiveDateTime| u64::try_from((to - from).num_minutes()).unwrap_or(0);
    let (start, end) = ends(hours.window);
    let lengths = match hours.pause {
        Some(pause) => vec![minutes(start, ends(pause).0), minutes(ends(pause).1, end)],
        None => vec![minutes(start, end)],
    };
    let a_day: u64 = lengths.iter().map(|length| length / u64::from(hours.slot_minutes)).sum();
    let is_open = |day: &NaiveDate| hours.weekdays.as_ref().is_none_or(|days| days.contains(&day.weekday()));
    let days = hours.start_date.iter_days().take_while(|day| *day <= hours.end_date).filter(is_open);
    days.map(|_| a_day).sum()
}

proptest! {
    #[test]
    fn hours_are_refused_for_a_reason_that_holds_or_make_as_many_slots_as_were_counted(hours in hours()) {
        match Opening::new(&hours) {
            Ok(opening) => {
                prop_assert!((1..=u64::from(SLOTS_PER_CALL_MAX)).contains(&counted(&hours)));
                prop_assert_eq!(u64::try_from(cut(&opening, Zone::UTC).len()).unwrap(), counted(&hours));
            }
            Err(Refusal::SlotLength { least, most }) => {
                prop_assert_eq!((least, most), (SLOT_MINUTES_MIN, SLOT_MINUTES_MAX));
                prop_assert!(!(least..=most).contains(&hours.slot_minutes));
            }
            Err(Refusal::DatesReversed { start, end }) => prop_assert!(end < start),
            Err(Refusal::BreakOutside) => {
                let pause = hours.pause.unwrap();
                let (pause, window) = (ends(pause), ends(hours.window));
                prop_assert!(pause.0 < window.0 || window.1 < pause.1);
            }
            Err(Refusal::NoOpenDay | Refusal::NothingFits { .. }) => prop_assert_eq!(counted(&hours), 0),
            Err(Refusal::TooManySlots { count, most }) => {
                prop_assert!(u64::from(most) < count);
                prop_assert_eq!(count, counted(&hours));
            }
            Err(other) => return Err(TestCaseError::fail(other.to_string())),
        }
    }
}

mod slow_fuzz {
    use super::*;

    proptest! {
        #[test]
        fn no_slot_overlaps_another_in_any_zone_and_year(hours in hours(), zone in select(testkit::time_zones().iter().collect::<Vec<_>>())) {
            if let Ok(opening) = Opening::new(&hours) {
                let cut = cut(&opening, zone);
                prop_assert!(cut.is_sorted_by(|one, next| one.end() <= next.start()), "{}", zone);
                prop_assert!(cut.iter().all(|slot| slot.minutes() == i64::from(hours.slot_minutes)), "{}", zone);
            }
        }
    }
}
