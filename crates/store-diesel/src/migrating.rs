//! Migrations, which are embedded: one folder for each engine, with the same names in the same order.

#[cfg(feature = "mysql")]
use diesel::connection::SimpleConnection as _;
use diesel::migration::{Migration, MigrationSource};
use diesel::{QueryDsl as _, RunQueryDsl as _};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};
use kernel::{Access, StoreError};
use r2d2::PooledConnection;

use crate::connection::AnyConnection;
use crate::database::Database;
use crate::manager::Manager;
use crate::schema::additive_migrations;

#[cfg(feature = "sqlite")]
const SQLITE: EmbeddedMigrations = embed_migrations!("../../migrations/sqlite");

#[cfg(feature = "mysql")]
const MYSQL: EmbeddedMigrations = embed_migrations!("../../migrations/mysql");

type MigrationError = Box<dyn std::error::Error + Send + Sync>;

/// A change of a table waits for the transactions of those who serve beside it, and what was changed before is not undone
/// when it does not come through (MariaDB commits with each change of a table).
#[cfg(feature = "mysql")]
const PATIENCE: &str = "SET SESSION lock_wait_timeout = 60, innodb_lock_wait_timeout = 60";

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
            AnyConnection::Mysql(connection) => {
                connection.batch_execute(PATIENCE).map_err(|error| failed(&error.into()))?;
                run(connection, MYSQL)
            }
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

    /// Names the migrations that a later program has run, and beside which this one cannot go on, oldest first: those that
    /// did not say of themselves that they only add.
    ///
    /// # Errors
    /// `Unavailable` when there is no connection; `Failed` when the database does not tell.
    pub fn unknown_migrations(&self) -> Result<Vec<String>, StoreError> {
        let mut link = self.link_for_migrations()?;
        let Versions { ours, mut run } = match &mut link.connection {
            #[cfg(feature = "sqlite")]
            AnyConnection::Sqlite(connection) => Versions::read(connection, &SQLITE),
            #[cfg(feature = "mysql")]
            AnyConnection::Mysql(connection) => Versions::read(connection, &MYSQL),
        }
        .map_err(|error| failed(&error))?;
        let lacks_any = ours.iter().any(|version| !run.contains(version));
        run.retain(|version| !ours.contains(version));
        // The table in which they say so is one of ours.
        if run.is_empty() || lacks_any {
            return Ok(run);
        }
        let additive: Vec<String> = additive_migrations::table
            .select(additive_migrations::version)
            .load(&mut link.connection)
            .map_err(|error| failed(&error.into()))?;
        run.retain(|version| !additive.contains(version));
        Ok(run)
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

/// Of which migrations this program knows, and which the database has had, oldest first.
struct Versions {
    ours: Vec<String>,
    run: Vec<String>,
}

impl Versions {
    fn read<DB: diesel::backend::Backend>(
        connection: &mut impl MigrationHarness<DB>,
        all: &impl MigrationSource<DB>,
    ) -> Result<Self, MigrationError> {
        let ours = all.migrations()?.iter().map(|migration| migration.name().version().to_string()).collect();
        let mut run: Vec<String> = connection.applied_migrations()?.iter().map(ToString::to_string).collect();
        run.sort_unstable();
        Ok(Self { ours, run })
    }
}

fn names<DB: diesel::backend::Backend>(migrations: &[Box<dyn Migration<DB>>]) -> Vec<String> {
    migrations.iter().map(|migration| migration.name().to_string()).collect()
}

fn failed(error: &MigrationError) -> StoreError {
    StoreError::Failed { reason: error.to_string() }
}
