//! Mail servers: a real one that others wrote, and one that stops answering when a test wants it to.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use tempfile::TempDir;

use crate::wait;

/// A port of this machine that nobody listens on now.
pub fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("there is a free port");
    listener.local_addr().expect("a listener has an address").port()
}

/// aiosmtpd, which keeps what it is given in a Maildir; it ends with the value.
#[derive(Debug)]
pub struct MailServer {
    child: Child,
    folder: TempDir,
}

impl MailServer {
    /// Starts it on this port.
    pub fn start(port: u16) -> Self {
        Self::start_with(port, &[])
    }

    /// Starts it on this port, with more on its command line.
    pub fn start_with(port: u16, arguments: &[&str]) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let python = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/python/bin/python");
        assert!(python.is_file(), "aiosmtpd is missing; make it with tests/install-missing");
        let child = Command::new(python)
            .args(["-m", "aiosmtpd", "--nosetuid", "--listen", &format!("127.0.0.1:{port}")])
            .args(arguments)
            .args(["--class", "aiosmtpd.handlers.Mailbox"])
            .arg(folder.path().join("mails"))
            .stdin(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("python can be started");
        wait::until("the mail server", || TcpStream::connect(("127.0.0.1", port)).ok());
        Self { child, folder }
    }

    /// The mails that have arrived, in no order.
    pub fn mails(&self) -> Vec<Vec<u8>> {
        let files = fs::read_dir(self.folder.path().join("mails/new")).into_iter().flatten();
        let paths: Vec<PathBuf> = files.filter_map(|file| file.ok().map(|file| file.path())).collect();
        paths.iter().map(|path| fs::read(path).expect("a mail can be read")).collect()
    }

    /// The mails, once there are so many.
    pub fn wait_for(&self, count: usize) -> Vec<Vec<u8>> {
        wait::until("the mails", || Some(self.mails()).filter(|mails| count <= mails.len()))
    }
}

impl Drop for MailServer {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A mail server that takes each mail and, for as long as it holds its breath, does not say so.
#[derive(Clone, Debug)]
pub struct BreathlessServer {
    port: u16,
    mails: Arc<Mutex<Vec<String>>>,
    holds: Arc<Mutex<bool>>,
}

impl BreathlessServer {
    /// Starts it, holding its breath; it ends with the test.
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("there is a free port");
        let port = listener.local_addr().expect("a listener has an address").port();
        let server = Self { port, mails: Arc::default(), holds: Arc::new(Mutex::new(true)) };
        let serving = server.clone();
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let serving = serving.clone();
                // A client that goes away in the middle is what the tests are about.
                thread::spawn(move || serving.talk(stream));
            }
        });
        server
    }

    /// Where it listens.
    pub fn url(&self) -> String {
        format!("smtp://127.0.0.1:{}", self.port)
    }

    /// The mails that were taken.
    pub fn mails(&self) -> Vec<String> {
        self.mails.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// From now on it says what it has taken.
    pub fn breathe(&self) {
        *self.holds.lock().unwrap_or_else(PoisonError::into_inner) = false;
    }

    fn talk(&self, stream: TcpStream) -> std::io::Result<()> {
        let mut answers = stream.try_clone()?;
        let mut say = |line: &str| answers.write_all(format!("{line}\r\n").as_bytes());
        let mut lines = BufReader::new(stream).lines();
        say("220 ready")?;
        while let Some(line) = lines.next().transpose()? {
            match line.split(' ').next().unwrap_or_default().to_uppercase().as_str() {
                "DATA" => {
                    say("354 go on")?;
                    let mail = lines.by_ref().map_while(Result::ok).take_while(|line| line != ".");
                    let mail = mail.collect::<Vec<_>>().join("\r\n");
                    self.mails.lock().unwrap_or_else(PoisonError::into_inner).push(mail);
                    if *self.holds.lock().unwrap_or_else(PoisonError::into_inner) {
                        // Until the client hangs up.
                        let _ = lines.next();
                        return Ok(());
                    }
                    say("250 taken")?;
                }
                "QUIT" => return say("221 bye"),
                _ => say("250 fine")?,
            }
        }
        Ok(())
    }
}
