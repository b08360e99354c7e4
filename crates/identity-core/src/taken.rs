//! Refusals of taken names, few a day: each tells that somebody has an account.

use chrono::{DateTime, TimeDelta, Utc};

use crate::lockout::REMEMBERED_HOURS;
use crate::ports::LoginFailures;
use crate::{Error, Failures, Refusal, Subject};

/// The most refusals of taken names of one subject within a day.
pub const TAKEN_REFUSALS_MAX: u32 = 10;

/// Refuses before anybody learns whether a name is taken.
///
/// # Errors
/// `TooManyTakenNames` after [`TAKEN_REFUSALS_MAX`]; or the store fails.
pub fn refuse_early<S: LoginFailures + ?Sized>(
    store: &mut S,
    subject: &Subject,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    Ok(admit(store.login_failures(subject)?, now)?)
}

/// Counts a refusal. Those that came at once count as if they had come one after the other.
///
/// # Errors
/// `TooManyTakenNames` because of what others counted meanwhile; or the store fails.
pub fn count<S: LoginFailures + ?Sized>(store: &mut S, subject: &Subject, now: DateTime<Utc>) -> Result<(), Error> {
    let first = Failures { count: 1, last_at: now };
    let before = store.hold_login_failures(subject, first)?;
    admit(before, now)?;
    match before {
        None => Ok(()),
        Some(before) => Ok(store.change_login_failures(subject, after(before, now))?),
    }
}

/// The day begins with the first refusal, whose instant is kept.
fn after(before: Failures, now: DateTime<Utc>) -> Failures {
    if before.are_remembered(now) {
        Failures { count: before.count.saturating_add(1), ..before }
    } else {
        Failures { count: 1, last_at: now }
    }
}

fn admit(refusals: Option<Failures>, now: DateTime<Utc>) -> Result<(), Refusal> {
    let Some(refusals) = refusals.filter(|refusals| refusals.are_remembered(now)) else { return Ok(()) };
    if refusals.count < TAKEN_REFUSALS_MAX {
        return Ok(());
    }
    let day = TimeDelta::hours(REMEMBERED_HOURS);
    let seconds = (refusals.last_at + day - now).min(day).num_seconds().saturating_add(1);
    Err(Refusal::TooManyTakenNames { retry_after_seconds: u32::try_from(seconds).unwrap_or(1) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ten_refusals_are_told_and_then_none_until_a_day_after_the_first() {
        let first: DateTime<Utc> = "2026-11-21T08:00:00Z".parse().unwrap();
        let hour = TimeDelta::hours(1);
        let mut refusals = Failures { count: 1, last_at: first };
        for n in 1..TAKEN_REFUSALS_MAX {
            assert_eq!(admit(Some(refusals), first + hour), Ok(()), "{n}");
            refusals = after(refusals, first + hour);
        }
        let refused = Err(Refusal::TooManyTakenNames { retry_after_seconds: 23 * 3600 + 1 });
        assert_eq!(admit(Some(refusals), first + hour), refused);
        let day = first + TimeDelta::days(1);
        assert!(admit(Some(refusals), day - TimeDelta::microseconds(1)).is_err());
        assert_eq!(admit(Some(refusals), day), Ok(()));
        assert_eq!(after(refusals, day), Failures { count: 1, last_at: day });
    }
}
