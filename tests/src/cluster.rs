//! The Galera cluster that the tests were given (`tests/with-galera`), with a database of one's own on it.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::sync::Arc;

use diesel::connection::SimpleConnection;

use crate::data::Data;
use crate::engine::connect;
use crate::server::Server;
use crate::workload::ACTIVE_AT_ONCE;
use crate::{program, wait};

/// One MariaDB of the cluster.
#[derive(Debug)]
pub struct Node {
    url: String,
    folder: PathBuf,
}

impl Node {
    /// Ends it without a word, as a power cut would.
    pub fn kill(&self) {
        self.signal("KILL");
    }

    /// Starts it again, from the position that it recovers.
    pub fn start_again(&self) {
        fs::write(self.folder.join("start"), "\n").expect("somebody reads the pipe");
    }

    /// Stops it where it is.
    pub fn pause(&self) {
        self.signal("STOP");
    }

    /// Lets it go on.
    pub fn resume(&self) {
        self.signal("CONT");
    }

    /// Cuts it off from the others, as a broken network would; clients still reach it.
    pub fn isolate(&self) {
        self.set_isolated("1");
    }

    /// Lets it hear the others again.
    pub fn join_again(&self) {
        self.set_isolated("0");
    }

    fn set_isolated(&self, isolated: &str) {
        let sql = format!("SET GLOBAL wsrep_provider_options = 'gmcast.isolate={isolated}'");
        connect(&format!("{}/mysql", self.url)).batch_execute(&sql).expect("a node hears its administrator");
    }

    /// Waits until it answers, and has applied what others did.
    pub fn wait_until_ready(&self) {
        let ask = "SET SESSION wsrep_sync_wait = 1; SELECT 1 FROM user LIMIT 1";
        wait::until("the node to be ready", || {
            let connection: Result<diesel::MysqlConnection, _> =
                diesel::Connection::establish(&format!("{}/mysql", self.url));
            connection.ok()?.batch_execute(ask).ok()
        });
    }

    fn signal(&self, signal: &str) {
        let pid = fs::read_to_string(self.folder.join("pid")).expect("a node says which process it is");
        program::signal(signal, pid.trim());
    }
}

/// Three nodes and one database.
#[derive(Debug)]
pub struct Cluster {
    /// The nodes.
    pub nodes: Vec<Node>,
    /// What a server on each of them keeps.
    pub datas: Vec<Arc<Data>>,
}

impl Default for Cluster {
    fn default() -> Self {
        Self::new()
    }
}

impl Cluster {
    /// All nodes, once they are ready, with a new database, migrated on the first.
    pub fn new() -> Self {
        let (urls, folder) = (given("SLOTKEEPER_TEST_GALERA_URLS"), PathBuf::from(given("SLOTKEEPER_TEST_GALERA_DIR")));
        let node =
            |(index, url): (usize, &str)| Node { url: url.to_owned(), folder: folder.join((index + 1).to_string()) };
        let nodes: Vec<Node> = urls.split(',').enumerate().map(node).collect();
        let all_ready = || nodes.iter().for_each(Node::wait_until_ready);
        all_ready();
        let first = Data::on_mariadb(&nodes[0].url);
        let _ = first.run(&["migrate"]).well();
        all_ready();
        let others = nodes[1..].iter().map(|node| first.on_node(&node.url));
        let datas = [Arc::clone(&first)].into_iter().chain(others).collect();
        Self { nodes, datas }
    }

    /// A server on each node.
    pub fn serve(&self) -> Vec<Server> {
        (0..self.nodes.len()).map(|node| self.serve_on(node)).collect()
    }

    /// The same, each at an address of its own.
    pub fn serve_at(&self, addresses: &[String]) -> Vec<Server> {
        addresses
            .iter()
            .enumerate()
            .map(|(node, address)| self.start(node, &[ACTIVE_AT_ONCE, ("bind", address)]))
            .collect()
    }

    /// A server on this node.
    pub fn serve_on(&self, node: usize) -> Server {
        self.start(node, &[])
    }

    /// A server never migrates here: that was done once, on the first node.
    fn start(&self, node: usize, settings: &[(&str, &str)]) -> Server {
        Server::start_on(&self.datas[node], &[&[("migrate", "off")], settings].concat())
    }

    /// Asserts that every node keeps every promise about the data, and that all have the same. No server may run: its
    /// jobs write.
    #[track_caller]
    pub fn assert_whole(&self) {
        for (node, data) in self.nodes.iter().zip(&self.datas) {
            node.wait_until_ready();
            let _ = data.run(&["check"]).well();
        }
        let tables: Vec<BTreeMap<String, String>> =
            self.nodes.iter().zip(&self.datas).map(|(node, data)| checksums(node, data)).collect();
        assert!(20 <= tables[0].len(), "{tables:#?}");
        assert!(tables.iter().all(|others| *others == tables[0]), "{tables:#?}");
    }
}

/// A checksum of each table.
fn checksums(node: &Node, data: &Data) -> BTreeMap<String, String> {
    #[derive(diesel::QueryableByName)]
    struct Sum {
        #[diesel(sql_type = diesel::sql_types::Text, column_name = "Table")]
        table: String,
        #[diesel(sql_type = diesel::sql_types::BigInt, column_name = "Checksum")]
        sum: i64,
    }

    node.wait_until_ready();
    let tables = data.ask("SELECT table_name AS told FROM information_schema.tables WHERE table_schema = DATABASE()");
    let connection = &mut connect(&data.database_url());
    let sql = format!("CHECKSUM TABLE {}", tables.join(", "));
    let sums: Vec<Sum> = diesel::RunQueryDsl::load(diesel::sql_query(sql), connection).expect("tables have checksums");
    sums.into_iter().map(|Sum { table, sum }| (table, sum.to_string())).collect()
}

#[expect(clippy::disallowed_methods, reason = "the tests are told where their cluster is")]
fn given(name: &str) -> String {
    std::env::var(name).unwrap_or_else(|_| panic!("{name} says where the cluster is: run through `make test-cluster`"))
}
