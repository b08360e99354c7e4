//! One connection, whatever the engine, and the few things that need to know which.

use std::collections::BTreeMap;

use diesel::connection::{AnsiTransactionManager, SimpleConnection, TransactionManager};
use diesel::prelude::*;
use diesel::sql_types::Text;
use kernel::Access;

use crate::audit::{AuditRow, ShownRow};
use crate::audit_trail::SealRow;
use crate::outbox::MessageRow;
#[cfg(feature = "mysql")]
use crate::prepared::Command;
use crate::schema::{audit, audit_seals, audit_subjects, messages, search_keys, slots};
use crate::search_keys::SearchKeyRow;
use crate::slots::SlotRow;

pub(crate) use multi::{AnyConnection, MultiBackend};

#[cfg(not(any(feature = "sqlite", feature = "mysql")))]
compile_error!("build store-diesel with the feature sqlite, mysql, or both");

/// What is at the other end, as far as transactions are concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Peer {
    /// Whoever ends a transaction says so.
    Outspoken,
    /// A node of Galera, which ends a transaction for another node's sake and, where that meets a prepared statement, may
    /// not say so (seen on 10.11): the statement hears nothing, or that nothing was found, and what follows begins
    /// another transaction. A savepoint that was made at the beginning tells at the end whether it is still the same.
    #[cfg(feature = "mysql")]
    Reticent,
}

/// How many rows one statement adds: SQLite allows 32,766 values in it, MySQL 65,535, and no row here has over 16.
const ROWS_PER_STATEMENT: usize = 500;

/// Sessions of SQLite: durable at each commit, waiting a second for another writer.
#[cfg(feature = "sqlite")]
const SQLITE_SESSION: &str = "PRAGMA busy_timeout = 1000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; \
     PRAGMA foreign_keys = ON";

/// What the one session that writes has besides: room for the pages of bookings that share a transaction (32 MiB, where
/// the default of 2 MiB spills them early), and a log that is moved into the file at 32 MiB, when a page that many
/// bookings changed is written once for all of them.
#[cfg(feature = "sqlite")]
const SQLITE_WRITER: &str = "PRAGMA cache_size = -32768; PRAGMA wal_autocheckpoint = 8192";

/// Sessions of MySQL. Messages are in English because errors are known by their text. A node of Galera that ends the
/// transaction of a prepared statement may never answer that statement (seen on 10.11): then it closes the connection
/// after a minute in which it took the session for idle, and the work is run again.
#[cfg(feature = "mysql")]
const MYSQL_SESSION: &str = "SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED; \
     SET NAMES utf8mb4 COLLATE utf8mb4_bin; \
     SET SESSION time_zone = '+00:00', lc_messages = 'en_US', innodb_lock_wait_timeout = 1, lock_wait_timeout = 5, wait_timeout = 60, \
     sql_mode = 'STRICT_ALL_TABLES,NO_ZERO_IN_DATE,NO_ZERO_DATE,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION'";

/// The end of each transaction of MySQL.
#[cfg(feature = "mysql")]
const COMMIT: Command = Command("COMMIT");

mod multi {
    #![expect(unreachable_pub, reason = "the derive writes `pub` for its own types")]

    /// A connection to one of the engines that were built in.
    #[derive(diesel::MultiConnection)]
    pub enum AnyConnection {
        #[cfg(feature = "sqlite")]
        Sqlite(diesel::SqliteConnection),
        #[cfg(feature = "mysql")]
        Mysql(diesel::MysqlConnection),
    }
}

/// A setting of a session, as `SHOW VARIABLES` tells it.
#[derive(QueryableByName)]
struct Setting {
    #[diesel(sql_type = Text, column_name = "Variable_name")]
    name: String,
    #[diesel(sql_type = Text, column_name = "Value")]
    value: String,
}

/// Adds rows of one table with one statement, which diesel can only write for an engine that it knows.
macro_rules! add {
    ($connection:expr, $table:expr, $rows:expr) => {
        match $connection {
            #[cfg(feature = "sqlite")]
            Self::Sqlite(connection) => diesel::insert_into($table).values($rows).execute(connection)?,
            #[cfg(feature = "mysql")]
            Self::Mysql(connection) => diesel::insert_into($table).values($rows).execute(connection)?,
        }
    };
}

/// Adds rows of one table, many with one statement. diesel keeps a statement prepared when the type of what it adds says
/// how many there are: one, or two as for patient and doctor, are what most changes add.
macro_rules! add_rows {
    ($connection:expr, $table:expr, $rows:expr) => {{
        for rows in $rows.chunks(ROWS_PER_STATEMENT) {
            if let Ok(row) = <&[_; 1]>::try_from(rows) {
                add!($connection, $table, row);
            } else if let Ok(two) = <&[_; 2]>::try_from(rows) {
                add!($connection, $table, two);
            } else {
                add!($connection, $table, rows);
            }
        }
        QueryResult::Ok(())
    }};
}

#[cfg(feature = "sqlite")]
impl AnyConnection {
    /// Opens this file of SQLite.
    pub(crate) fn sqlite(path: &str, access: Access) -> Result<Self, ConnectionError> {
        let mut connection = SqliteConnection::establish(path)?;
        set_up_sqlite(&mut connection, access).map_err(ConnectionError::CouldntSetupConfiguration)?;
        Ok(Self::Sqlite(connection))
    }
}

#[cfg(feature = "sqlite")]
fn set_up_sqlite(connection: &mut SqliteConnection, access: Access) -> QueryResult<()> {
    connection.batch_execute(SQLITE_SESSION)?;
    match access {
        Access::Read => connection.batch_execute("PRAGMA query_only = ON"),
        Access::Write => connection.batch_execute(SQLITE_WRITER),
    }
}

#[cfg(feature = "sqlite")]
impl AnyConnection {
    /// Moves SQLite's log into the file and empties it, unless somebody reads in it for longer than this waits.
    pub(crate) fn empty_log(&mut self) -> QueryResult<()> {
        self.batch_execute("PRAGMA busy_timeout = 250; PRAGMA wal_checkpoint(TRUNCATE); PRAGMA busy_timeout = 1000")
    }
}

#[cfg(feature = "mysql")]
impl AnyConnection {
    /// Connects to this server of MySQL or MariaDB.
    pub(crate) fn mysql(url: &str, access: Access) -> Result<(Self, Peer), ConnectionError> {
        let mut connection = MysqlConnection::establish(url)?;
        let peer = set_up_mysql(&mut connection, access).map_err(ConnectionError::CouldntSetupConfiguration)?;
        Ok((Self::Mysql(connection), peer))
    }
}

#[cfg(feature = "mysql")]
fn set_up_mysql(connection: &mut MysqlConnection, access: Access) -> QueryResult<Peer> {
    connection.batch_execute(MYSQL_SESSION)?;
    let galera = "SHOW SESSION VARIABLES WHERE Variable_name IN ('wsrep_on', 'wsrep_sync_wait')";
    let galera = diesel::sql_query(galera).load::<Setting>(connection)?;
    if galera.iter().any(|setting| setting.name == "wsrep_sync_wait") {
        // What begins waits until the node has applied what others had committed before.
        connection.batch_execute("SET SESSION wsrep_sync_wait = 1")?;
    }
    let is_node = galera.iter().any(|setting| setting.name == "wsrep_on" && setting.value == "ON");
    match access {
        Access::Read => connection.batch_execute("SET SESSION TRANSACTION READ ONLY")?,
        Access::Write => {
            // A BEGIN would be three more ways to the database and back: diesel sends it as a script. And where a node has
            // ended a transaction in silence, what follows is not kept by itself.
            connection.batch_execute("SET SESSION TRANSACTION READ WRITE; SET SESSION autocommit = 0")?;
            // It is prepared now, while nothing hangs on it.
            COMMIT.execute(connection)?;
        }
    }
    Ok(if is_node { Peer::Reticent } else { Peer::Outspoken })
}

impl AnyConnection {
    /// Begins a transaction that writes. On SQLite a writer queues here, where it has read nothing yet: a transaction
    /// that reads first and writes later would fail instead of wait. On MySQL the first statement begins it.
    #[cfg_attr(not(feature = "mysql"), expect(unused_variables, reason = "SQLite is outspoken"))]
    pub(crate) fn begin_writing(&mut self, peer: Peer) -> QueryResult<()> {
        match self {
            #[cfg(feature = "sqlite")]
            Self::Sqlite(connection) => AnsiTransactionManager::begin_transaction_sql(connection, "BEGIN IMMEDIATE"),
            #[cfg(feature = "mysql")]
            Self::Mysql(connection) => match peer {
                Peer::Outspoken => Ok(()),
                Peer::Reticent => connection.batch_execute("START TRANSACTION READ WRITE; SAVEPOINT unit"),
            },
        }
    }

    /// Begins a part of a transaction, which can end on its own.
    pub(crate) fn begin_part(&mut self) -> QueryResult<()> {
        match self {
            #[cfg(feature = "sqlite")]
            Self::Sqlite(connection) => AnsiTransactionManager::begin_transaction(connection),
            // Only writers that take turns share a transaction, and what begins another one here would commit the first.
            #[cfg(feature = "mysql")]
            Self::Mysql(_) => Err(diesel::result::Error::AlreadyInTransaction),
        }
    }

    /// Ends the transaction or the part that was begun last, and keeps it.
    #[cfg_attr(not(feature = "mysql"), expect(unused_variables, reason = "SQLite is outspoken"))]
    pub(crate) fn commit(&mut self, peer: Peer) -> QueryResult<()> {
        match self {
            #[cfg(feature = "sqlite")]
            Self::Sqlite(connection) => AnsiTransactionManager::commit_transaction(connection),
            #[cfg(feature = "mysql")]
            Self::Mysql(connection) => match peer {
                Peer::Outspoken => COMMIT.execute(connection).map(drop),
                Peer::Reticent => connection.batch_execute("RELEASE SAVEPOINT unit; COMMIT"),
            },
        }
    }

    /// Ends the transaction or the part that was begun last, and forgets it.
    #[cfg_attr(not(feature = "mysql"), expect(unused_variables, reason = "SQLite is outspoken"))]
    pub(crate) fn roll_back(&mut self, peer: Peer) -> QueryResult<()> {
        match self {
            #[cfg(feature = "sqlite")]
            Self::Sqlite(connection) => AnsiTransactionManager::rollback_transaction(connection),
            // MySQL prepares no ROLLBACK.
            #[cfg(feature = "mysql")]
            Self::Mysql(connection) => connection.batch_execute(match peer {
                Peer::Outspoken => "ROLLBACK",
                Peer::Reticent => "RELEASE SAVEPOINT unit; ROLLBACK",
            }),
        }
    }

    /// Begins to read. On SQLite all that is read is of one moment. At READ COMMITTED each statement has its own
    /// moment, in a transaction and without one, so none is begun.
    pub(crate) fn begin_reading(&mut self) -> QueryResult<()> {
        match self {
            #[cfg(feature = "sqlite")]
            Self::Sqlite(connection) => AnsiTransactionManager::begin_transaction_sql(connection, "BEGIN DEFERRED"),
            #[cfg(feature = "mysql")]
            Self::Mysql(_) => Ok(()),
        }
    }

    /// Ends what [`AnyConnection::begin_reading`] began.
    pub(crate) fn end_reading(&mut self) -> QueryResult<()> {
        match self {
            #[cfg(feature = "sqlite")]
            Self::Sqlite(connection) => AnsiTransactionManager::rollback_transaction(connection),
            #[cfg(feature = "mysql")]
            Self::Mysql(_) => Ok(()),
        }
    }

    /// Adds slots with few statements.
    pub(crate) fn add_slots(&mut self, rows: &[SlotRow]) -> QueryResult<()> {
        add_rows!(self, slots::table, rows)
    }

    /// Adds messages with few statements.
    pub(crate) fn add_messages(&mut self, rows: &[MessageRow]) -> QueryResult<()> {
        add_rows!(self, messages::table, rows)
    }

    /// Adds entries of the audit log, and whom they show, with few statements.
    pub(crate) fn add_audit(&mut self, rows: &[AuditRow], shown: &[ShownRow]) -> QueryResult<()> {
        add_rows!(self, audit::table, rows)?;
        add_rows!(self, audit_subjects::table, shown)
    }

    /// Adds search keys with few statements.
    pub(crate) fn add_search_keys(&mut self, rows: &[SearchKeyRow]) -> QueryResult<()> {
        add_rows!(self, search_keys::table, rows)
    }

    /// Adds seals with few statements.
    pub(crate) fn add_seals(&mut self, rows: &[SealRow]) -> QueryResult<()> {
        add_rows!(self, audit_seals::table, rows)
    }

    /// What the session and the server are set to, by name.
    pub(crate) fn settings(&mut self) -> QueryResult<BTreeMap<String, String>> {
        let settings: Vec<Setting> = match self {
            #[cfg(feature = "sqlite")]
            Self::Sqlite(connection) => diesel::sql_query(
                "SELECT 'sqlite_version' AS Variable_name, sqlite_version() AS Value \
                 UNION ALL SELECT 'synchronous', CAST(synchronous AS TEXT) FROM pragma_synchronous \
                 UNION ALL SELECT 'foreign_keys', CAST(foreign_keys AS TEXT) FROM pragma_foreign_keys \
                 UNION ALL SELECT 'journal_mode', journal_mode FROM pragma_journal_mode",
            )
            .load(connection)?,
            #[cfg(feature = "mysql")]
            Self::Mysql(connection) => diesel::sql_query("SHOW SESSION VARIABLES").load(connection)?,
        };
        Ok(settings.into_iter().map(|setting| (setting.name, setting.value)).collect())
    }

    /// Whether this is SQLite.
    pub(crate) fn is_sqlite(&self) -> bool {
        match self {
            #[cfg(feature = "sqlite")]
            Self::Sqlite(_) => true,
            #[cfg(feature = "mysql")]
            Self::Mysql(_) => false,
        }
    }
}
