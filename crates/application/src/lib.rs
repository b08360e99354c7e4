//! What a caller can ask for: one function each, composing the cores in one transaction.
//!
//! The only room where two cores meet, and where it is decided who may do what.

pub mod access;
pub mod accounts;
pub mod administering;
pub mod app;
pub mod appointments;
pub mod attending;
pub mod audit;
pub mod availability;
pub mod caller;
mod capacity;
mod care;
pub mod delivering;
pub mod directory;
pub mod doctors;
pub mod edit;
pub mod editions;
pub mod emergency;
pub mod error;
pub mod idempotency;
pub mod leases;
pub mod login;
mod losing;
pub mod messages;
pub mod node;
pub mod operating;
pub mod patients;
pub mod places;
pub mod ports;
pub mod preferences;
pub mod recovering;
pub mod sessions;
pub mod settings;
pub mod slots;
pub mod sweeping;
mod taken;
mod telling;
pub mod zone_changes;

pub use app::{App, Clock, FirstLocation, Ids};
pub use caller::{Caller, Party};
pub use edit::Edit;
pub use error::{Error, Refusal, Thing};
pub use ports::Store;
pub use settings::Settings;
