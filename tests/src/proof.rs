//! Figures of runs that are too long for every day, kept in the pages under docs/proof.

use std::io::Write;
use std::path::Path;
use std::process::Command;
use std::time::Duration;
use std::{env, fmt, fs};

use crate::evidence;
use crate::figures::median;
use crate::workload::Tally;

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

/// What has come of many rounds.
#[derive(Debug)]
pub struct Sum {
    /// How many.
    pub rounds: u32,
    /// What was answered in all of them.
    pub tally: Tally,
    /// Requests that had been done when they were asked again.
    pub told_later: usize,
}

impl Sum {
    /// Of so many rounds that are still to come.
    pub fn of(rounds: u32) -> Self {
        Self { rounds, tally: Tally::default(), told_later: 0 }
    }

    /// Nobody may have been surprised.
    #[track_caller]
    pub fn add(&mut self, tally: &Tally) {
        assert_eq!(tally.surprises, [""; 0]);
        let Tally { changes, refused, turned_away, unanswered, .. } = tally;
        self.tally.changes += changes;
        self.tally.refused += refused;
        self.tally.turned_away += turned_away;
        self.tally.unanswered += unanswered;
    }
}

impl fmt::Display for Sum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { rounds, tally: Tally { changes, turned_away, unanswered, .. }, told_later } = self;
        write!(
            f,
            "{rounds} rounds, {changes} changes answered, none lost; {unanswered} requests without an answer, \
             {turned_away} times \"not now\"; {told_later} requests were done before they were asked again"
        )
    }
}

/// How many seconds something took, each time.
#[derive(Debug, Default)]
pub struct Waits(Vec<f64>);

impl Waits {
    /// One more.
    pub fn add(&mut self, wait: Duration) {
        self.0.push(wait.as_secs_f64());
    }

    /// Asserts that it was as quick as this most of the time; now and then the machine may have other work.
    #[track_caller]
    pub fn assert_within(&self, goal: Duration) {
        assert!(median(&self.0) <= goal.as_secs_f64(), "{self}, and should be within {goal:?}");
    }
}

impl fmt::Display for Waits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let longest = self.0.iter().copied().fold(0.0, f64::max);
        write!(f, "after {:.2} s in the median, {longest:.2} s at most", median(&self.0))
    }
}
