//! Three servers on three nodes of a Galera cluster. These tests run through `make test-cluster`.
#![cfg(feature = "mysql")]
#![expect(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a test stops at the first thing that is not as it should be"
)]

mod faults;
mod races;
mod reads;
mod under_load;
