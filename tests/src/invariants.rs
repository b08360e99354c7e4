//! What must hold in the database after whatever has happened: in its rows, beside what clients were told, and for the
//! engine itself.
//!
//! It is asked in SQL that is not the program's own. The evidence must be of everybody who booked, moved or cancelled,
//! each time with an `Idempotency-Key` of their own; and nobody may be at work meanwhile.

mod engine;
mod rows;
mod told;

use std::fs;

use crate::data::Data;
use crate::evidence::{self, Exchange};
use crate::{program, wait};

/// Everything that is not as it must be, each with the number of the promise that is broken; nothing unless one is.
pub fn violations(data: &Data, exchanges: &[Exchange]) -> Vec<String> {
    // A machine with too much to do may keep it waiting.
    let checked = wait::until("the check to reach the database", || {
        Some(data.run(&["check"])).filter(|checked| !checked.stderr.contains("the store is unavailable"))
    });
    let found = if checked.code == Some(0) { String::new() } else { checked.stderr };
    let found = found.lines().map(|line| format!("check: {line}"));
    let stored = told::Stored::read(data);
    [rows::violations(data), stored.violations(exchanges), engine::violations(data), found.collect()].concat()
}

/// What was done for requests that nobody was answered; nothing after a server that ended as it was asked to.
pub fn untold(data: &Data, exchanges: &[Exchange]) -> Vec<String> {
    told::Stored::read(data).untold(exchanges)
}

/// How many requests had been done when they were asked again because no answer had come: the next one told it.
pub fn told_later(data: &Data, exchanges: &[Exchange]) -> usize {
    told::Stored::read(data).told_later(exchanges)
}

/// Asserts that nothing is broken. Evidence of what is, is kept beside the tests' program.
#[track_caller]
pub fn assert_whole(data: &Data, exchanges: &evidence::Evidence) {
    let found = violations(data, &exchanges.read());
    if !found.is_empty() {
        let name = data.folder().file_name().expect("a folder has a name").to_string_lossy().into_owned();
        let kept = program::path().with_file_name(format!("evidence{name}"));
        fs::copy(exchanges.path(), &kept).expect("the evidence can be kept");
        panic!("{} (the evidence is in {})", found.join("\n"), kept.display());
    }
}
