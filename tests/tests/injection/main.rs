//! Texts that are commands to somebody else, in every place where a text may be, and out again by every way.
#![expect(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a test stops at the first thing that is not as it should be"
)]

mod exits;
mod fields;
mod letters;
mod queries;
mod strings;
