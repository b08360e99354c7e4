//! Drives the real binary: its own process, data folder, keys and database for each test, on SQLite and on MariaDB.
//!
//! The binary is looked for beside the test (`cargo build -p server --all-features` makes it). Tests against MariaDB
//! need the feature `mysql` and a server, which `make test` starts.
#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::missing_panics_doc,
    clippy::panic,
    reason = "a fixture that does not hold must stop the test that asked for it"
)]

pub mod access;
pub mod answer;
pub mod client;
#[cfg(feature = "mysql")]
pub mod cluster;
pub mod contention;
pub mod data;
pub mod days;
pub mod disk;
pub mod engine;
pub mod evidence;
pub mod figures;
pub mod invariants;
pub mod mail_server;
#[cfg(feature = "mysql")]
pub mod mariadb;
#[cfg(feature = "mysql")]
pub mod mariadb_on;
pub mod people;
pub mod preload;
pub mod program;
pub mod proof;
pub mod proxy;
pub mod race;
pub mod raw;
pub mod requests;
pub mod routes;
pub mod server;
pub mod wait;
pub mod workload;

pub use answer::Answer;
pub use client::Client;
pub use data::Data;
pub use engine::Engine;
pub use evidence::Evidence;
pub use people::Person;
pub use proxy::Proxy;
pub use server::Server;
pub use workload::Workload;

/// Makes a test of each function for each engine: `sqlite::name` and `mariadb::name`.
///
/// The functions take an [`Engine`].
#[macro_export]
macro_rules! on_each_engine {
    ($($name:ident),+ $(,)?) => {
        mod sqlite {
            $(#[test]
            fn $name() {
                super::$name($crate::Engine::Sqlite);
            })+
        }

        #[cfg(feature = "mysql")]
        mod mariadb {
            $(#[test]
            fn $name() {
                super::$name($crate::Engine::MariaDb);
            })+
        }
    };
}
