//! Instants, dates and hours, as they are written on the wire.

mod bound;
mod calendar;

use chrono::{DateTime, Datelike, SecondsFormat, SubsecRound, Timelike, Utc};
use serde::de::{Deserialize, Deserializer, Error as _};
use serde::ser::{Serialize, Serializer};
use utoipa::openapi::schema::{ObjectBuilder, Schema, SchemaFormat, SchemaType, Type};
use utoipa::openapi::{KnownFormat, RefOr};
use utoipa::{PartialSchema, ToSchema};

pub use bound::{Bound, Period, QueryInstant, RANGE_DAYS_MAX, period, period_between};
pub use calendar::{Date, EndTimeOfDay, TimeOfDay};

/// An instant (RFC 3339): read with any offset, which must be there; written in UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Instant(pub DateTime<Utc>);

/// What a reader expects, in the words of its refusal.
const EXPECTED: &str = "an instant with its offset is expected, such as 2027-03-01T09:00:00+01:00";

/// What is said where only the calendar or the clock is against it.
const NO_SUCH: &str = "there is no such date or time (years 1 to 9999, no leap seconds)";

impl Instant {
    /// Reads an instant of the years 1 to 9999; a leap second is none that a clock here could show.
    pub fn parse(text: &str) -> Option<Self> {
        // Chrono also reads a space for the T, and a minus that is not ASCII's (ISO 8601).
        if !text.is_ascii() || text.as_bytes().get(10).is_none_or(|byte| !byte.eq_ignore_ascii_case(&b'T')) {
            return None;
        }
        let at = DateTime::parse_from_rfc3339(text).ok()?;
        let leap = 1_000_000_000 <= at.nanosecond();
        let at = at.to_utc().trunc_subsecs(6);
        ((1..=9999).contains(&at.year()) && !leap).then_some(Self(at))
    }

    /// Whether a text that is no instant would be one at another date and time.
    fn is_impossible(text: &str) -> bool {
        text.split_at_checked(19).is_some_and(|(wall, rest)| {
            is_formed(wall, "0000-00-00T00:00:00") && Self::parse(&format!("2027-03-01T09:00:00{rest}")).is_some()
        })
    }
}

impl<'de> Deserialize<'de> for Instant {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| D::Error::custom(if Self::is_impossible(&text) { NO_SUCH } else { EXPECTED }))
    }
}

impl Serialize for Instant {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0.to_rfc3339_opts(SecondsFormat::AutoSi, true))
    }
}

impl From<DateTime<Utc>> for Instant {
    fn from(at: DateTime<Utc>) -> Self {
        Self(at)
    }
}

impl PartialSchema for Instant {
    fn schema() -> RefOr<Schema> {
        text_schema(KnownFormat::DateTime, "An instant with its offset (RFC 3339).")
    }
}

impl ToSchema for Instant {}

/// Whether a text looks like this one, but for its digits.
fn is_formed(text: &str, form: &str) -> bool {
    text.replace(|c: char| c.is_ascii_digit(), "0").eq_ignore_ascii_case(form)
}

fn text_schema(format: KnownFormat, description: &str) -> RefOr<Schema> {
    ObjectBuilder::new()
        .schema_type(SchemaType::Type(Type::String))
        .format(Some(SchemaFormat::KnownFormat(format)))
        .description(Some(description))
        .into()
}

#[cfg(test)]
mod tests {
    use super::Instant;

    fn read(text: &str) -> Option<String> {
        Instant::parse(text).map(|at| serde_json::to_value(at).unwrap().as_str().unwrap().to_owned())
    }

    #[test]
    fn an_instant_is_written_in_utc_without_needless_digits() {
        assert_eq!(read("2027-03-01T09:00:00+01:00").as_deref(), Some("2027-03-01T08:00:00Z"));
        assert_eq!(read("2027-03-01T09:00:00.250Z").as_deref(), Some("2027-03-01T09:00:00.250Z"));
        assert_eq!(read("2027-03-01T09:00:00.0000019z").as_deref(), Some("2027-03-01T09:00:00.000001Z"));
    }

    #[test]
    fn what_the_calendar_and_the_clock_do_not_have_is_no_such_time() {
        let told = |text: &str| serde_json::from_value::<Instant>(text.into()).unwrap_err().to_string();
        for text in [
            "2027-02-30T09:00:00Z",
            "2027-13-01T09:00:00.5+01:00",
            "2027-03-01t24:00:00Z",
            "2027-06-30T23:59:60Z",
            "0000-12-31T09:00:00Z",
        ] {
            assert_eq!(told(text), super::NO_SUCH, "{text}");
        }
        for text in ["2027-02-30T09:00:00", "2027-02-30", "2027-02-30T09:00:00Z ", "30.02.2027T09:00:00Z", "now"] {
            assert_eq!(told(text), super::EXPECTED, "{text}");
        }
    }

    #[test]
    fn what_is_no_instant_is_refused() {
        let bad = [
            "2027-03-01T09:00:00",
            "2027-03-01T09:00:00\u{2212}01:00",
            "2027-03-01 09:00:00Z",
            "2027-03-01",
            "2027-02-30T09:00:00Z",
            "2027-03-01T24:00:00Z",
            "2027-06-30T23:59:60Z",
            "0000-12-31T09:00:00Z",
            "0001-01-01T00:00:00+01:00",
            "9999-12-31T23:59:59-01:00",
            "10000-01-01T00:00:00Z",
            "",
            "now",
        ];
        for text in bad {
            assert_eq!(read(text), None, "{text}");
        }
    }
}

#[cfg(test)]
mod fuzz {
    use chrono::FixedOffset;
    use proptest::prelude::*;
    use testkit::fuzz;

    use super::*;

    const INSTANTS: &[&str] = &[
        "2027-03-01T09:00:00Z",
        "2027-03-01T09:00:00+01:00",
        "2028-02-29t23:59:59.123456789-12:30",
        "9999-12-31T23:59:59.999999Z",
        "0001-01-01T00:00:00z",
        "2027-06-30T23:59:60Z",
    ];

    proptest! {
        #[test]
        fn an_instant_is_read_as_it_is_written(text in fuzz::text(INSTANTS)) {
            if let Some(at) = Instant::parse(&text) {
                prop_assert!(text.bytes().all(|byte| byte.is_ascii_graphic()) && 20 <= text.len(), "{}", text);
                prop_assert!((1..=9999).contains(&at.0.year()), "{}", text);
                let written = serde_json::to_value(at).unwrap();
                prop_assert_eq!(serde_json::from_value::<Instant>(written).unwrap(), at);
            }
        }

        #[test]
        fn an_instant_is_read_whatever_its_offset(micros in -62_000_000_000_000_000..253_000_000_000_000_000_i64, minutes in -1_439..=1_439) {
            let at = DateTime::from_timestamp_micros(micros).unwrap();
            let there = at.with_timezone(&FixedOffset::east_opt(minutes * 60).unwrap());
            prop_assert_eq!(Instant::parse(&there.to_rfc3339()), Some(Instant(at)));
        }
    }
}
