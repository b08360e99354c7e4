//! What arrives in people's mailboxes, and what happens when it does not.
#![expect(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a test stops at the first thing that is not as it should be"
)]

mod addresses;
mod arriving;
mod faults;
mod letters;
mod secrecy;
mod templates;
