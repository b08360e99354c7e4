//! Migrations, which are embedded: one folder for each engine, with the same names in the same order.

use diesel::migration::{Migration, MigrationSource};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};
use kernel::{Access, StoreError};
use r2d2::PooledConnection;

use crate::connection::AnyConnection;
use crate::database::Database;
use crate::manager::Manager;

#[cfg(feature = "sqlite")]
const SQLITE: EmbeddedMigrations = embed_migrations!("../../migrations/sqlite");

#[cfg(feature = "mysql")]
const MYSQL: EmbeddedMigrations = embed_migrations!("../../migrations/mysql");

type MigrationError = Box<dyn std::error::Error + Send + Sync>;

impl Database {
    /// Brings the schema up to date, and names the migrations that this took, oldest first.
    ///
    /// # Errors
    /// `Unavailable` when there is no connection; `Failed` when a migration fails.
    pub fn migrate(&self) -> Result<Vec<String>, StoreError> {
        let mut link = self.link_for_migrations()?;
        match &mut link.connection {
            #[cfg(feature = "sqlite")]
            AnyConnection::Sqlite(connection) => run(connection, SQLITE),
            #[cfg(feature = "mysql")]
            AnyConnection::Mysql(connection) => run(connection, MYSQL),
        }
        .map_err(|error| failed(&error))
    }

    /// Names the migrations that [`Database::migrate`] would run, oldest first.
    ///
    /// # Errors
    /// `Unavailable` when there is no connection; `Failed` when the database does not tell.
    pub fn pending_migrations(&self) -> Result<Vec<String>, StoreError> {
        let mut link = self.link_for_migrations()?;
        match &mut link.connection {
            #[cfg(feature = "sqlite")]
            AnyConnection::Sqlite(connection) => pending(connection, SQLITE),
            #[cfg(feature = "mysql")]
            AnyConnection::Mysql(connection) => pending(connection, MYSQL),
        }
        .map_err(|error| failed(&error))
    }

    /// A connection that is closed afterwards: on MySQL, what was read last would hold its tables until the next COMMIT.
    fn link_for_migrations(&self) -> Result<PooledConnection<Manager>, StoreError> {
        let mut link = self.link(Access::Write)?;
        link.broken = true;
        Ok(link)
    }
}

fn run<DB: diesel::backend::Backend>(
    connection: &mut impl MigrationHarness<DB>,
    all: impl MigrationSource<DB>,
) -> Result<Vec<String>, MigrationError> {
    let pending = connection.pending_migrations(all)?;
    for migration in &pending {
        connection.run_migration(migration)?;
    }
    Ok(names(&pending))
}

fn pending<DB: diesel::backend::Backend>(
    connection: &mut impl MigrationHarness<DB>,
    all: impl MigrationSource<DB>,
) -> Result<Vec<String>, MigrationError> {
    connection.pending_migrations(all).map(|pending| names(&pending))
}

fn names<DB: diesel::backend::Backend>(migrations: &[Box<dyn Migration<DB>>]) -> Vec<String> {
    migrations.iter().map(|migration| migration.name().to_string()).collect()
}

fn failed(error: &MigrationError) -> StoreError {
    StoreError::Failed { reason: error.to_string() }
}
