//! What is killed, stopped or copied while people book: nothing that was answered is lost, and every promise about the
//! data holds. A few rounds of each; `make test-faults` runs as many as it is asked for.
#![expect(clippy::unwrap_used, reason = "a test stops at the first thing that is not as it should be")]

mod backup;
mod checker;
#[cfg(feature = "mysql")]
mod kill_database;
mod kill_server;
mod life;
#[cfg(feature = "mysql")]
mod rolling;
mod stopping;
