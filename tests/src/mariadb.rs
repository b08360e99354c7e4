//! A MariaDB that a test may do anything to.

use std::io::{BufRead, BufReader};
use std::process::{Child, ChildStdin, Command, Stdio};

use crate::wait;

/// A server of one's own; gone when the test is over.
#[derive(Debug)]
pub struct OwnMariaDb {
    script: Child,
    /// The server lives as long as this is open.
    stdin: Option<ChildStdin>,
    url: String,
}

impl OwnMariaDb {
    /// Starts it, as the tests' own is started.
    pub fn start() -> Self {
        let mut script = Command::new(concat!(env!("CARGO_MANIFEST_DIR"), "/with-mariadb"))
            .args(["sh", "-c", "echo \"$SLOTKEEPER_TEST_MYSQL_URL\" && exec cat"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the script can be started");
        let stdin = script.stdin.take();
        let mut url = String::new();
        let mut stdout = BufReader::new(script.stdout.take().expect("standard output is a pipe"));
        stdout.read_line(&mut url).expect("the script says where the server is, or ends");
        let url = url.trim().to_owned();
        assert!(url.starts_with("mysql://"), "MariaDB did not start");
        Self { script, stdin, url }
    }

    /// Its address, without a database.
    pub fn url(&self) -> &str {
        &self.url
    }
}

impl Drop for OwnMariaDb {
    fn drop(&mut self) {
        drop(self.stdin.take());
        let _ = wait::until("MariaDB to end", || self.script.try_wait().transpose());
    }
}
