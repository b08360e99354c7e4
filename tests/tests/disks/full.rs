//! A full disk under load: who writes is told to come again, who reads is answered, and everything goes on by itself
//! once there is room.
//!
//! MariaDB ends itself where it has no room to roll back ("Out of disk space in rollback", seen on 10.11), and has to be
//! started again; until then nobody is told anything but "not now".

use std::sync::Arc;

use acceptance::disk::SmallDisk;
use acceptance::invariants::assert_whole;
use acceptance::mariadb_on::MariaDbOn;
use acceptance::workload::ACTIVE_AT_ONCE;
use acceptance::{Data, Engine, Evidence, Server, Workload, on_each_engine, proof, wait};

on_each_engine!(a_full_disk_stops_who_writes_and_nobody_else);

const CLIENTS: usize = 8;

/// How often the disk is full, unless `make test-power` says otherwise.
const ROUNDS: u32 = 1;

/// How many changes are answered while there is room, and how many are not while there is none.
const CHANGES: u64 = 100;

fn a_full_disk_stops_who_writes_and_nobody_else(engine: Engine) {
    let rounds = proof::rounds(ROUNDS);
    let disk = SmallDisk::new(320);
    let mut mariadb = (engine == Engine::MariaDb).then(|| MariaDbOn::start(&disk.path().join("mariadb"), &[]));
    // The server's log is on the disk too, beside SQLite's file.
    let data = mariadb.as_ref().map_or_else(|| Data::within(disk.path(), engine), |own| Data::on_mariadb(&own.url()));
    let folder = tempfile::tempdir().unwrap();
    let evidence = Arc::new(Evidence::create(&folder.path().join("evidence")));

    let server = Server::start_on(&data, &[ACTIVE_AT_ONCE, ("log_level", "debug")]);
    let patient = server.patient();
    let load = Workload::start(&evidence, &[server.url()], CLIENTS, 1);
    load.let_pass(CHANGES);
    for _ in 0..rounds {
        disk.fill();
        load.let_fail(CHANGES);
        for path in ["/auth/me", "/appointments", "/slots", "/availability"] {
            let answer = patient.client.get(path);
            match &mut mariadb {
                Some(mariadb) if answer.status == 503 => {
                    wait::until("MariaDB to end", || mariadb.has_ended().then_some(()));
                }
                Some(_) | None => drop(answer.expect(200)),
            }
        }
        disk.make_room();
        let enough = load.tally().changes + CHANGES;
        wait::until("changes to be taken again", || {
            mariadb.iter_mut().filter_map(|own| own.has_ended().then_some(own)).for_each(|own| own.start_again(&[]));
            (enough <= load.tally().changes).then_some(())
        });
    }
    let tally = load.stop();
    let figures = format!(
        "{rounds} times full, {} changes answered, {} turned away, {} surprises",
        tally.changes,
        tally.turned_away,
        tally.surprises.len()
    );
    proof::report("power.md", &format!("{engine:?}, full disk"), &figures);
    assert!(server.stop().success());
    assert_eq!((tally.surprises.as_slice(), tally.unanswered), ([].as_slice(), 0));
    assert_whole(&data, &evidence);
}
