use chrono::{DateTime, Datelike, NaiveTime, TimeDelta, Utc};
use serde::de::{Deserialize, Deserializer, Error as _};
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ObjectBuilder, Schema, SchemaType, Type};
use utoipa::{PartialSchema, ToSchema};

use super::{Date, Instant, NO_SUCH, is_formed};
use crate::problem::Problem;

/// The longest range that a list may span, in days.
pub const RANGE_DAYS_MAX: i64 = 400;

/// The last year that can be written with four digits.
const YEAR_MAX: i32 = 9999;

/// One end of a range in a query: an instant, or a whole day (UTC).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bound {
    /// This very moment.
    At(DateTime<Utc>),
    /// From its beginning, or through its end.
    Day(Date),
}

impl Bound {
    /// Reads a bound; a `+` that a query turned into a space is put back.
    pub fn parse(text: &str) -> Option<Self> {
        if let Some(day) = Date::parse(text) {
            return Some(Self::Day(day));
        }
        Instant::parse(&repaired(text)).map(|Instant(at)| Self::At(at))
    }

    fn from(self) -> DateTime<Utc> {
        match self {
            Self::At(at) => at,
            Self::Day(Date(day)) => day.and_time(NaiveTime::MIN).and_utc(),
        }
    }

    /// The first instant behind; for the last day of the calendar its last microsecond, which every store can hold.
    fn to(self) -> DateTime<Utc> {
        match self {
            Self::At(at) => at,
            Self::Day(Date(day)) => match day.succ_opt().filter(|next| next.year() <= YEAR_MAX) {
                Some(next) => next.and_time(NaiveTime::MIN).and_utc(),
                None => day.and_time(NaiveTime::MIN).and_utc() + TimeDelta::days(1) - TimeDelta::microseconds(1),
            },
        }
    }

    /// Whether a range that starts at `from` is over before it begins; one that ends where it starts is only empty.
    fn ends_before(self, from: DateTime<Utc>) -> bool {
        match self {
            Self::At(at) => at < from,
            Self::Day(_) => self.to() <= from,
        }
    }
}

/// A text whose offset has its `+` back.
fn repaired(text: &str) -> String {
    let parts = text.len().checked_sub(6).and_then(|sign| text.split_at_checked(sign));
    match parts.and_then(|(clock, rest)| Some((clock, rest.strip_prefix(' ')?))) {
        Some((clock, offset)) => format!("{clock}+{offset}"),
        None => text.to_owned(),
    }
}

/// Both ends of a range, where they are known.
pub type Ends = (Option<DateTime<Utc>>, Option<DateTime<Utc>>);

/// The range between two bounds: starting at `from` or later, and before `to`.
///
/// # Errors
/// When it ends before it starts, or spans more than [`RANGE_DAYS_MAX`].
pub fn range(from: Option<Bound>, to: Option<Bound>) -> Result<Ends, Problem> {
    range_between(from, to, "/query/to")
}

/// The same, where the second bound goes by another name.
///
/// # Errors
/// As [`range`], naming `pointer`.
pub fn range_between(from: Option<Bound>, to: Option<Bound>, pointer: &str) -> Result<Ends, Problem> {
    let (earliest, latest) = (from.map(Bound::from), to.map(Bound::to));
    if let (Some(start), Some(end)) = (earliest, latest) {
        if to.is_some_and(|to| to.ends_before(start)) {
            return Err(Problem::invalid_field(pointer, "reversed", "the range ends before it starts"));
        }
        if TimeDelta::days(RANGE_DAYS_MAX) < end - start {
            let message = format!("a range has at most {RANGE_DAYS_MAX} days");
            return Err(Problem::invalid_field(pointer, "range", message));
        }
    }
    Ok((earliest, latest))
}

impl<'de> Deserialize<'de> for Bound {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| {
            D::Error::custom(if is_formed(&text, "0000-00-00") || Instant::is_impossible(&repaired(&text)) {
                NO_SUCH
            } else {
                "a date or an instant with its offset is expected: 2027-03-01 or 2027-03-01T09:00:00Z"
            })
        })
    }
}

impl PartialSchema for Bound {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(SchemaType::Type(Type::String))
            .description(Some("An instant with its offset (RFC 3339), or a day (UTC): YYYY-MM-DD."))
            .into()
    }
}

impl ToSchema for Bound {}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(from: &str, to: &str) -> Option<(String, String)> {
        let (from, to) = range(Bound::parse(from), Bound::parse(to)).ok()?;
        Some((from?.to_rfc3339(), to?.to_rfc3339()))
    }

    #[test]
    fn a_day_is_meant_from_its_beginning_and_through_its_end() {
        let day = ("2027-03-01T00:00:00+00:00".to_owned(), "2027-03-02T00:00:00+00:00".to_owned());
        assert_eq!(check("2027-03-01", "2027-03-01"), Some(day));
    }

    #[test]
    fn a_plus_that_became_a_space_is_put_back() {
        assert_eq!(Bound::parse("2027-03-01T09:00:00 01:00"), Bound::parse("2027-03-01T08:00:00Z"));
        assert_eq!(Bound::parse("2027-03-01 09:00:00"), None);
        assert_eq!(Bound::parse("ééé é"), None);
    }

    #[test]
    fn a_day_that_no_month_has_is_no_such_day() {
        let told = |text: &str| serde_json::from_value::<Bound>(text.into()).unwrap_err().to_string();
        for text in ["2027-02-30", "2027-02-30T09:00:00Z", "2027-02-30T09:00:00 01:00"] {
            assert_eq!(told(text), NO_SUCH, "{text}");
        }
        assert_ne!(told("tomorrow"), NO_SUCH);
    }

    #[test]
    fn a_range_runs_forwards_for_at_most_400_days() {
        assert!(check("2027-03-01T00:00:00Z", "2028-04-04T00:00:00Z").is_some());
        assert!(check("2027-03-01T00:00:00Z", "2028-04-04T00:00:01Z").is_none());
        assert!(check("2027-03-02", "2027-03-01T23:59:59Z").is_none());
        assert!(check("2027-03-02", "2027-03-01").is_none());
        assert!(check("2027-03-01", "2027-03-01T00:00:00Z").is_some());
        assert!(check("2027-03-02", "2027-03-01").is_none());
        assert!(check("2027-03-01T09:00:00Z", "2027-03-01").is_some());
    }
    #[test]
    fn the_last_day_of_the_calendar_has_an_end() {
        let last = check("9999-12-31", "9999-12-31").unwrap().1;
        assert_eq!(last, "9999-12-31T23:59:59.999999+00:00");
    }
}

#[cfg(test)]
mod fuzz {
    use proptest::prelude::*;
    use testkit::fuzz;

    use super::*;

    const BOUNDS: &[&str] = &[
        "2027-03-01",
        "2028-02-29T23:59:59.5-12:30",
        "2027-03-01T09:00:00+01:00",
        "2027-03-01T09:00:00 01:00",
        "9999-12-31",
        "0001-01-01",
    ];

    proptest! {
        #[test]
        fn a_bound_is_a_day_or_an_instant(text in fuzz::text(BOUNDS)) {
            let instant = |text: &str| Instant::parse(text).map(|at| Bound::At(at.0));
            let alone = Date::parse(&text).map(Bound::Day).or_else(|| instant(&text));
            prop_assert_eq!(Bound::parse(&text), alone.or_else(|| instant(&text.replace(' ', "+"))));
        }

        #[test]
        fn a_range_runs_forwards_and_is_short_or_is_refused_by_name(from in fuzz::text(BOUNDS), to in fuzz::text(BOUNDS)) {
            match range(Bound::parse(&from), Bound::parse(&to)) {
                Ok((Some(start), Some(end))) => {
                    prop_assert!(start <= end && end - start <= TimeDelta::days(RANGE_DAYS_MAX), "{} {}", start, end);
                }
                Ok(_) => prop_assert!(Bound::parse(&from).is_none() || Bound::parse(&to).is_none()),
                Err(problem) => prop_assert_eq!(&problem.errors()[0].pointer, "/query/to"),
            }
        }
    }
}
