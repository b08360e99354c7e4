//! Simulates many days, or tells the story of one: `simulate days=1000000 from=0`, `simulate seed=7`.
//!
//! Each line that it prints to standard output is a row for docs/proof/simulation.md: what was given as `row`, the first
//! seed, how many days, how many in a second, what happened. It ends with the first day that goes wrong.
#![expect(clippy::expect_used, reason = "what was not given as it must be stops the run")]

use std::process::ExitCode;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::available_parallelism;
use std::time::Instant;

use testkit::simulation::{Failure, Sabotage, Tally, simulate};

/// After how many days a row is printed, so that a run that was ended can be taken up again behind it.
const DAYS_PER_ROW: u64 = 100_000;

/// After how many days it is said how far it has come.
const DAYS_PER_NEWS: u64 = 5_000;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let given = |name: &str| arguments.iter().find_map(|argument| argument.strip_prefix(name)?.strip_prefix('='));
    let number = |name: &str| given(name).map(|text| text.parse::<u64>().expect("a number"));
    let sabotage = given("sabotage").map(|name| {
        let named = |sabotage: &Sabotage| format!("{sabotage:?}") == name;
        Sabotage::ALL.into_iter().find(named).expect("there is such a sabotage")
    });
    let told = match number("seed") {
        Some(seed) => simulate(seed, sabotage).map(|tally| println!("seed {seed} ended well: {tally:?}")),
        None => many(
            given("row").unwrap_or_default(),
            number("from").unwrap_or(0),
            number("days").unwrap_or(10_000),
            sabotage,
        ),
    };
    match told {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("{}\n{failure}\nagain: make test-sim SEED={}", failure.story.join("\n"), failure.seed);
            ExitCode::FAILURE
        }
    }
}

fn many(row: &str, from: u64, days: u64, sabotage: Option<Sabotage>) -> Result<(), Box<Failure>> {
    let mut first = from;
    while first < from + days {
        let count = DAYS_PER_ROW.min(from + days - first);
        let began = Instant::now();
        let tally = side_by_side(first, count, sabotage)?;
        let per_second = count * 1_000 / u64::try_from(began.elapsed().as_millis().max(1)).expect("not that long");
        let happened: Vec<String> =
            tally.named().iter().map(|(what, count)| format!("{count} {}", what.replace('_', " "))).collect();
        println!("{row} | {first} | {count} | {per_second} | {} |", happened.join(", "));
        first += count;
    }
    Ok(())
}

/// Simulates days on all cores.
fn side_by_side(first: u64, count: u64, sabotage: Option<Sabotage>) -> Result<Tally, Box<Failure>> {
    let next = AtomicU64::new(first);
    let end = first + count;
    let total = Mutex::new(Ok(Tally::default()));
    std::thread::scope(|scope| {
        for _ in 0..available_parallelism().map_or(1, usize::from) {
            scope.spawn(|| {
                let mut tally = Tally::default();
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if end <= seed {
                        break;
                    }
                    if seed.is_multiple_of(DAYS_PER_NEWS) {
                        eprintln!("{seed} of {end}");
                    }
                    match simulate(seed, sabotage) {
                        Ok(day) => tally += day,
                        Err(failure) => {
                            next.store(end, Ordering::Relaxed);
                            *total.lock().expect("nobody panics") = Err(failure);
                            return;
                        }
                    }
                }
                if let Ok(total) = &mut *total.lock().expect("nobody panics") {
                    *total += tally;
                }
            });
        }
    });
    total.into_inner().expect("nobody panics")
}
