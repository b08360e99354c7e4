//! Copies of a database.

use diesel::dsl::sql;
use diesel::sql_types::Text;
use diesel::{Connection, RunQueryDsl, SqliteConnection};
use kernel::{StoreError, Zone};
use std::fs;
use std::os::unix::fs::PermissionsExt;
use store_diesel::Database;
use testkit::Clinic;

use crate::scratch;

#[track_caller]
fn refused(database: &Database, file: &std::path::Path) -> String {
    let error = database.back_up(file).unwrap_err();
    assert!(matches!(error, StoreError::Failed { .. }), "{error:?}");
    error.to_string()
}

#[test]
fn a_copy_has_what_the_database_has_and_is_its_owners_alone() {
    let scratch = scratch::sqlite();
    Clinic::open(&scratch.shared(), Zone::UTC).patient("Ada");
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("copy.db");
    scratch.database.back_up(&file).unwrap();
    assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);

    let copy = Database::open(&format!("sqlite://{}", file.display()), 1, testkit::time_zones()).unwrap();
    assert_eq!(copy.pending_migrations().unwrap(), [""; 0]);
    let names = "SELECT full_name FROM accounts";
    let mut connection = SqliteConnection::establish(file.to_str().unwrap()).unwrap();
    assert_eq!(sql::<Text>(names).load::<String>(&mut connection).unwrap(), ["Ada"]);
}

#[test]
fn a_file_that_is_there_is_not_touched() {
    let scratch = scratch::sqlite();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("letter.txt");
    for content in ["", "Dear Ada"] {
        fs::write(&file, content).unwrap();
        assert!(refused(&scratch.database, &file).contains("letter.txt"));
        assert_eq!(fs::read_to_string(&file).unwrap(), content);
    }
}

#[test]
fn what_cannot_be_copied_leaves_nothing_behind() {
    let folder = tempfile::tempdir().unwrap();
    let empty =
        Database::open(&format!("sqlite://{}/empty.db", folder.path().display()), 1, testkit::time_zones()).unwrap();
    let file = folder.path().join("copy.db");
    assert!(refused(&empty, &file).contains("no such table"));
    assert!(!file.exists());
    let scratch = scratch::sqlite();
    assert!(refused(&scratch.database, &folder.path().join("nowhere/copy.db")).contains("No such file"));
}
