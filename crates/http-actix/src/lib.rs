//! The application over HTTP: routes, bodies, problems, and who is calling. No rule and no SQL.
#![expect(clippy::option_option, reason = "in a partial change, absent and null are different wishes")]

pub mod bearer;
pub mod body;
pub mod checks;
pub mod cursor;
pub mod door;
pub mod etag;
mod frame;
pub mod idempotency;
mod limits;
mod openapi;
pub mod paging;
pub mod patch;
pub mod path;
pub mod problem;
mod proxies;
pub mod query;
mod routes;
mod service;
mod shape;
mod shelf;
pub mod state;
pub mod time;
pub mod words;

pub use limits::{NoRate, Rate, Rates};
pub use openapi::openapi;
pub use service::service;
pub use state::{Hsts, HttpSettings, RateLimit, State};
