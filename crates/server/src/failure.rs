//! Why a command did not do its work, as a person at a terminal should read it.

use std::net::SocketAddr;
use std::path::PathBuf;

use thiserror::Error;

use crate::config::Mistakes;

/// Why a command ends with an exit code other than 0.
#[derive(Debug, Error)]
pub(crate) enum Failure {
    /// Settings that cannot be.
    #[error("{0}")]
    Config(#[from] Mistakes),
    /// Logging was started twice.
    #[error("logging: {0}")]
    Logging(#[from] log::SetLoggerError),
    /// The keys cannot be read or made.
    #[error("keys: {0}")]
    Keys(#[from] credentials::KeyError),
    /// The templates of mails.
    #[error(transparent)]
    Templates(#[from] delivery::TemplateMistakes),
    /// The address of the mail server or the sender; both were looked at before.
    #[error("mail: {0}")]
    Mail(#[from] delivery::NotAnSmtpUrl),
    /// The database.
    #[error(transparent)]
    Store(#[from] kernel::StoreError),
    /// The application said no, or could not.
    #[error(transparent)]
    Application(#[from] application::Error),
    /// A word on the command line means nothing.
    #[error("--{flag}: {reason}")]
    Flag {
        /// Which flag.
        flag: &'static str,
        /// Why not.
        reason: String,
    },
    /// There is no such setting, or it cannot hold that.
    #[error("{name}: {reason}")]
    Setting {
        /// As it was named.
        name: String,
        /// Why not.
        reason: String,
    },
    /// The password could not be read, or cannot be set.
    #[error("password: {0}")]
    Password(String),
    /// The database is weaker than promised.
    #[error(
        "the database may lose answered bookings, or mix them up:\n{}\nset SLOTKEEPER_ALLOW_WEAK_DURABILITY=on to serve on it all the same",
        .0.join("\n")
    )]
    Weak(Vec<String>),
    /// The schema is older than the program.
    #[error("the database lacks these migrations: {}; run `slotkeeper migrate`", .0.join(", "))]
    Unmigrated(Vec<String>),
    /// A later program has changed the schema, and did not say that this one can go on with it.
    #[error("the database has migrations that this program does not know: {}; serve it with the program that made them", .0.join(", "))]
    Newer(Vec<String>),
    /// The file of the database holds all that there is to know about patients.
    #[error("{} may be read by others than its owner (mode {mode:o}); take that away: chmod 600", .path.display())]
    Exposed {
        /// Which.
        path: PathBuf,
        /// Its permissions.
        mode: u32,
    },
    /// Something in the database contradicts itself.
    #[error("the check found:\n{}", .0.join("\n"))]
    Check(Vec<String>),
    /// A demo clinic is only made where there is nothing.
    #[error("the database is neither new nor a demo clinic; name another with SLOTKEEPER_DATABASE_URL")]
    NotNew,
    /// There is nothing to work with, and this command makes nothing.
    #[error("there is no database at {}", .0.display())]
    NoDatabase(PathBuf),
    /// One server serves a file.
    #[error("another server serves {}, and a file has one at a time", .0.display())]
    Served(PathBuf),
    /// A copy never replaces what is there.
    #[error("{} is there already, and is not written over", .0.display())]
    InTheWay(PathBuf),
    /// A file that we need.
    #[error("{}: {source}", .path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// Nobody can be answered there.
    #[error("cannot listen on {address}: {source}")]
    Listen {
        /// Where.
        address: SocketAddr,
        /// What the system said.
        source: std::io::Error,
    },
    /// The description of the API cannot be written down.
    #[error("the description of the API: {0}")]
    Description(#[from] serde_json::Error),
    /// The network, or standard output.
    #[error("{0}")]
    Io(#[from] std::io::Error),
}

impl Failure {
    /// Whether nobody reads what we write any more.
    pub(crate) fn is_unread(&self) -> bool {
        matches!(self, Self::Io(error) if error.kind() == std::io::ErrorKind::BrokenPipe)
    }

    /// 2 for what the caller got wrong, 1 for what went wrong.
    pub(crate) const fn exit_code(&self) -> u8 {
        match self {
            Self::Config(_)
            | Self::Templates(_)
            | Self::Mail(_)
            | Self::Flag { .. }
            | Self::Setting { .. }
            | Self::Password(_) => 2,
            Self::Logging(_)
            | Self::Keys(_)
            | Self::Store(_)
            | Self::Application(_)
            | Self::Weak(_)
            | Self::Unmigrated(_)
            | Self::Newer(_)
            | Self::Exposed { .. }
            | Self::Check(_)
            | Self::NotNew
            | Self::NoDatabase(_)
            | Self::Served(_)
            | Self::InTheWay(_)
            | Self::File { .. }
            | Self::Listen { .. }
            | Self::Description(_)
            | Self::Io(_) => 1,
        }
    }
}
