//! Every store port, for SQLite and MySQL or MariaDB, with one set of queries.
//!
//! [`Database`] is the way in: it opens, migrates and checks a database, and runs units of work on it. Port and
//! implementation bear the same file name in their two crates.

mod accounts;
mod answers;
mod appointments;
mod audit;
mod audit_trail;
mod backing_up;
mod checking;
mod classify;
mod connection;
mod convert;
mod database;
mod diary;
mod directory;
mod doctors;
mod first_free;
mod free_at;
mod group;
mod guards;
mod history;
mod index_hint;
mod installation;
mod instant;
mod invariants;
mod labels;
mod leases;
mod local_days;
mod login_failures;
mod login_names;
mod manager;
mod messages;
mod migrating;
mod node;
mod one_time;
mod outbox;
mod owed;
mod paging;
mod patients;
mod places;
mod preferences;
mod prepared;
mod roster;
mod schedules;
#[cfg_attr(not(test), expect(clippy::wildcard_imports, reason = "as `diesel print-schema` writes it"))]
mod schema;
mod search_keys;
mod sessions;
mod settings;
mod slots;
mod sweeping;
mod transaction;
mod unit_of_work;
mod visitors;
#[cfg(feature = "sqlite")]
mod wal;

pub use checking::Weakness;
pub use database::Database;
pub use invariants::{Invariant, Violation};
pub use login_names::SharedLoginName;
pub use node::ClusterNode;
