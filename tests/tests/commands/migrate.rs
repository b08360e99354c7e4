//! Bringing a database up to date.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use acceptance::{Data, Engine, Server, on_each_engine};

on_each_engine!(
    a_new_database_is_migrated_once,
    check_tells_what_is_missing,
    a_database_of_a_later_program_is_refused_unless_that_only_added,
);

fn a_new_database_is_migrated_once(engine: Engine) {
    let data = Data::new(engine);
    let first = data.run(&["migrate"]).well();
    let names: Vec<&str> = first.stdout.lines().collect();
    assert!(3 <= names.len() && names.is_sorted(), "{first:#?}");
    let again = data.run(&["migrate"]).well();
    assert_eq!(again.stdout, "the database is up to date\n");
    let server = Server::start_on(&data, &[("migrate", "off")]);
    assert!(!server.stderr().contains("migrated"), "{}", server.stderr());
}

fn check_tells_what_is_missing(engine: Engine) {
    let data = Data::new(engine);
    // On SQLite this makes an empty file.
    data.execute("SELECT 1");
    data.make_private();
    let before = data.run(&["check"]);
    assert_eq!(before.code, Some(1), "{before:#?}");
    assert!(before.stderr.contains("migrations: ") && before.stderr.contains("is missing"), "{before:#?}");
    assert_eq!(Server::start_on(&data, &[]).stop().code(), Some(0));
    let after = data.run(&["check"]).well();
    assert!(!after.stdout.is_empty() && after.stderr.is_empty(), "{after:#?}");
}

fn a_database_of_a_later_program_is_refused_unless_that_only_added(engine: Engine) {
    let data = Data::new(engine);
    let _ = Server::start_on(&data, &[]).stop();
    data.execute("INSERT INTO __diesel_schema_migrations (version) VALUES ('20991231000001')");
    for name in ["serve", "check", "migrate", "demo"] {
        let ended = data.run(&[name]);
        assert_eq!(ended.code, Some(1), "{name}: {ended:#?}");
        assert!(ended.stderr.contains("does not know: 20991231000001"), "{name}: {ended:#?}");
    }
    data.execute("INSERT INTO additive_migrations (version) VALUES ('20991231000001')");
    let _ = data.run(&["check"]).well();
    let server = Server::start_on(&data, &[]);
    server.patient();
}

#[test]
fn a_database_that_others_may_read_is_refused_until_they_may_not() {
    let data = Data::new(Engine::Sqlite);
    let _ = Server::start_on(&data, &[]).stop();
    let file = data.database_file();
    for mode in [0o644, 0o640, 0o606] {
        fs::set_permissions(&file, fs::Permissions::from_mode(mode)).unwrap();
        for name in ["serve", "check"] {
            let ended = data.run(&[name]);
            assert_eq!(ended.code, Some(1), "{name}: {ended:#?}");
            assert!(ended.stderr.contains(&format!("(mode {mode:o})")), "{name}: {ended:#?}");
        }
    }
    data.make_private();
    let _ = data.run(&["check"]).well();
    let _ = Server::start_on(&data, &[]).stop();
}

#[test]
fn the_embedded_database_is_always_migrated() {
    let data = Data::new(Engine::Sqlite);
    let server = Server::start_on(&data, &[("migrate", "off")]);
    server.patient();
}

#[cfg(feature = "mysql")]
#[test]
fn a_shared_database_is_migrated_by_serve_only_where_that_is_wanted() {
    let data = Data::new(Engine::MariaDb);
    let mut command = data.command();
    command.arg("serve").env("SLOTKEEPER_MIGRATE", "off");
    let ended = acceptance::program::run(command, "");
    assert_eq!(ended.code, Some(1), "{ended:#?}");
    assert!(ended.stderr.contains("slotkeeper migrate"), "{ended:#?}");
    let _ = Server::start_on(&data, &[]).stop();
    let _ = Server::start_on(&data, &[("migrate", "off")]).stop();
}
