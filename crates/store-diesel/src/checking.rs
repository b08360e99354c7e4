//! The check at start: does the database keep what it is told, and does it compare as the rules assume?

use std::collections::BTreeMap;
use std::fmt;

use kernel::StoreError;

use crate::database::Database;

/// The oldest SQLite that is trusted; before it a crash at the wrong moment could damage a file in WAL mode.
const SQLITE_VERSION_MIN: [u32; 3] = [3, 51, 3];

/// A setting with which an answered change may be lost, or a rule may fail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Weakness {
    /// What the engine calls it.
    pub name: String,
    /// What it is; empty when the engine does not tell.
    pub found: String,
    /// What it should be.
    pub wanted: String,
}

impl fmt::Display for Weakness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} is {:?}, and should be {}", self.name, self.found, self.wanted)
    }
}

impl Database {
    /// Everything in the settings of server and session that is weaker than the promises need.
    ///
    /// # Errors
    /// `Unavailable` when there is no connection; `Failed` when the database does not tell its settings.
    pub fn weaknesses(&self) -> Result<Vec<Weakness>, StoreError> {
        self.ask(|connection| {
            let settings = Settings(connection.settings()?);
            Ok(if connection.is_sqlite() { settings.of_sqlite() } else { settings.of_mysql() })
        })
    }
}

struct Settings(BTreeMap<String, String>);

impl Settings {
    fn of_sqlite(&self) -> Vec<Weakness> {
        let [major, minor, patch] = SQLITE_VERSION_MIN;
        let version = self.weakness("sqlite_version", &format!("{major}.{minor}.{patch} or later"), is_recent);
        let others = [
            self.weakness("synchronous", "2 (FULL) or 3", |found| matches!(found, "2" | "3")),
            self.weakness("journal_mode", "wal", |found| found == "wal"),
            self.weakness("foreign_keys", "1", |found| found == "1"),
        ];
        version.into_iter().chain(others.into_iter().flatten()).collect()
    }

    fn of_mysql(&self) -> Vec<Weakness> {
        let mut found = vec![
            self.weakness("innodb_flush_log_at_trx_commit", "1", |found| found == "1"),
            self.weakness("sql_mode", "strict", |found| {
                found.split(',').any(|mode| matches!(mode, "STRICT_ALL_TABLES" | "STRICT_TRANS_TABLES"))
            }),
            self.weakness("character_set_client", "utf8mb4", |found| found == "utf8mb4"),
            self.weakness("character_set_connection", "utf8mb4", |found| found == "utf8mb4"),
            self.weakness("character_set_results", "utf8mb4", |found| found == "utf8mb4"),
            self.weakness("time_zone", "+00:00", |found| found == "+00:00"),
            self.weakness("foreign_key_checks", "ON", |found| found == "ON"),
            self.weakness("unique_checks", "ON", |found| found == "ON"),
            self.weakness("autocommit", "ON", |found| found == "ON"),
            // MariaDB and MySQL do not call it the same.
            self.weakness(self.first_of("transaction_isolation", "tx_isolation"), "READ-COMMITTED", |found| {
                found == "READ-COMMITTED"
            }),
        ];
        if self.0.get("log_bin").is_some_and(|found| found == "ON") {
            found.push(self.weakness("sync_binlog", "1 where a binlog is on", |found| found == "1"));
        }
        if self.0.contains_key("wsrep_sync_wait") {
            found.push(self.weakness("wsrep_sync_wait", "1", |found| matches!(found, "1" | "3" | "5" | "7" | "15")));
        }
        found.into_iter().flatten().collect()
    }

    fn first_of(&self, one: &'static str, other: &'static str) -> &'static str {
        if self.0.contains_key(one) { one } else { other }
    }

    fn weakness(&self, name: &str, wanted: &str, is_fine: impl FnOnce(&str) -> bool) -> Option<Weakness> {
        let found = self.0.get(name).map_or("", String::as_str);
        (!is_fine(found)).then(|| Weakness {
            name: name.to_owned(),
            found: found.to_owned(),
            wanted: wanted.to_owned(),
        })
    }
}

fn is_recent(version: &str) -> bool {
    let numbers: Option<Vec<u32>> = version.split('.').map(|number| number.parse().ok()).collect();
    numbers.is_some_and(|numbers| SQLITE_VERSION_MIN.as_slice() <= numbers.as_slice())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(pairs: &[(&str, &str)]) -> Settings {
        Settings(pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect())
    }

    fn names(weaknesses: &[Weakness]) -> Vec<&str> {
        weaknesses.iter().map(|weakness| weakness.name.as_str()).collect()
    }

    const SQLITE: [(&str, &str); 4] =
        [("sqlite_version", "3.51.3"), ("synchronous", "2"), ("journal_mode", "wal"), ("foreign_keys", "1")];

    const MARIADB: [(&str, &str); 13] = [
        ("innodb_flush_log_at_trx_commit", "1"),
        ("log_bin", "ON"),
        ("sync_binlog", "1"),
        ("tx_isolation", "READ-COMMITTED"),
        ("sql_mode", "STRICT_ALL_TABLES,NO_ZERO_DATE"),
        ("character_set_client", "utf8mb4"),
        ("character_set_connection", "utf8mb4"),
        ("character_set_results", "utf8mb4"),
        ("time_zone", "+00:00"),
        ("foreign_key_checks", "ON"),
        ("unique_checks", "ON"),
        ("autocommit", "ON"),
        ("wsrep_sync_wait", "1"),
    ];

    fn with<const N: usize>(base: [(&'static str, &'static str); N], name: &str, value: &'static str) -> Settings {
        settings(&base.map(|(key, old)| (key, if key == name { value } else { old })))
    }

    #[test]
    fn settings_that_keep_every_promise_have_no_weakness() {
        assert_eq!(settings(&SQLITE).of_sqlite(), []);
        assert_eq!(settings(&MARIADB).of_mysql(), []);
    }

    #[test]
    fn each_weaker_setting_is_named() {
        for (name, value) in
            [("sqlite_version", "3.51.2"), ("synchronous", "1"), ("journal_mode", "delete"), ("foreign_keys", "0")]
        {
            assert_eq!(names(&with(SQLITE, name, value).of_sqlite()), [name]);
        }
        for (name, value) in [
            ("innodb_flush_log_at_trx_commit", "2"),
            ("sync_binlog", "0"),
            ("tx_isolation", "REPEATABLE-READ"),
            ("sql_mode", "NO_ZERO_DATE"),
            ("character_set_client", "latin1"),
            ("time_zone", "SYSTEM"),
            ("foreign_key_checks", "OFF"),
            ("wsrep_sync_wait", "0"),
        ] {
            assert_eq!(names(&with(MARIADB, name, value).of_mysql()), [name]);
        }
    }

    #[test]
    fn the_binlog_matters_only_where_there_is_one() {
        let mut without = with(MARIADB, "log_bin", "OFF");
        without.0.insert("sync_binlog".to_owned(), "0".to_owned());
        assert_eq!(without.of_mysql(), []);
    }

    #[test]
    fn a_setting_that_is_not_told_is_weak() {
        assert_eq!(
            names(&settings(&[]).of_sqlite()),
            ["sqlite_version", "synchronous", "journal_mode", "foreign_keys"]
        );
    }

    #[test]
    fn versions_are_compared_as_numbers() {
        assert!(is_recent("3.51.3") && is_recent("3.100.0") && is_recent("4.0.0"));
        assert!(!is_recent("3.51.2") && !is_recent("3.9.9") && !is_recent("three"));
    }
}
