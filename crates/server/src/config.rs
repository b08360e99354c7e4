//! What an installation decides for itself: defaults, then a file, then the environment, then flags.

mod mistakes;
mod process;
mod public_url;
mod reader;

use std::net::SocketAddr;
use std::path::PathBuf;

use application::Settings;
use chrono_tz::Tz;
use identity_core::{Identifiers, Lifetimes};
use kernel::Word;
use log::LevelFilter;
use scheduling_core::{BookingPolicy, Confirmation, PublishingPolicy};
use secrecy::{ExposeSecret, SecretString};

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
    /// Of the first location: an IANA name.
    pub(crate) time_zone: Tz,
    /// Of the first location.
    pub(crate) clinic_name: String,
    /// Of the first location.
    pub(crate) clinic_city: String,
    /// `confirmation`, `booking_notice_minutes`, `booking_horizon_days`, `cancel_notice_minutes`,
    /// `patient_upcoming_max` and `doctor_day_max` (both a number or `none`).
    pub(crate) booking: BookingPolicy,
    /// `publish_horizon_days` and `slots_per_doctor_day_max`.
    pub(crate) publishing: PublishingPolicy,
    /// `access_token_minutes` and `refresh_token_days`.
    pub(crate) lifetimes: Lifetimes,
    /// `login_identifiers`: of `email`, `username` and `national_id`; the earlier wins.
    pub(crate) identifiers: Identifiers,
    /// How many active administrators there may be.
    pub(crate) admins_max: u32,
    /// How long a free slot is kept after it has ended.
    pub(crate) expired_slots_retention_days: u32,
    /// Each step up doubles the time of a login; 12 is about a quarter of a second.
    pub(crate) bcrypt_cost: u32,
    /// `human` or `json`.
    pub(crate) log_format: LogFormat,
    /// The least severe records that are written.
    pub(crate) log_level: LevelFilter,
    /// Whether `serve` migrates a `mysql://` database; the embedded one is always migrated.
    pub(crate) migrate: bool,
    /// How many connections to the database, and as many threads that use them.
    pub(crate) connections: u32,
    /// Whether to serve on a database that may lose answered bookings when the power fails.
    pub(crate) allow_weak_durability: bool,
    /// The web origins whose pages may call the API.
    pub(crate) cors_origins: Vec<String>,
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
        let booking = BookingPolicy::default();
        let publishing = PublishingPolicy::default();
        let defaults = Settings::default();

        let data_dir = reader.path("data_dir", "var".into());
        // There is nothing to set yet but `off`, which tests and benchmarks say already.
        reader.take("rate_limit", (), "off, until there are limits", |text| (text == "off").then_some(()));
        let bind = reader.bind(variables.get("PORT").map(String::as_str));
        let allowed = "where people find this installation, such as https://clinic.example";
        let public_url = reader.take("public_url", public_url::of(bind), allowed, public_url::parse);
        let sender = public_url::sender_at(host_of(&public_url));
        let allowed = "an e-mail address, or a name with one: Clinic <clinic@example.org>";
        let config = Self {
            database_url: reader.database_url(&data_dir),
            bind,
            smtp_url: reader.secret(
                "smtp_url",
                "smtp://user:password@host:port?tls=required or smtps://user:password@host:port",
                delivery::is_smtp_url,
            ),
            mail_from: reader.take("mail_from", sender, allowed, public_url::sender),
            public_url,
            mail_dir: data_dir.join("mail"),
            templates_dir: reader.take("templates_dir", None, "a folder", |text| Some(Some(PathBuf::from(text)))),
            keys_dir: reader.path("keys_dir", data_dir.join("keys")),
            time_zone: reader.take("time_zone", Tz::UTC, "an IANA time zone such as Europe/Lisbon", parsed),
            clinic_name: reader.line("clinic_name", "Clinic"),
            clinic_city: reader.line("clinic_city", ""),
            booking: BookingPolicy {
                confirmation: reader.take("confirmation", booking.confirmation, "automatic or by_doctor", confirmation),
                notice_minutes_min: reader.number("booking_notice_minutes", booking.notice_minutes_min, 0..=525_600),
                horizon_days_max: reader.number("booking_horizon_days", booking.horizon_days_max, 1..=3_650),
                cancel_notice_minutes_min: reader.number(
                    "cancel_notice_minutes",
                    booking.cancel_notice_minutes_min,
                    0..=525_600,
                ),
                patient_upcoming_max: reader.cap("patient_upcoming_max", booking.patient_upcoming_max, 1..=10_000),
                doctor_day_max: reader.cap("doctor_day_max", booking.doctor_day_max, 1..=10_000),
            },
            publishing: PublishingPolicy {
                horizon_days_max: reader.number("publish_horizon_days", publishing.horizon_days_max, 1..=3_650),
                doctor_day_max: reader.number("slots_per_doctor_day_max", publishing.doctor_day_max, 1..=288),
            },
            lifetimes: Lifetimes {
                access_minutes: reader.number("access_token_minutes", defaults.lifetimes.access_minutes, 1..=10_080),
                refresh_days: reader.number("refresh_token_days", defaults.lifetimes.refresh_days, 1..=365),
            },
            identifiers: reader.words("login_identifiers", defaults.identifiers),
            admins_max: reader.number("admins_max", defaults.admins_max, 1..=1_000),
            expired_slots_retention_days: reader.number(
                "expired_slots_retention_days",
                defaults.expired_slots_retention_days,
                0..=3_650,
            ),
            bcrypt_cost: reader.number("bcrypt_cost", 12, 4..=16),
            log_format: reader.take("log_format", LogFormat::Human, "human or json", LogFormat::parse),
            log_level: reader.take("log_level", LevelFilter::Info, "off, error, warn, info, debug or trace", parsed),
            migrate: reader.switch("migrate", true),
            connections: reader.number("connections", 16, 1..=1_000),
            allow_weak_durability: reader.switch("allow_weak_durability", false),
            cors_origins: reader.origins("cors_origins"),
            hsts: reader.switch("hsts", false),
        };
        reader.finish().map(|()| config)
    }

    /// Whether `serve` brings the database up to date: always the embedded one, which is nobody else's.
    pub(crate) fn migrates(&self) -> bool {
        self.migrate || self.database_url.expose_secret().starts_with("sqlite:")
    }

    /// What the application needs to know of it.
    pub(crate) fn settings(&self) -> Settings {
        Settings {
            booking: self.booking,
            publishing: self.publishing,
            lifetimes: self.lifetimes,
            identifiers: self.identifiers.clone(),
            admins_max: self.admins_max,
            expired_slots_retention_days: self.expired_slots_retention_days,
            ..Settings::default()
        }
    }
}

fn parsed<T: std::str::FromStr>(text: &str) -> Option<T> {
    text.parse().ok()
}

fn confirmation(text: &str) -> Option<Confirmation> {
    match text {
        "automatic" => Some(Confirmation::Automatic),
        "by_doctor" => Some(Confirmation::ByDoctor),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
