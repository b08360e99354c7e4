//! Opening hours, as they come in.

use chrono::Timelike;
use kernel::words;
use scheduling_core::Refusal;
use scheduling_core::opening::{Hours, Window};
use scheduling_core::publishing::{Obstacle, Obstacles};
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;
use validator::Validate;

use crate::problem::FieldError;
use crate::time::{Date, EndTimeOfDay, TimeOfDay};
use crate::words::Spelled;

words! {
    /// A day of the week.
    pub enum Weekday {
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

impl From<Weekday> for chrono::Weekday {
    fn from(day: Weekday) -> Self {
        match day {
            Weekday::Mon => Self::Mon,
            Weekday::Tue => Self::Tue,
            Weekday::Wed => Self::Wed,
            Weekday::Thu => Self::Thu,
            Weekday::Fri => Self::Fri,
            Weekday::Sat => Self::Sat,
            Weekday::Sun => Self::Sun,
        }
    }
}

type WeekdayWord = Spelled<Weekday>;

/// When the doctor is away within the daily hours.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct BreakBody {
    /// From when.
    start: TimeOfDay,
    /// Until when.
    end: EndTimeOfDay,
}

/// Opening hours over a range of days, which are cut into slots.
#[derive(Clone, Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct BulkHoursBody {
    /// The first day.
    start_date: Date,
    /// The last day, included.
    end_date: Date,
    /// From when each day, on the clock of the doctor's location.
    start_time: TimeOfDay,
    /// Until when each day, after `start_time`; 24:00 is the end of the day.
    end_time: EndTimeOfDay,
    /// How long each slot is, in elapsed minutes.
    #[validate(range(min = 5, max = 480, message = "must be 5 to 480 minutes"))]
    #[schema(minimum = 5, maximum = 480)]
    slot_minutes: u32,
    /// Only on these days of the week; every day without.
    #[validate(length(min = 1, max = 7, message = "must name 1 to 7 days"))]
    #[schema(min_items = 1, max_items = 7)]
    weekdays: Option<Vec<WeekdayWord>>,
    /// When not.
    #[serde(rename = "break", default, deserialize_with = "crate::body::part")]
    pause: Option<BreakBody>,
    /// Leave out what overlaps the doctor's slots, instead of making none.
    #[serde(default)]
    skip_conflicts: bool,
    /// Leave out what has begun, instead of making none.
    #[serde(default)]
    skip_past: bool,
    /// Whose slots; a doctor's own without.
    pub(super) doctor_id: Option<Uuid>,
}

impl BulkHoursBody {
    /// What the body means.
    ///
    /// # Errors
    /// Every window that ends before it starts, or has seconds.
    pub(super) fn hours(&self) -> Result<Hours, Vec<FieldError>> {
        let hours = window(self.start_time, self.end_time, ["/start_time", "/end_time"]);
        let pause = self.pause.map(|pause| window(pause.start, pause.end, ["/break/start", "/break/end"])).transpose();
        match (hours, pause) {
            (Ok(window), Ok(pause)) => Ok(Hours {
                start_date: self.start_date.0,
                end_date: self.end_date.0,
                window,
                pause,
                weekdays: self.weekdays.as_ref().map(|days| days.iter().map(|day| day.0.into()).collect()),
                slot_minutes: self.slot_minutes,
            }),
            (hours, pause) => Err([hours.err(), pause.err()].into_iter().flatten().flatten().collect()),
        }
    }

    /// What is to be done about slots that cannot be made.
    pub(super) fn obstacles(&self) -> Obstacles {
        let obstacle = |skip| if skip { Obstacle::Skip } else { Obstacle::Refuse };
        Obstacles { overlap: obstacle(self.skip_conflicts), past: obstacle(self.skip_past) }
    }
}

/// Puts two times together, or says which of them is not acceptable.
fn window(start: TimeOfDay, end: EndTimeOfDay, pointers: [&str; 2]) -> Result<Window, Vec<FieldError>> {
    let [start_pointer, end_pointer] = pointers;
    let seconds = [(Some(start.0), start_pointer), (end.0, end_pointer)].into_iter();
    let seconds = seconds.filter(|(time, _)| time.is_some_and(|time| time.second() != 0));
    let errors: Vec<_> = seconds
        .map(|(_, pointer)| FieldError::new(pointer, "not_whole_minutes", Refusal::NotWholeMinutes.to_string()))
        .collect();
    if !errors.is_empty() {
        return Err(errors);
    }
    let window = end.0.map_or_else(|| Window::until_midnight(start.0), |end| Window::new(start.0, end));
    window.map_err(|refusal| vec![FieldError::new(end_pointer, "reversed", refusal.to_string())])
}

#[cfg(test)]
mod fuzz {
    use proptest::prelude::*;
    use scheduling_core::generating::cut;
    use scheduling_core::opening::{Opening, SLOTS_PER_CALL_MAX};
    use testkit::fuzz;

    use super::*;
    use crate::body;
    use crate::problem::Code;

    const BODIES: &[&str] = &[
        r#"{"start_date":"2027-03-01","end_date":"2027-03-05","start_time":"09:00","end_time":"17:00:00","slot_minutes":30}"#,
        r#"{"start_date":"2027-03-27","end_date":"2027-03-29","start_time":"00:00","end_time":"23:59","slot_minutes":5,
            "weekdays":["mon","sun"],"break":{"start":"12:00","end":"13:00"},"skip_conflicts":true,"skip_past":false}"#,
        r#"{"start_date":"0001-01-01","end_date":"9999-12-31","start_time":"09:00","end_time":"17:00","slot_minutes":480,
            "weekdays":null,"break":null,"doctor_id":"01890a5d-ac96-774b-bcce-b302099a8057"}"#,
    ];

    fn is_named(error: &FieldError) -> bool {
        !error.code.is_empty()
            && !error.message.is_empty()
            && (error.pointer.is_empty() || error.pointer.starts_with('/'))
    }

    proptest! {
        #[test]
        fn a_body_makes_few_slots_or_is_refused_by_name(text in fuzz::text(BODIES)) {
            match body::parse::<BulkHoursBody>(text.as_bytes()).map(|body| body.hours()) {
                Ok(Ok(hours)) => {
                    if let Ok(opening) = Opening::new(&hours) {
                        // A night may have an hour more than others.
                        let most = SLOTS_PER_CALL_MAX + SLOTS_PER_CALL_MAX / 10;
                        let made = cut(&opening, testkit::zone("Europe/London"));
                        prop_assert!(u32::try_from(made.len()).unwrap() <= most);
                        prop_assert!(made.is_sorted_by(|one, next| one.end() <= next.start()));
                    }
                }
                Ok(Err(errors)) => prop_assert!(!errors.is_empty() && errors.iter().all(is_named), "{:?}", errors),
                Err(problem) => {
                    let names = problem.errors().iter().all(is_named);
                    let named = problem.code() != Code::Invalid || !problem.errors().is_empty();
                    prop_assert!(names && named && problem.cause().is_none(), "{:?}", problem);
                }
            }
        }
    }
}
