//! Opening hours over a range of days, as somebody wants to publish them.

use std::ops::RangeInclusive;

use chrono::{NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Timelike, Weekday};

use crate::Refusal;
use crate::slot::{SLOT_MINUTES_MAX, SLOT_MINUTES_MIN};

/// The most slots that one call may make.
pub const SLOTS_PER_CALL_MAX: u32 = 5_000;

/// A daily window that ends after it starts and not after midnight, in local wall-clock minutes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// Minutes after midnight.
    start: u16,
    end: u16,
}

/// The end of a day, in minutes after its beginning.
const MIDNIGHT: u16 = 24 * 60;

impl Window {
    /// Puts two wall-clock times together.
    ///
    /// # Errors
    /// `WindowReversed` unless `start` is before `end`; `NotWholeMinutes` when one of them has seconds.
    pub fn new(start: NaiveTime, end: NaiveTime) -> Result<Self, Refusal> {
        let (start, end) = (minute(start)?, minute(end)?);
        if start < end { Ok(Self { start, end }) } else { Err(Refusal::WindowReversed) }
    }

    /// From a wall-clock time until the end of the day.
    ///
    /// # Errors
    /// `NotWholeMinutes` when it has seconds.
    pub fn until_midnight(start: NaiveTime) -> Result<Self, Refusal> {
        Ok(Self { start: minute(start)?, end: MIDNIGHT })
    }

    /// When it starts on a day; `None` only at the end of the calendar.
    pub fn start_on(self, date: NaiveDate) -> Option<NaiveDateTime> {
        at(date, self.start)
    }

    /// When it ends on a day, or as the next one begins; `None` only at the end of the calendar.
    pub fn end_on(self, date: NaiveDate) -> Option<NaiveDateTime> {
        at(date, self.end)
    }

    /// Minutes on the wall.
    pub(crate) fn minutes(self) -> u64 {
        u64::from(self.end - self.start)
    }
}

fn at(date: NaiveDate, minute: u16) -> Option<NaiveDateTime> {
    date.and_time(NaiveTime::MIN).checked_add_signed(TimeDelta::minutes(minute.into()))
}

fn minute(time: NaiveTime) -> Result<u16, Refusal> {
    if time.second() != 0 || time.nanosecond() != 0 {
        return Err(Refusal::NotWholeMinutes);
    }
    u16::try_from(time.hour() * 60 + time.minute()).map_err(|_| Refusal::NotWholeMinutes)
}

/// The same hours on each of some days: what they are cut into slots from.
///
/// On nights when no clock is changed it makes at least one slot and at most [`SLOTS_PER_CALL_MAX`], counted by arithmetic
/// before anything is made.
///
/// ```
/// use chrono::NaiveTime;
/// use scheduling_core::Refusal;
/// use scheduling_core::opening::{Hours, Opening, Window};
///
/// let hour = |hour| NaiveTime::from_hms_opt(hour, 0, 0).unwrap();
/// let week = Hours {
///     start_date: "2027-01-04".parse().unwrap(),
///     end_date: "2027-01-10".parse().unwrap(),
///     window: Window::new(hour(9), hour(17))?,
///     pause: Some(Window::new(hour(12), hour(13))?),
///     weekdays: None,
///     slot_minutes: 30,
/// };
/// assert!(Opening::new(&week).is_ok());
///
/// let ten_years = Hours { end_date: "2037-01-04".parse().unwrap(), ..week };
/// assert_eq!(Opening::new(&ten_years), Err(Refusal::TooManySlots { count: 51_156, most: 5_000 }));
/// # Ok::<(), Refusal>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opening {
    days: RangeInclusive<NaiveDate>,
    weekdays: Vec<Weekday>,
    windows: Vec<Window>,
    slot_minutes: u32,
}

/// How an opening is described.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hours {
    /// The first day.
    pub start_date: NaiveDate,
    /// The last day, included.
    pub end_date: NaiveDate,
    /// From when to when each day.
    pub window: Window,
    /// When not.
    pub pause: Option<Window>,
    /// Only on these days of the week; on every day without.
    pub weekdays: Option<Vec<Weekday>>,
    /// How long each slot is, in elapsed minutes.
    pub slot_minutes: u32,
}

impl Opening {
    /// Accepts hours that make sense.
    ///
    /// # Errors
    /// `SlotLength`, `DatesReversed`, `BreakOutside`, `NoOpenDay`, `NothingFits` or `TooManySlots`.
    pub fn new(hours: &Hours) -> Result<Self, Refusal> {
        let Hours { start_date: start, end_date: end, window, pause, ref weekdays, slot_minutes } = *hours;
        check_slot_minutes(slot_minutes)?;
        if end < start {
            return Err(Refusal::DatesReversed { start, end });
        }
        let weekdays = weekdays.clone().unwrap_or_else(|| WEEK.to_vec());
        let windows = around(window, pause)?;
        let opening = Self { days: start..=end, weekdays, windows, slot_minutes };
        match opening.count() {
            0 if opening.count_days() == 0 => Err(Refusal::NoOpenDay),
            0 => Err(Refusal::NothingFits { minutes: slot_minutes }),
            count if u64::from(SLOTS_PER_CALL_MAX) < count => {
                Err(Refusal::TooManySlots { count, most: SLOTS_PER_CALL_MAX })
            }
            _ => Ok(opening),
        }
    }

    /// The days that are open.
    pub(crate) fn dates(&self) -> impl Iterator<Item = NaiveDate> {
        use chrono::Datelike;
        crate::local_time::days(*self.days.start(), *self.days.end())
            .filter(|date| self.weekdays.contains(&date.weekday()))
    }

    /// The last day.
    pub(crate) const fn last_day(&self) -> NaiveDate {
        *self.days.end()
    }

    /// The parts of a day that are cut, in order.
    pub(crate) fn windows(&self) -> &[Window] {
        &self.windows
    }

    /// How long each slot is, in elapsed minutes.
    pub(crate) const fn slot_minutes(&self) -> u32 {
        self.slot_minutes
    }

    /// How many slots it makes where no clock is changed.
    fn count(&self) -> u64 {
        let a_day: u64 = self.windows.iter().map(|window| window.minutes() / u64::from(self.slot_minutes)).sum();
        self.count_days().saturating_mul(a_day)
    }

    /// How many days are open.
    fn count_days(&self) -> u64 {
        use chrono::Datelike;
        let days = crate::local_time::count_days(*self.days.start(), *self.days.end());
        let first = u64::from(self.days.start().weekday().num_days_from_monday());
        (0..7)
            .filter(|weekday| WEEK.iter().zip(0..7).any(|(day, n)| n == *weekday && self.weekdays.contains(day)))
            .map(|weekday| (days + 6 - (weekday + 7 - first) % 7) / 7)
            .sum()
    }
}

const WEEK: [Weekday; 7] =
    [Weekday::Mon, Weekday::Tue, Weekday::Wed, Weekday::Thu, Weekday::Fri, Weekday::Sat, Weekday::Sun];

/// Accepts a length that a slot may have.
///
/// # Errors
/// `SlotLength`.
pub fn check_slot_minutes(minutes: u32) -> Result<(), Refusal> {
    if (SLOT_MINUTES_MIN..=SLOT_MINUTES_MAX).contains(&minutes) {
        Ok(())
    } else {
        Err(Refusal::SlotLength { least: SLOT_MINUTES_MIN, most: SLOT_MINUTES_MAX })
    }
}

/// What is left of a window around a pause.
fn around(window: Window, pause: Option<Window>) -> Result<Vec<Window>, Refusal> {
    let Some(pause) = pause else {
        return Ok(vec![window]);
    };
    if pause.start < window.start || window.end < pause.end {
        return Err(Refusal::BreakOutside);
    }
    let before = Window { start: window.start, end: pause.start };
    let after = Window { start: pause.end, end: window.end };
    Ok([before, after].into_iter().filter(|part| part.start < part.end).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn time(text: &str) -> NaiveTime {
        text.parse().unwrap()
    }

    fn window(start: &str, end: &str) -> Window {
        Window::new(time(start), time(end)).unwrap()
    }

    fn hours() -> Hours {
        Hours {
            start_date: "2027-01-04".parse().unwrap(),
            end_date: "2027-01-10".parse().unwrap(),
            window: window("09:00:00", "17:00:00"),
            pause: None,
            weekdays: None,
            slot_minutes: 30,
        }
    }

    fn refusal(hours: &Hours) -> Refusal {
        Opening::new(hours).unwrap_err()
    }

    #[test]
    fn a_window_may_end_with_the_day() {
        let date: NaiveDate = "2027-12-31".parse().unwrap();
        let evening = Window::until_midnight(time("18:00:00")).unwrap();
        assert_eq!(evening.end_on(date), Some("2028-01-01T00:00:00".parse().unwrap()));
        assert_eq!(evening.minutes(), 6 * 60);
        let hours =
            Hours { window: evening, pause: Some(Window::until_midnight(time("23:00:00")).unwrap()), ..hours() };
        assert_eq!(Opening::new(&hours).unwrap().windows(), [window("18:00:00", "23:00:00")]);
        assert_eq!(Window::until_midnight(time("18:00:01")), Err(Refusal::NotWholeMinutes));
        assert_eq!(evening.end_on(NaiveDate::MAX), None);
    }

    #[test]
    fn a_window_ends_after_it_starts() {
        assert_eq!(Window::new(time("09:00:00"), time("09:00:00")), Err(Refusal::WindowReversed));
        assert_eq!(Window::new(time("17:00:00"), time("09:00:00")), Err(Refusal::WindowReversed));
        assert_eq!(Window::new(time("09:00:30"), time("17:00:00")), Err(Refusal::NotWholeMinutes));
    }

    #[test]
    fn a_slot_has_5_to_480_minutes() {
        for minutes in [0, 1, 4, 481, u32::MAX] {
            let refused = refusal(&Hours { slot_minutes: minutes, ..hours() });
            assert_eq!(refused, Refusal::SlotLength { least: 5, most: 480 }, "{minutes}");
        }
        assert!(Opening::new(&Hours { slot_minutes: 5, ..hours() }).is_ok());
        assert!(Opening::new(&Hours { slot_minutes: 480, ..hours() }).is_ok());
    }

    #[test]
    fn the_last_day_may_be_the_first_but_not_before_it() {
        let start = hours().start_date;
        assert!(Opening::new(&Hours { end_date: start, ..hours() }).is_ok());
        let end = start.pred_opt().unwrap();
        assert_eq!(refusal(&Hours { end_date: end, ..hours() }), Refusal::DatesReversed { start, end });
    }

    #[test]
    fn a_break_is_inside_the_window() {
        let with = |start, end| Hours { pause: Some(window(start, end)), ..hours() };
        assert!(Opening::new(&with("09:00:00", "10:00:00")).is_ok());
        assert!(Opening::new(&with("16:00:00", "17:00:00")).is_ok());
        assert_eq!(refusal(&with("08:30:00", "10:00:00")), Refusal::BreakOutside);
        assert_eq!(refusal(&with("16:00:00", "17:01:00")), Refusal::BreakOutside);
        assert_eq!(refusal(&with("09:00:00", "17:00:00")), Refusal::NothingFits { minutes: 30 });
        let left = |start, end| around(hours().window, Some(window(start, end)));
        assert_eq!(left("09:00:00", "10:00:00"), Ok(vec![window("10:00:00", "17:00:00")]));
        assert_eq!(left("12:00:00", "17:00:00"), Ok(vec![window("09:00:00", "12:00:00")]));
    }

    #[test]
    fn an_opening_makes_1_to_5000_slots() {
        assert_eq!(Opening::new(&hours()).unwrap().count(), 7 * 16);
        assert_eq!(refusal(&Hours { weekdays: Some(Vec::new()), ..hours() }), Refusal::NoOpenDay);
        let monday = Hours { end_date: hours().start_date, weekdays: Some(vec![Weekday::Sun]), ..hours() };
        assert_eq!(refusal(&monday), Refusal::NoOpenDay);
        let ten_years = Hours { end_date: "2037-01-04".parse().unwrap(), slot_minutes: 5, ..hours() };
        assert_eq!(refusal(&ten_years), Refusal::TooManySlots { count: 3_654 * 96, most: 5_000 });
        let ages = Hours { start_date: NaiveDate::MIN, end_date: NaiveDate::MAX, ..hours() };
        assert!(matches!(refusal(&ages), Refusal::TooManySlots { .. }));
    }

    #[test]
    fn days_of_the_week_are_counted_as_they_are_walked() {
        for first in 1..=9 {
            for length in 0..=15 {
                let start_date = NaiveDate::from_ymd_opt(2027, 1, first).unwrap();
                let end_date = start_date + chrono::TimeDelta::days(length);
                let weekdays = vec![Weekday::Mon, Weekday::Wed, Weekday::Sun];
                let opening = Opening {
                    days: start_date..=end_date,
                    weekdays,
                    windows: vec![window("09:00:00", "10:00:00")],
                    slot_minutes: 60,
                };
                assert_eq!(opening.count(), u64::try_from(opening.dates().count()).unwrap(), "{opening:?}");
            }
        }
    }
}
