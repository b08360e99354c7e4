//! Changes of clocks that a rule foresees, put behind those that were made: looking them up is faster than computing them.

use chrono::{DateTime, Datelike, NaiveDate, NaiveTime, Weekday};
use tz::timezone::{AlternateTime, LocalTimeType, MonthWeekDay, RuleDay, Transition};

/// The last year whose changes are looked up.
const YEAR_MAX: i32 = 2100;

/// The table with the changes of this rule behind its last one. `None` where there is no table, or where the rule counts
/// the days of a year, as no zone does today: such rules are computed.
pub(super) fn extend(
    changes: &[Transition],
    types: &[LocalTimeType],
    rule: &AlternateTime,
) -> Option<(Vec<Transition>, Vec<LocalTimeType>)> {
    let (RuleDay::MonthWeekDay(start), RuleDay::MonthWeekDay(end)) = (rule.dst_start(), rule.dst_end()) else {
        return None;
    };
    let last = changes.last()?.unix_leap_time();
    let (summer, winter) = (*rule.dst(), *rule.std());
    let of_year = |year| {
        let to_summer = change(year, *start, rule.dst_start_time(), winter).map(|at| (at, summer));
        let to_winter = change(year, *end, rule.dst_end_time(), summer).map(|at| (at, winter));
        [to_summer, to_winter]
    };
    let first_year = DateTime::from_timestamp(last, 0)?.year() - 1;
    let mut foreseen: Vec<(i64, LocalTimeType)> = (first_year..=YEAR_MAX).flat_map(of_year).collect::<Option<_>>()?;
    foreseen.retain(|(at, _)| last < *at);
    foreseen.sort_by_key(|(at, _)| *at);
    let (mut changes, mut types) = (changes.to_vec(), types.to_vec());
    for (at, local) in foreseen {
        let index = types.iter().position(|kept| *kept == local).unwrap_or_else(|| {
            types.push(local);
            types.len() - 1
        });
        changes.push(Transition::new(at, index));
    }
    Some((changes, types))
}

/// The instant in a year at which the wall clock, `before` the change, shows so many seconds after a day's midnight.
fn change(year: i32, day: MonthWeekDay, seconds: i32, before: LocalTimeType) -> Option<i64> {
    // Days of the week begin with Sunday (POSIX.1-2024, 8.3), and the fifth one is the last.
    let weekday = Weekday::try_from((day.week_day() + 6) % 7).ok()?;
    let nth = |week| NaiveDate::from_weekday_of_month_opt(year, day.month().into(), weekday, week);
    let date = (1..=day.week()).rev().find_map(nth)?;
    Some(date.and_time(NaiveTime::MIN).and_utc().timestamp() + i64::from(seconds) - i64::from(before.ut_offset()))
}
