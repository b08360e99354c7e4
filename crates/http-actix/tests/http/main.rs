//! The endpoints without a socket, over a store in memory: statuses, problems, headers and roles.
#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a fixture that does not hold must stop the test that asked for it"
)]

mod accounts;
mod admission;
mod appointments;
mod ask;
pub(crate) mod audit;
mod auth;
mod availability;
mod bad_input;
mod care;
mod completeness;
mod compressing;
mod days;
mod described;
mod description;
mod directory;
mod doctors;
mod doors;
mod duplicates;
mod failing;
mod frame;
mod house;
mod limits;
mod lists;
mod lockout;
mod messages;
mod own_account;
mod patients;
mod phones;
mod places;
mod problems;
mod recovery;
mod registration;
mod roles;
mod settings;
mod shelf;
mod slots;
mod taken;
