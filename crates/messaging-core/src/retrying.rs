//! When a message that could not be delivered is tried again.

use chrono::{DateTime, TimeDelta, Utc};

/// How long to wait after the first failure, the second, and so on, in minutes; after one more it is given up.
pub const PAUSE_MINUTES: [i64; 5] = [1, 5, 30, 120, 720];

/// By how much a pause may be longer, in parts of a thousand, so that many messages do not come back at once.
pub const JITTER_PER_MILLE_MAX: u16 = 200;

/// The longest that anything is put off. What is put off for longer was so by a clock that ran ahead, and would wait
/// until then.
pub const PUT_OFF_HOURS_MAX: i64 = 24;

/// Whether what was put off until then need not wait any more.
pub fn is_over(until: DateTime<Utc>, now: DateTime<Utc>) -> bool {
    until <= now || now + TimeDelta::hours(PUT_OFF_HOURS_MAX) < until
}

/// When to try again after so many failures in a row; `None` when it is to be given up.
///
/// `jitter` is any number from outside; it makes the pause up to a fifth longer.
pub fn next_try(failures: u32, now: DateTime<Utc>, jitter: u16) -> Option<DateTime<Utc>> {
    let nth = usize::try_from(failures).ok()?.checked_sub(1)?;
    let pause = TimeDelta::minutes(*PAUSE_MINUTES.get(nth)?);
    let per_mille = i32::from(jitter % (JITTER_PER_MILLE_MAX + 1));
    Some(now + pause + pause * per_mille / 1_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> DateTime<Utc> {
        DateTime::from_timestamp(1_800_000_000, 0).unwrap()
    }

    #[test]
    fn the_pauses_grow_and_end() {
        let pauses = (1..=6).map(|failures| next_try(failures, now(), 0).map(|at| (at - now()).num_minutes()));
        assert_eq!(pauses.collect::<Vec<_>>(), [Some(1), Some(5), Some(30), Some(120), Some(720), None]);
        assert_eq!(next_try(0, now(), 0), None);
        assert_eq!(next_try(u32::MAX, now(), 0), None);
    }

    #[test]
    fn nothing_waits_for_the_time_of_a_clock_that_ran_ahead() {
        let over = |ahead| is_over(now() + ahead, now());
        let longest = TimeDelta::hours(PUT_OFF_HOURS_MAX);
        assert!(over(TimeDelta::zero()) && over(TimeDelta::days(-365)));
        assert!(!over(TimeDelta::microseconds(1)) && !over(longest));
        assert!(over(longest + TimeDelta::microseconds(1)) && over(TimeDelta::days(365)));
        let last = u32::try_from(PAUSE_MINUTES.len()).unwrap();
        assert!(next_try(last, now(), JITTER_PER_MILLE_MAX).unwrap() < now() + longest);
    }

    #[test]
    fn jitter_makes_a_pause_up_to_a_fifth_longer_and_never_shorter() {
        for jitter in [0, 1, 200, 201, 999, u16::MAX] {
            let pause = next_try(2, now(), jitter).unwrap() - now();
            assert!((TimeDelta::minutes(5)..=TimeDelta::minutes(6)).contains(&pause), "{jitter}: {pause}");
        }
        assert_eq!(next_try(2, now(), JITTER_PER_MILLE_MAX), Some(now() + TimeDelta::minutes(6)));
    }
}
