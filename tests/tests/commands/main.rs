//! The command line, as an operator uses it: every command, on each engine where that makes a difference.
#![expect(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test stops at the first thing that is not as it should be"
)]

mod accounts;
mod audit;
mod config;
mod demo;
mod description;
#[cfg(feature = "mysql")]
mod durability;
mod folder;
mod leases;
mod logs;
mod migrate;
mod serving;
mod settings;
mod time_zones;
