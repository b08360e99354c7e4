//! One transaction at a time, run again when a race was lost. What is retried and why: docs/adr, unit of work.

use std::time::{Duration, Instant};

use application::ports::AnyStore;
use kernel::{Access, StoreError, UnitOfWork, Verdict};

use crate::database::{Database, POOL_WAIT};
use crate::group::Shared;
use crate::transaction::{Transaction, Trouble};

/// How often a unit of work is tried before the caller hears of the contention.
const ATTEMPTS_MAX: u32 = 8;

/// How long after the first attempt another one may still begin.
const RETRY_MS_MAX: u64 = 2_000;

/// The upper bound of the first pause; each following one is twice as long, up to [`PAUSE_MS_MAX`].
const PAUSE_MS_FIRST: u64 = 8;

/// The upper bound of any pause.
const PAUSE_MS_MAX: u64 = 250;

impl UnitOfWork<AnyStore> for Database {
    fn attempt(&self, access: Access, work: &mut dyn FnMut(&mut AnyStore) -> Verdict) -> Result<(), StoreError> {
        let began = Instant::now();
        let retry_max = Duration::from_millis(RETRY_MS_MAX);
        let mut attempts = 0;
        loop {
            attempts += 1;
            let error = match self.once(access, work) {
                Ok(()) => return Ok(()),
                Err(Trouble::LostRace) if access == Access::Write => StoreError::Contended { attempts },
                // A read races with nobody: the node does not catch up with the others, or a table is being rebuilt.
                Err(Trouble::LostRace) => StoreError::Unavailable { reason: "a read was kept waiting".to_owned() },
                Err(Trouble::Unreachable(reason)) => {
                    self.close_dead(access);
                    StoreError::Unavailable { reason }
                }
                Err(Trouble::Failed(error)) => return Err(error),
            };
            let pause = pause(attempts);
            if attempts == ATTEMPTS_MAX || retry_max < began.elapsed() + pause {
                return Err(error);
            }
            log::debug!(attempts; "a unit of work is run again: {error}");
            std::thread::sleep(pause);
        }
    }
}

impl Database {
    fn once(&self, access: Access, work: &mut dyn FnMut(&mut AnyStore) -> Verdict) -> Result<(), Trouble> {
        match (access, self.turns()) {
            (Access::Read, _) => read(self.transaction(access, POOL_WAIT)?, work),
            (Access::Write, None) => write(self.transaction(access, POOL_WAIT)?, work),
            (Access::Write, Some(turns)) => turns.take_part(
                POOL_WAIT,
                |left| self.transaction(access, left),
                |transaction| transaction.attempt(work),
            ),
        }
    }

    /// A transaction that is to begin.
    pub(crate) fn transaction(&self, access: Access, wait: Duration) -> Result<Transaction, Trouble> {
        self.link_within(access, wait).map(Transaction::new).map_err(Trouble::Failed)
    }
}

fn read(mut transaction: Transaction, work: &mut dyn FnMut(&mut AnyStore) -> Verdict) -> Result<(), Trouble> {
    transaction.begin_reading()?;
    // A read has nothing that could be lost at its end.
    let done = transaction.attempt(work);
    transaction.end_reading();
    done.map(drop)
}

fn write(mut transaction: Transaction, work: &mut dyn FnMut(&mut AnyStore) -> Verdict) -> Result<(), Trouble> {
    transaction.begin()?;
    match transaction.attempt(work) {
        Ok(Verdict::Commit) => transaction.keep(),
        // Nothing is kept either way: a connection on which ROLLBACK fails is dropped, and the engine rolls back. But a
        // refusal or a failure rests on what was read, and when the node had ended the transaction, that may have been
        // nothing.
        done => match transaction.forget() {
            Err(Trouble::LostRace) => Err(Trouble::LostRace),
            Ok(()) | Err(_) => done.map(drop),
        },
    }
}

/// A random pause up to a bound that doubles ("full jitter"), so that losers do not meet again.
fn pause(attempts: u32) -> Duration {
    let bound_ms = PAUSE_MS_FIRST.saturating_mul(1 << attempts.saturating_sub(1).min(16)).min(PAUSE_MS_MAX);
    // Without randomness the losers meet again, which is no worse than a race.
    let random = getrandom::u64().unwrap_or(bound_ms);
    Duration::from_millis(random % (bound_ms + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_to_a_bound() {
        for attempts in 1..=ATTEMPTS_MAX {
            let bound = PAUSE_MS_MAX.min(PAUSE_MS_FIRST << (attempts - 1));
            assert!((0..50).all(|_| pause(attempts) <= Duration::from_millis(bound)), "{attempts}");
        }
        assert!(pause(u32::MAX) <= Duration::from_millis(PAUSE_MS_MAX));
    }
}
