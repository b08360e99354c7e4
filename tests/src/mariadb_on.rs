//! A MariaDB on a folder that a test has chosen, which can be killed and started again.

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command};

use diesel::{Connection, MysqlConnection};

use crate::{program, wait};

/// A server of one's own.
#[derive(Debug)]
pub struct MariaDbOn {
    child: Child,
    folder: PathBuf,
    port: u16,
}

impl MariaDbOn {
    /// Starts it with these options on a folder, which is made.
    pub fn start(folder: &Path, options: &[&str]) -> Self {
        std::fs::create_dir_all(folder).expect("a folder can be made");
        let listener = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr());
        let port = listener.expect("there is a free port").port();
        let mut server = Self { child: spawn(folder, port, options), folder: folder.to_owned(), port };
        server.wait_until_ready();
        server
    }

    /// Starts it again on the same folder and port. It must have been killed.
    pub fn start_again(&mut self, options: &[&str]) {
        self.child = spawn(&self.folder, self.port, options);
        self.wait_until_ready();
    }

    /// Ends it without a word.
    pub fn kill(&mut self) {
        self.child.kill().expect("a child can be killed");
        self.child.wait().expect("a child can be waited for");
    }

    /// Its address, without a database.
    pub fn url(&self) -> String {
        format!("mysql://root@127.0.0.1:{}", self.port)
    }

    /// Whether it has ended, by itself or because it was killed.
    pub fn has_ended(&mut self) -> bool {
        self.child.try_wait().expect("a child can be asked").is_some()
    }

    fn wait_until_ready(&mut self) {
        let address = format!("{}/mysql", self.url());
        wait::until("MariaDB to be ready", || {
            assert!(!self.has_ended(), "MariaDB did not start: {}", self.log());
            MysqlConnection::establish(&address).ok()
        });
    }

    fn log(&self) -> String {
        std::fs::read_to_string(self.folder.join("server.log")).unwrap_or_default()
    }
}

impl Drop for MariaDbOn {
    fn drop(&mut self) {
        if !self.has_ended() {
            program::terminate(&self.child);
            let _ = self.child.wait();
        }
        if std::thread::panicking() {
            eprintln!("MariaDB's log:\n{}", self.log());
        }
    }
}

fn spawn(folder: &Path, port: u16, options: &[&str]) -> Child {
    Command::new(concat!(env!("CARGO_MANIFEST_DIR"), "/mariadb-on"))
        .arg(folder)
        .arg(port.to_string())
        .args(options)
        .spawn()
        .expect("the script can be started")
}
