//! Looking for a time. What is found is advice: booking looks again.

use std::ops::Range;

use chrono::{DateTime, TimeDelta, Utc};
use kernel::{DoctorId, LocalDays, LocationId, Page, PageRequest, Starts, UnitOfWorkExt, tidy};
use scheduling_core::BookingPolicy;

use crate::ports::{FreeSlot, FreeSlotFilter};
use crate::{App, Error, capacity};

/// What somebody looks for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Search {
    /// Starting then or later; what has begun is never found.
    pub from: Option<DateTime<Utc>>,
    /// Starting before.
    pub to: Option<DateTime<Utc>>,
    /// Starting on these days of their location.
    pub days: LocalDays,
    /// Whose.
    pub doctor: Option<DoctorId>,
    /// Where.
    pub location: Option<LocationId>,
    /// The code of a specialty of the doctor.
    pub specialty: Option<String>,
    /// The city of the location, whatever its case.
    pub city: Option<String>,
}

/// A page of times, and how long it may be shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed<T> {
    /// The rows.
    pub page: Page<T, DateTime<Utc>>,
    /// The last moment at which its first row can still be booked, where that matters.
    pub until: Option<DateTime<Utc>>,
}

impl<T> Listed<T> {
    /// A page of times that can be booked until `lead` before they start.
    pub(crate) fn before_its_first(
        page: Page<T, DateTime<Utc>>,
        lead: TimeDelta,
        start: impl Fn(&T) -> DateTime<Utc>,
    ) -> Self {
        let until = page.items.first().map(|first| start(first) - lead);
        Self { page, until }
    }
}

impl App {
    /// Free slots that can be booked now, earliest first, for anybody: of doctors who accept bookings, after the notice,
    /// not beyond the horizon, and not on a day on which the doctor has as many visits as there may be.
    ///
    /// # Errors
    /// When the store fails.
    pub fn availability(&self, search: &Search, page: &PageRequest<DateTime<Utc>>) -> Result<Listed<FreeSlot>, Error> {
        let policy = self.settings().booking;
        let within = bookable(&policy, self.clock.now(), search.from, search.to);
        let filter = FreeSlotFilter {
            starts: Starts { within, days: search.days },
            doctor: search.doctor,
            location: search.location,
            specialty: search.specialty.clone(),
            city: search.city.as_deref().map(tidy),
        };
        let found = self.store.read(|store| capacity::free_slots(store, &filter, page, policy.doctor_day_max))?;
        Ok(Listed::before_its_first(found, lead(&policy), |free| free.slot.interval.start()))
    }
}

/// How long before its start a slot can still be booked: up to the notice, and not at the very moment of its start, when
/// it has begun.
pub(crate) fn lead(policy: &BookingPolicy) -> TimeDelta {
    TimeDelta::minutes(i64::from(policy.notice_minutes_min)).max(TimeDelta::microseconds(1))
}

pub(crate) fn bookable(
    policy: &BookingPolicy,
    now: DateTime<Utc>,
    from: Option<DateTime<Utc>>,
    to: Option<DateTime<Utc>>,
) -> Range<DateTime<Utc>> {
    let first = now + lead(policy);
    // One at the end of the horizon can be booked.
    let horizon = now + TimeDelta::days(i64::from(policy.horizon_days_max)) + TimeDelta::microseconds(1);
    from.map_or(first, |from| from.max(first))..to.map_or(horizon, |to| to.min(horizon))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_shown_exactly_while_its_first_time_can_be_booked() {
        let now = DateTime::from_timestamp_millis(1_800_000_000_000).unwrap();
        let start = now + TimeDelta::minutes(60);
        for notice_minutes_min in [0, 1, 60] {
            let policy = BookingPolicy { notice_minutes_min, ..BookingPolicy::default() };
            let page = Page { items: vec![start], next: None, total: None };
            let until = Listed::before_its_first(page, lead(&policy), |start| *start).until.unwrap();
            assert!(bookable(&policy, until, None, None).contains(&start), "{notice_minutes_min}");
            let after = until + TimeDelta::microseconds(1);
            assert!(!bookable(&policy, after, None, None).contains(&start), "{notice_minutes_min}");
        }
    }
}
