//! The interval, on which every other rule stands.

use chrono::{DateTime, TimeDelta, Utc};

/// A stretch of time that holds its start and not its end; it is never empty.
///
/// Back-to-back visits therefore do not overlap.
///
/// ```
/// use scheduling_core::Interval;
///
/// let nine = "2027-01-04T09:00:00Z".parse().unwrap();
/// let first = Interval::of_minutes(nine, 30).unwrap();
/// let second = Interval::of_minutes(first.end(), 30).unwrap();
/// assert!(!first.overlaps(second));
/// assert!(first.has_begun(nine) && !first.is_over(nine));
/// assert_eq!(Interval::new(nine, nine), None);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Interval {
    start: DateTime<Utc>,
    end: DateTime<Utc>,
}

impl Interval {
    /// `None` unless `start` is before `end`.
    pub fn new(start: DateTime<Utc>, end: DateTime<Utc>) -> Option<Self> {
        (start < end).then_some(Self { start, end })
    }

    /// The interval of this many elapsed minutes; `None` for no minutes, or past the end of the calendar.
    pub fn of_minutes(start: DateTime<Utc>, minutes: u32) -> Option<Self> {
        Self::new(start, start.checked_add_signed(TimeDelta::minutes(i64::from(minutes)))?)
    }

    /// The first instant inside.
    pub const fn start(self) -> DateTime<Utc> {
        self.start
    }

    /// The first instant behind.
    pub const fn end(self) -> DateTime<Utc> {
        self.end
    }

    /// Elapsed minutes, rounded down.
    pub fn minutes(self) -> i64 {
        (self.end - self.start).num_minutes()
    }

    /// Whether the two have an instant in common.
    pub fn overlaps(self, other: Self) -> bool {
        self.start < other.end && other.start < self.end
    }

    /// Whether it has begun at `now`.
    pub fn has_begun(self, now: DateTime<Utc>) -> bool {
        self.start <= now
    }

    /// Whether it is over at `now`.
    pub fn is_over(self, now: DateTime<Utc>) -> bool {
        self.end <= now
    }
}

/// The members of `old` that overlap a member of `new`, each once, in order of start.
///
/// They may come in any order, and within each list members may overlap. O((n + m) log (n + m)).
///
/// ```
/// use scheduling_core::interval::{Interval, in_the_way};
///
/// let at = |time: &str| Interval::of_minutes(format!("2027-01-04T{time}:00Z").parse().unwrap(), 30).unwrap();
/// let wanted = [at("09:00"), at("09:30"), at("10:00")];
/// let existing = [at("10:15"), at("08:30"), at("09:15")];
/// assert_eq!(in_the_way(&wanted, &existing, |slot| *slot), [at("09:15"), at("10:15")]);
/// ```
pub fn in_the_way<T: Copy>(new: &[Interval], old: &[T], interval_of: impl Fn(&T) -> Interval) -> Vec<T> {
    let mut new: Vec<Interval> = new.to_vec();
    new.sort_unstable();
    let mut old: Vec<T> = old.to_vec();
    old.sort_unstable_by_key(|member| interval_of(member).end);

    // Of the new ones that start before an old one ends, the one that reaches farthest decides. Taken in order of their
    // ends, no old one sees fewer of them than the one before it.
    let mut started = new.iter().peekable();
    let mut reach: Option<DateTime<Utc>> = None;
    old.retain(|member| {
        let interval = interval_of(member);
        while let Some(next) = started.next_if(|next| next.start < interval.end) {
            reach = reach.max(Some(next.end));
        }
        reach.is_some_and(|reach| interval.start < reach)
    });
    old.sort_unstable_by_key(interval_of);
    old
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn minutes(start: i64, end: i64) -> Interval {
        let at = |minute: i64| DateTime::UNIX_EPOCH + TimeDelta::minutes(minute);
        Interval::new(at(start), at(end)).unwrap()
    }

    #[test]
    fn an_interval_is_never_empty() {
        let now = DateTime::UNIX_EPOCH;
        assert_eq!(Interval::new(now, now), None);
        assert_eq!(Interval::of_minutes(now, 0), None);
        assert_eq!(Interval::of_minutes(DateTime::<Utc>::MAX_UTC, 5), None);
    }

    #[test]
    fn back_to_back_does_not_overlap() {
        assert!(!minutes(0, 30).overlaps(minutes(30, 60)));
        assert!(!minutes(30, 60).overlaps(minutes(0, 30)));
        assert!(minutes(0, 31).overlaps(minutes(30, 60)));
        assert!(minutes(0, 90).overlaps(minutes(30, 60)));
        assert!(minutes(30, 60).overlaps(minutes(0, 90)));
    }

    #[test]
    fn an_interval_has_begun_at_its_start_and_is_over_at_its_end() {
        let visit = minutes(0, 30);
        assert!(visit.has_begun(visit.start()) && !visit.is_over(visit.start()));
        assert!(visit.is_over(visit.end()));
        assert!(!visit.has_begun(visit.start() - TimeDelta::microseconds(1)));
    }

    prop_compose! {
        fn some_interval()(start in 0..300_i64, length in 1..60_i64) -> Interval {
            minutes(start, start + length)
        }
    }

    proptest! {
        #[test]
        fn what_is_in_the_way_is_what_overlaps_pair_by_pair(
            new in prop::collection::vec(some_interval(), 0..12),
            old in prop::collection::vec(some_interval(), 0..12),
        ) {
            let mut expected: Vec<Interval> =
                old.iter().copied().filter(|old| new.iter().any(|new| new.overlaps(*old))).collect();
            expected.sort_unstable();
            prop_assert_eq!(in_the_way(&new, &old, |interval| *interval), expected);
        }
    }
}
