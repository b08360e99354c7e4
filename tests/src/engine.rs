//! Databases: one of its own for each test.

use std::path::Path;

use diesel::connection::SimpleConnection;
use diesel::sql_types::Text;
use diesel::{Connection, QueryResult, QueryableByName, RunQueryDsl, SqliteConnection};

#[derive(QueryableByName)]
struct Told {
    #[diesel(sql_type = Text)]
    told: String,
}

/// What the server keeps its data in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    /// A file in the test's data folder.
    Sqlite,
    /// A new database on the MariaDB that the tests were given.
    #[cfg(feature = "mysql")]
    MariaDb,
}

impl Engine {
    /// An instant so many days before the one in a column, in SQL.
    pub(crate) fn days_before(self, column: &str, days: u32) -> String {
        match self {
            // As wide as the store writes them; visits begin and end with a minute.
            Self::Sqlite => format!("strftime('%Y-%m-%d %H:%M:00.000000', {column}, '-{days} days')"),
            #[cfg(feature = "mysql")]
            Self::MariaDb => format!("{column} - INTERVAL {days} DAY"),
        }
    }
}

/// A database that is gone when the test is over.
#[derive(Debug)]
pub(crate) enum Database {
    /// It goes with its folder.
    Sqlite { path: String },
    /// It is dropped.
    #[cfg(feature = "mysql")]
    MariaDb { server: String, name: String },
}

impl Database {
    /// A new one; SQLite's file is made by the server itself.
    pub(crate) fn new(engine: Engine, folder: &Path) -> Self {
        match engine {
            Engine::Sqlite => Self::Sqlite { path: folder.join("clinic.db").display().to_string() },
            #[cfg(feature = "mysql")]
            Engine::MariaDb => Self::on_mariadb(&mariadb(), folder),
        }
    }

    /// A new one on this server.
    #[cfg(feature = "mysql")]
    pub(crate) fn on_mariadb(server: &str, folder: &Path) -> Self {
        let name = name_like(folder);
        on_server(server, &format!("CREATE DATABASE {name}"));
        Self::MariaDb { server: server.to_owned(), name }
    }

    /// The same database, as another node of its cluster has it.
    #[cfg(feature = "mysql")]
    pub(crate) fn on_node(&self, server: &str) -> Self {
        match self {
            Self::Sqlite { .. } => panic!("a file has no nodes"),
            Self::MariaDb { name, .. } => Self::MariaDb { server: server.to_owned(), name: name.clone() },
        }
    }

    /// Its address.
    pub(crate) fn url(&self) -> String {
        match self {
            Self::Sqlite { path } => format!("sqlite://{path}"),
            #[cfg(feature = "mysql")]
            Self::MariaDb { server, name } => format!("{server}/{name}"),
        }
    }

    /// What a query tells in its column `told`, row by row.
    pub(crate) fn ask(&self, sql: &str) -> Vec<String> {
        let told: QueryResult<Vec<Told>> = match self {
            Self::Sqlite { path } => {
                let mut connection = SqliteConnection::establish(path).expect("the database can be opened");
                connection.batch_execute("PRAGMA busy_timeout = 60000").expect("a setting can be set");
                diesel::sql_query(sql).load(&mut connection)
            }
            #[cfg(feature = "mysql")]
            Self::MariaDb { .. } => diesel::sql_query(sql).load(&mut connect(&self.url())),
        };
        let rows = told.unwrap_or_else(|error| panic!("{sql}: {error}"));
        rows.into_iter().map(|row| row.told).collect()
    }

    /// Runs statements behind the server's back.
    pub(crate) fn execute(&self, sql: &str) {
        let result = match self {
            Self::Sqlite { path } => {
                let mut connection = SqliteConnection::establish(path).expect("the database can be opened");
                connection.batch_execute("PRAGMA busy_timeout = 60000").and_then(|()| connection.batch_execute(sql))
            }
            #[cfg(feature = "mysql")]
            Self::MariaDb { .. } => connect(&self.url()).batch_execute(sql),
        };
        result.unwrap_or_else(|error| panic!("{sql}: {error}"));
    }
}

#[cfg(feature = "mysql")]
impl Drop for Database {
    fn drop(&mut self) {
        // A test that fails may have ended the server, and its whole folder goes anyway.
        if let Self::MariaDb { server, name } = self
            && !std::thread::panicking()
        {
            // Each node of a cluster drops it, and one is the first.
            on_server(server, &format!("DROP DATABASE IF EXISTS {name}"));
        }
    }
}

/// The address of the tests' MariaDB, without a database.
#[cfg(feature = "mysql")]
#[expect(clippy::disallowed_methods, reason = "the tests are told where their MariaDB is")]
fn mariadb() -> String {
    std::env::var("SLOTKEEPER_TEST_MYSQL_URL")
        .expect("SLOTKEEPER_TEST_MYSQL_URL says where MariaDB is: run through `make test`")
        .trim_end_matches('/')
        .to_owned()
}

/// The folder is nobody else's, so neither is a name made of its name.
#[cfg(feature = "mysql")]
fn name_like(folder: &Path) -> String {
    let letters = folder.to_string_lossy().chars().rev().take_while(|c| *c != '/').collect::<String>();
    let letters: String = letters.chars().filter(char::is_ascii_alphanumeric).collect();
    format!("sk_{}_{letters}", std::process::id())
}

#[cfg(feature = "mysql")]
fn on_server(server: &str, sql: &str) {
    connect(&format!("{server}/mysql")).batch_execute(sql).unwrap_or_else(|error| panic!("{sql}: {error}"));
}

#[cfg(feature = "mysql")]
pub(crate) fn connect(url: &str) -> diesel::MysqlConnection {
    diesel::MysqlConnection::establish(url).unwrap_or_else(|error| panic!("{url}: {error}"))
}
