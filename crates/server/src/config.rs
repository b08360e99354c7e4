//! What an installation decides for itself: defaults, then a file, then the environment, then flags.

mod mistakes;
mod process;
mod public_url;
mod reader;
mod smtp_url;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use application::Settings;
use application::settings::Setting;
use http_actix::{RateLimit, Rates};
use ipnet::IpNet;
use kernel::{Word, Zone};
use log::LevelFilter;
use phone_numbers::NumberingPlans;
use secrecy::{ExposeSecret, SecretString};
use time_zones::Loaded;

pub(crate) use mistakes::Mistakes;
pub(crate) use process::process_variables;
pub(crate) use public_url::host_of;

use crate::logging::LogFormat;
use reader::Reader;

/// The variables that concern us, by name.
pub(crate) type Variables = std::collections::HashMap<String, String>;

/// What the command line said, which wins over everything else.
#[derive(Clone, Debug, Default)]
pub(crate) struct Flags {
    /// A configuration file; `SLOTKEEPER_CONFIG` names one otherwise.
    pub(crate) file: Option<PathBuf>,
    /// Settings by name: `("bind", "127.0.0.1:0")`.
    pub(crate) settings: Vec<(&'static str, String)>,
}

/// Every setting, each by the name it has in the file; in the environment `SLOTKEEPER_` and the name in capitals.
#[derive(Clone, Debug)]
pub(crate) struct Config {
    /// `sqlite://path` or `mysql://user:password@host:port/database`; by default a file in `data_dir`. Never printed.
    pub(crate) database_url: SecretString,
    /// Where to listen; port 0 takes a free one. A variable `PORT` replaces the port, unless a flag says where.
    pub(crate) bind: SocketAddr,
    /// Where the keys are; several nodes share one folder.
    pub(crate) keys_dir: PathBuf,
    /// What links in mails begin with; by default where the server listens.
    pub(crate) public_url: String,
    /// `smtp://user:password@host:port?tls=required` or `smtps://…`; without it mails are written into `mail_dir`. Never
    /// printed.
    pub(crate) smtp_url: Option<SecretString>,
    /// From whom mails come.
    pub(crate) mail_from: String,
    /// Where mails are written when no mail server is set.
    pub(crate) mail_dir: PathBuf,
    /// Files that replace templates of mails.
    pub(crate) templates_dir: Option<PathBuf>,
    /// The rules of time zones: those in `tzdata_dir`, or else the newer of this system's and those built in.
    pub(crate) time_zones: Loaded,
    /// Of the first location: an IANA name.
    pub(crate) time_zone: Zone,
    /// What an administrator can change later, and whether failed logins delay others from the same network address,
    /// which is a matter of `rate_limit`. The clinic's name is also that of the first location.
    pub(crate) settings: Settings,
    /// Those of the settings that an administrator can change which the configuration names.
    pub(crate) configured: Vec<&'static Setting>,
    /// Whether clients that ask too often are sent away, and how often that is.
    pub(crate) rate_limit: RateLimit,
    /// How many connections a network address may have that is not of a trusted proxy.
    pub(crate) connections_per_address: u32,
    /// The proxies that are believed for whom they ask.
    pub(crate) trusted_proxies: Vec<IpNet>,
    /// Of the first location.
    pub(crate) clinic_city: String,
    /// Whose telephone numbers are read as they are dialled there.
    pub(crate) phone_numbers: NumberingPlans,
    /// Each step up doubles the time of a login; 12 is about a quarter of a second.
    pub(crate) bcrypt_cost: u32,
    /// `human` or `json`.
    pub(crate) log_format: LogFormat,
    /// The least severe records that are written.
    pub(crate) log_level: LevelFilter,
    /// Whether `serve` migrates a `mysql://` database; the embedded one is always migrated.
    pub(crate) migrate: bool,
    /// How many threads ask the database; each has a connection, and so have those that hash passwords, and jobs.
    pub(crate) connections: u32,
    /// Whether to serve on a database that may lose answered bookings when the power fails.
    pub(crate) allow_weak_durability: bool,
    /// The web origins whose pages may call the API.
    pub(crate) cors_origins: Vec<String>,
    /// Whom to tell about holes: a `mailto:` or `https:` address.
    pub(crate) security_contact: Option<String>,
    /// Whether browsers are told to use HTTPS only (RFC 6797).
    pub(crate) hsts: bool,
}

impl Config {
    /// Reads every setting.
    ///
    /// An empty variable counts as not set; variables `SLOTKEEPER_TEST_…` are left to the tests.
    ///
    /// # Errors
    /// All mistakes at once: values that are not allowed, and settings that do not exist.
    pub(crate) fn read(flags: &Flags, variables: &Variables) -> Result<Self, Mistakes> {
        let mut reader = Reader::new(flags, variables);
        let data_dir = reader.path("data_dir", "var".into());
        let bind = reader.bind(variables.get("PORT").map(String::as_str));
        let allowed = "where people find this installation, such as https://clinic.example";
        let public_url = reader.take("public_url", public_url::of(bind), allowed, public_url::parse);
        let sender = public_url::sender_at(host_of(&public_url));
        let allowed = "an e-mail address, or a name with one: Clinic <clinic@example.org>";
        let time_zones = reader.time_zones("tzdata_dir");
        let (mut settings, configured) = reader.settings();
        settings.delays_by_address = reader.switch("rate_limit", settings.delays_by_address);
        let usual = Rates::default();
        let rates = Rates {
            anonymous: reader.rate("rate_anonymous", usual.anonymous),
            account: reader.rate("rate_account", usual.account),
            costly: reader.rate("rate_costly", usual.costly),
            address: reader.rate("rate_address", usual.address),
        };
        let config = Self {
            database_url: reader.database_url(&data_dir),
            bind,
            smtp_url: reader.secret(
                "smtp_url",
                "smtp://host:port, or with a password smtp://user:password@host:port?tls=required or \
                 smtps://user:password@host:port",
                smtp_url::is_safe,
            ),
            mail_from: reader.take("mail_from", sender, allowed, public_url::sender),
            public_url,
            mail_dir: data_dir.join("mail"),
            templates_dir: reader.take("templates_dir", None, "a folder", |text| Some(Some(PathBuf::from(text)))),
            keys_dir: reader.path("keys_dir", data_dir.join("keys")),
            time_zone: reader.take("time_zone", Zone::UTC, "an IANA time zone such as Europe/Lisbon", |name| {
                time_zones.zones.zone(name)
            }),
            time_zones,
            rate_limit: if settings.delays_by_address { RateLimit::On(rates) } else { RateLimit::Off },
            settings,
            configured,
            connections_per_address: reader.number("connections_per_address", 256, 1..=1_000_000),
            trusted_proxies: reader.networks("trusted_proxies"),
            clinic_city: reader.line("clinic_city", ""),
            phone_numbers: reader.take(
                "country",
                NumberingPlans::default(),
                "the two letters of a country (ISO 3166-1), such as NG",
                |code| NumberingPlans::in_country(code).ok(),
            ),
            bcrypt_cost: reader.number("bcrypt_cost", 12, 4..=16),
            log_format: reader.take("log_format", LogFormat::Human, "human or json", LogFormat::parse),
            log_level: reader.take("log_level", LevelFilter::Info, "off, error, warn, info, debug or trace", parsed),
            migrate: reader.switch("migrate", true),
            connections: reader.number("connections", 16, 1..=1_000),
            allow_weak_durability: reader.switch("allow_weak_durability", false),
            cors_origins: reader.origins("cors_origins"),
            security_contact: reader.take(
                "security_contact",
                None,
                "an e-mail address, or a web address such as https://clinic.example/security",
                |text| public_url::contact(text).map(Some),
            ),
            hsts: reader.switch("hsts", false),
        };
        reader.finish().map(|()| config)
    }

    /// Whether `serve` brings the database up to date: always the embedded one, which is nobody else's.
    pub(crate) fn migrates(&self) -> bool {
        self.migrate || self.database_file().is_some()
    }

    /// The file of the embedded database, where that is the one.
    pub(crate) fn database_file(&self) -> Option<&Path> {
        self.database_url.expose_secret().strip_prefix("sqlite://").map(Path::new)
    }
}

fn parsed<T: std::str::FromStr>(text: &str) -> Option<T> {
    text.parse().ok()
}

#[cfg(test)]
mod tests;
