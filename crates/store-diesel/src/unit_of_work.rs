//! One transaction at a time, run again when a race was lost. What is retried and why: docs/adr, unit of work.

use std::sync::Arc;
use std::time::{Duration, Instant};

use application::ports::AnyStore;
use kernel::{Access, StoreError, Trouble, UnitOfWork, Verdict, carry_out, run_again};

use crate::database::{Database, POOL_WAIT};
use crate::group::Shared;
use crate::transaction::Transaction;

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
        run_again(
            access,
            || {
                self.once(access, work).inspect_err(|trouble| {
                    if matches!(trouble, Trouble::Unreachable(_)) {
                        self.close_dead(access);
                    }
                })
            },
            |attempts, error| {
                let pause = pause(attempts);
                let is_in_time = began.elapsed() + pause <= retry_max;
                if is_in_time {
                    log::debug!(attempts; "a unit of work is run again: {error}");
                    std::thread::sleep(pause);
                }
                is_in_time
            },
        )
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
        let link = self.link_within(access, wait).map_err(Trouble::Failed)?;
        Ok(Transaction::new(link, Arc::clone(self.time_zones())))
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
    let done = transaction.attempt(work);
    carry_out(done, |verdict| match verdict {
        Verdict::Commit => transaction.keep(),
        Verdict::RollBack => transaction.forget(),
    })
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
    use kernel::ATTEMPTS_MAX;

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
