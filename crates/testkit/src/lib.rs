//! Support for tests: a store in memory, fakes for clock, ids and cryptography, builders, odd texts, the store contract,
//! and simulated days in a clinic whose store goes wrong.
//!
//! A development dependency only. It works in a crate's `tests/` folder, not in its unit tests, which see another copy
//! of the crate under test; only `fuzz` knows no crate and works in both.
#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    clippy::missing_panics_doc,
    reason = "a fixture that does not hold must stop the test that asked for it"
)]

pub mod clinic;
pub mod contract;
pub mod fakes;
pub mod fuzz;
pub mod memory;
pub mod sample;
pub mod simulation;

pub use application::ports::AnyStore;
pub use clinic::Clinic;
pub use fakes::{CountingPasswords, FixedClock, PlainPasswords, PlainSeals, PlainTokens, SequentialIds};
pub use memory::MemoryStore;

/// The rules of all time zones that the program has built in.
pub fn time_zones() -> std::sync::Arc<kernel::TimeZones> {
    static BUILT_IN: std::sync::LazyLock<std::sync::Arc<kernel::TimeZones>> =
        std::sync::LazyLock::new(|| std::sync::Arc::new(time_zones::built_in()));
    std::sync::Arc::clone(&BUILT_IN)
}

/// The time zone of this name, by the rules that are built in.
pub fn zone(name: &str) -> kernel::Zone {
    time_zones().zone(name).expect("there is such a time zone")
}

/// A store behind its unit of work, as the server holds it.
pub type Shared = std::sync::Arc<dyn kernel::UnitOfWork<dyn application::ports::Store>>;
