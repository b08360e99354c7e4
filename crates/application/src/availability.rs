//! Looking for a time. What is found is advice: booking looks again.

use std::ops::Range;

use chrono::{DateTime, TimeDelta, Utc};
use kernel::{DoctorId, Page, PageRequest, UnitOfWorkExt};

use crate::ports::{FreeSlot, FreeSlotFilter};
use crate::{App, Error};

/// What somebody looks for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Search {
    /// Starting then or later; what has begun is never found.
    pub from: Option<DateTime<Utc>>,
    /// Starting before.
    pub to: Option<DateTime<Utc>>,
    /// Whose.
    pub doctor: Option<DoctorId>,
    /// The code or name of a specialty of the doctor.
    pub specialty: Option<String>,
    /// The city of the location, whatever its case.
    pub city: Option<String>,
}

impl App {
    /// Free slots that are still to come and not beyond the booking horizon, of doctors who accept bookings, earliest
    /// first, for anybody.
    ///
    /// # Errors
    /// When the store fails.
    pub fn availability(
        &self,
        search: &Search,
        page: &PageRequest<DateTime<Utc>>,
    ) -> Result<Page<FreeSlot, DateTime<Utc>>, Error> {
        let Range { start: from, end: to } = self.bookable(search.from, search.to);
        let filter = FreeSlotFilter {
            from,
            to,
            doctor: search.doctor,
            specialty: search.specialty.as_deref().map(clinic_core::Specialty::code_of),
            city: search.city.clone(),
        };
        Ok(self.store.read(|store| store.free_slots(&filter, page))?)
    }

    /// When a slot starts that can be booked now, within these bounds.
    pub(crate) fn bookable(&self, from: Option<DateTime<Utc>>, to: Option<DateTime<Utc>>) -> Range<DateTime<Utc>> {
        let policy = self.settings().booking;
        let now = self.clock.now();
        let notice = now + TimeDelta::minutes(i64::from(policy.notice_minutes_min));
        // A slot that starts at this very moment has begun; one at the end of the notice or the horizon can be booked.
        let first = notice.max(now + TimeDelta::microseconds(1));
        let horizon = now + TimeDelta::days(i64::from(policy.horizon_days_max)) + TimeDelta::microseconds(1);
        from.map_or(first, |from| from.max(first))..to.map_or(horizon, |to| to.min(horizon))
    }
}
