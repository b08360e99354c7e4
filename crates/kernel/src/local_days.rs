//! Days of a calendar on the wall.

use std::collections::BTreeMap;
use std::ops::Range;

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};

use crate::{LocationId, Zone};

/// Days, each from midnight to midnight on the wall of the place that a thing belongs to. Without an end they go on for
/// ever.
///
/// A midnight that clocks pass twice is the first of the two; where they skip it, the day begins with the skip.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LocalDays {
    /// The first day.
    pub first: Option<NaiveDate>,
    /// The last day, which is one of them.
    pub last: Option<NaiveDate>,
}

/// A time from which on, and a time before which, where there are such.
pub type Bounds = (Option<DateTime<Utc>>, Option<DateTime<Utc>>);

/// Times of a range that also fall on some days.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Starts {
    /// The range.
    pub within: Range<DateTime<Utc>>,
    /// The days.
    pub days: LocalDays,
}

impl LocalDays {
    /// Whether all days are among them.
    pub fn are_all(self) -> bool {
        self == Self::default()
    }

    /// When they begin and end in a time zone.
    pub fn bounds(self, zone: Zone) -> Bounds {
        let midnight = |day: NaiveDate| zone.instant(day.and_time(NaiveTime::MIN));
        (self.first.and_then(midnight), self.last.and_then(|day| day.succ_opt()).and_then(midnight))
    }

    /// Whether an instant falls on one of them in a time zone.
    pub fn contain(self, zone: Zone, at: DateTime<Utc>) -> bool {
        let (from, to) = self.bounds(zone);
        from.is_none_or(|from| from <= at) && to.is_none_or(|to| at < to)
    }

    /// The locations at which they begin and end alike, by when that is.
    pub fn by_bounds(
        self,
        locations: impl IntoIterator<Item = (LocationId, Zone)>,
    ) -> BTreeMap<Bounds, Vec<LocationId>> {
        let mut alike: BTreeMap<Bounds, Vec<LocationId>> = BTreeMap::new();
        for (location, zone) in locations {
            alike.entry(self.bounds(zone)).or_default().push(location);
        }
        alike
    }
}

impl From<Range<DateTime<Utc>>> for Starts {
    fn from(within: Range<DateTime<Utc>>) -> Self {
        Self { within, days: LocalDays::default() }
    }
}

impl Starts {
    /// Whether an instant is one of them in a time zone.
    pub fn contain(&self, zone: Zone, at: DateTime<Utc>) -> bool {
        self.within.contains(&at) && self.days.contain(zone, at)
    }
}
