//! What a clock on the wall means.

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use kernel::{LocalDays, Zone};

/// The local day on which an instant falls.
pub fn day(zone: Zone, at: DateTime<Utc>) -> NaiveDate {
    at.with_timezone(&zone).date_naive()
}

/// The instants at which a local day begins and ends.
pub fn day_bounds(zone: Zone, date: NaiveDate) -> Option<crate::Interval> {
    let (start, end) = LocalDays { first: Some(date), last: Some(date) }.bounds(zone);
    crate::Interval::new(start?, end?)
}

/// The days from `first` to `last`, both included.
pub(crate) fn days(first: NaiveDate, last: NaiveDate) -> impl Iterator<Item = NaiveDate> {
    first.iter_days().take_while(move |date| *date <= last)
}

/// How many days there are from `first` to `last`, both included; none if they are reversed.
pub(crate) fn count_days(first: NaiveDate, last: NaiveDate) -> u64 {
    u64::try_from(i64::from(last.num_days_from_ce()) - i64::from(first.num_days_from_ce()) + 1).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDateTime;

    use super::*;

    fn check(zone: &str, local: &str, expected: &str) {
        let zone = testkit::zone(zone);
        let local = NaiveDateTime::parse_from_str(local, "%F %R").unwrap();
        assert_eq!(zone.instant(local).unwrap().format("%F %R").to_string(), expected, "{zone} {local}");
    }

    #[test]
    fn an_ordinary_time_means_itself() {
        check("Africa/Lagos", "2027-03-28 02:30", "2027-03-28 01:30");
        check("Africa/Nairobi", "2027-03-28 02:30", "2027-03-27 23:30");
        check("Asia/Kathmandu", "2027-03-28 02:30", "2027-03-27 20:45");
    }

    #[test]
    fn a_skipped_time_is_read_with_the_offset_before_the_gap() {
        check("Europe/London", "2027-03-28 01:30", "2027-03-28 01:30");
        check("America/New_York", "2027-03-14 02:30", "2027-03-14 07:30");
        check("Australia/Lord_Howe", "2027-10-03 02:15", "2027-10-02 15:45");
        check("Pacific/Apia", "2011-12-30 09:00", "2011-12-30 19:00");
        check("Pacific/Apia", "2011-12-30 23:59", "2011-12-31 09:59");
    }

    #[test]
    fn a_time_that_happens_twice_means_the_first() {
        check("Europe/London", "2027-10-31 01:30", "2027-10-31 00:30");
        check("America/New_York", "2027-11-07 01:30", "2027-11-07 05:30");
        check("Australia/Lord_Howe", "2027-04-04 01:45", "2027-04-03 14:45");
    }

    #[test]
    fn a_day_has_23_to_25_hours() {
        let hours = |zone: Zone, date: &str| day_bounds(zone, date.parse().unwrap()).unwrap().minutes();
        assert_eq!(hours(testkit::zone("Europe/London"), "2027-03-28"), 23 * 60);
        assert_eq!(hours(testkit::zone("Europe/London"), "2027-10-31"), 25 * 60);
        assert_eq!(hours(testkit::zone("Australia/Lord_Howe"), "2027-04-04"), 24 * 60 + 30);
        assert_eq!(hours(Zone::UTC, "2027-03-28"), 24 * 60);
    }

    #[test]
    fn a_day_begins_with_the_first_of_two_midnights_and_where_its_midnight_is_skipped() {
        let bounds = |zone: &str, date: &str| {
            let day = day_bounds(testkit::zone(zone), date.parse().unwrap()).unwrap();
            [day.start(), day.end()].map(|at| at.format("%F %R").to_string())
        };
        assert_eq!(bounds("America/Havana", "2027-11-07"), ["2027-11-07 04:00", "2027-11-08 05:00"]);
        assert_eq!(bounds("Asia/Beirut", "2027-03-28"), ["2027-03-27 22:00", "2027-03-28 21:00"]);
    }

    #[test]
    fn local_days_contain_what_falls_on_them() {
        let date = |text: &str| text.parse::<NaiveDate>().ok();
        let check = |first: &str, last: &str, at: &str| {
            let days = LocalDays { first: date(first), last: date(last) };
            days.contain(testkit::zone("Pacific/Auckland"), at.parse().unwrap())
        };
        assert!(check("", "", "2026-12-09T10:59:59Z"));
        assert!(!check("2026-12-10", "2026-12-10", "2026-12-09T10:59:59Z"));
        assert!(check("2026-12-10", "2026-12-10", "2026-12-09T11:00:00Z"));
        assert!(check("2026-12-10", "2026-12-10", "2026-12-10T10:59:59Z"));
        assert!(!check("2026-12-10", "2026-12-10", "2026-12-10T11:00:00Z"));
        assert!(check("2026-12-10", "", "2027-12-10T11:00:00Z"));
        assert!(!check("", "2026-12-10", "2027-12-10T11:00:00Z"));
        assert!(!check("2026-12-11", "2026-12-10", "2026-12-10T11:00:00Z"));
    }

    #[test]
    fn days_are_counted_without_walking_them() {
        let date = |text: &str| text.parse::<NaiveDate>().unwrap();
        assert_eq!(count_days(date("2027-01-01"), date("2027-01-01")), 1);
        assert_eq!(count_days(date("2027-01-02"), date("2027-01-01")), 0);
        assert_eq!(count_days(date("2000-01-01"), date("2399-12-31")), 146_097);
        let ages = (NaiveDate::MAX - NaiveDate::MIN).num_days() + 1;
        assert_eq!(count_days(NaiveDate::MIN, NaiveDate::MAX), u64::try_from(ages).unwrap());
        assert_eq!(days(date("2028-02-28"), date("2028-03-01")).count(), 3);
    }
}
