//! Dates still to come, as the server sees them: its clock is the machine's, its zone UTC.

use std::sync::LazyLock;

use chrono::{DateTime, Days, NaiveDate, NaiveTime, SecondsFormat, TimeDelta, Utc};

#[expect(clippy::disallowed_methods, reason = "the server under test asks the machine's clock, so the tests must too")]
static TODAY: LazyLock<NaiveDate> = LazyLock::new(|| Utc::now().date_naive());

/// The day that comes so many days after the one on which the test began, as it is written on the wire.
pub fn day(days: u64) -> String {
    date(days).to_string()
}

fn date(days: u64) -> NaiveDate {
    TODAY.checked_add_days(Days::new(days)).expect("tests do not look far ahead")
}

/// An instant of such a day, so many minutes after midnight.
pub fn at(days: u64, minute: u32) -> DateTime<Utc> {
    date(days).and_time(NaiveTime::MIN).and_utc() + TimeDelta::minutes(i64::from(minute))
}

/// The same as it is written on the wire.
pub fn instant(days: u64, minute: u32) -> String {
    at(days, minute).to_rfc3339_opts(SecondsFormat::Secs, true)
}
