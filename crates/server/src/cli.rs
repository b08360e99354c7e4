//! What can be said on the command line.

use std::path::PathBuf;
use std::str::FromStr;

use clap::{Args, Parser, Subcommand, ValueEnum};
use identity_core::EmailAddress;

use crate::config::Flags;

/// The appointment book of a clinic, a hospital or a single doctor.
///
/// Settings come from defaults, a file, variables SLOTKEEPER_… and flags, the later winning; docs/operations.md lists them.
#[derive(Debug, Parser)]
#[command(name = "slotkeeper", version)]
pub(crate) struct Cli {
    #[command(flatten)]
    settings: SettingFlags,
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Args)]
struct SettingFlags {
    /// A configuration file (TOML)
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    /// `sqlite://path` or `mysql://user:password@host:port/database`
    #[arg(long, global = true, value_name = "URL")]
    database_url: Option<String>,
    /// Where the embedded database and the keys are
    #[arg(long, global = true, value_name = "FOLDER")]
    data_dir: Option<String>,
    /// Where to listen; port 0 takes a free one
    #[arg(long, global = true, value_name = "ADDRESS:PORT")]
    bind: Option<String>,
    /// human or json
    #[arg(long, global = true, value_name = "FORMAT")]
    log_format: Option<String>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Answer requests until told to stop
    Serve,
    /// Bring the database up to date
    Migrate,
    /// Administrators
    #[command(subcommand)]
    Admin(AdminCommand),
    /// Accounts
    #[command(subcommand)]
    Account(AccountCommand),
    /// What an administrator can change while the server runs
    #[command(subcommand)]
    Settings(SettingsCommand),
    /// Fill a new database with a demo clinic, and serve it
    Demo,
    /// Print the description of the API (OpenAPI 3.1)
    Openapi,
    /// Check settings, keys, migrations, durability, the invariants of the data and the audit log
    Check,
    /// List slots that new time zone rules have moved from the wall time they were published for
    TimeZones {
        /// Move those that nobody has to that wall time
        #[arg(long)]
        apply: bool,
    },
    /// Copy the embedded database into a new file, also while a server runs
    Backup {
        /// Where to; it must not be there yet
        file: PathBuf,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum AdminCommand {
    /// Make an administrator; the password is asked for, or read as one line from standard input
    Create(Person),
}

#[derive(Debug, Subcommand)]
pub(crate) enum AccountCommand {
    /// Make an account that the public cannot; the password is asked for, or read as one line from standard input
    Create {
        /// Patients and doctors register over HTTP
        #[arg(long)]
        role: MadeRole,
        #[command(flatten)]
        person: Person,
    },
    /// List accounts by name
    List {
        /// Only patient, doctor, receptionist or admin
        #[arg(long)]
        role: Option<String>,
        /// Only active, waiting or inactive
        #[arg(long)]
        status: Option<String>,
    },
    /// Let an account in that waits or is closed
    Activate {
        /// The e-mail address
        #[arg(value_parser = EmailAddress::from_str)]
        email: EmailAddress,
    },
    /// Close an account and end its sessions
    Deactivate {
        /// The e-mail address
        #[arg(value_parser = EmailAddress::from_str)]
        email: EmailAddress,
    },
    /// Set a password and end the sessions; it is asked for, or read as one line from standard input
    ResetPassword {
        /// The e-mail address
        #[arg(value_parser = EmailAddress::from_str)]
        email: EmailAddress,
    },
}

/// A role whose accounts the public cannot make.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum MadeRole {
    Receptionist,
    Admin,
}

#[derive(Debug, Subcommand)]
pub(crate) enum SettingsCommand {
    /// Print each setting, and where its value comes from
    Show,
    /// Store a value over the configuration's
    Set {
        /// As `settings show` prints it
        name: String,
        /// A number, a word, on or off, none, or words with commas between
        value: String,
    },
    /// Forget what was stored: the configuration's value holds again
    Reset {
        /// As `settings show` prints it
        name: String,
    },
}

#[derive(Debug, Args)]
pub(crate) struct Person {
    /// Unique
    #[arg(long)]
    pub(crate) email: String,
    /// As people call them
    #[arg(long)]
    pub(crate) full_name: String,
    /// In international form: +2348035550199
    #[arg(long)]
    pub(crate) phone: Option<String>,
    /// To log in with instead of the e-mail address
    #[arg(long)]
    pub(crate) username: Option<String>,
}

impl Cli {
    /// What the command line says about settings.
    pub(crate) fn flags(&self) -> Flags {
        let SettingFlags { config, database_url, data_dir, bind, log_format } = &self.settings;
        let named =
            [("database_url", database_url), ("data_dir", data_dir), ("bind", bind), ("log_format", log_format)];
        let settings = named.into_iter().filter_map(|(name, value)| Some((name, value.clone()?))).collect();
        Flags { file: config.clone(), settings }
    }
}
