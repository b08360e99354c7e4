//! What nobody needs any more goes, a little at a time, and never on anybody's request.

use chrono::{DateTime, TimeDelta, Utc};
use identity_core::lockout;
use kernel::{Position, StoreError, UnitOfWorkExt};

use crate::App;
use crate::editions::Concern;
use crate::ports::AnyStore;

/// How many rows one transaction removes.
const ROWS_PER_SWEEP: u32 = 500;

/// How long an answer is kept for a retry.
const ANSWERS_KEPT_DAYS: i64 = 7;

/// How long an expired session is kept, so that a copied refresh token is still known as used.
const SESSIONS_KEPT_DAYS: i64 = 7;

/// What a sweep removed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Swept {
    /// Free slots that ended long ago and never had an appointment.
    pub slots: u32,
    /// Answers that nobody will ask for again.
    pub answers: u32,
    /// Sessions that expired, with their tokens.
    pub sessions: u32,
    /// Identifiers and addresses that have not failed to log in for a day.
    pub login_failures: u32,
}

impl App {
    /// Removes all that has been kept long enough, in small transactions.
    ///
    /// # Errors
    /// When the store fails; what was removed before stays removed.
    pub fn sweep(&self) -> Result<Swept, StoreError> {
        let now = self.clock.now();
        let slots = now - TimeDelta::days(i64::from(self.settings().expired_slots_retention_days));
        let answers = now - TimeDelta::days(ANSWERS_KEPT_DAYS);
        let sessions = now - TimeDelta::days(SESSIONS_KEPT_DAYS);
        let failures = lockout::forgotten_before(now);
        Ok(Swept {
            slots: self.remove_expired_slots(slots)?,
            answers: self.drain(|store| store.remove_answers(answers, ROWS_PER_SWEEP))?,
            sessions: self.drain(|store| store.remove_expired_sessions(sessions, ROWS_PER_SWEEP))?,
            login_failures: self.drain(|store| store.remove_login_failures(failures, ROWS_PER_SWEEP))?,
        })
    }

    /// Looks through the slots once, however many of them stay because they had an appointment, and while it only looks
    /// nobody waits for the writer.
    fn remove_expired_slots(&self, cutoff: DateTime<Utc>) -> Result<u32, StoreError> {
        let mut removed = 0;
        let mut after = None;
        loop {
            let expired = |store: &mut AnyStore| store.expired_slots(cutoff, after.as_ref(), ROWS_PER_SWEEP);
            let expired = self.store.read(expired)?;
            let Some(last) = expired.last() else { return Ok(removed) };
            after = Some(Position { key: last.interval.start(), id: last.id.uuid() });
            removed += self.store.write_about(removed_slots, |store| store.remove_unchanged_slots(&expired))?;
        }
    }

    fn drain(&self, mut remove: impl FnMut(&mut AnyStore) -> Result<u32, StoreError>) -> Result<u32, StoreError> {
        let mut removed = 0;
        loop {
            let rows = self.store.write_about(Concern::of_nothing, &mut remove)?;
            removed += rows;
            if rows < ROWS_PER_SWEEP {
                return Ok(removed);
            }
        }
    }
}

fn removed_slots(removed: &u32) -> Concern {
    if *removed == 0 { Concern::Nothing } else { Concern::Everything }
}
