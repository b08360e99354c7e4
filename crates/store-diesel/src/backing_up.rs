//! A copy of an embedded database, made while others work with it.

use std::path::Path;

use kernel::{Access, StoreError};

use crate::connection::AnyConnection;
use crate::database::Database;

impl Database {
    /// Copies the database, as it is at one moment, into a file that is not there yet and that only its owner can read.
    /// The copy was checked and is on the disk when this returns. Nobody waits for it.
    ///
    /// # Errors
    /// `Failed` when there is such a file, when it cannot be written or is damaged, when there is no schema yet, and on
    /// MySQL, which has tools of its own; then there is no new file. `Unavailable` when there is no connection.
    pub fn back_up(&self, file: &Path) -> Result<(), StoreError> {
        let reason = match &mut self.link(Access::Write)?.connection {
            #[cfg(feature = "sqlite")]
            AnyConnection::Sqlite(connection) => match sqlite::copy(connection, file) {
                Ok(()) => return Ok(()),
                Err(error) => format!("{}: {error}", file.display()),
            },
            #[cfg(feature = "mysql")]
            AnyConnection::Mysql(_) => {
                "MySQL and MariaDB are copied by their own tools: mariadb-backup, or mariadb-dump --single-transaction"
                    .to_owned()
            }
        };
        Err(StoreError::Failed { reason })
    }
}

#[cfg(feature = "sqlite")]
mod sqlite {
    use std::error::Error;
    use std::fs::{self, File};
    use std::path::Path;

    use diesel::dsl::sql;
    use diesel::prelude::*;
    use diesel::sql_types::Text;

    use crate::manager::new_private_file;
    use crate::schema::accounts;

    pub(super) fn copy(connection: &mut SqliteConnection, file: &Path) -> Result<(), Box<dyn Error>> {
        let path = file.to_str().ok_or("a name in UTF-8 is expected")?;
        drop(new_private_file(path)?);
        let copied = fill(connection, path).and_then(|()| Ok(sync(file)?));
        if copied.is_err() {
            fs::remove_file(file)?;
        }
        copied
    }

    /// SQLite fills a file that is there if it is empty (<https://sqlite.org/lang_vacuum.html>, "VACUUM with an INTO
    /// clause"), and does not wait for the disk.
    fn fill(connection: &mut SqliteConnection, path: &str) -> Result<(), Box<dyn Error>> {
        diesel::sql_query("VACUUM INTO ?").bind::<Text, _>(path).execute(connection)?;
        let mut copy = SqliteConnection::establish(path)?;
        let found: Vec<String> = sql::<Text>("PRAGMA integrity_check").load(&mut copy)?;
        if found != ["ok"] {
            return Err(found.join("; ").into());
        }
        // A file that was named by mistake was just made, and has no tables.
        accounts::table.select(accounts::id).first::<Vec<u8>>(&mut copy).optional()?;
        Ok(())
    }

    /// The file, and its name in the folder.
    fn sync(file: &Path) -> std::io::Result<()> {
        File::open(file)?.sync_all()?;
        let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty());
        File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
    }
}
