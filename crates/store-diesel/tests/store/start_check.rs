//! The check at start.

#[test]
#[cfg(feature = "sqlite")]
fn sqlite_as_we_open_it_has_no_weakness() {
    assert_eq!(crate::scratch::sqlite().database.weaknesses(), Ok(vec![]));
}

#[test]
#[cfg(feature = "mysql")]
fn a_durable_mariadb_has_no_weakness() {
    assert_eq!(crate::scratch::mysql().database.weaknesses(), Ok(vec![]));
}

#[test]
#[cfg(feature = "mysql")]
fn a_mariadb_that_may_lose_commits_is_reported() {
    let server = weak::Server::start(&["--innodb-flush-log-at-trx-commit=2", "--log-bin=log", "--sync-binlog=0"]);
    let reported: Vec<_> = server.database().weaknesses().unwrap().iter().map(ToString::to_string).collect();
    assert_eq!(
        reported,
        [
            "innodb_flush_log_at_trx_commit is \"2\", and should be 1",
            "sync_binlog is \"0\", and should be 1 where a binlog is on",
        ]
    );
}

/// A server of one's own: what is weak about it holds for the whole server, and other tests use the shared one.
#[cfg(feature = "mysql")]
mod weak {
    use std::io::{BufRead, BufReader, Read};
    use std::net::TcpListener;
    use std::os::unix::fs::MetadataExt;
    use std::process::{Child, ChildStderr, Command, Stdio};

    use store_diesel::Database;
    use tempfile::TempDir;

    /// Where Debian keeps servers, beside where everyone looks.
    const FOLDERS: [&str; 4] = ["/usr/sbin", "/usr/local/sbin", "/usr/bin", "/usr/local/bin"];

    pub(crate) struct Server {
        process: Child,
        port: u16,
        _log: BufReader<ChildStderr>,
        _folder: TempDir,
    }

    impl Server {
        pub(crate) fn start(options: &[&str]) -> Self {
            let folder = tempfile::tempdir().unwrap();
            let data = format!("--datadir={}/data", folder.path().display());
            let as_root = if folder.path().metadata().unwrap().uid() == 0 { &["--user=root"][..] } else { &[] };
            let installed = program("mariadb-install-db")
                .args(["--no-defaults", &data, "--auth-root-authentication-method=normal", "--skip-test-db"])
                .args(as_root)
                .status();
            assert!(installed.unwrap().success());

            let port = TcpListener::bind(("127.0.0.1", 0)).and_then(|listener| listener.local_addr()).unwrap().port();
            let mut process = program("mariadbd")
                .args(["--no-defaults", &data, "--bind-address=127.0.0.1", "--innodb-buffer-pool-size=16M"])
                .args([format!("--port={port}"), format!("--socket={}/socket", folder.path().display())])
                .args(as_root)
                .args(options)
                .stderr(Stdio::piped())
                .spawn()
                .unwrap();
            let mut log = BufReader::new(process.stderr.take().unwrap());
            let ready = log.by_ref().lines().map_while(Result::ok).any(|line| line.contains("ready for connections"));
            assert!(ready, "the server ended before it was ready");
            Self { process, port, _log: log, _folder: folder }
        }

        pub(crate) fn database(&self) -> Database {
            Database::open(&format!("mysql://root@127.0.0.1:{}/mysql", self.port), 1, testkit::time_zones()).unwrap()
        }
    }

    impl Drop for Server {
        fn drop(&mut self) {
            self.process.kill().unwrap();
            self.process.wait().unwrap();
        }
    }

    fn program(name: &str) -> Command {
        let path = FOLDERS.iter().map(|folder| format!("{folder}/{name}")).find(|path| std::fs::exists(path).unwrap());
        let mut command = Command::new(path.unwrap_or_else(|| name.to_owned()));
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        command
    }
}
