use crate::{Access, StoreError, Verdict};

/// How often a unit of work is tried before the caller hears of the contention.
pub const ATTEMPTS_MAX: u32 = 8;

/// Why a transaction, or a part of one, was not or can no longer be committed, whatever the work makes of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// Another transaction was first.
    LostRace,
    /// The connection is gone, or the node not ready.
    Unreachable(String),
    /// A statement failed for good, or nobody knows whether COMMIT did.
    Failed(StoreError),
}

impl Trouble {
    /// What the work is told.
    pub fn error(&self) -> StoreError {
        match self {
            Self::LostRace => StoreError::Contended { attempts: 1 },
            Self::Unreachable(reason) => StoreError::Unavailable { reason: reason.clone() },
            Self::Failed(error) => error.clone(),
        }
    }
}

/// Makes attempts, each on a fresh connection, until one is carried out, fails for good, or [`ATTEMPTS_MAX`] came to
/// nothing. `pause` waits before the next one, and says whether there is time for it.
///
/// # Errors
/// What the last attempt came to.
pub fn run_again(
    access: Access,
    mut attempt: impl FnMut() -> Result<(), Trouble>,
    mut pause: impl FnMut(u32, &StoreError) -> bool,
) -> Result<(), StoreError> {
    let mut attempts = 0;
    loop {
        attempts += 1;
        let error = match attempt() {
            Ok(()) => return Ok(()),
            Err(Trouble::LostRace) if access == Access::Write => StoreError::Contended { attempts },
            // A read races with nobody: the node does not catch up with the others, or a table is being rebuilt.
            Err(Trouble::LostRace) => StoreError::Unavailable { reason: "a read was kept waiting".to_owned() },
            Err(Trouble::Unreachable(reason)) => StoreError::Unavailable { reason },
            Err(Trouble::Failed(error)) => return Err(error),
        };
        if attempts == ATTEMPTS_MAX || !pause(attempts, &error) {
            return Err(error);
        }
    }
}

/// Ends a transaction that may have written, as its work wants, or rolls it back where the work came to grief.
///
/// # Errors
/// Why it was not committed, or what the work came to.
pub fn carry_out(
    done: Result<Verdict, Trouble>,
    end: impl FnOnce(Verdict) -> Result<(), Trouble>,
) -> Result<(), Trouble> {
    if done == Ok(Verdict::Commit) {
        return end(Verdict::Commit);
    }
    // Nothing is kept either way: a connection on which ROLLBACK fails is dropped, and the engine rolls back. But a
    // refusal or a failure rests on what was read, and when the node had ended the transaction, that may have been
    // nothing.
    match end(Verdict::RollBack) {
        Err(Trouble::LostRace) => Err(Trouble::LostRace),
        Ok(()) | Err(_) => done.map(drop),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failed(reason: &str) -> Trouble {
        Trouble::Failed(StoreError::Failed { reason: reason.to_owned() })
    }

    /// How often it was tried, and what came of it, when every attempt ends like this.
    fn tried(access: Access, end: &Result<(), Trouble>, pauses_max: u32) -> (u32, Result<(), StoreError>) {
        let mut tries = 0;
        let attempt = || {
            tries += 1;
            end.clone()
        };
        let result = run_again(access, attempt, |attempts, _| attempts <= pauses_max);
        (tries, result)
    }

    #[test]
    fn what_is_done_or_failed_for_good_is_tried_once() {
        assert_eq!(tried(Access::Write, &Ok(()), 99), (1, Ok(())));
        let unknown = StoreError::OutcomeUnknown { reason: "gone".to_owned() };
        assert_eq!(tried(Access::Write, &Err(Trouble::Failed(unknown.clone())), 99), (1, Err(unknown)));
    }

    #[test]
    fn a_lost_race_and_a_lost_connection_are_tried_until_it_was_enough() {
        let lost = Err(Trouble::LostRace);
        let gone = Err(Trouble::Unreachable("gone".to_owned()));
        let unavailable = |reason: &str| StoreError::Unavailable { reason: reason.to_owned() };
        assert_eq!(tried(Access::Write, &lost, 99), (8, Err(StoreError::Contended { attempts: 8 })));
        assert_eq!(tried(Access::Write, &lost, 2), (3, Err(StoreError::Contended { attempts: 3 })));
        assert_eq!(tried(Access::Read, &lost, 0), (1, Err(unavailable("a read was kept waiting"))));
        assert_eq!(tried(Access::Read, &gone, 99), (8, Err(unavailable("gone"))));
    }

    #[test]
    fn only_work_that_wants_it_and_met_no_trouble_is_committed() {
        let ended = |done: Result<Verdict, Trouble>, end: Result<(), Trouble>| {
            let mut as_what = None;
            let result = carry_out(done, |verdict| {
                as_what = Some(verdict);
                end
            });
            (as_what, result)
        };
        let (commit, roll_back) = (Some(Verdict::Commit), Some(Verdict::RollBack));
        assert_eq!(ended(Ok(Verdict::Commit), Ok(())), (commit, Ok(())));
        assert_eq!(ended(Ok(Verdict::Commit), Err(failed("full"))), (commit, Err(failed("full"))));
        assert_eq!(ended(Ok(Verdict::RollBack), Ok(())), (roll_back, Ok(())));
        assert_eq!(ended(Ok(Verdict::RollBack), Err(failed("gone"))), (roll_back, Ok(())));
        assert_eq!(ended(Err(failed("full")), Err(failed("gone"))), (roll_back, Err(failed("full"))));
    }

    #[test]
    fn a_refusal_in_a_transaction_that_had_ended_is_not_believed() {
        for done in [Ok(Verdict::RollBack), Err(failed("nonsense"))] {
            assert_eq!(carry_out(done, |_| Err(Trouble::LostRace)), Err(Trouble::LostRace));
        }
    }
}
