//! Failed logins make others wait: longer and longer, but never for ever.

mod counting;

use std::net::{IpAddr, Ipv6Addr};

use chrono::{DateTime, TimeDelta, Utc};
use kernel::{AccountId, DeviceId, words};

use crate::Refusal;

pub use counting::{count, forgive, refuse_early, subjects};

/// How many failures cost nothing.
pub const FREE_FAILURES: u32 = 5;

/// The longest delay.
pub const DELAY_SECONDS_MAX: u32 = 15 * 60;

/// How long a failure is remembered.
pub const REMEMBERED_HOURS: i64 = 24;

words! {
    /// Which failures are counted together.
    pub enum SubjectKind {
        /// Those of an account, whichever of its names was typed, from devices that it does not know.
        Account = "account",
        /// Those from one network address.
        Address = "address",
        /// Those of a device or a session of an account.
        Device = "device",
        /// Those with one name that no account has.
        UnknownName = "unknown_name",
        /// Names of others that an account asked for.
        TakenForAccount = "taken_for_account",
        /// Names of others that somebody at one network address asked for.
        TakenForAddress = "taken_for_address",
    }
}

/// Who failed: an account, a device of it, a name that no account has, or a network address.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Subject {
    kind: SubjectKind,
    key: Vec<u8>,
}

impl Subject {
    /// An account, whichever of its names was typed.
    pub fn account(id: AccountId) -> Self {
        Self { kind: SubjectKind::Account, key: id.uuid().as_bytes().to_vec() }
    }

    /// A device that this account has logged in from.
    pub fn device(account: AccountId, device: DeviceId) -> Self {
        let key = [*account.uuid().as_bytes(), *device.uuid().as_bytes()].concat();
        Self { kind: SubjectKind::Device, key }
    }

    /// A name that no account has, as its keyed hash: what people type there may be a password.
    pub fn unknown_name(hash: &[u8; 32]) -> Self {
        Self { kind: SubjectKind::UnknownName, key: hash.to_vec() }
    }

    /// The network address of a [`subscriber`].
    pub fn address(address: IpAddr) -> Self {
        Self { kind: SubjectKind::Address, key: address_key(address) }
    }

    /// An account that asks for names of others.
    pub fn taken_for_account(id: AccountId) -> Self {
        Self { kind: SubjectKind::TakenForAccount, ..Self::account(id) }
    }

    /// A network address from which somebody asks for names of others.
    pub fn taken_for_address(address: IpAddr) -> Self {
        Self { kind: SubjectKind::TakenForAddress, ..Self::address(address) }
    }

    /// Its kind.
    pub const fn kind(&self) -> SubjectKind {
        self.kind
    }

    /// Its identity among those of its kind.
    pub fn key(&self) -> &[u8] {
        &self.key
    }
}

fn address_key(address: IpAddr) -> Vec<u8> {
    match subscriber(address) {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => format!("{address}/64"),
    }
    .into_bytes()
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
    pub(crate) fn are_remembered(&self, now: DateTime<Utc>) -> bool {
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
    fn no_two_subjects_are_one() {
        let (account, device) = (AccountId::new(uuid::Uuid::from_u128(1)), DeviceId::new(uuid::Uuid::from_u128(2)));
        let address: IpAddr = [192, 0, 2, 1].into();
        let subjects = std::collections::BTreeSet::from([
            Subject::account(account),
            Subject::taken_for_account(account),
            Subject::device(account, device),
            Subject::device(AccountId::new(device.uuid()), DeviceId::new(account.uuid())),
            Subject::unknown_name(&[1; 32]),
            Subject::address(address),
            Subject::taken_for_address(address),
        ]);
        assert_eq!(subjects.len(), 7);
    }

    #[test]
    fn an_ipv6_subscriber_is_one_address() {
        let of = |text: &str| Subject::address(text.parse().unwrap());
        assert_eq!(of("2001:db8:1:2:3::4"), of("2001:db8:1:2::"));
        assert_ne!(of("2001:db8:1:2::1"), of("2001:db8:1:3::1"));
        assert_eq!(of("::ffff:192.0.2.1"), of("192.0.2.1"));
        assert_eq!((of("192.0.2.1").key(), of("2001:db8::9").key()), (&b"192.0.2.1"[..], &b"2001:db8::/64"[..]));
    }
}
