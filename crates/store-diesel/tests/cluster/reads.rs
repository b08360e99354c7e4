//! What one node was told is read on another at once.

use application::ports::AnyStore;
use application::settings::StoredSettings;
use diesel::connection::SimpleConnection;
use kernel::{StoreError, UnitOfWorkExt};

use crate::nodes::{Nodes, ask};

const READS: u32 = 1_000;

/// How many rows take another node much longer to apply than a read takes.
const MANY: u32 = 20_000;

#[test]
fn of_1000_reads_after_a_write_on_another_node_none_is_stale() {
    let nodes = Nodes::new();
    let [here, there, _] = nodes.databases.as_slice() else { panic!("three nodes") };
    let careless = &mut nodes.raw(1);
    careless.batch_execute("SET SESSION wsrep_sync_wait = 0").unwrap();
    let stored = |store: &mut AnyStore| store.stored_settings();
    let mut wanted: StoredSettings = here.read(stored).unwrap();
    let (mut stale, mut stale_without_waiting) = (0, 0);
    for _ in 0..READS {
        wanted.revision = wanted.revision.next();
        here.write(|store: &mut AnyStore| store.change_settings(&wanted)).unwrap();
        let carelessly = ask(careless, "SELECT value AS told FROM settings WHERE name = 'revision'");
        stale_without_waiting += u32::from(carelessly != wanted.revision.number().to_string());
        let found: Result<StoredSettings, StoreError> = there.read(stored);
        stale += u32::from(found.unwrap() != wanted);
    }
    println!("{READS} reads: {stale} stale; {stale_without_waiting} without wsrep_sync_wait");
    assert_eq!(stale, 0);
}

#[test]
fn a_node_that_is_behind_is_waited_for() {
    let nodes = Nodes::new();
    let [here, there, _] = nodes.databases.as_slice() else { panic!("three nodes") };
    let careless = &mut nodes.raw(1);
    careless.batch_execute("SET SESSION wsrep_sync_wait = 0").unwrap();
    let stored = |store: &mut AnyStore| store.stored_settings();
    let mut wanted: StoredSettings = here.read(stored).unwrap();
    let mut times_behind = 0;
    for part in 1..=5 {
        let id = format!("UNHEX(LPAD(HEX({part} * {MANY} + seq), 32, '0'))");
        let many = format!("INSERT INTO guards SELECT 'doctor', {id}, 1 FROM seq_1_to_{MANY}");
        nodes.raw(0).batch_execute(&many).unwrap();
        wanted.revision = wanted.revision.next();
        here.write(|store: &mut AnyStore| store.change_settings(&wanted)).unwrap();
        let carelessly = ask(careless, "SELECT value AS told FROM settings WHERE name = 'revision'");
        times_behind += u32::from(carelessly != wanted.revision.number().to_string());
        assert_eq!(there.read(stored).as_ref(), Ok(&wanted));
    }
    assert!(0 < times_behind, "the node was never behind, so that nothing is shown");
    println!("a node was behind {times_behind} times of 5");
}
