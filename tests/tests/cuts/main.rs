//! Connections that are cut, a database that is slow or shut, and whatever else may run out: nothing is done by halves
//! or twice, nobody waits for long, and it goes on afterwards. `make test-cuts` cuts as often as it is told.
#![expect(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a test stops at the first thing that is not as it should be"
)]

#[cfg(feature = "mysql")]
mod commits;
mod exhaustion;
mod lanes;
mod proxy;
mod rounds;
#[cfg(feature = "mysql")]
mod slowness;
