//! Opening, migrating, asking.

use kernel::StoreError;
use store_diesel::Database;

use crate::scratch::Scratch;

fn migrations_run_once(scratch: &Scratch) {
    assert_eq!(scratch.database.pending_migrations(), Ok(vec![]));
    assert_eq!(scratch.database.migrate(), Ok(vec![]));
    assert_eq!(scratch.database.ping(), Ok(()));
    assert_eq!(scratch.database.violations(), Ok(vec![]));
}

#[cfg(feature = "sqlite")]
mod sqlite {
    use super::*;
    use crate::scratch::sqlite;

    #[test]
    fn migrations_run_once_on_sqlite() {
        migrations_run_once(&sqlite());
    }

    #[test]
    fn a_new_file_has_every_migration_pending() {
        let folder = tempfile::tempdir().unwrap();
        let database =
            Database::open(&format!("sqlite://{}/a/b/c.db", folder.path().display()), 2, testkit::time_zones())
                .unwrap();
        let pending = database.pending_migrations().unwrap();
        assert_eq!(pending.first().map(String::as_str), Some("2026-11-20-000001_clinic"));
        assert_eq!(database.migrate(), Ok(pending));
    }

    #[test]
    fn nobody_else_can_enter_a_new_folder_or_read_a_new_file_or_its_log() {
        use std::os::unix::fs::PermissionsExt;
        use std::path::Path;

        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("new").join("book.db");
        let database = Database::open(&format!("sqlite://{}", path.display()), 1, testkit::time_zones()).unwrap();
        database.migrate().unwrap();
        let mode = |path: &Path| path.metadata().unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(path.parent().unwrap()), 0o700);
        for file in std::fs::read_dir(path.parent().unwrap()).unwrap() {
            let file = file.unwrap().path();
            assert_eq!(mode(&file), 0o600, "{file:?}");
        }
    }

    #[test]
    fn a_file_that_is_not_a_database_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("notes.txt");
        std::fs::write(&path, "these are notes, and not a database of any kind".repeat(50)).unwrap();
        let opened = Database::open(&format!("sqlite://{}", path.display()), 1, testkit::time_zones()).map(|_| ());
        assert!(matches!(opened, Err(StoreError::Unavailable { .. })), "{opened:?}");
    }
}

#[cfg(feature = "mysql")]
mod mariadb {
    use super::*;
    use crate::scratch::mysql;

    #[test]
    fn migrations_run_once_on_mariadb() {
        migrations_run_once(&mysql());
    }

    #[test]
    fn a_server_that_is_not_there_is_unavailable() {
        let opened = Database::open("mysql://root@127.0.0.1:1/nothing", 1, testkit::time_zones()).map(|_| ());
        assert!(matches!(opened, Err(StoreError::Unavailable { .. })), "{opened:?}");
    }
}
