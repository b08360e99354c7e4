//! A data folder with its keys, and a database: what outlives a server.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use tempfile::TempDir;

use crate::engine::{Database, Engine};
use crate::program::{self, Ended};

/// What a server keeps; gone when the test is over.
#[derive(Debug)]
pub struct Data {
    engine: Engine,
    database: Database,
    folder: TempDir,
    keys: PathBuf,
    environment: Vec<(&'static str, String)>,
}

impl Data {
    /// Empty.
    pub fn new(engine: Engine) -> Arc<Self> {
        Self::within(&std::env::temp_dir(), engine)
    }

    /// Empty, in a folder of its own within this one.
    pub fn within(parent: &Path, engine: Engine) -> Arc<Self> {
        let folder = tempfile::tempdir_in(parent).expect("a temporary folder can be made");
        let database = Database::new(engine, folder.path());
        Arc::new(Self::of(engine, database, folder))
    }

    /// The same, before anybody else has it; programs on it are started with these variables besides.
    #[must_use]
    pub fn with_environment(self: Arc<Self>, environment: Vec<(&'static str, String)>) -> Arc<Self> {
        let data = Arc::into_inner(self).expect("nobody else has it");
        Arc::new(Self { environment, ..data })
    }

    /// Empty, on this MariaDB.
    #[cfg(feature = "mysql")]
    pub fn on_mariadb(url: &str) -> Arc<Self> {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let database = Database::on_mariadb(url, folder.path());
        Arc::new(Self::of(Engine::MariaDb, database, folder))
    }

    /// What another node has: the same database on its own MariaDB, and the same keys.
    #[cfg(feature = "mysql")]
    pub fn on_node(&self, url: &str) -> Arc<Self> {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let database = self.database.on_node(url);
        Arc::new(Self { keys: self.keys(), ..Self::of(self.engine, database, folder) })
    }

    fn of(engine: Engine, database: Database, folder: TempDir) -> Self {
        let keys = folder.path().join("keys");
        Self { engine, database, folder, keys, environment: Vec::new() }
    }

    /// Which engine its database is of.
    pub const fn engine(&self) -> Engine {
        self.engine
    }

    /// The folder.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Where the keys are.
    pub fn keys(&self) -> PathBuf {
        self.keys.clone()
    }

    /// The address of the database.
    pub fn database_url(&self) -> String {
        self.database.url()
    }

    /// The file of the embedded database.
    pub fn database_file(&self) -> PathBuf {
        PathBuf::from(self.database_url().trim_start_matches("sqlite://"))
    }

    /// Takes everybody but the owner the right to read the database, where it is a file.
    pub fn make_private(&self) {
        if self.engine == Engine::Sqlite {
            let private = fs::Permissions::from_mode(0o600);
            fs::set_permissions(self.database_file(), private).expect("there is such a file");
        }
    }

    /// Runs statements behind the server's back.
    pub fn execute(&self, sql: &str) {
        self.database.execute(sql);
    }

    /// What a query tells in its column `told`, row by row, behind the server's back.
    pub fn ask(&self, sql: &str) -> Vec<String> {
        self.database.ask(sql)
    }

    /// Makes every slot and visit so many days older than it was, with its history, which the audit log did not tell so.
    pub fn let_days_pass(&self, days: u32) {
        let tables = [
            ("slots", vec!["starts_at", "ends_at"]),
            ("appointments", vec!["starts_at", "ends_at"]),
            ("appointment_changes", vec!["from_starts_at", "from_ends_at", "to_starts_at", "to_ends_at"]),
        ];
        for (table, columns) in tables {
            let earlier: Vec<String> =
                columns.iter().map(|column| format!("{column} = {}", self.engine.days_before(column, days))).collect();
            self.execute(&format!("UPDATE {table} SET {}", earlier.join(", ")));
        }
    }

    /// What `check` finds, but for what tests have changed behind the log's back: histories in which days were let pass, and
    /// accounts that were made to wait.
    pub fn findings_but_for_ours(&self) -> Vec<String> {
        let checked = self.run(&["check"]);
        let waiting = self.ask("SELECT HEX(id) AS told FROM accounts WHERE status = 'waiting'");
        let is_ours = |line: &&str| {
            let id = line.split(' ').find(|word| word.len() == 36).unwrap_or_default().replace('-', "").to_uppercase();
            *line == "slotkeeper: the check found:"
                || line.starts_with("audit: the history of appointment ")
                || line.starts_with("audit: role, status or password of account ") && waiting.contains(&id)
        };
        checked.stderr.lines().filter(|line| !is_ours(line)).map(str::to_owned).collect()
    }

    /// The binary on this data, ready to be given arguments.
    pub fn command(&self) -> Command {
        self.command_of(&program::path())
    }

    /// The same, of this version.
    pub fn command_of(&self, program: &Path) -> Command {
        let mut command = program::command_of(program);
        command
            .current_dir(self.folder())
            .env("SLOTKEEPER_DATA_DIR", self.folder())
            .env("SLOTKEEPER_KEYS_DIR", self.keys())
            .env("SLOTKEEPER_DATABASE_URL", self.database_url())
            .env("SLOTKEEPER_BIND", "127.0.0.1:0")
            .env("SLOTKEEPER_BCRYPT_COST", "4")
            .env("SLOTKEEPER_RATE_LIMIT", "off");
        command.envs(self.environment.iter().cloned());
        if self.certificate().is_file() {
            command.env("SSL_CERT_FILE", self.certificate());
        }
        command
    }

    /// A certificate that the server trusts, and nothing else, if it is there (PEM).
    pub fn certificate(&self) -> PathBuf {
        self.folder().join("trusted.pem")
    }

    /// Runs a command on this data to its end.
    pub fn run(&self, arguments: &[&str]) -> Ended {
        self.run_with(arguments, "")
    }

    /// The same, with this as standard input.
    pub fn run_with(&self, arguments: &[&str], stdin: &str) -> Ended {
        let mut command = self.command();
        command.args(arguments);
        program::run(command, stdin)
    }

    /// A file in the folder that nobody has used.
    pub(crate) fn fresh_file(&self, name: &str) -> (PathBuf, fs::File) {
        for number in 1.. {
            let path = self.folder().join(format!("{name}.{number}"));
            if let Ok(file) = fs::File::create_new(&path) {
                return (path, file);
            }
        }
        unreachable!("there are more numbers than files")
    }
}
