//! Files that hold a secret, made once and read ever after.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use thiserror::Error;

/// Nobody needs a longer key, and a wrong path may lead to a long file.
const KEY_BYTES_MAX: u64 = 64 * 1024;

/// Why there are no keys.
#[derive(Debug, Error)]
pub enum KeyError {
    /// There is no such file.
    #[error("key file {path} is missing")]
    Missing {
        /// Which.
        path: PathBuf,
    },
    /// The file or its folder cannot be read or made.
    #[error("key file {path}: {source}")]
    File {
        /// Which.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// Others than its owner may read or write the file.
    #[error("key file {path} has mode {mode:04o}, so others may read it: make a new key, or set mode 0600")]
    Exposed {
        /// Which.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// The file does not hold such a key.
    #[error("key file {path} does not hold {wanted}")]
    Malformed {
        /// Which.
        path: PathBuf,
        /// What it should hold.
        wanted: &'static str,
    },
    /// The system gave no random bytes.
    #[error("no random bytes for a new key: {0}")]
    NoRandomness(#[from] getrandom::Error),
}

/// What the file holds, or `fresh` where there is none yet.
///
/// Whoever comes first decides: of several starts at once all return the same bytes.
pub(crate) fn load_or_make(path: &Path, fresh: &[u8]) -> Result<Vec<u8>, KeyError> {
    let failed = |source| KeyError::File { path: path.to_owned(), source };
    match load(path) {
        Err(KeyError::Missing { .. }) => {
            make(path, fresh).map_err(failed)?;
            load(path)
        }
        loaded => loaded,
    }
}

/// Makes a folder that only its owner may enter; an existing one stays as it is.
pub(crate) fn make_folder(path: &Path) -> Result<(), KeyError> {
    let made = DirBuilder::new().recursive(true).mode(0o700).create(path);
    made.map_err(|source| KeyError::File { path: path.to_owned(), source })
}

/// What the file holds.
pub(crate) fn load(path: &Path) -> Result<Vec<u8>, KeyError> {
    let failed = |source: io::Error| {
        let path = path.to_owned();
        if source.kind() == io::ErrorKind::NotFound {
            KeyError::Missing { path }
        } else {
            KeyError::File { path, source }
        }
    };
    let file = File::open(path).map_err(failed)?;
    let mode = file.metadata().map_err(failed)?.permissions().mode() & 0o7777;
    if mode & 0o077 != 0 {
        return Err(KeyError::Exposed { path: path.to_owned(), mode });
    }
    let mut bytes = Vec::new();
    file.take(KEY_BYTES_MAX).read_to_end(&mut bytes).map_err(failed)?;
    Ok(bytes)
}

/// Writes the whole file under another name and links it to its own: it is there complete or not at all, and a link,
/// unlike a rename, never replaces what somebody else made meanwhile.
fn make(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let draft = path.with_extension(format!("{:016x}.new", getrandom::u64()?));
    let made = write_draft(&draft, bytes).and_then(|()| match fs::hard_link(&draft, path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        linked => linked,
    });
    match fs::remove_file(&draft) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return made.and(Err(error)),
        _ => made?,
    }
    path.parent().map_or(Ok(()), |folder| File::open(folder)?.sync_all())
}

/// Writes the whole file under another name and gives it its own, in place of what was there.
pub(crate) fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let draft = path.with_extension(format!("{:016x}.new", getrandom::u64()?));
    let replaced = write_draft(&draft, bytes).and_then(|()| fs::rename(&draft, path));
    if replaced.is_err() {
        let _ = fs::remove_file(&draft);
    }
    replaced?;
    path.parent().map_or(Ok(()), |folder| File::open(folder)?.sync_all())
}

fn write_draft(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_comes_first_decides() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.key");
        assert_eq!(load_or_make(&path, b"first").unwrap(), b"first");
        assert_eq!(load_or_make(&path, b"second").unwrap(), b"first");
        make(&path, b"third").unwrap();
        assert_eq!(load(&path).unwrap(), b"first");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "no draft stays behind");
    }

    #[test]
    fn a_file_that_others_may_read_is_refused_by_name_and_mode() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.key");
        load_or_make(&path, b"first").unwrap();
        for (mode, refused) in [(0o600, false), (0o400, false), (0o640, true), (0o604, true), (0o620, true)] {
            fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
            let loaded = load_or_make(&path, b"second");
            assert_eq!(matches!(loaded, Err(KeyError::Exposed { .. })), refused, "{mode:04o}: {loaded:?}");
        }
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
        let message = load(&path).unwrap_err().to_string();
        assert!(message.contains("a.key has mode 0644") && message.ends_with("set mode 0600"), "{message}");
    }

    #[test]
    fn a_folder_that_cannot_be_is_an_error_with_its_name() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        fs::write(&path, "").unwrap();
        assert!(make_folder(&path).unwrap_err().to_string().contains("file: "));
        assert!(matches!(load_or_make(&path.join("a.key"), b""), Err(KeyError::File { .. })));
    }
}
