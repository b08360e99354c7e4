//! One transaction at a time, run again when a race was lost. What is retried and why: docs/adr, unit of work.

use std::time::{Duration, Instant};

use application::ports::AnyStore;
use diesel::connection::TransactionManager;
use kernel::{Access, StoreError, UnitOfWork, Verdict};
use r2d2::PooledConnection;

use crate::classify::{self, CommitFailure};
use crate::connection::AnyConnection;
use crate::database::Database;
use crate::manager::Manager;
use crate::transaction::{Transaction, Trouble};

/// How often a unit of work is tried before the caller hears of the contention.
const ATTEMPTS_MAX: u32 = 8;

/// How long after the first attempt another one may still begin.
const RETRY_MS_MAX: u64 = 2_000;

/// The upper bound of the first pause; each following one is twice as long, up to [`PAUSE_MS_MAX`].
const PAUSE_MS_FIRST: u64 = 8;

/// The upper bound of any pause.
const PAUSE_MS_MAX: u64 = 250;

/// How one attempt ended, when it did not end well.
enum Ending {
    /// It may be run again, and is paused for first.
    LostRace,
    /// It may be run again, on another connection.
    Unreachable(String),
    /// It is over.
    Failed(StoreError),
}

impl UnitOfWork<AnyStore> for Database {
    fn attempt(&self, access: Access, work: &mut dyn FnMut(&mut AnyStore) -> Verdict) -> Result<(), StoreError> {
        let began = Instant::now();
        let retry_max = Duration::from_millis(RETRY_MS_MAX);
        let mut attempts = 0;
        loop {
            attempts += 1;
            let error = match once(self.link(access)?, access, work) {
                Ok(()) => return Ok(()),
                Err(Ending::LostRace) => StoreError::Contended { attempts },
                Err(Ending::Unreachable(reason)) => StoreError::Unavailable { reason },
                Err(Ending::Failed(error)) => return Err(error),
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

fn once(
    mut link: PooledConnection<Manager>,
    access: Access,
    work: &mut dyn FnMut(&mut AnyStore) -> Verdict,
) -> Result<(), Ending> {
    if let Err(error) = link.connection.begin(access) {
        let trouble = Trouble::of(&error);
        link.broken = trouble != Trouble::LostRace;
        return Err(trouble.into());
    }
    let mut transaction = Transaction::new(link);
    let verdict = work(&mut transaction);
    let Transaction { link, trouble } = transaction;
    match (trouble, verdict) {
        // A read has nothing that could be lost at its end.
        (None, Verdict::Commit) if access == Access::Read => {
            roll_back(link);
            Ok(())
        }
        (None, Verdict::Commit) => commit(link),
        // The work knows of the failure and has given up, so its own error, which says more, is the answer.
        (None | Some(Trouble::Failed(_)), Verdict::RollBack) => {
            roll_back(link);
            Ok(())
        }
        (Some(trouble), _) => {
            roll_back(link);
            Err(trouble.into())
        }
    }
}

fn commit(mut link: PooledConnection<Manager>) -> Result<(), Ending> {
    let Err(error) = AnyConnection::commit_transaction(&mut link.connection) else {
        return Ok(());
    };
    link.broken = true;
    let reason = classify::reason(&error);
    Err(match classify::of_commit(&error) {
        CommitFailure::LostRace => Ending::LostRace,
        CommitFailure::Full => Ending::Failed(StoreError::Unavailable { reason }),
        CommitFailure::Unknown => Ending::Failed(StoreError::OutcomeUnknown { reason }),
    })
}

/// Nothing is kept either way: a connection on which ROLLBACK fails is dropped, and the engine rolls back.
fn roll_back(mut link: PooledConnection<Manager>) {
    if AnyConnection::rollback_transaction(&mut link.connection).is_err() {
        link.broken = true;
    }
}

impl From<Trouble> for Ending {
    fn from(trouble: Trouble) -> Self {
        match trouble {
            Trouble::LostRace => Self::LostRace,
            Trouble::Unreachable(reason) => Self::Unreachable(reason),
            Trouble::Failed(error) => Self::Failed(error),
        }
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
