//! The whole life of a clinic over HTTP, field by field: every endpoint, on each engine.
#![expect(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a test stops at the first thing that is not as it should be"
)]

mod accounts;
mod diary;
mod directory;
mod lists;
mod lockout;
mod moving;
mod sessions;
mod settings;
mod visits;
