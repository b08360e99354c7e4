//! Figures of runs that are too long for every day, kept in the pages under docs/proof.

use std::io::Write;
use std::path::Path;
use std::process::Command;
use std::{env, fs};

use crate::evidence;

/// Prints what was measured; where this is a run of a make target, it becomes the last row of the page's table.
pub fn report(page: &str, what: &str, figures: &str) {
    println!("{what}: {figures}");
    if asked_rounds().is_none() {
        return;
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the tests are in a folder of the project");
    let git = Command::new("git").args(["rev-parse", "--short", "HEAD"]).current_dir(root).output();
    let commit =
        git.map_or_else(|_| "unknown".to_owned(), |git| String::from_utf8_lossy(&git.stdout).trim().to_owned());
    let row = format!("| {} | {commit} | {what} | {figures} |\n", evidence::moment().date_naive());
    let path = root.join("docs/proof").join(page);
    let page = fs::File::options().append(true).open(&path);
    let mut page = page.unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    page.write_all(row.as_bytes()).expect("a row can be added");
}

/// How many rounds to run: as many as the make target asks for, or these few.
pub fn rounds(few: u32) -> u32 {
    asked_rounds().unwrap_or(few)
}

#[expect(clippy::disallowed_methods, reason = "the make target says how many")]
fn asked_rounds() -> Option<u32> {
    env::var("SLOTKEEPER_TEST_ROUNDS").ok()?.parse().ok()
}
