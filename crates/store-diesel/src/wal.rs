//! SQLite's log. A checkpoint moves it into the file, but it begins anew only when nobody reads in it: where somebody
//! always does, it would grow for as long as that lasts, and everything would become slower. So readers are waited for.

use std::fs;
use std::path::PathBuf;

use crate::connection::AnyConnection;

/// At which length readers are waited for: twice that at which it is moved into the file.
const BYTES_MAX: u64 = 64 << 20;

/// How much longer it becomes before they are waited for again, where somebody reads for too long.
const BYTES_UNTIL_NEXT: u64 = 32 << 20;

/// The log of a file.
pub(crate) struct Wal {
    path: PathBuf,
    due: u64,
}

impl Wal {
    /// That of the database with this path.
    pub(crate) fn of(database: &str) -> Self {
        Self { path: format!("{database}-wal").into(), due: BYTES_MAX }
    }

    /// Begins it anew where it has become too long; for the one who writes, between two transactions.
    pub(crate) fn shorten(&mut self, connection: &mut AnyConnection) {
        if self.bytes() < self.due {
            return;
        }
        if let Err(error) = connection.empty_log() {
            log::warn!("the log of SQLite cannot be emptied: {error}");
        }
        self.due = BYTES_MAX.max(self.bytes() + BYTES_UNTIL_NEXT);
    }

    fn bytes(&self) -> u64 {
        fs::metadata(&self.path).map_or(0, |file| file.len())
    }
}
