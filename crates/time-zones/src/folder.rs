//! Folders of compiled time zones, as `zic` makes them.

use std::borrow::Cow;
use std::fs;
use std::path::Path;

use crate::{Files, LoadError};

/// How deep names go: `America/Argentina/Buenos_Aires`.
const DEPTH_MAX: usize = 3;

/// The largest file that is read; no zone has a tenth of it.
const BYTES_MAX: u64 = 64 * 1024;

/// What is in the folder and no zone: the same zones with leap seconds, or once more, and what this machine uses.
const NOT_ZONES: [&str; 4] = ["posix", "right", "posixrules", "localtime"];

/// The release in a folder, such as `2026f`.
///
/// # Errors
/// `Unversioned`.
pub(crate) fn version(folder: &Path) -> Result<String, LoadError> {
    let texts = ["+VERSION", "version", "tzdata.zi"].into_iter().filter_map(|name| fs::read(folder.join(name)).ok());
    let of_text = |text: Vec<u8>| {
        let first_line = String::from_utf8_lossy(text.split(|byte| *byte == b'\n').next()?).into_owned();
        first_line.split_whitespace().find_map(release)
    };
    texts.into_iter().find_map(of_text).ok_or_else(|| LoadError::Unversioned { path: folder.to_owned() })
}

/// Reads `2026f`, and `2026f` of `2026f-0ubuntu1`.
fn release(word: &str) -> Option<String> {
    let year = word.get(..4).filter(|year| year.bytes().all(|byte| byte.is_ascii_digit()))?;
    let letters: String = word.get(4..)?.chars().take_while(char::is_ascii_lowercase).collect();
    (!letters.is_empty()).then(|| format!("{year}{letters}"))
}

/// Every zone in a folder.
///
/// # Errors
/// `Unreadable`, `Empty`.
pub(crate) fn zones(folder: &Path) -> Result<Files, LoadError> {
    let mut found = Files::new();
    walk(folder, "", DEPTH_MAX, &mut found)?;
    if found.is_empty() { Err(LoadError::Empty { path: folder.to_owned() }) } else { Ok(found) }
}

fn walk(folder: &Path, prefix: &str, depth: usize, found: &mut Files) -> Result<(), LoadError> {
    let unreadable = |error| LoadError::Unreadable { path: folder.to_owned(), error };
    for entry in fs::read_dir(folder).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        let Some(base) = path.file_name().and_then(|name| name.to_str()).filter(|name| !NOT_ZONES.contains(name))
        else {
            continue;
        };
        let name = format!("{prefix}{base}");
        let unreadable = |error| LoadError::Unreadable { path: path.clone(), error };
        let about = fs::metadata(&path).map_err(unreadable)?;
        if about.is_dir() && 1 < depth {
            walk(&path, &format!("{name}/"), depth - 1, found)?;
        } else if about.is_file() && about.len() <= BYTES_MAX {
            let data = fs::read(&path).map_err(unreadable)?;
            if data.starts_with(b"TZif") {
                found.insert(name, Cow::Owned(data));
            }
        }
    }
    Ok(())
}
