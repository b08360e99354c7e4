//! Opens connections for the pool, of the engine that the address names.

use diesel::ConnectionError;
use diesel::r2d2::R2D2Connection;
use kernel::{Access, StoreError};
use thiserror::Error;

use crate::connection::{AnyConnection, Peer};
#[cfg(feature = "sqlite")]
use crate::wal::Wal;

/// Which connections are opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Manager {
    /// To what.
    engine: Engine,
    /// What for.
    access: Access,
}

/// Where the database is. The derived `establish` of [`AnyConnection`] tries one engine after the other, so that a
/// `mysql://` address could become a file of SQLite; here the scheme decides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Engine {
    /// A file.
    #[cfg(feature = "sqlite")]
    Sqlite {
        /// Its path.
        path: String,
    },
    /// A server of MySQL or MariaDB.
    #[cfg(feature = "mysql")]
    Mysql {
        /// Its address, with user, password and database.
        url: String,
    },
}

/// A connection of the pool, and whether it may go back to it.
pub(crate) struct Link {
    /// The connection.
    pub(crate) connection: AnyConnection,
    /// To whom.
    pub(crate) peer: Peer,
    /// The log that it has to look after.
    #[cfg(feature = "sqlite")]
    pub(crate) wal: Option<Wal>,
    /// Whether it is closed and not lent out again: it failed, or has done something, that leaves its state in doubt.
    pub(crate) broken: bool,
}

/// Why there is no connection.
#[derive(Debug, Error)]
pub(crate) enum LinkError {
    /// It could not be opened.
    #[error(transparent)]
    Connect(#[from] ConnectionError),
    /// It does not answer.
    #[error(transparent)]
    Query(#[from] diesel::result::Error),
}

impl Manager {
    /// Reads `sqlite://path` or `mysql://…`; makes the folder of a new file.
    pub(crate) fn of(url: &str) -> Result<Self, StoreError> {
        let engine = match url.split_once("://") {
            Some(("sqlite", path)) => Engine::sqlite(path),
            Some(("mysql", _)) => Engine::mysql(url),
            _ => Err(failed("a database address is sqlite://path or mysql://user:password@host:port/name".to_owned())),
        }?;
        Ok(Self { engine, access: Access::Write })
    }

    /// The same for connections that only read.
    pub(crate) fn reading(&self) -> Self {
        Self { engine: self.engine.clone(), access: Access::Read }
    }

    /// What the one who writes has to look after.
    #[cfg(feature = "sqlite")]
    fn wal(&self) -> Option<Wal> {
        match (&self.engine, self.access) {
            (Engine::Sqlite { path }, Access::Write) => Some(Wal::of(path)),
            _ => None,
        }
    }

    /// Whether the engine lets in one writer at a time.
    pub(crate) fn has_one_writer(&self) -> bool {
        match self.engine {
            #[cfg(feature = "sqlite")]
            Engine::Sqlite { .. } => true,
            #[cfg(feature = "mysql")]
            Engine::Mysql { .. } => false,
        }
    }
}

impl Engine {
    #[cfg(feature = "sqlite")]
    fn sqlite(path: &str) -> Result<Self, StoreError> {
        if path.is_empty() || path.contains(":memory:") {
            return Err(failed(
                "sqlite:// needs the path of a file; each connection would have its own memory".to_owned(),
            ));
        }
        if let Some(folder) = std::path::Path::new(path).parent() {
            make_private_folder(folder).map_err(|error| failed(format!("{}: {error}", folder.display())))?;
        }
        make_private(path).map_err(|error| failed(format!("{path}: {error}")))?;
        Ok(Self::Sqlite { path: path.to_owned() })
    }

    #[cfg(not(feature = "sqlite"))]
    fn sqlite(_: &str) -> Result<Self, StoreError> {
        Err(failed("sqlite:// needs a build with the feature sqlite".to_owned()))
    }

    #[cfg(feature = "mysql")]
    fn mysql(url: &str) -> Result<Self, StoreError> {
        let names_database = url.splitn(4, '/').nth(3).is_some_and(|name| !name.is_empty() && !name.starts_with('?'));
        if names_database {
            Ok(Self::Mysql { url: url.to_owned() })
        } else {
            Err(failed("mysql:// needs the name of a database: mysql://user:password@host:port/name".to_owned()))
        }
    }

    #[cfg(not(feature = "mysql"))]
    fn mysql(_: &str) -> Result<Self, StoreError> {
        Err(failed("mysql:// needs a build with the feature mysql".to_owned()))
    }
}

/// Makes a folder that nobody else can enter; an old one stays as it is.
#[cfg(feature = "sqlite")]
fn make_private_folder(path: &std::path::Path) -> std::io::Result<()> {
    use std::os::unix::fs::DirBuilderExt;

    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(path)
}

/// Makes a new file that nobody else can read; the engine gives its log the same mode. An old one keeps its own.
#[cfg(feature = "sqlite")]
fn make_private(path: &str) -> std::io::Result<()> {
    match new_private_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => Err(error),
        Ok(_) | Err(_) => Ok(()),
    }
}

/// A new file that nobody else can read.
///
/// # Errors
/// When there is such a file, or it cannot be made.
#[cfg(feature = "sqlite")]
pub(crate) fn new_private_file(path: &str) -> std::io::Result<std::fs::File> {
    use std::os::unix::fs::OpenOptionsExt;

    std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)
}

fn failed(reason: String) -> StoreError {
    StoreError::Failed { reason }
}

impl r2d2::ManageConnection for Manager {
    type Connection = Link;
    type Error = LinkError;

    fn connect(&self) -> Result<Link, LinkError> {
        let (connection, peer) = match &self.engine {
            #[cfg(feature = "sqlite")]
            Engine::Sqlite { path } => (AnyConnection::sqlite(path, self.access)?, Peer::Outspoken),
            #[cfg(feature = "mysql")]
            Engine::Mysql { url } => AnyConnection::mysql(url, self.access)?,
        };
        Ok(Link {
            connection,
            peer,
            #[cfg(feature = "sqlite")]
            wal: self.wal(),
            broken: false,
        })
    }

    fn is_valid(&self, link: &mut Link) -> Result<(), LinkError> {
        Ok(link.connection.ping()?)
    }

    fn has_broken(&self, link: &mut Link) -> bool {
        link.broken || std::thread::panicking() || link.connection.is_broken()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reason(url: &str) -> String {
        match Manager::of(url) {
            Err(StoreError::Failed { reason }) => reason,
            other => panic!("{url}: {other:?}"),
        }
    }

    #[test]
    fn an_address_that_names_no_engine_is_refused() {
        for url in ["", "slotkeeper.db", "postgres://localhost/x", "sqlite:x.db", "SQLITE://x"] {
            assert!(reason(url).contains("sqlite://path"), "{url}");
        }
        assert!(!reason("postgres://ada:secret@localhost/x").contains("secret"));
    }

    #[test]
    #[cfg(feature = "sqlite")]
    fn a_memory_that_each_connection_has_alone_is_refused() {
        assert!(reason("sqlite://:memory:").contains("memory"));
        assert!(reason("sqlite://").contains("path"));
    }

    #[test]
    #[cfg(feature = "mysql")]
    fn a_server_without_a_database_is_refused() {
        for url in ["mysql://", "mysql://root@127.0.0.1", "mysql://root@127.0.0.1/", "mysql://127.0.0.1/?ssl_mode=x"] {
            assert!(reason(url).contains("name of a database"), "{url}");
        }
        assert!(Manager::of("mysql://root:secret@127.0.0.1:3306/clinic").is_ok());
    }

    #[test]
    #[cfg(not(feature = "mysql"))]
    fn an_engine_that_was_not_built_in_is_named() {
        assert!(reason("mysql://root@127.0.0.1/x").contains("feature mysql"));
    }
}
