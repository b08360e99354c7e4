//! What is owed and what is sent, told over a store in memory.
#![expect(clippy::indexing_slicing, clippy::unwrap_used, reason = "what was not given stops the test that needs it")]

mod inviting;
mod links;
mod practice;
mod retries;
mod telling;
