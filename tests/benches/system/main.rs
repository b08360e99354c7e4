//! What the whole does, measured: `make bench`, `make bench WHAT=search`, `make bench-scale SIZE=1000000`.
//!
//! Every figure is measured in this run on this machine, and so is the ceiling that it is compared with. The server is
//! the release build, a process of its own, with its default settings but for the limits on clients.
#![expect(
    clippy::as_conversions,
    clippy::cast_precision_loss,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a measurement that fails must stop, and counts are small enough for 53 bits"
)]

mod booking;
mod clinic;
mod criterion;
mod database;
mod filling;
mod growth;
mod idle;
mod ids;
mod load;
mod machine;
mod memory;
mod overload;
mod page;
mod part;
mod plots;
mod raw;
mod rush;
mod scale;
mod search;
mod storm;
mod table;
mod wrk;

use acceptance::figures::table;
use part::Part;

const OVERLOAD_SECONDS: u64 = 30;

/// The parts of a whole run, in order.
const PARTS: [&str; 6] = ["idle", "search", "booking", "storm", "overload", "rush"];

fn main() {
    // Cargo adds `--bench`.
    let wanted: Vec<String> = std::env::args().skip(1).filter(|argument| !argument.starts_with("--")).collect();
    let number = |name: &str| wanted.iter().find_map(|word| word.strip_prefix(name)?.strip_prefix('=')?.parse().ok());
    if let Some(slots) = number("slots") {
        let part = scale::measure(u32::try_from(slots).unwrap());
        println!("\n{}", table(&part.figures));
        page::write("scale", &part);
        return;
    }
    if let Some(rows) = number("grown") {
        let tables = growth::measure(u32::try_from(rows).unwrap());
        println!("\n{tables}");
        page::replace("grown", &tables);
        return;
    }
    let overload_seconds = number("overload_seconds").unwrap_or(OVERLOAD_SECONDS);
    let named: Vec<&str> = wanted.iter().map(String::as_str).filter(|word| !word.contains('=')).collect();
    let unknown: Vec<_> = named.iter().filter(|name| !PARTS.contains(*name)).collect();
    assert!(unknown.is_empty(), "there is no part {unknown:?}; there are {PARTS:?}");
    let mut whole = Part::default();
    for name in PARTS.iter().filter(|name| named.is_empty() || named.contains(*name)) {
        println!("{name}");
        whole.join(match *name {
            "idle" => idle::measure(),
            "search" => search::measure(),
            "booking" => booking::measure(),
            "storm" => storm::measure(),
            "overload" => overload::measure(overload_seconds),
            _ => rush::measure(),
        });
    }
    if named.is_empty() {
        whole.join(criterion::read());
    }
    println!("\n{}", table(&whole.figures));
    if named.is_empty() {
        page::write("measured", &whole);
    }
}
