//! Dates of birth that are accepted.

use chrono::{DateTime, Datelike, NaiveDate, TimeDelta, Utc};

use crate::Refusal;

/// Refuses a date of birth that is still to come everywhere on Earth, or before the earliest year that is accepted: it is
/// mistyped.
///
/// # Errors
/// `BornInFuture`, `BornTooEarly`.
pub(crate) fn refuse_mistyped_birth(
    date_of_birth: Option<NaiveDate>,
    year_min: u32,
    now: DateTime<Utc>,
) -> Result<(), Refusal> {
    let Some(date) = date_of_birth else { return Ok(()) };
    // Where the day begins first it is 14 hours later than UTC.
    if (now + TimeDelta::hours(14)).date_naive() < date {
        return Err(Refusal::BornInFuture);
    }
    if i64::from(date.year()) < i64::from(year_min) { Err(Refusal::BornTooEarly { year_min }) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_birth_is_between_the_earliest_year_and_today() {
        let now: DateTime<Utc> = "2026-11-20T12:00:00Z".parse().unwrap();
        let check = |date: &str| refuse_mistyped_birth(Some(date.parse().unwrap()), 1_900, now);
        assert_eq!(check("1899-12-31"), Err(Refusal::BornTooEarly { year_min: 1_900 }));
        assert_eq!(check("0001-01-01"), Err(Refusal::BornTooEarly { year_min: 1_900 }));
        assert_eq!([check("1900-01-01"), check("2026-11-20"), check("2026-11-21")], [Ok(()), Ok(()), Ok(())]);
        assert_eq!(check("2026-11-22"), Err(Refusal::BornInFuture));
        assert_eq!(refuse_mistyped_birth(None, 1_900, now), Ok(()));
    }
}
