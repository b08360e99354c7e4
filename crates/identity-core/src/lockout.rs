//! Failed logins make others wait: longer and longer, but never for ever.

mod counting;

use std::net::{IpAddr, Ipv6Addr};

use chrono::{DateTime, TimeDelta, Utc};
use kernel::{fold, words};

use crate::Refusal;

pub use counting::{count, forgive, refuse_early, subjects};

/// How many failures cost nothing.
pub const FREE_FAILURES: u32 = 5;

/// The longest delay.
pub const DELAY_SECONDS_MAX: u32 = 15 * 60;

/// How long a failure is remembered.
pub const REMEMBERED_HOURS: i64 = 24;

/// The most characters that are kept of what was typed: no identifier of an account is longer.
const IDENTIFIER_CHARS_MAX: usize = 254;

words! {
    /// Whose failures are counted together.
    pub enum SubjectKind {
        /// Those from one network address.
        Address = "address",
        /// Those with one identifier.
        Identifier = "identifier",
    }
}

/// Who failed: an identifier, whether or not an account has it, or a network address.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Subject {
    kind: SubjectKind,
    key: String,
}

impl Subject {
    /// An identifier as it was typed; spellings that are one to an account are one here.
    pub fn identifier(typed: &str) -> Self {
        let key = fold(typed).chars().take(IDENTIFIER_CHARS_MAX).collect();
        Self { kind: SubjectKind::Identifier, key }
    }

    /// The network address of a [`subscriber`].
    pub fn address(address: IpAddr) -> Self {
        let key = match subscriber(address) {
            IpAddr::V4(address) => address.to_string(),
            IpAddr::V6(address) => format!("{address}/64"),
        };
        Self { kind: SubjectKind::Address, key }
    }

    /// What it is.
    pub const fn kind(&self) -> SubjectKind {
        self.kind
    }

    /// Which it is.
    pub fn key(&self) -> &str {
        &self.key
    }
}

/// Whom an address stands for: of IPv6 the network of 64 bits, which is what one subscriber has.
pub fn subscriber(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(address) => address.into(),
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0).into()
        }
    }
}

/// What is remembered of a subject.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Failures {
    /// How often in a row, with less than [`REMEMBERED_HOURS`] between two.
    pub count: u32,
    /// The last time.
    pub last_at: DateTime<Utc>,
}

impl Failures {
    /// What is remembered after one more.
    #[must_use]
    pub fn after(before: Option<Self>, now: DateTime<Utc>) -> Self {
        let count = before.filter(|failures| failures.are_remembered(now)).map_or(0, |failures| failures.count);
        Self { count: count.saturating_add(1), last_at: now }
    }

    /// Failures of a clock that was far ahead are not remembered: a delay would last until then.
    fn are_remembered(&self, now: DateTime<Utc>) -> bool {
        let ahead = TimeDelta::seconds(i64::from(DELAY_SECONDS_MAX));
        now < self.last_at + TimeDelta::hours(REMEMBERED_HOURS) && self.last_at < now + ahead
    }
}

/// Failures before this instant are forgotten.
pub fn forgotten_before(now: DateTime<Utc>) -> DateTime<Utc> {
    now - TimeDelta::hours(REMEMBERED_HOURS)
}

/// Whether somebody with these failures may try again now.
///
/// # Errors
/// `TooManyAttempts` says in how many seconds, at most [`DELAY_SECONDS_MAX`].
pub fn admit(failures: Option<Failures>, now: DateTime<Utc>) -> Result<(), Refusal> {
    let Some(failures) = failures.filter(|failures| failures.are_remembered(now)) else { return Ok(()) };
    let delay = TimeDelta::seconds(i64::from(delay_seconds(failures.count)));
    let left = (failures.last_at + delay - now).min(delay);
    if left <= TimeDelta::zero() {
        return Ok(());
    }
    // A part of a second counts as a whole one.
    let seconds = u32::try_from(left.num_milliseconds().saturating_add(999) / 1_000).unwrap_or(DELAY_SECONDS_MAX);
    Err(Refusal::TooManyAttempts { retry_after_seconds: seconds.max(1) })
}

/// How long after so many failures the next attempt has to wait.
fn delay_seconds(failures: u32) -> u32 {
    match failures.checked_sub(FREE_FAILURES) {
        None => 0,
        Some(more) => 1_u32.checked_shl(more).unwrap_or(DELAY_SECONDS_MAX).min(DELAY_SECONDS_MAX),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> DateTime<Utc> {
        "2026-11-21T08:00:00Z".parse().unwrap()
    }

    fn wait(count: u32, since: TimeDelta) -> Option<u32> {
        match admit(Some(Failures { count, last_at: now() - since }), now()) {
            Ok(()) => None,
            Err(Refusal::TooManyAttempts { retry_after_seconds }) => Some(retry_after_seconds),
            Err(other) => panic!("{other}"),
        }
    }

    #[test]
    fn five_failures_cost_nothing_and_each_more_doubles_the_delay_up_to_15_minutes() {
        assert_eq!(admit(None, now()), Ok(()));
        let at_once = |count| wait(count, TimeDelta::zero());
        for (count, seconds) in [(1, None), (4, None), (5, Some(1)), (6, Some(2)), (7, Some(4)), (14, Some(512))] {
            assert_eq!(at_once(count), seconds, "{count}");
        }
        for count in [15, 16, 36, 37, 38, 1_000, u32::MAX] {
            assert_eq!(at_once(count), Some(900), "{count}");
        }
    }

    #[test]
    fn the_delay_ends_by_itself_to_the_millisecond() {
        for (milliseconds, seconds) in [(0, Some(4)), (1, Some(4)), (1_000, Some(3)), (3_999, Some(1)), (4_000, None)] {
            assert_eq!(wait(7, TimeDelta::milliseconds(milliseconds)), seconds, "{milliseconds}");
        }
        assert_eq!(wait(u32::MAX, TimeDelta::minutes(15)), None);
    }

    #[test]
    fn a_failure_is_forgotten_after_a_day() {
        let day = TimeDelta::hours(24);
        let after = |ago| Failures::after(Some(Failures { count: 9, last_at: now() - ago }), now()).count;
        assert_eq!(after(day - TimeDelta::microseconds(1)), 10);
        assert_eq!(after(day), 1);
        assert_eq!(Failures::after(None, now()), Failures { count: 1, last_at: now() });
        assert_eq!(forgotten_before(now()), now() - day);
    }

    #[test]
    fn a_clock_that_was_wrong_locks_nobody_out() {
        // Another node's clock may be a little ahead.
        assert_eq!(wait(7, TimeDelta::seconds(-3)), Some(4));
        let far = TimeDelta::seconds(-i64::from(DELAY_SECONDS_MAX));
        assert_eq!(wait(7, far + TimeDelta::microseconds(1)), Some(4));
        assert_eq!(wait(7, far), None);
    }

    #[test]
    fn spellings_of_one_identifier_are_counted_together() {
        let of = Subject::identifier;
        assert_eq!(of("Ada@Example.org"), of("ada@EXAMPLE.ORG"));
        assert_ne!(of("ada@example.org"), of("ada@example.org "));
        assert_eq!(of(&"ß".repeat(10_000)).key().chars().count(), 254);
    }

    #[test]
    fn an_ipv6_subscriber_is_one_address() {
        let of = |text: &str| Subject::address(text.parse().unwrap());
        assert_eq!(of("2001:db8:1:2:3::4"), of("2001:db8:1:2::"));
        assert_ne!(of("2001:db8:1:2::1"), of("2001:db8:1:3::1"));
        assert_eq!(of("::ffff:192.0.2.1"), of("192.0.2.1"));
        assert_eq!((of("192.0.2.1").key(), of("2001:db8::9").key()), ("192.0.2.1", "2001:db8::/64"));
        assert_ne!(of("192.0.2.1"), Subject::identifier("192.0.2.1"));
    }
}
