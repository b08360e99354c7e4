//! What one node was told is read on another at once.

use application::ports::AnyStore;
use application::settings::StoredSettings;
use diesel::MysqlConnection;
use diesel::connection::SimpleConnection;
use kernel::{StoreError, UnitOfWorkExt};

use crate::nodes::{Nodes, ask};

const READS: u32 = 1_000;

/// How many rows take another node much longer to apply than a read takes.
const MANY: u32 = 20_000;

/// Two nodes, on the first of which something is changed again and again, and on the second of which it is read.
struct Readers {
    nodes: Nodes,
    wanted: StoredSettings,
    /// Reads on the second without waiting.
    careless: MysqlConnection,
}

impl Readers {
    fn new() -> Self {
        let nodes = Nodes::new();
        let mut careless = nodes.raw(1);
        careless.batch_execute("SET SESSION wsrep_sync_wait = 0").unwrap();
        let wanted = nodes.databases.first().unwrap().read(stored).unwrap();
        Self { nodes, wanted, careless }
    }

    /// Changes it on the first node; says whether a careless reader missed that on the second, and what a careful one
    /// found there afterwards.
    fn change_and_read(&mut self) -> (bool, StoredSettings) {
        self.wanted.revision = self.wanted.revision.next();
        let (here, there) = (self.nodes.databases.first().unwrap(), self.nodes.databases.get(1).unwrap());
        here.write(|store: &mut AnyStore| store.change_settings(&self.wanted)).unwrap();
        let carelessly = ask(&mut self.careless, "SELECT value AS told FROM settings WHERE name = 'revision'");
        (carelessly != self.wanted.revision.number().to_string(), there.read(stored).unwrap())
    }
}

fn stored(store: &mut AnyStore) -> Result<StoredSettings, StoreError> {
    store.stored_settings()
}

#[test]
fn of_1000_reads_after_a_write_on_another_node_none_is_stale() {
    let mut readers = Readers::new();
    let (mut stale, mut stale_without_waiting) = (0, 0);
    for _ in 0..READS {
        let (is_behind, found) = readers.change_and_read();
        stale_without_waiting += u32::from(is_behind);
        stale += u32::from(found != readers.wanted);
    }
    println!("{READS} reads: {stale} stale; {stale_without_waiting} without wsrep_sync_wait");
    assert_eq!(stale, 0);
}

#[test]
fn a_node_that_is_behind_is_waited_for() {
    let mut readers = Readers::new();
    let mut times_behind = 0;
    for part in 1..=5 {
        let id = format!("UNHEX(LPAD(HEX({part} * {MANY} + seq), 32, '0'))");
        let many = format!("INSERT INTO guards SELECT 'doctor', {id}, 1 FROM seq_1_to_{MANY}");
        readers.nodes.raw(0).batch_execute(&many).unwrap();
        let (is_behind, found) = readers.change_and_read();
        times_behind += u32::from(is_behind);
        assert_eq!(found, readers.wanted);
    }
    assert!(0 < times_behind, "the node was never behind, so that nothing is shown");
    println!("a node was behind {times_behind} times of 5");
}
