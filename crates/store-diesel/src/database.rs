//! The way in.

use std::time::Duration;

use diesel::ConnectionError;
use diesel::r2d2::R2D2Connection;
use kernel::{Access, StoreError};
use r2d2::{ManageConnection, Pool, PooledConnection};

use crate::classify;
use crate::connection::AnyConnection;
use crate::manager::{LinkError, Manager};

/// How long a caller waits for a connection.
const POOL_WAIT_MS: u64 = 1_000;

/// A database and the connections to it. Its units of work are serializable as far as the guards reach.
#[derive(Clone)]
pub struct Database {
    readers: Pool<Manager>,
    writers: Pool<Manager>,
}

impl Database {
    /// Opens `sqlite://path` or `mysql://…` with this many connections, and makes the file and its folder if need be.
    /// On SQLite they only read, and one more writes.
    ///
    /// # Errors
    /// `Failed` when the address names no engine that was built in; `Unavailable` when there is no connection.
    pub fn open(url: &str, connections: u32) -> Result<Self, StoreError> {
        let manager = Manager::of(url)?;
        // The first connection turns a new file of SQLite to WAL, which many at once could not.
        manager.connect().map_err(|error| match error {
            LinkError::Connect(ConnectionError::InvalidConnectionUrl(reason)) => StoreError::Failed { reason },
            error @ (LinkError::Connect(_) | LinkError::Query(_)) => unavailable(error),
        })?;
        let connections = connections.max(1);
        match manager.reading_beside_one_writer() {
            // Writers that poll for the file's lock starve each other; for one connection they queue.
            Some(reading) => Ok(Self { readers: pool(reading, connections)?, writers: pool(manager, 1)? }),
            None => pool(manager, connections).map(|pool| Self { readers: pool.clone(), writers: pool }),
        }
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
        let pool = match access {
            Access::Read => &self.readers,
            Access::Write => &self.writers,
        };
        pool.get().map_err(unavailable)
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
        .test_on_check_out(false)
        .connection_timeout(Duration::from_millis(POOL_WAIT_MS))
        .build(manager)
        .map_err(unavailable)
}

#[expect(clippy::needless_pass_by_value, reason = "the form that map_err wants")]
fn unavailable(error: impl ToString) -> StoreError {
    StoreError::Unavailable { reason: error.to_string() }
}
