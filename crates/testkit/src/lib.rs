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
pub use fakes::{CountingPasswords, FixedClock, PlainPasswords, PlainTokens, SequentialIds};
pub use memory::MemoryStore;

/// A store behind its unit of work, as the server holds it.
pub type Shared = std::sync::Arc<dyn kernel::UnitOfWork<dyn application::ports::Store>>;
