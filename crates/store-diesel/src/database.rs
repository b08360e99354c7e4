//! The way in.

use std::sync::Arc;
use std::time::Duration;

use diesel::ConnectionError;
use diesel::r2d2::R2D2Connection;
use kernel::{Access, StoreError, TimeZones};
use r2d2::{ManageConnection, Pool, PooledConnection};

use crate::classify;
use crate::connection::AnyConnection;
use crate::group::Turns;
use crate::manager::{LinkError, Manager};
use crate::transaction::Transaction;

/// How long a caller waits for a connection, and for their turn on it.
pub(crate) const POOL_WAIT: Duration = Duration::from_secs(1);

/// How many connections are kept when nothing happens, and opened at the start.
const IDLE_MIN: u32 = 1;

/// How long a connection is kept on which nothing happens, and half a minute more until the pool looks: shorter than the
/// minute after which MySQL closes it.
pub(crate) const IDLE_MAX: Duration = Duration::from_secs(20);

/// A database and the connections to it. Its units of work are serializable as far as the guards reach.
#[derive(Clone)]
pub struct Database {
    readers: Pool<Manager>,
    writers: Pool<Manager>,
    /// Where the engine lets in one writer at a time.
    turns: Option<Arc<Turns<Transaction>>>,
    zones: Arc<TimeZones>,
}

impl Database {
    /// Opens `sqlite://path` or `mysql://…`, and makes the file and its folder if need be. So many connections read at
    /// most, and as many write; on SQLite one writes. The rules of time zones, of which it stores the names, are `zones`.
    ///
    /// # Errors
    /// `Failed` when the address names no engine that was built in; `Unavailable` when there is no connection.
    pub fn open(url: &str, connections: u32, zones: Arc<TimeZones>) -> Result<Self, StoreError> {
        let manager = Manager::of(url)?;
        // The first connection turns a new file of SQLite to WAL, which many at once could not.
        manager.connect().map_err(|error| match error {
            LinkError::Connect(ConnectionError::InvalidConnectionUrl(reason)) => StoreError::Failed { reason },
            error @ (LinkError::Connect(_) | LinkError::Query(_)) => unavailable(error),
        })?;
        let connections = connections.max(1);
        let readers = pool(manager.reading(), connections)?;
        if manager.has_one_writer() {
            // Writers that poll for the file's lock starve each other; for one connection they queue.
            let turns = Some(Arc::default());
            return Ok(Self { readers, writers: pool(manager, 1)?, turns, zones });
        }
        Ok(Self { readers, writers: pool(manager, connections)?, turns: None, zones })
    }

    /// The rules of time zones that it was opened with.
    pub fn time_zones(&self) -> &Arc<TimeZones> {
        &self.zones
    }

    /// Whether the database answers.
    ///
    /// # Errors
    /// `Unavailable` when it does not, or when every connection is in use.
    pub fn ping(&self) -> Result<(), StoreError> {
        let mut link = self.link(Access::Read)?;
        link.connection.ping().map_err(|error| {
            link.broken = true;
            unavailable(error)
        })
    }

    /// A connection to read or to write with.
    pub(crate) fn link(&self, access: Access) -> Result<PooledConnection<Manager>, StoreError> {
        self.link_within(access, POOL_WAIT)
    }

    /// The same for those who have waited before.
    pub(crate) fn link_within(&self, access: Access, wait: Duration) -> Result<PooledConnection<Manager>, StoreError> {
        self.pool(access).get_timeout(wait).map_err(unavailable)
    }

    /// Closes connections that lie idle and are dead, up to the first that is not, which is lent out next. Where one was
    /// lost all the others may be, and there are more of them than a unit of work has attempts.
    pub(crate) fn close_dead(&self, access: Access) {
        while let Some(mut link) = self.pool(access).try_get() {
            if link.connection.ping().is_ok() {
                return;
            }
            link.broken = true;
        }
    }

    fn pool(&self, access: Access) -> &Pool<Manager> {
        match access {
            Access::Read => &self.readers,
            Access::Write => &self.writers,
        }
    }

    /// The order in which writers come, where they do not come at once.
    pub(crate) fn turns(&self) -> Option<&Turns<Transaction>> {
        self.turns.as_deref()
    }

    /// Runs statements outside any transaction of ours: what the engine is asked about itself, and migrations.
    pub(crate) fn ask<T>(
        &self,
        statements: impl FnOnce(&mut AnyConnection) -> diesel::QueryResult<T>,
    ) -> Result<T, StoreError> {
        let mut link = self.link(Access::Read)?;
        statements(&mut link.connection).map_err(|error| {
            link.broken = true;
            StoreError::Failed { reason: classify::reason(&error) }
        })
    }
}

fn pool(manager: Manager, connections: u32) -> Result<Pool<Manager>, StoreError> {
    Pool::builder()
        .max_size(connections)
        .min_idle(Some(IDLE_MIN))
        .idle_timeout(Some(IDLE_MAX))
        .test_on_check_out(false)
        .connection_timeout(POOL_WAIT)
        .build(manager)
        .map_err(unavailable)
}

#[expect(clippy::needless_pass_by_value, reason = "the form that map_err wants")]
fn unavailable(error: impl ToString) -> StoreError {
    StoreError::Unavailable { reason: error.to_string() }
}
