//! Libraries that come between a program and the system, from packages of Debian.

use std::fs;
use std::path::{Path, PathBuf};

/// What makes a program's writes wait for nobody, so that they are lost with the power: a disk that lies.
pub fn without_sync() -> Vec<(&'static str, String)> {
    vec![("LD_PRELOAD", library("libeatmydata.so", "eatmydata"))]
}

/// A clock that a program takes for the machine's.
#[derive(Debug)]
pub struct Clock {
    file: PathBuf,
}

impl Clock {
    /// One that is right, and kept in this folder.
    pub fn new(folder: &Path) -> Self {
        let clock = Self { file: folder.join("clock") };
        clock.set("+0");
        clock
    }

    /// Lets it jump: `-2d` and `+3h` are how far it is from the right time afterwards.
    pub fn set(&self, offset: &str) {
        let draft = self.file.with_extension("new");
        fs::write(&draft, format!("{offset}\n")).expect("the clock can be set");
        fs::rename(draft, &self.file).expect("the clock can be set");
    }

    /// What has a program look at it. The clocks that measure how long something takes stay right, as the system's do.
    pub fn environment(&self) -> Vec<(&'static str, String)> {
        let on = || "1".to_owned();
        vec![
            ("LD_PRELOAD", library("faketime/libfaketimeMT.so.1", "libfaketime")),
            ("FAKETIME_TIMESTAMP_FILE", self.file.display().to_string()),
            ("FAKETIME_NO_CACHE", on()),
            ("FAKETIME_DONT_FAKE_MONOTONIC", on()),
            ("NO_FAKE_STAT", on()),
        ]
    }
}

/// Where a library is: on Debian in a folder that is named after the machine.
fn library(name: &str, package: &str) -> String {
    let folders = fs::read_dir("/usr/lib").expect("libraries are in /usr/lib").flatten().map(|entry| entry.path());
    let found = folders.map(|folder| folder.join(name)).find(|path| path.is_file());
    let found = found.unwrap_or_else(|| panic!("there is no {name}: apt-get install {package}"));
    found.display().to_string()
}
