//! How often a client may ask.

mod rate;
mod told;

use std::hash::Hash;
use std::net::IpAddr;
use std::sync::Mutex;
use std::time::Duration;

use governor::RateLimiter;
use governor::clock::{Clock, DefaultClock, Reference};
use governor::middleware::StateInformationMiddleware;
use governor::state::keyed::HashMapStateStore;
use identity_core::lockout::subscriber;
use kernel::AccountId;

pub use rate::{NoRate, Rate};
pub(crate) use told::{LEFT, Left, POLICY, Told};

use rate::whole_seconds;

/// How long those who can ask as if for the first time are still remembered, at most.
const FORGETTING_PAUSE: Duration = Duration::from_secs(10);

/// How often may be asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rates {
    /// By a network address with requests that carry no good token.
    pub anonymous: Rate,
    /// By an account.
    pub account: Rate,
    /// By a network address for what logs in, registers or sends mails.
    pub costly: Rate,
    /// By a network address for anything, with all its accounts and without.
    pub address: Rate,
}

impl Default for Rates {
    fn default() -> Self {
        Self {
            anonymous: Rate::new(20, 600),
            account: Rate::new(100, 1_200),
            costly: Rate::new(10, 20),
            address: Rate::new(400, 4_800),
        }
    }
}

/// Who asks, and for what kind of thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Asking {
    /// With a good token of this account.
    Account(AccountId),
    /// Without.
    Anonymous,
    /// For what logs in, registers or sends mails.
    Costly,
}

/// What came of a request to be let in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Admission {
    /// What is left.
    pub(crate) told: Told,
    /// After how many seconds the next may come, where this one may not.
    pub(crate) wait_seconds: Option<u64>,
}

/// How often each client has asked lately.
pub(crate) struct Limits<C: Clock = DefaultClock> {
    accounts: Allowance<AccountId, C>,
    anonymous: Allowance<IpAddr, C>,
    costly: Allowance<IpAddr, C>,
    addresses: Allowance<IpAddr, C>,
    clock: C,
    forgot_at: Mutex<C::Instant>,
}

impl Limits {
    /// With these rates, before anybody has asked.
    pub(crate) fn of(rates: &Rates) -> Self {
        Self::new(rates, &DefaultClock::default())
    }
}

impl<C: Clock + Clone> Limits<C> {
    fn new(rates: &Rates, clock: &C) -> Self {
        Self {
            accounts: Allowance::new("account", rates.account, clock),
            anonymous: Allowance::new("anonymous", rates.anonymous, clock),
            costly: Allowance::new("costly", rates.costly, clock),
            addresses: Allowance::new("address", rates.address, clock),
            forgot_at: Mutex::new(clock.now()),
            clock: clock.clone(),
        }
    }

    /// Counts a request: first for who asks, and where that is fine for the address they ask from.
    pub(crate) fn admit(&self, asking: Asking, address: IpAddr) -> Admission {
        self.forget();
        let (now, client) = (self.clock.now(), subscriber(address));
        let own = match asking {
            Asking::Account(account) => self.accounts.take(&account, now),
            Asking::Anonymous => self.anonymous.take(&client, now),
            Asking::Costly => self.costly.take(&client, now),
        };
        let (left, wait_seconds) = own;
        if wait_seconds.is_some() {
            return Admission { told: Told(vec![left]), wait_seconds };
        }
        let (left_here, wait_seconds) = self.addresses.take(&client, now);
        Admission { told: Told(vec![left, left_here]), wait_seconds }
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
        self.accounts.forget();
        self.anonymous.forget();
        self.costly.forget();
        self.addresses.forget();
    }
}

/// How often each of a kind has asked.
struct Allowance<K: Hash + Eq + Clone, C: Clock> {
    name: &'static str,
    rate: Rate,
    keyed: RateLimiter<K, HashMapStateStore<K>, C, StateInformationMiddleware>,
}

impl<K: Hash + Eq + Clone, C: Clock + Clone> Allowance<K, C> {
    fn new(name: &'static str, rate: Rate, clock: &C) -> Self {
        let keyed = RateLimiter::hashmap_with_clock(rate.quota(), clock.clone());
        Self { name, rate, keyed: keyed.with_middleware() }
    }

    /// Takes one request; what is left then, and after how many seconds the next may come where there was none.
    fn take(&self, key: &K, now: C::Instant) -> (Left, Option<u64>) {
        let left = |requests| Left { name: self.name, rate: self.rate, requests };
        match self.keyed.check_key(key) {
            Ok(state) => (left(state.remaining_burst_capacity()), None),
            Err(refused) => (left(0), Some(whole_seconds(refused.wait_time_from(now)))),
        }
    }

    fn forget(&self) {
        self.keyed.retain_recent();
        self.keyed.shrink_to_fit();
    }
}

#[cfg(test)]
mod tests {
    use std::net::{Ipv4Addr, Ipv6Addr};

    use actix_web::http::header::HeaderMap;
    use governor::clock::FakeRelativeClock;
    use uuid::Uuid;

    use super::*;

    type Ask = (Asking, IpAddr);

    struct Fixture {
        clock: FakeRelativeClock,
        limits: Limits<FakeRelativeClock>,
    }

    impl Fixture {
        fn new() -> Self {
            let clock = FakeRelativeClock::default();
            Self { limits: Limits::new(&Rates::default(), &clock), clock }
        }

        fn after(&self, milliseconds: u64) -> &Self {
            self.clock.advance(Duration::from_millis(milliseconds));
            self
        }

        /// After how many seconds the next may come, where this one may not.
        fn admit(&self, (asking, from): Ask) -> Option<u64> {
            self.limits.admit(asking, from).wait_seconds
        }

        /// How many in a row are let in, and how long the next has to wait.
        fn run(&self, ask: Ask) -> (u32, u64) {
            (0..).find_map(|n| self.admit(ask).map(|seconds| (n, seconds))).unwrap()
        }
    }

    fn address(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    /// Each from an address of its own.
    fn account(number: u128) -> Ask {
        let address = IpAddr::from(Ipv6Addr::from(number << 64));
        (Asking::Account(AccountId::new(Uuid::from_u128(number))), address)
    }

    fn anonymous(from: &str) -> Ask {
        (Asking::Anonymous, address(from))
    }

    fn costly(from: &str) -> Ask {
        (Asking::Costly, address(from))
    }

    #[test]
    fn a_burst_is_let_in_and_then_so_many_a_second() {
        let here = "192.0.2.1";
        for (ask, burst, refill_ms, wait_seconds) in
            [(anonymous(here), 20, 100, 1), (account(1), 100, 50, 1), (costly(here), 10, 3_000, 3)]
        {
            let fixture = Fixture::new();
            assert_eq!(fixture.run(ask), (burst, wait_seconds), "{ask:?}");
            assert_eq!(fixture.after(refill_ms - 1).run(ask), (0, 1));
            assert_eq!(fixture.after(1).run(ask), (1, wait_seconds));
            assert_eq!(fixture.after(refill_ms * 5).run(ask).0, 5);
            assert_eq!(fixture.after(refill_ms * 1_000).run(ask).0, burst, "never more than a burst");
        }
    }

    #[test]
    fn an_address_has_a_burst_of_400_over_all_its_accounts_and_without() {
        let fixture = Fixture::new();
        let here = address("192.0.2.1");
        let of_account = |n: u128| (account(n).0, here);
        for n in 0..6 {
            let asked = if n < 3 { 100 } else { 0 };
            for _ in 0..asked {
                assert_eq!(fixture.admit(of_account(n)), None);
            }
        }
        assert_eq!(fixture.run(anonymous("192.0.2.1")).0, 20, "a burst of its own as well");
        assert_eq!(fixture.run(of_account(4)), (80, 1), "420 were not let in");
        assert_eq!(fixture.admit(of_account(5)), Some(1));
        assert_eq!(fixture.admit((of_account(5).0, address("192.0.2.2"))), None, "the account is not to blame");
        fixture.after(1_000);
        let answered = (0..1_000).filter(|n| fixture.admit(of_account(100 + n)).is_none()).count();
        assert_eq!(answered, 80, "a second later");
    }

    #[test]
    fn what_is_left_is_told_of_the_account_and_of_the_address() {
        let fixture = Fixture::new();
        let told = |ask: Ask| {
            let mut headers = HeaderMap::new();
            fixture.limits.admit(ask.0, ask.1).told.put(&mut headers);
            [POLICY, LEFT].map(|name| headers.get(name).unwrap().to_str().unwrap().to_owned())
        };
        let [policy, left] = told(account(1));
        assert_eq!(policy, "\"account\";q=100;w=5, \"address\";q=400;w=5");
        assert_eq!(left, "\"account\";r=99;t=1, \"address\";r=399;t=1");
        assert_eq!(fixture.run(costly("192.0.2.1")).0, 10);
        let [policy, left] = told(costly("192.0.2.1"));
        assert_eq!((policy.as_str(), left.as_str()), ("\"costly\";q=10;w=30", "\"costly\";r=0;t=30"));
    }

    #[test]
    fn clients_do_not_pay_for_each_other() {
        let fixture = Fixture::new();
        assert_eq!(fixture.run(anonymous("192.0.2.1")).0, 20);
        for other in [anonymous("192.0.2.2"), costly("192.0.2.1"), account(1), account(2)] {
            assert_eq!(fixture.admit(other), None, "{other:?}");
        }
    }

    #[test]
    fn a_subscriber_of_ipv6_is_one_client() {
        let fixture = Fixture::new();
        assert_eq!(fixture.run(anonymous("2001:db8:1:2::1")).0, 20);
        assert!(fixture.admit(anonymous("2001:db8:1:2:ffff::9")).is_some());
        assert_eq!(fixture.admit(anonymous("2001:db8:1:3::1")), None);
        assert_eq!(fixture.run(costly("::ffff:192.0.2.1")).0, 10);
        assert!(fixture.admit(costly("192.0.2.1")).is_some());
    }

    #[test]
    fn memory_is_for_those_who_ask_now() {
        let fixture = Fixture::new();
        for number in 0..10_000_u32 {
            let address = Ipv4Addr::from(number).into();
            for ask in [(Asking::Anonymous, address), (Asking::Costly, address), account(u128::from(number) + 1)] {
                assert_eq!(fixture.admit(ask), None);
            }
        }
        let Limits { anonymous, costly: expensive, accounts, addresses, .. } = &fixture.limits;
        let remembered = || [anonymous.keyed.len(), expensive.keyed.len(), accounts.keyed.len(), addresses.keyed.len()];
        assert_eq!(remembered(), [10_000, 10_000, 10_000, 20_000]);
        let here = costly("192.0.2.1");
        assert_eq!(fixture.run(here), (10, 3));
        assert_eq!(fixture.after(9_999).admit(here), None);
        assert_eq!(remembered(), [10_000, 10_001, 10_000, 20_001]);
        assert_eq!(fixture.after(1).admit(here), None);
        assert_eq!(remembered(), [0, 1, 0, 1], "who still has to be counted is remembered");
    }
}
