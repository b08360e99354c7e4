//! The database without the server: sessions like the server's, and statements with binds that are prepared once.

use std::thread;
use std::time::Duration;

use acceptance::{Data, Engine};
use diesel::connection::{Connection as _, LoadConnection, SimpleConnection};
use diesel::mysql::Mysql;
use diesel::prelude::{MysqlConnection, QueryResult, QueryableByName, RunQueryDsl, SqliteConnection};
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::sql_types::{BigInt, Binary, Nullable, Text, Untyped};
use diesel::sqlite::Sqlite;

/// A connection of ours.
pub(crate) enum Connection {
    Sqlite(SqliteConnection),
    MariaDb(MysqlConnection),
}

/// One text.
#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = Text)]
    value: String,
}

/// Something to bind.
#[derive(Clone, Debug)]
pub(crate) enum Value {
    Bytes(Vec<u8>),
    Text(String),
    Number(i64),
    Null,
}

/// What MariaDB gets for many rows, as whoever has millions would give it; tests get by with less.
const BUFFER_POOL_BYTES: u64 = 8 << 30;
/// So many pages that are not on the disk yet are not worth waiting for.
const DIRTY_PAGES: u64 = 100;

const NULL: &Option<String> = &None;

/// A statement and what is bound; the same text is prepared once in a session.
#[derive(Debug)]
pub(crate) struct Statement {
    pub(crate) sql: &'static str,
    pub(crate) binds: Vec<Value>,
}

impl QueryId for Statement {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl Query for Statement {
    type SqlType = Untyped;
}

macro_rules! fragment {
    ($backend:ty, $connection:ty) => {
        impl QueryFragment<$backend> for Statement {
            fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, $backend>) -> QueryResult<()> {
                let mut texts = self.sql.split('?');
                out.push_sql(texts.next().unwrap_or_default());
                for (text, bind) in texts.zip(&self.binds) {
                    match bind {
                        Value::Bytes(bytes) => out.push_bind_param::<Binary, _>(bytes)?,
                        Value::Text(text) => out.push_bind_param::<Text, _>(text)?,
                        Value::Number(number) => out.push_bind_param::<BigInt, _>(number)?,
                        Value::Null => out.push_bind_param::<Nullable<Text>, _>(NULL)?,
                    }
                    out.push_sql(text);
                }
                Ok(())
            }
        }

        impl RunQueryDsl<$connection> for Statement {}
    };
}

fragment!(Sqlite, SqliteConnection);
fragment!(Mysql, MysqlConnection);

impl Connection {
    /// A session that is as safe as the server's.
    pub(crate) fn open(data: &Data) -> Self {
        let url = data.database_url();
        let mut connection = match data.engine() {
            Engine::Sqlite => Self::Sqlite(SqliteConnection::establish(url.trim_start_matches("sqlite://")).unwrap()),
            Engine::MariaDb => Self::MariaDb(MysqlConnection::establish(&url).unwrap()),
        };
        connection.batch(match &connection {
            Self::Sqlite(_) => {
                "PRAGMA busy_timeout = 60000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; \
                 PRAGMA foreign_keys = ON"
            }
            Self::MariaDb(_) => {
                "SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED; SET SESSION time_zone = '+00:00'"
            }
        });
        connection
    }

    /// The same for [`Connection::begin`].
    pub(crate) fn open_to_write(data: &Data) -> Self {
        let mut connection = Self::open(data);
        connection.batch(match &connection {
            Self::Sqlite(_) => "PRAGMA cache_size = -32768; PRAGMA wal_autocheckpoint = 8192",
            Self::MariaDb(_) => "SET SESSION autocommit = 0",
        });
        connection
    }

    /// Begins a transaction, which on MariaDB the first statement does.
    pub(crate) fn begin(&mut self) {
        if matches!(self, Self::Sqlite(_)) {
            self.batch("BEGIN IMMEDIATE");
        }
    }

    /// Ends it; on MariaDB with a statement that is prepared, which takes one way to the server where a script takes three.
    pub(crate) fn commit(&mut self) {
        match self {
            Self::Sqlite(_) => self.batch("COMMIT"),
            Self::MariaDb(_) => drop(self.change(Statement { sql: "COMMIT", binds: Vec::new() })),
        }
    }

    /// Runs statements without binds.
    pub(crate) fn batch(&mut self, sql: &str) {
        match self {
            Self::Sqlite(connection) => connection.batch_execute(sql),
            Self::MariaDb(connection) => connection.batch_execute(sql),
        }
        .unwrap_or_else(|error| panic!("{}: {error}", &sql[..sql.len().min(500)]));
    }

    /// The column `value` of the only row.
    pub(crate) fn text(&mut self, sql: &str) -> String {
        let query = diesel::sql_query(sql);
        match self {
            Self::Sqlite(connection) => query.get_result::<Row>(connection),
            Self::MariaDb(connection) => query.get_result::<Row>(connection),
        }
        .unwrap_or_else(|error| panic!("{sql}: {error}"))
        .value
    }

    /// Begins a transaction that is fast and not safe, in a database that has nothing to lose.
    pub(crate) fn begin_bulk(&mut self) {
        match self {
            Self::Sqlite(_) => self.batch(
                "PRAGMA foreign_keys = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -500000; BEGIN IMMEDIATE",
            ),
            Self::MariaDb(_) => self.batch(&format!(
                "SET GLOBAL innodb_buffer_pool_size = {BUFFER_POOL_BYTES}; SET foreign_key_checks = 0, unique_checks = 0; BEGIN"
            )),
        }
    }

    /// Ends it, and waits until everything is on the disk.
    pub(crate) fn end_bulk(&mut self) {
        match self {
            Self::Sqlite(_) => self.batch("COMMIT; PRAGMA synchronous = FULL; PRAGMA wal_checkpoint(TRUNCATE)"),
            Self::MariaDb(_) => {
                self.batch(
                    "COMMIT; ANALYZE TABLE accounts, appointments, appointment_changes, doctors, patients, slots; \
                     SET GLOBAL innodb_io_capacity_max = 20000, innodb_io_capacity = 20000, innodb_max_dirty_pages_pct = 0",
                );
                while DIRTY_PAGES < self.status("INNODB_BUFFER_POOL_PAGES_DIRTY") {
                    thread::sleep(Duration::from_millis(100));
                }
                self.batch("SET GLOBAL innodb_max_dirty_pages_pct = DEFAULT, innodb_io_capacity = DEFAULT");
            }
        }
    }

    /// What MariaDB counts under this name.
    pub(crate) fn status(&mut self, name: &str) -> u64 {
        let sql = format!(
            "SELECT CAST(VARIABLE_VALUE AS CHAR) AS value FROM information_schema.GLOBAL_STATUS \
             WHERE VARIABLE_NAME = '{name}'"
        );
        self.text(&sql).parse().unwrap()
    }

    /// Changes rows; gives how many.
    pub(crate) fn change(&mut self, statement: Statement) -> usize {
        let sql = statement.sql;
        match self {
            Self::Sqlite(connection) => statement.execute(connection),
            Self::MariaDb(connection) => statement.execute(connection),
        }
        .unwrap_or_else(|error| panic!("{sql}: {error}"))
    }

    /// Reads rows; gives how many.
    pub(crate) fn read(&mut self, statement: Statement) -> usize {
        let sql = statement.sql;
        match self {
            Self::Sqlite(connection) => LoadConnection::load(connection, statement).map(Iterator::count),
            Self::MariaDb(connection) => LoadConnection::load(connection, statement).map(Iterator::count),
        }
        .unwrap_or_else(|error| panic!("{sql}: {error}"))
    }
}
