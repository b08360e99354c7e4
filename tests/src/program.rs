//! The binary and how it is called.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

/// Where the binary is: beside the folder of the test that is running.
pub fn path() -> PathBuf {
    let test = std::env::current_exe().expect("a running program has a path");
    let folder = test.parent().and_then(|deps| deps.parent()).expect("tests are two folders deep");
    let program = folder.join("slotkeeper");
    assert!(program.is_file(), "{} is missing; make it with `cargo build -p server --all-features`", program.display());
    program
}

/// The binary of an older version if `make test-upgrade` has built one, or else the same as [`path`].
pub fn older() -> PathBuf {
    std::env::var_os("SLOTKEEPER_TEST_OLDER").map_or_else(path, PathBuf::from)
}

/// The binary with an environment that holds nothing but what is added to it.
pub fn command() -> Command {
    command_of(&path())
}

/// The same of another version: an environment that holds nothing but what is added to it.
pub fn command_of(program: &Path) -> Command {
    let mut command = Command::new(program);
    command.env_clear().stdin(Stdio::null());
    command
}

/// How a command ended, and what it said.
#[derive(Clone, Debug)]
pub struct Ended {
    /// Its exit code; none when a signal ended it.
    pub code: Option<i32>,
    /// What it wrote to standard output.
    pub stdout: String,
    /// What it wrote to standard error.
    pub stderr: String,
}

impl Ended {
    /// The same, if it ended well.
    #[must_use]
    #[track_caller]
    pub fn well(self) -> Self {
        assert_eq!(self.code, Some(0), "{self:#?}");
        self
    }
}

impl From<Output> for Ended {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code(),
            stdout: String::from_utf8(output.stdout).expect("the program writes UTF-8"),
            stderr: String::from_utf8(output.stderr).expect("the program writes UTF-8"),
        }
    }
}

/// Runs a command to its end, with this as standard input.
pub fn run(mut command: Command, stdin: &str) -> Ended {
    let child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
    let mut child = child.expect("the program can be started");
    // One that does not want it may have closed it.
    let _ = child.stdin.take().expect("standard input is a pipe").write_all(stdin.as_bytes());
    child.wait_with_output().expect("a child can be waited for").into()
}

/// Asks a process that we started to end.
pub fn terminate(child: &Child) {
    let mut kill = Command::new("sh");
    kill.args(["-c", "kill -TERM \"$1\"", "kill", &child.id().to_string()]).stderr(Stdio::null());
    // It may have ended already; its number is ours until we have waited for it.
    let _ = kill.status();
}

/// Sends a signal to a process that is ours.
pub fn signal(signal: &str, pid: &str) {
    let status = Command::new("sh").args(["-c", "kill -s \"$1\" \"$2\"", "kill", signal, pid]).status();
    assert!(status.expect("a signal can be sent").success(), "SIG{signal} to {pid}");
}
