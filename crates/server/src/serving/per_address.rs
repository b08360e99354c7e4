//! How many connections a client may have.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use identity_core::lockout::subscriber;
use ipnet::IpNet;

/// Counts the connections of each network address, of IPv6 of its first 64 bits; those of trusted proxies, which stand
/// for many clients, are not counted.
pub(super) struct PerAddress {
    max: u32,
    trusted: Vec<IpNet>,
    open: Mutex<HashMap<IpAddr, u32>>,
}

impl PerAddress {
    /// With none open.
    pub(super) fn new(max: u32, trusted: Vec<IpNet>) -> Arc<Self> {
        Arc::new(Self { max, trusted, open: Mutex::default() })
    }

    /// A place for one more connection from here, unless there are as many as may be.
    pub(super) fn enter(self: &Arc<Self>, address: IpAddr) -> Option<Seat> {
        let address = address.to_canonical();
        if self.trusted.iter().any(|network| network.contains(&address)) {
            return Some(Seat(None));
        }
        let client = subscriber(address);
        let mut open = self.open();
        let count = open.entry(client).or_default();
        if self.max <= *count {
            return None;
        }
        *count += 1;
        Some(Seat(Some((Arc::clone(self), client))))
    }

    fn leave(&self, client: IpAddr) {
        let mut open = self.open();
        if let Some(count) = open.get_mut(&client) {
            *count = count.saturating_sub(1);
            if *count == 0 {
                open.remove(&client);
            }
        }
    }

    fn open(&self) -> MutexGuard<'_, HashMap<IpAddr, u32>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The place of one connection, until it is dropped.
pub(super) struct Seat(Option<(Arc<PerAddress>, IpAddr)>);

impl Drop for Seat {
    fn drop(&mut self) {
        if let Some((places, client)) = self.0.take() {
            places.leave(client);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn a_client_has_so_many_connections_and_others_have_theirs() {
        let places = PerAddress::new(2, vec!["10.0.0.0/8".parse().unwrap()]);
        let enter = |text: &str| places.enter(address(text));
        let held = [enter("192.0.2.1"), enter("::ffff:192.0.2.1")];
        assert!(held.iter().all(Option::is_some));
        assert!(enter("192.0.2.1").is_none());
        assert!(enter("192.0.2.2").is_some());

        let subscriber = [enter("2001:db8:1:2::1"), enter("2001:db8:1:2:ffff::9")];
        assert!(subscriber.iter().all(Option::is_some));
        assert!(enter("2001:db8:1:2::3").is_none());
        assert!(enter("2001:db8:1:3::1").is_some());

        drop(held);
        assert!(enter("192.0.2.1").is_some());
    }

    #[test]
    fn a_trusted_proxy_has_as_many_as_it_likes() {
        let places = PerAddress::new(1, vec!["10.0.0.0/8".parse().unwrap()]);
        let held: Vec<_> = (0..100).map(|_| places.enter(address("::ffff:10.0.0.7"))).collect();
        assert!(held.iter().all(Option::is_some));
        assert!(places.open().is_empty());
    }

    #[test]
    fn nothing_is_kept_of_who_has_gone() {
        let places = PerAddress::new(2, Vec::new());
        for number in 0..1_000_u32 {
            drop(places.enter(std::net::Ipv4Addr::from(number).into()));
        }
        assert!(places.open().is_empty());
    }
}
