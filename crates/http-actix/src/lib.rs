//! The application over HTTP: routes, bodies, problems, and who is calling. No rule and no SQL.

pub mod bearer;
pub mod body;
pub mod checks;
pub mod cursor;
pub mod door;
pub mod etag;
pub mod idempotency;
pub mod paging;
pub mod patch;
pub mod path;
pub mod problem;
pub mod query;
mod routes;
mod shape;
pub mod state;
pub mod time;
pub mod words;

pub use state::{Hsts, HttpSettings, State};
