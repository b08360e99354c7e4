//! The store on three nodes of a Galera cluster. These tests run through `make test-cluster`.
#![cfg(feature = "mysql")]
#![expect(clippy::unwrap_used, reason = "a fixture that does not hold must stop the test that asked for it")]

mod contract;
mod golden;
mod guards;
mod nodes;
mod reads;
