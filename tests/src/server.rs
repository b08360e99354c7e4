//! A server that runs while the test does.

use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, ExitStatus};
use std::sync::Arc;
use std::sync::atomic::{AtomicU16, Ordering};

use crate::client::Client;
use crate::data::Data;
use crate::engine::Engine;
use crate::{program, wait};

/// A process that answers requests.
#[derive(Debug)]
pub struct Server {
    child: Child,
    data: Arc<Data>,
    address: String,
    stdout: PathBuf,
    stderr: PathBuf,
}

impl Server {
    /// On new data.
    pub fn start(engine: Engine) -> Self {
        Self::start_on(&Data::new(engine), &[])
    }

    /// On new data, with settings: `("confirmation", "by_doctor")`.
    pub fn start_with(engine: Engine, settings: &[(&str, &str)]) -> Self {
        Self::start_on(&Data::new(engine), settings)
    }

    /// On data that may be there, with settings.
    pub fn start_on(data: &Arc<Data>, settings: &[(&str, &str)]) -> Self {
        Self::start_command(data, "serve", settings)
    }

    /// The same for another command that serves.
    pub fn start_command(data: &Arc<Data>, name: &str, settings: &[(&str, &str)]) -> Self {
        Self::start_program(&program::path(), data, name, settings)
    }

    /// The same for another version.
    pub fn start_program(program: &Path, data: &Arc<Data>, name: &str, settings: &[(&str, &str)]) -> Self {
        let (stdout, stdout_file) = data.fresh_file("stdout");
        let (stderr, stderr_file) = data.fresh_file("stderr");
        let mut command = data.command_of(program);
        command.arg(name).stdout(stdout_file).stderr(stderr_file);
        for (name, value) in settings {
            command.env(format!("SLOTKEEPER_{}", name.to_uppercase()), value);
        }
        let child = command.spawn().expect("the program can be started");
        let mut server = Self { child, data: Arc::clone(data), address: String::new(), stdout, stderr };
        server.address = wait::until("the server's address", || server.told_address());
        wait::until("the server to be ready", || server.is_ready().then_some(()));
        server
    }

    /// `127.0.0.1:` and the port.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// `http://` and the address.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// What it keeps.
    pub const fn data(&self) -> &Arc<Data> {
        &self.data
    }

    /// The number of its process.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// A client that nobody knows.
    pub fn client(&self) -> Client {
        Client::new(&self.url())
    }

    /// What it has written to standard output.
    pub fn stdout(&self) -> String {
        fs::read_to_string(&self.stdout).expect("the output can be read")
    }

    /// What it has written to standard error: its log.
    pub fn stderr(&self) -> String {
        fs::read_to_string(&self.stderr).expect("the log can be read")
    }

    /// Asks it to end, and does not wait.
    pub fn terminate(&self) {
        program::terminate(&self.child);
    }

    /// Whether it has ended, and how.
    pub fn ended(&mut self) -> Option<ExitStatus> {
        self.child.try_wait().expect("a child can be asked")
    }

    /// Asks it to end, waits until it has, and says how.
    pub fn stop(mut self) -> ExitStatus {
        self.terminate();
        wait::until("the server to end", || self.ended())
    }

    fn told_address(&mut self) -> Option<String> {
        let (stdout, log) = (self.stdout(), self.stderr());
        if let Some(status) = self.ended() {
            panic!("the server ended before it served: {status}\n{stdout}\n{log}");
        }
        let line = stdout.lines().find_map(|line| line.strip_prefix("listening on http://"))?;
        // A line is whole when another, or its end, has been written.
        stdout.contains(&format!("{line}\n")).then(|| line.to_owned())
    }

    /// Whether it says that it is ready.
    pub fn is_ready(&self) -> bool {
        self.client().at_root().try_get("/readyz").is_ok_and(|answer| answer.status == 200)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if matches!(self.child.try_wait(), Ok(None)) {
            let _ = self.child.kill();
            let _ = self.child.wait();
        }
        if std::thread::panicking() {
            eprintln!("the server's log:\n{}", fs::read_to_string(&self.stderr).unwrap_or_default());
        }
    }
}

/// An address on which nobody listens, below the ports that systems give to outgoing connections: a server that is
/// started on it can be started on it again.
pub fn free_address() -> String {
    static TRIED: AtomicU16 = AtomicU16::new(0);
    let process = std::process::id();
    let free = (0..u16::MAX).find_map(|_| {
        let tried = TRIED.fetch_add(1, Ordering::Relaxed);
        let port = 12_000 + (process.wrapping_mul(61) + u32::from(tried)) % 20_000;
        let address = format!("127.0.0.1:{port}");
        TcpListener::bind(&address).is_ok().then_some(address)
    });
    free.expect("some port is free")
}
