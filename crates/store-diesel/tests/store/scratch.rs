//! A database of one's own for each test.

use application::ports::AnyStore;
use kernel::{Access, StoreError, UnitOfWork, Verdict};
use store_diesel::Database;
use testkit::Shared;

/// How many connections a test has, unless it says otherwise.
const CONNECTIONS: u32 = 16;

/// A migrated database that is gone when the test is over.
pub(crate) struct Scratch {
    /// The database.
    pub(crate) database: Database,
    /// Its address.
    pub(crate) url: String,
    /// What is removed at the end.
    #[cfg_attr(not(feature = "mysql"), expect(dead_code, reason = "it only has to be dropped"))]
    remains: Remains,
}

/// A migrated database that nobody has open; gone when the test is over.
pub(crate) struct Shut {
    /// Its address.
    pub(crate) url: String,
    #[expect(dead_code, reason = "it only has to be dropped")]
    remains: Remains,
}

enum Remains {
    #[cfg(feature = "sqlite")]
    Folder(#[expect(dead_code, reason = "the folder goes when this is dropped")] tempfile::TempDir),
    #[cfg(feature = "mysql")]
    Schema { server: String, name: String },
}

impl UnitOfWork<AnyStore> for Scratch {
    fn attempt(&self, access: Access, work: &mut dyn FnMut(&mut AnyStore) -> Verdict) -> Result<(), StoreError> {
        self.database.attempt(access, work)
    }
}

/// A file of SQLite.
#[cfg(feature = "sqlite")]
pub(crate) fn sqlite() -> Scratch {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}/new/clinic.db", folder.path().display());
    open(url, Remains::Folder(folder))
}

/// A database on the MariaDB that the tests were given.
#[cfg(feature = "mysql")]
pub(crate) fn mysql() -> Scratch {
    let server = server();
    let name = format!("sk_{}", testkit::sample::fresh().simple());
    on_server(&server, &format!("CREATE DATABASE {name}"));
    open(format!("{server}/{name}"), Remains::Schema { server, name })
}

impl Scratch {
    /// The same without the connections.
    pub(crate) fn shut(self) -> Shut {
        Shut { url: self.url, remains: self.remains }
    }

    /// The store in it, for as long as this lives.
    pub(crate) fn shared(&self) -> Shared {
        std::sync::Arc::new(self.database.clone())
    }

    /// Runs a statement behind the store's back.
    #[cfg(feature = "sqlite")]
    pub(crate) fn on_file(&self, sql: &str) {
        use diesel::connection::{Connection, SimpleConnection};

        let path = self.url.trim_start_matches("sqlite://");
        diesel::SqliteConnection::establish(path).unwrap().batch_execute(sql).unwrap();
    }

    /// How SQLite goes about each of these statements, step by step.
    #[cfg(feature = "sqlite")]
    pub(crate) fn query_plans<'a>(&self, statements: impl IntoIterator<Item = &'a str>) -> Vec<Vec<String>> {
        use diesel::prelude::*;

        #[derive(diesel::QueryableByName)]
        struct Step {
            #[diesel(sql_type = diesel::sql_types::Text)]
            detail: String,
        }

        let mut connection = SqliteConnection::establish(self.url.trim_start_matches("sqlite://")).unwrap();
        let mut plan = |statement: &str| {
            let steps = diesel::sql_query(format!("EXPLAIN QUERY PLAN {statement}")).load::<Step>(&mut connection);
            steps.unwrap().into_iter().map(|step| step.detail).collect()
        };
        statements.into_iter().map(&mut plan).collect()
    }
}

/// The same, as the contract wants it.
#[cfg(feature = "sqlite")]
pub(crate) fn shared_sqlite() -> Shared {
    std::sync::Arc::new(sqlite())
}

/// The same, as the contract wants it.
#[cfg(feature = "mysql")]
pub(crate) fn shared_mysql() -> Shared {
    std::sync::Arc::new(mysql())
}

fn open(url: String, remains: Remains) -> Scratch {
    let database = Database::open(&url, CONNECTIONS, testkit::time_zones()).unwrap();
    database.migrate().unwrap();
    Scratch { database, url, remains }
}

/// The server's address, without a database.
#[cfg(feature = "mysql")]
#[expect(clippy::disallowed_methods, reason = "the tests are told where their MariaDB is")]
#[expect(clippy::expect_used, reason = "a test that cannot run must not pass")]
fn server() -> String {
    let server = std::env::var("SLOTKEEPER_TEST_MYSQL_URL");
    server
        .expect("SLOTKEEPER_TEST_MYSQL_URL says where MariaDB is: run through `make test`")
        .trim_end_matches('/')
        .to_owned()
}

/// Runs statements as the server's administrator.
#[cfg(feature = "mysql")]
fn on_server(server: &str, sql: &str) {
    use diesel::connection::SimpleConnection;

    connect(&format!("{server}/mysql")).batch_execute(sql).unwrap();
}

/// A connection that knows nothing of the store.
#[cfg(feature = "mysql")]
pub(crate) fn connect(url: &str) -> diesel::MysqlConnection {
    diesel::Connection::establish(url).unwrap()
}

impl Drop for Remains {
    fn drop(&mut self) {
        match self {
            #[cfg(feature = "sqlite")]
            Self::Folder(_) => {}
            #[cfg(feature = "mysql")]
            Self::Schema { server, name } => on_server(server, &format!("DROP DATABASE {name}")),
        }
    }
}

#[cfg(feature = "mysql")]
impl Scratch {
    /// Runs a statement behind the store's back.
    pub(crate) fn on_schema(&self, sql: &str) {
        use diesel::connection::SimpleConnection;

        connect(&self.url).batch_execute(sql).unwrap();
    }

    /// Kills every connection to this database, whatever it is doing, and waits until they are gone.
    pub(crate) fn kill_connections(&self) {
        use diesel::RunQueryDsl;
        use diesel::dsl::sql;
        use diesel::sql_types::BigInt;

        let (server, name) = self.schema();
        let administrator = &mut connect(&format!("{server}/mysql"));
        let ids = format!("SELECT id FROM information_schema.processlist WHERE db = '{name}'");
        let killed: Vec<i64> = sql::<BigInt>(&ids).load(administrator).unwrap();
        for id in &killed {
            // One that has ended by itself cannot be killed any more.
            let _ = diesel::sql_query(format!("KILL CONNECTION {id}")).execute(administrator);
        }
        // The pool opens new ones meanwhile; only the old ones have to be gone.
        while sql::<BigInt>(&ids).load(administrator).unwrap().iter().any(|id: &i64| killed.contains(id)) {
            std::thread::yield_now();
        }
    }

    #[cfg_attr(feature = "sqlite", expect(clippy::panic, reason = "only tests of the server ask"))]
    fn schema(&self) -> (&str, &str) {
        match &self.remains {
            #[cfg(feature = "sqlite")]
            Remains::Folder(_) => panic!("this is not a server"),
            Remains::Schema { server, name } => (server, name),
        }
    }
}
