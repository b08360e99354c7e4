//! What no well-meaning client sends: every answer is a problem of the client's, and the server goes on.
#![expect(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a test stops at the first thing that is not as it should be"
)]

mod bodies;
mod bombs;
mod bytes;
mod connections;
mod deadlines;
mod limits;
mod paths;
mod smuggling;
mod values;
