//! The store against real engines. Those tests that need MariaDB run with the feature `mysql`, through `make test`.
#![expect(clippy::unwrap_used, reason = "a fixture that does not hold must stop the test that asked for it")]

mod audit_cost;
#[cfg(feature = "sqlite")]
mod backing_up;
mod broken;
mod contract;
mod dialects;
mod failpoints;
#[cfg(feature = "mysql")]
mod few_rows;
#[cfg(feature = "mysql")]
mod golden_mysql;
#[cfg(feature = "sqlite")]
mod golden_sqlite;
mod login_names;
#[cfg(feature = "sqlite")]
mod long_log;
mod plans;
mod recording;
mod scratch;
mod search_keys;
mod start_check;
mod statements;
mod tampering;
mod upgrading;
mod upkeep;
