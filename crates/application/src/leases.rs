//! Work that one node does and the others leave alone, for as long as it says that it is there.
//!
//! A lease spares work, it protects nothing: when clocks differ or a node is slow, two may hold one, and what they do must
//! be right then too.

use chrono::{DateTime, TimeDelta, Utc};
use kernel::{StoreError, UnitOfWorkExt};
use uuid::Uuid;

use crate::App;
use crate::ports::AnyStore;

/// Who does something, and until when nobody else does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lease {
    /// What is done; at most 40 bytes.
    pub name: String,
    /// The process that does it.
    pub holder: Uuid,
    /// When it counts as gone, unless it says by then that it is there.
    pub expires_at: DateTime<Utc>,
}

/// Leases, one of each name.
pub trait Leases {
    /// The lease of this name, expired or not.
    ///
    /// # Errors
    /// When the store fails.
    fn lease(&mut self, name: &str) -> Result<Option<Lease>, StoreError>;

    /// Adds a lease of a new name.
    ///
    /// # Errors
    /// When the store fails, or when there is one by now.
    fn add_lease(&mut self, lease: &Lease) -> Result<(), StoreError>;

    /// Writes a lease over the one that was read.
    ///
    /// # Errors
    /// When the store fails, or when the lease is another one by now.
    fn change_lease(&mut self, read: &Lease, lease: &Lease) -> Result<(), StoreError>;

    /// Removes all that this process holds.
    ///
    /// # Errors
    /// When the store fails.
    fn remove_leases(&mut self, holder: Uuid) -> Result<(), StoreError>;
}

impl App {
    /// Takes or prolongs a lease from now on for so long; says whether it is the holder's.
    ///
    /// # Errors
    /// When the store fails; then nobody's lease has changed.
    pub fn lease(&self, name: &str, holder: Uuid, length: TimeDelta) -> Result<bool, StoreError> {
        let now = self.clock.now();
        let wanted = Lease { name: name.to_owned(), holder, expires_at: now + length };
        self.store.write(|store: &mut AnyStore| {
            let found = store.lease(name)?;
            let may = may_take(found.as_ref(), &wanted, now);
            match &found {
                _ if !may => {}
                None => store.add_lease(&wanted)?,
                Some(found) => store.change_lease(found, &wanted)?,
            }
            Ok(may)
        })
    }

    /// Gives back all that this process holds, so that others need not wait.
    ///
    /// # Errors
    /// When the store fails; then the leases expire.
    pub fn give_leases_back(&self, holder: Uuid) -> Result<(), StoreError> {
        self.store.write(|store: &mut AnyStore| store.remove_leases(holder))
    }
}

/// A lease is free that nobody has, that one has oneself, or that expired by one's own clock; and one that a clock far
/// ahead has made, which would last until then.
fn may_take(found: Option<&Lease>, wanted: &Lease, now: DateTime<Utc>) -> bool {
    let lasts_too_long = |lease: &Lease| wanted.expires_at - now < lease.expires_at - wanted.expires_at;
    found.is_none_or(|lease| lease.holder == wanted.holder || lease.expires_at <= now || lasts_too_long(lease))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lease_is_taken_when_it_is_free_ones_own_expired_or_of_a_clock_far_ahead() {
        let (me, other) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let now = DateTime::UNIX_EPOCH;
        let lease =
            |holder, micros| Lease { name: "x".to_owned(), holder, expires_at: now + TimeDelta::microseconds(micros) };
        let of = |holder, micros| may_take(Some(&lease(holder, micros)), &lease(me, 60), now);
        assert!(may_take(None, &lease(me, 60), now));
        assert!(of(me, 1) && of(me, 0) && of(me, -1));
        assert!(!of(other, 1));
        assert!(of(other, 0) && of(other, -1));
        // Another node's clock may be ahead by as much as a lease lasts.
        assert!(!of(other, 60) && !of(other, 120));
        assert!(of(other, 121));
    }
}
