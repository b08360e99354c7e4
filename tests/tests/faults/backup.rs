//! `slotkeeper backup` while people book, and what is there when it is put back.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::sync::Arc;

use acceptance::evidence::{as_of, moment};
use acceptance::invariants::violations;
use acceptance::{Data, Engine, Server, proof};

use crate::life::{self, Life};

const ROUNDS: u32 = 2;

/// New data from a backup and a copy of the keys, as docs/operations.md says.
fn restored(backup: &Path, keys: &Path) -> Arc<Data> {
    let data = Data::new(Engine::Sqlite);
    fs::copy(backup, data.folder().join("clinic.db")).unwrap();
    fs::create_dir(data.keys()).unwrap();
    fs::set_permissions(data.keys(), fs::Permissions::from_mode(0o700)).unwrap();
    for key in fs::read_dir(keys).unwrap() {
        let key = key.unwrap();
        // How far the audit log had come is written again each second, and goes on after the backup.
        if key.file_name().to_string_lossy().starts_with("audit-") {
            continue;
        }
        fs::copy(key.path(), data.keys().join(key.file_name())).unwrap();
    }
    data
}

/// Makes a backup while people work, puts it back, serves it, and asserts that all is there that was answered before.
fn back_up_and_restore(life: &Life, round: usize) {
    // She asks once, and would be told "not now" where there is too much to do.
    life.workload.pause();
    let ada = life.server().patient();
    life.workload.resume();
    let file = life.data.folder().join(format!("backup.{round}"));
    let begun = moment();
    let _ = life.data.run(&["backup", file.to_str().unwrap()]).well();
    life.workload.let_pass(20);

    let data = restored(&file, &life.data.keys());
    let server = Server::start_on(&data, &[]);
    let _ = ada.at(&server).client.get("/auth/me").expect(200);
    assert_eq!(server.stop().code(), Some(0));
    assert_eq!(violations(&data, &as_of(&life.evidence.read(), begun)), [""; 0]);
}

#[test]
fn a_backup_under_load_has_all_that_was_answered_before_it_began() {
    let mut round = 0..;
    let sum = life::rounds(
        proof::rounds(ROUNDS),
        || Data::new(Engine::Sqlite),
        |life, _| {
            back_up_and_restore(life, round.next().unwrap());
        },
    );
    proof::report("faults.md", "backup, Sqlite", &format!("{sum}; each backup restored and whole"));
}

#[test]
fn a_backup_is_its_owners_alone_and_overwrites_nothing() {
    let data = Data::new(Engine::Sqlite);
    let server = Server::start_on(&data, &[]);
    server.patient();
    let file = data.folder().join("copy.db");
    let path = file.to_str().unwrap();
    let told = data.run(&["backup", path]).well();
    assert!(told.stdout.contains(path) && told.stdout.contains("keys"), "{told:#?}");
    assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);

    let before = fs::read(&file).unwrap();
    let again = data.run(&["backup", path]);
    assert_eq!(again.code, Some(1), "{again:#?}");
    assert!(
        again.stderr.contains(&format!("slotkeeper: {path} is there already, and is not written over")),
        "{again:#?}"
    );
    assert_eq!(fs::read(&file).unwrap(), before);
}

#[cfg(feature = "mysql")]
#[test]
fn mariadb_is_backed_up_with_its_own_tools() {
    let data = Data::new(Engine::MariaDb);
    let _ = data.run(&["migrate"]).well();
    let file = data.folder().join("copy.db");
    let refused = data.run(&["backup", file.to_str().unwrap()]);
    assert_eq!(refused.code, Some(1), "{refused:#?}");
    assert!(refused.stderr.contains("mariadb-backup"), "{refused:#?}");
    assert!(refused.stderr.contains("mariadb-dump --single-transaction"), "{refused:#?}");
    assert!(!file.exists());
}
