//! A full disk under load: who writes is told to come again, who reads is answered, and everything goes on by itself
//! once there is room.

use std::sync::Arc;

use acceptance::disk::SmallDisk;
use acceptance::invariants::assert_whole;
use acceptance::mariadb_on::MariaDbOn;
use acceptance::{Data, Engine, Evidence, Server, Workload, on_each_engine};

on_each_engine!(a_full_disk_stops_who_writes_and_nobody_else);

const CLIENTS: usize = 8;

/// How often the disk is full.
const ROUNDS: u32 = 3;

/// How many changes are answered while there is room, and how many are not while there is none.
const CHANGES: u64 = 100;

fn a_full_disk_stops_who_writes_and_nobody_else(engine: Engine) {
    let disk = SmallDisk::new(320);
    let mariadb = (engine == Engine::MariaDb).then(|| MariaDbOn::start(&disk.path().join("mariadb"), &[]));
    // The server's log is on the disk too, beside SQLite's file.
    let data = mariadb.as_ref().map_or_else(|| Data::within(disk.path(), engine), |own| Data::on_mariadb(&own.url()));
    let folder = tempfile::tempdir().unwrap();
    let evidence = Arc::new(Evidence::create(&folder.path().join("evidence")));

    let server = Server::start_on(&data, &[("log_level", "debug")]);
    let patient = server.patient();
    let load = Workload::start(&evidence, &[server.url()], CLIENTS, 1);
    for _ in 0..ROUNDS {
        load.let_pass(CHANGES);
        disk.fill();
        load.let_fail(CHANGES);
        for path in ["/auth/me", "/appointments", "/slots", "/availability"] {
            let _ = patient.client.get(path).expect(200);
        }
        disk.make_room();
    }
    load.let_pass(CHANGES);
    let tally = load.stop();
    println!("{engine:?}: {tally:?}");
    assert!(server.stop().success());
    assert_eq!((tally.surprises.as_slice(), tally.unanswered), ([].as_slice(), 0));
    assert_whole(&data, &evidence);
}
