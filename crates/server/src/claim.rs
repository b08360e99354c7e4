//! One server serves a file.

use std::ffi::OsString;
use std::fs::{File, OpenOptions, TryLockError};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use crate::failure::Failure;

/// How long a server that was told to end, or killed, is waited for.
const ENDING_MAX: Duration = Duration::from_secs(1);

/// How often it is looked whether it has ended.
const PAUSE: Duration = Duration::from_millis(20);

/// Claims a database that is there, until the file that this returns is closed.
///
/// The file is beside the database, and locked; the system unlocks it when the server ends, however it does. It is not the
/// database itself: the locks that SQLite has on that are lost when this program closes another handle of it.
///
/// # Errors
/// `Served` when another server has it, by whatever name; `File` when a file cannot be opened or locked.
pub(crate) fn claim(database: &Path) -> Result<File, Failure> {
    let named = |path: &Path, source| Failure::File { path: path.to_owned(), source };
    let mut path: OsString = database.canonicalize().map_err(|error| named(database, error))?.into();
    path.push(".lock");
    let path = PathBuf::from(path);
    let opened = OpenOptions::new().write(true).create(true).truncate(false).mode(0o600).open(&path);
    let file = opened.map_err(|error| named(&path, error))?;
    let begun = Instant::now();
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(file),
            Err(TryLockError::WouldBlock) if begun.elapsed() < ENDING_MAX => thread::sleep(PAUSE),
            Err(TryLockError::WouldBlock) => return Err(Failure::Served(database.to_owned())),
            Err(TryLockError::Error(error)) => return Err(named(&path, error)),
        }
    }
}
