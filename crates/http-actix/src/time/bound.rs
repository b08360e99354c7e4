use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use kernel::{LocalDays, Zone};
use serde::de::{Deserialize, Deserializer, Error as _, IntoDeserializer as _};
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ObjectBuilder, Schema, SchemaType, Type};
use utoipa::{PartialSchema, ToSchema};

use super::{Date, Instant, NO_SUCH, is_formed};
use crate::problem::Problem;

/// The longest range that a list may span, in days.
pub const RANGE_DAYS_MAX: i64 = 400;

/// One end of a range in a query: an instant, or a whole day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bound {
    /// This very moment.
    At(DateTime<Utc>),
    /// From its beginning, or through its end.
    Day(Date),
}

/// An instant in a query: a `+` that the query turned into a space is put back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QueryInstant(pub DateTime<Utc>);

impl Bound {
    /// Reads a bound; a `+` that a query turned into a space is put back.
    pub fn parse(text: &str) -> Option<Self> {
        if let Some(day) = Date::parse(text) {
            return Some(Self::Day(day));
        }
        Instant::parse(&repaired(text)).map(|Instant(at)| Self::At(at))
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

/// When something starts: at `from` or later, before `to`, and on these days of its location, as far as each is asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Period {
    /// The first instant.
    pub from: Option<DateTime<Utc>>,
    /// The first instant behind.
    pub to: Option<DateTime<Utc>>,
    /// The days, both ends included.
    pub days: LocalDays,
}

/// How far ahead of UTC a place can be, and how far behind.
const AHEAD_AND_BEHIND: (TimeDelta, TimeDelta) = (TimeDelta::hours(14), TimeDelta::hours(12));

/// The period between two bounds. Dates are days of each row's location; with a zone, they are days in that zone.
///
/// # Errors
/// When it ends before it starts, wherever that is, or spans more than [`RANGE_DAYS_MAX`].
pub fn period(from: Option<Bound>, to: Option<Bound>, zone: Option<Zone>) -> Result<Period, Problem> {
    period_between(from, to, zone, "/query/to")
}

/// The same, where the second bound goes by another name.
///
/// # Errors
/// As [`period`], naming `pointer`.
pub fn period_between(
    from: Option<Bound>,
    to: Option<Bound>,
    zone: Option<Zone>,
    pointer: &str,
) -> Result<Period, Problem> {
    let (from, first) = parts(from);
    let (to, last) = parts(to);
    let days = LocalDays { first, last };
    if is_reversed((from, to), days, zone) {
        return Err(Problem::invalid_field(pointer, "reversed", "the range ends before it starts"));
    }
    let (start, end) = days.bounds(Zone::UTC);
    if let (Some(start), Some(end)) = (from.or(start), to.or(end))
        && TimeDelta::days(RANGE_DAYS_MAX) < end - start
    {
        let message = format!("a range has at most {RANGE_DAYS_MAX} days");
        return Err(Problem::invalid_field(pointer, "range", message));
    }
    let Some(zone) = zone else { return Ok(Period { from, to, days }) };
    let (start, end) = days.bounds(zone);
    Ok(Period { from: from.or(start), to: to.or(end), days: LocalDays::default() })
}

fn parts(bound: Option<Bound>) -> (Option<DateTime<Utc>>, Option<NaiveDate>) {
    match bound {
        Some(Bound::At(at)) => (Some(at), None),
        Some(Bound::Day(Date(day))) => (None, Some(day)),
        None => (None, None),
    }
}

/// Whether a period is over before it begins; one that ends where it starts is only empty, unless it ends with a day.
fn is_reversed(
    (from, to): (Option<DateTime<Utc>>, Option<DateTime<Utc>>),
    days: LocalDays,
    zone: Option<Zone>,
) -> bool {
    if let (Some(first), Some(last)) = (days.first, days.last) {
        return last < first;
    }
    let (ahead, behind) = if zone.is_some() { Default::default() } else { AHEAD_AND_BEHIND };
    let (start, end) = days.bounds(zone.unwrap_or(Zone::UTC));
    match (from.or(start.map(|start| start - ahead)), to, end.map(|end| end + behind)) {
        (Some(start), Some(to), _) => to < start,
        (Some(start), None, Some(end)) => end <= start,
        (Some(_), None, None) | (None, ..) => false,
    }
}

impl<'de> Deserialize<'de> for QueryInstant {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let Instant(at) = Instant::deserialize(repaired(&text).into_deserializer())?;
        Ok(Self(at))
    }
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
            .description(Some("An instant with its offset (RFC 3339), or a day: YYYY-MM-DD."))
            .into()
    }
}

impl ToSchema for Bound {}

#[cfg(test)]
mod tests {
    use super::*;

    fn in_zone(zone: Option<Zone>, from: &str, to: &str) -> Option<Period> {
        period(Bound::parse(from), Bound::parse(to), zone).ok()
    }

    fn check(from: &str, to: &str) -> Option<(String, String)> {
        let Period { from, to, days } = in_zone(Some(Zone::UTC), from, to)?;
        assert_eq!(days, LocalDays::default());
        Some((from?.to_rfc3339(), to?.to_rfc3339()))
    }

    #[test]
    fn a_day_is_meant_from_its_beginning_and_through_its_end() {
        let day = ("2027-03-01T00:00:00+00:00".to_owned(), "2027-03-02T00:00:00+00:00".to_owned());
        assert_eq!(check("2027-03-01", "2027-03-01"), Some(day));
    }

    #[test]
    fn a_day_is_one_of_the_location_unless_a_zone_is_said() {
        let day: NaiveDate = "2027-03-01".parse().unwrap();
        let days = LocalDays { first: Some(day), last: Some(day) };
        assert_eq!(in_zone(None, "2027-03-01", "2027-03-01"), Some(Period { days, ..Period::default() }));
        let auckland = in_zone(Some(testkit::zone("Pacific/Auckland")), "2027-03-01", "2027-03-01").unwrap();
        assert_eq!(auckland.from.unwrap().to_rfc3339(), "2027-02-28T11:00:00+00:00");
        assert_eq!(auckland.to.unwrap().to_rfc3339(), "2027-03-01T11:00:00+00:00");
        assert_eq!(auckland.days, LocalDays::default());
    }

    #[test]
    fn a_range_of_days_and_instants_is_reversed_only_if_it_is_so_everywhere() {
        assert!(in_zone(None, "2027-03-02", "2027-03-01").is_none());
        assert!(in_zone(None, "2027-03-02", "2027-03-01T10:00:00Z").is_some());
        assert!(in_zone(None, "2027-03-02", "2027-03-01T09:59:59Z").is_none());
        assert!(in_zone(None, "2027-03-02T11:59:59Z", "2027-03-01").is_some());
        assert!(in_zone(None, "2027-03-02T12:00:00Z", "2027-03-01").is_none());
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
        assert!(check("9999-12-31", "9999-12-31").is_some());
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
            match period(Bound::parse(&from), Bound::parse(&to), Some(Zone::UTC)) {
                Ok(Period { from: Some(start), to: Some(end), .. }) => {
                    prop_assert!(start <= end && end - start <= TimeDelta::days(RANGE_DAYS_MAX), "{} {}", start, end);
                }
                Ok(_) => prop_assert!(Bound::parse(&from).is_none() || Bound::parse(&to).is_none()),
                Err(problem) => prop_assert_eq!(&problem.errors()[0].pointer, "/query/to"),
            }
        }
    }
}
