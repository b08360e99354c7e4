//! Opening hours, as they come in.

use std::fmt;

use chrono::{NaiveTime, Weekday};
use kernel::{Word, words};
use scheduling_core::Refusal;
use scheduling_core::opening::{Hours, Window};
use scheduling_core::publishing::{Obstacle, Obstacles};
use serde::de::{Deserialize, Deserializer, Error, Visitor};
use utoipa::ToSchema;
use uuid::Uuid;
use validator::Validate;

use crate::problem::FieldError;
use crate::time::Date;
use crate::words::Spelled;

words! {
    /// A day of the week.
    Day {
        /// Monday.
        Mon = "mon",
        /// Tuesday.
        Tue = "tue",
        /// Wednesday.
        Wed = "wed",
        /// Thursday.
        Thu = "thu",
        /// Friday.
        Fri = "fri",
        /// Saturday.
        Sat = "sat",
        /// Sunday.
        Sun = "sun",
    }
}

impl From<Day> for Weekday {
    fn from(day: Day) -> Self {
        match day {
            Day::Mon => Self::Mon,
            Day::Tue => Self::Tue,
            Day::Wed => Self::Wed,
            Day::Thu => Self::Thu,
            Day::Fri => Self::Fri,
            Day::Sat => Self::Sat,
            Day::Sun => Self::Sun,
        }
    }
}

/// A time of day on the clock of the doctor's location, to the minute.
#[derive(Clone, Copy, Debug, ToSchema)]
#[schema(value_type = String, example = "09:00", pattern = r"^([01]\d|2[0-3]):[0-5]\d(:00)?$")]
pub(crate) struct WallTime(NaiveTime);

impl WallTime {
    fn parse(text: &str) -> Option<Self> {
        let minutes = match text.len() {
            5 => text,
            _ => text.strip_suffix(":00")?,
        };
        let shaped = minutes.len() == 5 && minutes.bytes().all(|byte| byte.is_ascii_digit() || byte == b':');
        let time = NaiveTime::parse_from_str(minutes, "%H:%M").ok()?;
        shaped.then_some(Self(time))
    }
}

impl<'de> Deserialize<'de> for WallTime {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Clock;

        impl Visitor<'_> for Clock {
            type Value = WallTime;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a time of day from 00:00 to 23:59, to the minute")
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<WallTime, E> {
                WallTime::parse(text).ok_or_else(|| E::custom("expected a time of day from 00:00 to 23:59, to the minute"))
            }
        }

        deserializer.deserialize_str(Clock)
    }
}

/// When the doctor is away within the daily hours.
#[derive(Clone, Copy, Debug, serde::Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PauseBody {
    /// From when.
    start: WallTime,
    /// Until when.
    end: WallTime,
}

/// Opening hours over a range of days, which are cut into slots.
#[derive(Clone, Debug, serde::Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct HoursBody {
    /// The first day.
    start_date: Date,
    /// The last day, included.
    end_date: Date,
    /// From when each day, on the clock of the doctor's location.
    start_time: WallTime,
    /// Until when each day; after `start_time`.
    end_time: WallTime,
    /// How long each slot is, in elapsed minutes.
    #[validate(range(min = 5, max = 480))]
    #[schema(minimum = 5, maximum = 480)]
    slot_minutes: u32,
    /// Only on these days of the week; every day without.
    #[validate(length(min = 1, max = 7))]
    #[schema(min_items = 1, max_items = 7)]
    weekdays: Option<Vec<Spelled<Day>>>,
    /// When not.
    #[serde(rename = "break")]
    pause: Option<PauseBody>,
    /// Leave out what overlaps the doctor's slots, instead of making none.
    #[serde(default)]
    skip_conflicts: bool,
    /// Leave out what has begun, instead of making none.
    #[serde(default)]
    skip_past: bool,
    /// Whose slots; a doctor's own without.
    pub(super) doctor_id: Option<Uuid>,
}

impl HoursBody {
    /// What the body means.
    ///
    /// # Errors
    /// Every window that ends before it starts.
    pub(super) fn hours(&self) -> Result<Hours, Vec<FieldError>> {
        let mut errors = Vec::new();
        let mut window = |start: WallTime, end: WallTime, pointer: &str| match Window::new(start.0, end.0) {
            Ok(window) => Some(window),
            Err(refusal) => {
                errors.push(FieldError::new(pointer, "window_reversed", refusal.to_string()));
                None
            }
        };
        let hours = window(self.start_time, self.end_time, "/end_time");
        let pause = self.pause.map(|pause| window(pause.start, pause.end, "/break/end"));
        match (hours, pause) {
            (Some(window), None | Some(Some(_))) => Ok(Hours {
                start_date: self.start_date.0,
                end_date: self.end_date.0,
                window,
                pause: pause.flatten(),
                weekdays: self.weekdays.as_ref().map(|days| days.iter().map(|day| day.0.into()).collect()),
                slot_minutes: self.slot_minutes,
            }),
            _ => Err(errors),
        }
    }

    /// What is to be done about slots that cannot be made.
    pub(super) fn obstacles(&self) -> Obstacles {
        let obstacle = |skip| if skip { Obstacle::Skip } else { Obstacle::Refuse };
        Obstacles { overlap: obstacle(self.skip_conflicts), past: obstacle(self.skip_past) }
    }
}

#[cfg(test)]
mod tests {
    use super::WallTime;

    #[test]
    fn a_time_of_day_is_two_digits_for_the_hour_and_two_for_the_minute() {
        for good in ["00:00", "09:00", "23:59", "09:00:00"] {
            assert!(WallTime::parse(good).is_some(), "{good}");
        }
        for bad in ["", "9:00", " 9:00", "24:00", "23:60", "09:00:30", "09:00:00:00", "0900", "09:00Z", "９:00", "+9:00"] {
            assert!(WallTime::parse(bad).is_none(), "{bad}");
        }
    }
}
