//! The check at start.

#[cfg(feature = "sqlite")]
use crate::scratch::sqlite;

#[test]
#[cfg(feature = "sqlite")]
fn sqlite_as_we_open_it_has_no_weakness() {
    assert_eq!(sqlite().database.weaknesses(), Ok(vec![]));
}

#[cfg(feature = "mysql")]
mod mariadb {
    use crate::scratch::{Scratch, mysql};

    /// One test, because the setting is the whole server's while it lasts.
    #[test]
    fn a_server_that_may_lose_commits_is_reported() {
        let scratch = mysql();
        assert_eq!(scratch.database.weaknesses(), Ok(vec![]));

        let restored = Restored(&scratch);
        restored.set(2);
        let reported: Vec<_> = scratch.database.weaknesses().unwrap().iter().map(ToString::to_string).collect();
        assert_eq!(reported, ["innodb_flush_log_at_trx_commit is \"2\", and should be 1"]);
    }

    /// Sets the server back, also when the test fails.
    struct Restored<'a>(&'a Scratch);

    impl Restored<'_> {
        fn set(&self, value: u8) {
            self.0.on_server(&format!("SET GLOBAL innodb_flush_log_at_trx_commit = {value}"));
        }
    }

    impl Drop for Restored<'_> {
        fn drop(&mut self) {
            self.set(1);
        }
    }
}
