//! What a command makes where it is run, and what it finds there.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use acceptance::people::PASSWORD;
use acceptance::program::{self, Ended};
use acceptance::{Data, Engine, Server};

/// Runs a command in a new folder, with no settings but the defaults.
fn run_in(folder: &Path, arguments: &[&str]) -> Ended {
    let mut command = program::command();
    command.current_dir(folder).args(arguments);
    program::run(command, PASSWORD)
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[test]
fn where_there_is_no_database_none_is_made_but_by_what_begins() {
    let data = Data::new(Engine::Sqlite);
    let made = || fs::read_dir(data.folder()).unwrap().count();
    for wrong in [
        &["backup", "copy.db"][..],
        &["account", "list"],
        &["account", "activate", "ada@example.org"],
        &["account", "deactivate", "ada@example.org"],
        &["account", "reset-password", "ada@example.org"],
        &["account", "create", "--role", "receptionist", "--email", "ada@example.org", "--full-name", "Ada"],
        &["settings", "show"],
        &["settings", "set", "admins_max", "3"],
        &["settings", "reset", "admins_max"],
        &["check"],
    ] {
        let ended = run_in(data.folder(), wrong);
        assert_eq!((ended.code, ended.stdout.as_str(), made()), (Some(1), "", 0), "{wrong:?}: {ended:#?}");
        assert!(ended.stderr.contains("there is no database at var/slotkeeper.db\n"), "{wrong:?}: {ended:#?}");
    }
    let first = ["account", "create", "--role", "admin", "--email", "ada@example.org", "--full-name", "Ada"];
    let _ = run_in(data.folder(), &first).well();
    assert_eq!(run_in(data.folder(), &["account", "list"]).well().stdout, "admin\tactive\tada@example.org\tAda\n");
    assert_eq!(mode(&data.folder().join("var")), 0o700);
}

#[test]
fn check_names_every_key_that_is_missing_or_exposed_and_mends_none() {
    let data = Data::new(Engine::Sqlite);
    assert_eq!(Server::start_on(&data, &[]).stop().code(), Some(0));
    let _ = data.run(&["check"]).well();
    let found = |wrong: &str| {
        let ended = data.run(&["check"]);
        assert_eq!(ended.code, Some(1), "{ended:#?}");
        for name in ["signing.pem", "cursor.key"] {
            let line = format!("keys: key file {} {wrong}", data.keys().join(name).display());
            assert!(ended.stderr.contains(&line), "{line}: {ended:#?}");
        }
        ended.stderr
    };
    for key in fs::read_dir(data.keys()).unwrap() {
        fs::set_permissions(key.unwrap().path(), fs::Permissions::from_mode(0o644)).unwrap();
    }
    assert!(found("has mode 0644").contains("audit.key has mode 0644"));
    fs::remove_dir_all(data.keys()).unwrap();
    assert!(found("is missing\n").contains("not made with audit.key"));
    assert!(!data.keys().exists());
    assert_eq!(Server::start_on(&data, &[]).stop().code(), Some(0));
    let _ = data.run(&["check"]).well();
}

#[test]
fn a_list_that_nobody_reads_to_its_end_is_no_failure() {
    let data = Data::new(Engine::Sqlite);
    let _ = data.run_with(&["admin", "create", "--email", "ada@example.org", "--full-name", "Ada"], PASSWORD).well();
    for list in [&["account", "list"][..], &["settings", "show"], &["openapi"]] {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let mut command = data.command();
        let ended: Ended =
            command.args(list).stdout(writer).stderr(std::process::Stdio::piped()).output().unwrap().into();
        assert_eq!((ended.code, ended.stderr.as_str()), (Some(0), ""), "{list:?}");
    }
}
