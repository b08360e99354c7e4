//! A database of one's own on every node, for each test.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use application::ports::AnyStore;
use diesel::connection::SimpleConnection;
use diesel::sql_types::Text;
use diesel::{MysqlConnection, QueryResult, QueryableByName, RunQueryDsl};
use kernel::{Access, StoreError, UnitOfWork, Verdict};
use store_diesel::Database;

/// How many connections each node has.
const CONNECTIONS: u32 = 16;

/// One database, as each of the three nodes has it; gone when the test is over.
pub(crate) struct Nodes {
    /// Through which it is reached.
    pub(crate) databases: Vec<Database>,
    servers: Vec<String>,
    name: String,
    turn: AtomicUsize,
}

/// Each attempt is made on the next node.
impl UnitOfWork<AnyStore> for Nodes {
    fn attempt(&self, access: Access, work: &mut dyn FnMut(&mut AnyStore) -> Verdict) -> Result<(), StoreError> {
        let turn = self.turn.fetch_add(1, Ordering::Relaxed);
        self.databases.get(turn % self.databases.len()).unwrap().attempt(access, work)
    }
}

impl Nodes {
    /// A new database.
    pub(crate) fn new() -> Self {
        let servers = servers();
        // A test that was here before may have left a node behind.
        wait_until("the nodes to be ready", || servers.iter().all(|server| is_ready(server)));
        let name = format!("sk_{}", testkit::sample::fresh().simple());
        let first = servers.first().unwrap();
        connect(&format!("{first}/mysql")).batch_execute(&format!("CREATE DATABASE {name}")).unwrap();
        open(&format!("{first}/{name}")).migrate().unwrap();
        let databases = servers
            .iter()
            .map(|server| {
                // A node knows the new database when it has applied what the first one did.
                assert!(is_ready(server));
                open(&format!("{server}/{name}"))
            })
            .collect();
        Self { databases, servers, name, turn: AtomicUsize::new(0) }
    }

    /// A connection to the first or another node that knows nothing of the store.
    pub(crate) fn raw(&self, node: usize) -> MysqlConnection {
        connect(&self.url(node))
    }

    /// The address of the database on the first or another node.
    pub(crate) fn url(&self, node: usize) -> String {
        format!("{}/{}", self.servers.get(node).unwrap(), self.name)
    }
}

impl Drop for Nodes {
    fn drop(&mut self) {
        self.raw(0).batch_execute(&format!("DROP DATABASE {}", self.name)).unwrap();
    }
}

/// Whether a node answers, once it has applied what others did.
fn is_ready(server: &str) -> bool {
    let ask = "SET SESSION wsrep_sync_wait = 1; SELECT 1 FROM user LIMIT 1";
    connect(&format!("{server}/mysql")).batch_execute(ask).is_ok()
}

#[track_caller]
pub(crate) fn wait_until(what: &str, mut is_so: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !is_so() {
        assert!(begun.elapsed() < Duration::from_secs(60), "{what}: waited for it in vain");
        thread::sleep(Duration::from_millis(50));
    }
}

fn open(url: &str) -> Database {
    Database::open(url, CONNECTIONS, testkit::time_zones()).unwrap()
}

fn connect(url: &str) -> MysqlConnection {
    diesel::Connection::establish(url).unwrap()
}

#[expect(clippy::disallowed_methods, reason = "the tests are told where their cluster is")]
#[expect(clippy::expect_used, reason = "a test that cannot run must not pass")]
fn servers() -> Vec<String> {
    let urls = std::env::var("SLOTKEEPER_TEST_GALERA_URLS");
    let urls = urls.expect("SLOTKEEPER_TEST_GALERA_URLS says where the nodes are: run through `make test-cluster`");
    urls.split(',').map(str::to_owned).collect()
}

#[derive(QueryableByName)]
struct Told {
    #[diesel(sql_type = Text)]
    told: String,
}

/// What this query tells, in a column `told`.
pub(crate) fn ask(connection: &mut MysqlConnection, sql: &str) -> String {
    try_ask(connection, sql).unwrap()
}

/// The same where it may be told that it has lost.
pub(crate) fn try_ask(connection: &mut MysqlConnection, sql: &str) -> QueryResult<String> {
    Ok(diesel::sql_query(sql).get_result::<Told>(connection)?.told)
}
