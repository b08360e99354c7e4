//! One transaction: a connection of its own, and what has gone wrong on it.

use std::sync::Arc;

use application::ports::AnyStore;
use diesel::QueryResult;
use diesel::result::{DatabaseErrorKind, Error};
use kernel::{StoreError, TimeZones, Trouble, Verdict};
use r2d2::PooledConnection;

use crate::classify::{self, CommitFailure, Failure};
use crate::connection::{AnyConnection, Peer};
use crate::group::Shared;
use crate::labels::OfferLabels;
use crate::manager::{Link, Manager};

/// Every store port stands on this. It owns its connection, so that it can be lent out as `dyn Store`.
pub(crate) struct Transaction {
    link: PooledConnection<Manager>,
    zones: Arc<TimeZones>,
    trouble: Option<Trouble>,
    pub(crate) offer_labels: Option<OfferLabels>,
}

/// What this error of a statement means.
fn trouble_of_statement(error: &Error) -> Trouble {
    let reason = classify::reason(error);
    match classify::of_statement(error) {
        Failure::LostRace => Trouble::LostRace,
        Failure::Unreachable => Trouble::Unreachable(reason),
        Failure::Full => Trouble::Failed(StoreError::Unavailable { reason }),
        Failure::Broken => Trouble::Failed(StoreError::Failed { reason }),
    }
}

/// What this error of COMMIT means.
fn trouble_of_commit(error: &Error) -> Trouble {
    let reason = classify::reason(error);
    match classify::of_commit(error) {
        CommitFailure::LostRace => Trouble::LostRace,
        CommitFailure::Full => Trouble::Failed(StoreError::Unavailable { reason }),
        CommitFailure::Unknown => Trouble::Failed(StoreError::OutcomeUnknown { reason }),
    }
}

/// What this error of ROLLBACK means: that the race was lost only where nobody said so before, and the work may have been
/// told nonsense since.
fn trouble_of_rollback(error: &Error) -> Trouble {
    let reason = classify::reason(error);
    if classify::is_silent_end(error) { Trouble::LostRace } else { Trouble::Failed(StoreError::Failed { reason }) }
}

impl Transaction {
    /// A transaction that is to begin on this connection.
    pub(crate) const fn new(link: PooledConnection<Manager>, zones: Arc<TimeZones>) -> Self {
        Self { link, zones, trouble: None, offer_labels: None }
    }

    /// The rules of time zones.
    pub(crate) fn zones(&self) -> &TimeZones {
        &self.zones
    }

    /// Does work that begins here, and says how it is to end. What failed cannot be kept, whatever the work makes of it.
    pub(crate) fn attempt(&mut self, work: &mut dyn FnMut(&mut AnyStore) -> Verdict) -> Result<Verdict, Trouble> {
        self.trouble = None;
        self.offer_labels = None;
        let verdict = work(self);
        self.trouble.clone().map_or(Ok(verdict), Err)
    }

    /// Begins to read.
    pub(crate) fn begin_reading(&mut self) -> Result<(), Trouble> {
        let begun = self.link.connection.begin_reading();
        self.unless_broken(begun)
    }

    /// Ends what was read. Without a ROLLBACK nobody else would see what is wrong with the connection.
    pub(crate) fn end_reading(mut self) {
        self.link.broken = self.link.connection.end_reading().is_err() || self.trouble.is_some();
    }

    fn on_link(&mut self, step: fn(&mut AnyConnection, Peer) -> QueryResult<()>) -> QueryResult<()> {
        let Link { connection, peer, .. } = &mut *self.link;
        step(connection, *peer)
    }

    /// A transaction that does not begin may be tried again on another connection, unless it only came too late.
    fn unless_broken(&mut self, begun: QueryResult<()>) -> Result<(), Trouble> {
        begun.map_err(|error| {
            let trouble = trouble_of_statement(&error);
            self.link.broken = trouble != Trouble::LostRace;
            trouble
        })
    }

    /// Runs statements. Once one has failed, no other is sent: after a deadlock MySQL has rolled back, and what came
    /// next would be kept without what came before.
    pub(crate) fn run<T>(
        &mut self,
        statements: impl FnOnce(&mut AnyConnection) -> QueryResult<T>,
    ) -> Result<T, StoreError> {
        if let Some(trouble) = &self.trouble {
            return Err(trouble.error());
        }
        let Link { connection, .. } = &mut *self.link;
        statements(connection).map_err(|error| self.remember(trouble_of_statement(&error)))
    }

    /// Runs a statement that must find exactly one row; without it the race was lost.
    pub(crate) fn run_on_one(
        &mut self,
        statement: impl FnOnce(&mut AnyConnection) -> QueryResult<usize>,
    ) -> Result<(), StoreError> {
        match self.run(statement)? {
            1 => Ok(()),
            _ => Err(self.lose_race()),
        }
    }

    /// Runs a statement as [`Transaction::run_on_one`] does, where what it refers to may have been removed meanwhile, or
    /// what it removes may be referred to by now: then the schema's foreign key says that the race was lost.
    pub(crate) fn run_on_one_between_rows(
        &mut self,
        statement: impl FnOnce(&mut AnyConnection) -> QueryResult<usize>,
    ) -> Result<(), StoreError> {
        self.run_on_one(|connection| match statement(connection) {
            Err(Error::DatabaseError(DatabaseErrorKind::ForeignKeyViolation, _)) => Ok(0),
            other => other,
        })
    }

    /// Gives the transaction up because another one was first; it will be run again.
    pub(crate) fn lose_race(&mut self) -> StoreError {
        self.remember(Trouble::LostRace)
    }

    fn remember(&mut self, trouble: Trouble) -> StoreError {
        let error = trouble.error();
        self.trouble = Some(trouble);
        error
    }
}

impl Shared for Transaction {
    fn begin(&mut self) -> Result<(), Trouble> {
        let begun = self.on_link(AnyConnection::begin_writing);
        self.unless_broken(begun)?;
        // Until it has ended well, nobody else gets the connection.
        self.link.broken = true;
        Ok(())
    }

    fn mark(&mut self) -> Result<(), Trouble> {
        let marked = self.link.connection.begin_part();
        self.unless_broken(marked)
    }

    fn keep(&mut self) -> Result<(), Trouble> {
        let kept = self.on_link(AnyConnection::commit);
        self.link.broken = kept.is_err();
        kept.map_err(|error| trouble_of_commit(&error))
    }

    fn forget(&mut self) -> Result<(), Trouble> {
        let forgotten = self.on_link(AnyConnection::roll_back);
        self.link.broken = forgotten.is_err();
        forgotten.map_err(|error| trouble_of_rollback(&error))
    }

    #[cfg(feature = "sqlite")]
    fn rest(&mut self) {
        let Link { connection, wal, broken, .. } = &mut *self.link;
        if let Some(wal) = wal.as_mut().filter(|_| !*broken) {
            wal.shorten(connection);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_ended_in_silence_before_its_rollback_has_lost_and_other_failures_stay_failures() {
        let said = |text: &str| {
            trouble_of_rollback(&Error::DatabaseError(DatabaseErrorKind::Unknown, Box::new(text.to_owned())))
        };
        assert_eq!(said("SAVEPOINT unit does not exist"), Trouble::LostRace);
        for text in ["Deadlock found when trying to get lock; try restarting transaction", "Server has gone away"] {
            assert_eq!(said(text), Trouble::Failed(StoreError::Failed { reason: text.to_owned() }));
        }
    }
}
