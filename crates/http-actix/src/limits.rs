//! How often a client may ask.

use std::hash::Hash;
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::Mutex;
use std::time::Duration;

use governor::clock::{Clock, DefaultClock, Reference};
use governor::middleware::NoOpMiddleware;
use governor::state::keyed::HashMapStateStore;
use governor::{Quota, RateLimiter};
use identity_core::lockout::subscriber;
use kernel::AccountId;

/// Of a network address whose requests carry no good token.
const ANONYMOUS: Quota = quota(20, 600);
/// Of an account.
const ACCOUNT: Quota = quota(100, 1_200);
/// Of a network address with what logs in, registers or sends mails.
const COSTLY: Quota = quota(10, 20);

/// How long those who can ask as if for the first time are still remembered, at most.
const FORGETTING_PAUSE: Duration = Duration::from_secs(10);

/// So many at once, and so many a minute in the long run.
const fn quota(burst: u32, per_minute: u32) -> Quota {
    Quota::per_minute(positive(per_minute)).allow_burst(positive(burst))
}

const fn positive(number: u32) -> NonZeroU32 {
    match NonZeroU32::new(number) {
        Some(number) => number,
        None => NonZeroU32::MIN,
    }
}

/// Who asks, and for what kind of thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Asking {
    /// With a good token of this account.
    Account(AccountId),
    /// Without.
    Anonymous(IpAddr),
    /// For what logs in, registers or sends mails.
    Costly(IpAddr),
}

/// How often each client has asked lately.
pub(crate) struct Limits<C: Clock = DefaultClock> {
    accounts: Keyed<AccountId, C>,
    anonymous: Keyed<IpAddr, C>,
    costly: Keyed<IpAddr, C>,
    clock: C,
    forgot_at: Mutex<C::Instant>,
}

type Keyed<K, C> = RateLimiter<K, HashMapStateStore<K>, C, NoOpMiddleware<<C as Clock>::Instant>>;

impl Default for Limits {
    fn default() -> Self {
        Self::new(&DefaultClock::default())
    }
}

impl<C: Clock + Clone> Limits<C> {
    fn new(clock: &C) -> Self {
        Self {
            accounts: RateLimiter::hashmap_with_clock(ACCOUNT, clock.clone()),
            anonymous: RateLimiter::hashmap_with_clock(ANONYMOUS, clock.clone()),
            costly: RateLimiter::hashmap_with_clock(COSTLY, clock.clone()),
            forgot_at: Mutex::new(clock.now()),
            clock: clock.clone(),
        }
    }

    /// Counts a request.
    ///
    /// # Errors
    /// After how many seconds the next may come.
    pub(crate) fn admit(&self, asking: Asking) -> Result<(), u64> {
        self.forget();
        match asking {
            Asking::Account(account) => self.check(&self.accounts, &account),
            Asking::Anonymous(address) => self.check(&self.anonymous, &subscriber(address)),
            Asking::Costly(address) => self.check(&self.costly, &subscriber(address)),
        }
    }

    fn check<K: Hash + Eq + Clone>(&self, keyed: &Keyed<K, C>, key: &K) -> Result<(), u64> {
        keyed.check_key(key).map_err(|refused| whole_seconds(refused.wait_time_from(self.clock.now())))
    }

    /// Every now and then drops those who can ask as if for the first time, so that memory is for those who ask now.
    fn forget(&self) {
        let now = self.clock.now();
        // Another thread is at it.
        let Ok(mut forgot_at) = self.forgot_at.try_lock() else { return };
        if Duration::from(now.duration_since(*forgot_at)) < FORGETTING_PAUSE {
            return;
        }
        *forgot_at = now;
        forget_stale(&self.accounts);
        forget_stale(&self.anonymous);
        forget_stale(&self.costly);
    }
}

fn forget_stale<K: Hash + Eq + Clone, C: Clock>(keyed: &Keyed<K, C>) {
    keyed.retain_recent();
    keyed.shrink_to_fit();
}

/// A part of a second counts as a whole one.
fn whole_seconds(wait: Duration) -> u64 {
    wait.as_secs() + u64::from(0 < wait.subsec_nanos())
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use governor::clock::FakeRelativeClock;
    use uuid::Uuid;

    use super::*;

    struct Fixture {
        clock: FakeRelativeClock,
        limits: Limits<FakeRelativeClock>,
    }

    impl Fixture {
        fn new() -> Self {
            let clock = FakeRelativeClock::default();
            Self { limits: Limits::new(&clock), clock }
        }

        fn after(&self, milliseconds: u64) -> &Self {
            self.clock.advance(Duration::from_millis(milliseconds));
            self
        }

        /// How many in a row are let in, and how long the next has to wait.
        fn run(&self, asking: Asking) -> (u32, u64) {
            (0..).find_map(|n| self.limits.admit(asking).err().map(|seconds| (n, seconds))).unwrap()
        }
    }

    fn address(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    fn account(number: u128) -> Asking {
        Asking::Account(AccountId::new(Uuid::from_u128(number)))
    }

    #[test]
    fn a_burst_is_let_in_and_then_so_many_a_second() {
        let here = address("192.0.2.1");
        for (asking, burst, refill_ms, wait_seconds) in
            [(Asking::Anonymous(here), 20, 100, 1), (account(1), 100, 50, 1), (Asking::Costly(here), 10, 3_000, 3)]
        {
            let fixture = Fixture::new();
            assert_eq!(fixture.run(asking), (burst, wait_seconds), "{asking:?}");
            assert_eq!(fixture.after(refill_ms - 1).run(asking), (0, 1));
            assert_eq!(fixture.after(1).run(asking), (1, wait_seconds));
            assert_eq!(fixture.after(refill_ms * 5).run(asking).0, 5);
            assert_eq!(fixture.after(refill_ms * 1_000).run(asking).0, burst, "never more than a burst");
        }
    }

    #[test]
    fn a_part_of_a_second_is_told_as_a_whole_one() {
        for (milliseconds, seconds) in [(1, 1), (999, 1), (1_000, 1), (1_001, 2), (2_500, 3)] {
            assert_eq!(whole_seconds(Duration::from_millis(milliseconds)), seconds, "{milliseconds}");
        }
    }

    #[test]
    fn clients_do_not_pay_for_each_other() {
        let fixture = Fixture::new();
        let (here, there) = (address("192.0.2.1"), address("192.0.2.2"));
        assert_eq!(fixture.run(Asking::Anonymous(here)).0, 20);
        for other in [Asking::Anonymous(there), Asking::Costly(here), account(1), account(2)] {
            assert_eq!(fixture.limits.admit(other), Ok(()), "{other:?}");
        }
    }

    #[test]
    fn a_subscriber_of_ipv6_is_one_client() {
        let fixture = Fixture::new();
        assert_eq!(fixture.run(Asking::Anonymous(address("2001:db8:1:2::1"))).0, 20);
        assert!(fixture.limits.admit(Asking::Anonymous(address("2001:db8:1:2:ffff::9"))).is_err());
        assert_eq!(fixture.limits.admit(Asking::Anonymous(address("2001:db8:1:3::1"))), Ok(()));
        assert_eq!(fixture.run(Asking::Costly(address("::ffff:192.0.2.1"))).0, 10);
        assert!(fixture.limits.admit(Asking::Costly(address("192.0.2.1"))).is_err());
    }

    #[test]
    fn memory_is_for_those_who_ask_now() {
        let fixture = Fixture::new();
        for number in 0..10_000 {
            let address = Ipv4Addr::from(number).into();
            for asking in [Asking::Anonymous(address), Asking::Costly(address), account(number.into())] {
                fixture.limits.admit(asking).unwrap();
            }
        }
        let remembered =
            || [fixture.limits.anonymous.len(), fixture.limits.costly.len(), fixture.limits.accounts.len()];
        assert_eq!(remembered(), [10_000; 3]);
        let here = Asking::Costly(address("192.0.2.1"));
        assert_eq!(fixture.run(here), (10, 3));
        fixture.after(9_999).limits.admit(here).unwrap();
        assert_eq!(remembered(), [10_000, 10_001, 10_000]);
        fixture.after(1).limits.admit(here).unwrap();
        assert_eq!(remembered(), [0, 1, 0], "who still has to be counted is remembered");
    }
}
