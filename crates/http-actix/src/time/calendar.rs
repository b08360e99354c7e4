use chrono::{Datelike, NaiveDate, NaiveTime};
use serde::de::{Deserialize, Deserializer, Error as _};
use serde::ser::{Serialize, Serializer};
use utoipa::openapi::schema::{ObjectBuilder, Schema, SchemaType, Type};
use utoipa::openapi::{KnownFormat, RefOr};
use utoipa::{PartialSchema, ToSchema};

use super::{NO_SUCH, is_formed, text_schema};

/// A day of the years 1 to 9999: `YYYY-MM-DD`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Date(pub NaiveDate);

/// An hour of the day on the wall: `HH:MM`, or `HH:MM:SS`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct TimeOfDay(pub NaiveTime);

/// An hour of the day at which something ends: as [`TimeOfDay`], or `24:00`, the end of the day, which is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EndTimeOfDay(pub Option<NaiveTime>);

impl Date {
    /// Reads ten characters.
    pub fn parse(text: &str) -> Option<Self> {
        let date = NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()?;
        // Chrono also reads signs, spaces and short numbers.
        (date.to_string() == text && (1..=9999).contains(&date.year())).then_some(Self(date))
    }
}

impl TimeOfDay {
    /// Reads five or eight characters.
    pub fn parse(text: &str) -> Option<Self> {
        ["%H:%M", "%H:%M:%S"].into_iter().find_map(|format| {
            let time = NaiveTime::parse_from_str(text, format).ok()?;
            (time.format(format).to_string() == text && !text.ends_with(":60")).then_some(Self(time))
        })
    }
}

impl EndTimeOfDay {
    /// Reads five or eight characters.
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "24:00" | "24:00:00" => Some(Self(None)),
            _ => TimeOfDay::parse(text).map(|time| Self(Some(time.0))),
        }
    }
}

impl<'de> Deserialize<'de> for EndTimeOfDay {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| D::Error::custom("an hour of the day is expected, such as 17:00 or 24:00"))
    }
}

impl<'de> Deserialize<'de> for Date {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| {
            D::Error::custom(if is_formed(&text, "0000-00-00") {
                NO_SUCH
            } else {
                "a date is expected, such as 2027-03-01"
            })
        })
    }
}

impl<'de> Deserialize<'de> for TimeOfDay {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| D::Error::custom("an hour of the day is expected, such as 09:00"))
    }
}

impl Serialize for Date {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

impl PartialSchema for Date {
    fn schema() -> RefOr<Schema> {
        text_schema(KnownFormat::Date, "A day: YYYY-MM-DD.")
    }
}

impl ToSchema for Date {}

impl PartialSchema for TimeOfDay {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(SchemaType::Type(Type::String))
            .pattern(Some("^([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9])?$"))
            .description(Some("An hour of the day on the wall: HH:MM."))
            .into()
    }
}

impl ToSchema for TimeOfDay {}

impl PartialSchema for EndTimeOfDay {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(SchemaType::Type(Type::String))
            .pattern(Some("^(([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9])?|24:00(:00)?)$"))
            .description(Some("An hour of the day on the wall: HH:MM; 24:00 is the end of the day."))
            .into()
    }
}

impl ToSchema for EndTimeOfDay {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_has_one_spelling() {
        assert!(Date::parse("2027-03-01").is_some());
        assert!(Date::parse("2028-02-29").is_some());
        for text in ["2027-02-29", "2027-2-1", "+2027-03-01", " 2027-03-01", "0000-01-01", "10000-01-01", "2027-03-01T"]
        {
            assert_eq!(Date::parse(text), None, "{text}");
        }
    }

    #[test]
    fn an_hour_is_on_the_wall() {
        assert_eq!(TimeOfDay::parse("09:00"), TimeOfDay::parse("09:00:00"));
        for text in ["9:00", "24:00", "09:60", "09:00:60", "09", "09:00Z", ""] {
            assert_eq!(TimeOfDay::parse(text), None, "{text}");
        }
    }

    #[test]
    fn a_day_ends_at_24() {
        assert_eq!([EndTimeOfDay::parse("24:00"), EndTimeOfDay::parse("24:00:00")], [Some(EndTimeOfDay(None)); 2]);
        assert_eq!(EndTimeOfDay::parse("23:59"), TimeOfDay::parse("23:59").map(|time| EndTimeOfDay(Some(time.0))));
        for text in ["24:01", "24:00:01", "24", "25:00"] {
            assert_eq!(EndTimeOfDay::parse(text), None, "{text}");
        }
    }
}

#[cfg(test)]
mod fuzz {
    use proptest::prelude::*;
    use testkit::fuzz;

    use super::*;

    proptest! {
        #[test]
        fn a_day_is_written_as_it_was_read(text in fuzz::text(&["2027-03-01", "2028-02-29", "9999-12-31", "0001-01-01"])) {
            if let Some(date) = Date::parse(&text) {
                prop_assert_eq!(serde_json::to_value(date).unwrap(), text);
            }
        }

        #[test]
        fn each_day_is_read(days in 1..=3_652_059) {
            let date = NaiveDate::from_num_days_from_ce_opt(days).unwrap();
            prop_assert_eq!(Date::parse(&date.to_string()), Some(Date(date)));
        }

        #[test]
        fn an_hour_is_written_as_it_was_read(text in fuzz::text(&["09:00", "23:59:59", "00:00"])) {
            if let Some(TimeOfDay(time)) = TimeOfDay::parse(&text) {
                prop_assert!([time.format("%H:%M"), time.format("%H:%M:%S")].iter().any(|form| form.to_string() == text));
            }
        }
    }
}
