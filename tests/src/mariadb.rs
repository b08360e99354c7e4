//! A MariaDB that a test may do anything to.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, Command, Stdio};

use diesel::Connection;

use crate::{program, wait};

/// A server of one's own; gone when the test is over.
#[derive(Debug)]
pub struct OwnMariaDb {
    script: Child,
    /// The server lives as long as this is open.
    stdin: Option<ChildStdin>,
    url: String,
    folder: PathBuf,
}

impl OwnMariaDb {
    /// Starts it, as the tests' own is started.
    pub fn start() -> Self {
        let mut script = Command::new(concat!(env!("CARGO_MANIFEST_DIR"), "/with-mariadb"))
            .args(["sh", "-c", "echo \"$SLOTKEEPER_TEST_MYSQL_URL $SLOTKEEPER_TEST_MYSQL_DIR\" && exec cat"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the script can be started");
        let stdin = script.stdin.take();
        let mut told = String::new();
        let mut stdout = BufReader::new(script.stdout.take().expect("standard output is a pipe"));
        stdout.read_line(&mut told).expect("the script says where the server is, or ends");
        let (url, folder) = told.trim().split_once(' ').expect("MariaDB has started");
        Self { script, stdin, url: url.to_owned(), folder: folder.into() }
    }

    /// Its address, without a database.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Ends it without a word, and waits until it is gone.
    pub fn kill(&self) {
        self.signal("KILL");
        wait::until("MariaDB to be gone", || (!self.is_there()).then_some(()));
    }

    /// Starts it again.
    pub fn start_again(&self) {
        program::signal("USR1", &self.script.id().to_string());
    }

    /// Stops it where it is.
    pub fn pause(&self) {
        self.signal("STOP");
    }

    /// Lets it go on.
    pub fn resume(&self) {
        self.signal("CONT");
    }

    /// Waits until it lets somebody in.
    pub fn wait_until_ready(&self) {
        let url = format!("{}/mysql", self.url);
        wait::until("MariaDB to be ready", || diesel::MysqlConnection::establish(&url).ok());
    }

    fn signal(&self, signal: &str) {
        program::signal(signal, &self.pid());
    }

    fn pid(&self) -> String {
        let pid = fs::read_to_string(self.folder.join("pid")).expect("a server says which process it is");
        pid.trim().to_owned()
    }

    /// A process that has ended has no memory, also while nobody has asked how it ended.
    fn is_there(&self) -> bool {
        fs::read(format!("/proc/{}/cmdline", self.pid())).is_ok_and(|command| !command.is_empty())
    }
}

impl Drop for OwnMariaDb {
    fn drop(&mut self) {
        drop(self.stdin.take());
        let _ = wait::until("MariaDB to end", || self.script.try_wait().transpose());
    }
}
