//! What is kept of the audit log beside the keys: the key of its seals, and its end.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use hmac::Mac;
use sha2::{Digest, Sha256};

use crate::KeyError;
use crate::key_file::{load, load_or_make, make_folder, replace};
use crate::keys::{key_of, keyed, random_bytes};

const SEAL_FILE: &str = "audit.key";

/// The secret that authenticates the seals of the audit log. It is never printed, and never exchanged.
#[derive(Clone)]
pub struct SealKey([u8; 32]);

impl SealKey {
    /// Reads the key from a folder; makes the folder and the key, mode 0600, where there is none yet.
    ///
    /// # Errors
    /// When the file cannot be read or made, when others than its owner may read it, when it holds no such key, or when
    /// there is no randomness for a new one.
    pub fn load_or_make(dir: &Path) -> Result<Self, KeyError> {
        make_folder(dir)?;
        let path = dir.join(SEAL_FILE);
        key_of(&path, load_or_make(&path, &random_bytes()?)?).map(Self)
    }

    /// Reads the key from a folder, if it is there; makes nothing.
    ///
    /// # Errors
    /// When the file cannot be read, when others than its owner may read it, or when it holds no such key.
    pub fn load(dir: &Path) -> Result<Option<Self>, KeyError> {
        let path = dir.join(SEAL_FILE);
        match load(&path) {
            Err(KeyError::Missing { .. }) => Ok(None),
            loaded => key_of(&path, loaded?).map(|key| Some(Self(key))),
        }
    }

    /// HMAC-SHA-256 of a seal's number, 8 bytes with the greatest first, and its hash.
    pub fn mac(&self, seq: u64, hash: &[u8; 32]) -> [u8; 32] {
        keyed(&self.0).chain_update(seq.to_be_bytes()).chain_update(hash).finalize().into_bytes().into()
    }
}

/// A line about one database in a file beside the keys.
#[derive(Clone, Debug)]
pub struct HeadFile(PathBuf);

impl HeadFile {
    /// The file for the database of this name; another database has another.
    pub fn of(dir: &Path, database: &str) -> Self {
        let name = Sha256::digest(database).iter().take(8).fold(0_u64, |name, byte| name << 8 | u64::from(*byte));
        Self(dir.join(format!("audit-{name:016x}.head")))
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// What it holds; nothing where it is not there.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn read(&self) -> io::Result<Option<String>> {
        match fs::read_to_string(&self.0) {
            Ok(line) => Ok(Some(line)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Puts this there instead, whole or not at all.
    ///
    /// # Errors
    /// When it cannot be written; what it held before stands.
    pub fn write(&self, line: &str) -> io::Result<()> {
        replace(&self.0, format!("{line}\n").as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seal_key_is_made_once_and_tells_seals_apart() {
        let folder = tempfile::tempdir().unwrap();
        assert!(SealKey::load(folder.path()).unwrap().is_none());
        let key = SealKey::load_or_make(folder.path()).unwrap();
        let again = SealKey::load(folder.path()).unwrap().unwrap();
        assert_eq!(key.mac(7, &[1; 32]), again.mac(7, &[1; 32]));
        assert_ne!(key.mac(7, &[1; 32]), key.mac(8, &[1; 32]));
        assert_ne!(key.mac(7, &[1; 32]), key.mac(7, &[2; 32]));
        let other = tempfile::tempdir().unwrap();
        assert_ne!(key.mac(7, &[1; 32]), SealKey::load_or_make(other.path()).unwrap().mac(7, &[1; 32]));
        fs::write(folder.path().join(SEAL_FILE), "short").unwrap();
        assert!(matches!(SealKey::load(folder.path()), Err(KeyError::Malformed { .. })));
    }

    #[test]
    fn each_database_has_a_line_of_its_own_which_is_replaced_whole() {
        let folder = tempfile::tempdir().unwrap();
        let [one, other] = ["/data/one.db", "/data/other.db"].map(|database| HeadFile::of(folder.path(), database));
        assert_eq!(one.read().unwrap(), None);
        one.write("first").unwrap();
        one.write("second").unwrap();
        assert_eq!(HeadFile::of(folder.path(), "/data/one.db").read().unwrap().as_deref(), Some("second\n"));
        assert_eq!(other.read().unwrap(), None);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "no draft stays behind");
    }
}
