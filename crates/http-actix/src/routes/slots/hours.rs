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
