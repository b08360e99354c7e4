//! Puts the pieces together: a database, keys, cryptography and the application on top.

use std::num::NonZeroUsize;
use std::os::unix::fs::PermissionsExt;
use std::sync::Arc;
use std::thread;

use application::ports::AnyStore;
use application::settings::Setting;
use application::{App, FirstLocation, Settings};
use credentials::{BcryptPasswords, JwtTokens, Keys};
use kernel::{StoreError, UnitOfWorkExt};
use secrecy::ExposeSecret;
use store_diesel::{ClusterNode, Database};

use crate::clock::{RandomIds, SystemClock};
use crate::config::Config;
use crate::failure::Failure;
use crate::sealing::BesideKeys;

/// Who signs access tokens, and for whom.
const ISSUER: &str = "slotkeeper";

/// Those that jobs use at the same time: sealing, sweeping, marking missed visits, sending.
const JOB_CONNECTIONS: u32 = 4;

/// How many accounts get their search keys in one transaction.
const ACCOUNTS_PER_STEP: u32 = 200;

/// Everything that a command may need.
pub(crate) struct Wired {
    pub(crate) database: Arc<Database>,
    pub(crate) keys: Keys,
    pub(crate) app: App,
}

/// Opens the database; it may be older than the program.
pub(crate) fn open(config: &Config) -> Result<Database, StoreError> {
    let zones = Arc::clone(&config.time_zones.zones);
    Database::open(config.database_url.expose_secret(), database_connections(config), zones)
}

/// How many connections the database is asked for: nobody who has a thread waits for one.
pub(crate) fn database_connections(config: &Config) -> u32 {
    config.connections + hashing_threads() + JOB_CONNECTIONS
}

/// One for each two cores, so that hashing never takes all of them; at least one.
pub(crate) fn hashing_threads() -> u32 {
    u32::try_from(cores().get() / 2).unwrap_or(u32::MAX).max(1)
}

/// How many things this machine does at once.
pub(crate) fn cores() -> NonZeroUsize {
    thread::available_parallelism().unwrap_or(NonZeroUsize::MIN)
}

/// Brings the database up to date where that is wanted, and puts the application on it.
pub(crate) fn wire(config: &Config, database: Database) -> Result<Wired, Failure> {
    let database = Arc::new(database);
    refuse_newer(&database)?;
    if config.migrates() {
        for name in database.migrate()? {
            log::info!("migrated: {name}");
        }
        reconcile_search_keys(&database)?;
    }
    let pending = database.pending_migrations()?;
    if !pending.is_empty() {
        return Err(Failure::Unmigrated(pending));
    }
    let keys = Keys::load_or_make(&config.keys_dir)?;
    let passwords = BcryptPasswords::new(config.bcrypt_cost);
    let passwords = match database.greatest_password_hash()? {
        Some(hash) => passwords.beside(&hash),
        None => passwords,
    };
    let app = App::new(
        database.clone(),
        Arc::new(SystemClock),
        Arc::new(RandomIds),
        Arc::new(passwords),
        Arc::new(JwtTokens::new(&keys, ISSUER, ISSUER)),
        settings(config, &database)?,
    )
    .with_time_zones(Arc::clone(database.time_zones()))
    .with_seal_keeper(Arc::new(BesideKeys::load_or_make(config)?))
    .with_phone_numbers(Arc::new(config.phone_numbers))
    .on_node(Arc::new(ClusterNode::at(config.database_url.expose_secret())?));
    app.install(&FirstLocation {
        name: config.settings.clinic_name.clone(),
        city: config.clinic_city.clone(),
        zone: config.time_zone,
    })?;
    Ok(Wired { database, keys, app })
}

/// Lets accounts be found by the names that they have, where another version of the program made or changed them; says how
/// many. Done in steps, so that nobody waits for all of it.
pub(crate) fn reconcile_search_keys(database: &Database) -> Result<usize, StoreError> {
    let (mut after, mut written) = (None, 0);
    while let Some((last, of_them)) =
        database.write(|store: &mut AnyStore| store.reconcile_search_keys(after, ACCOUNTS_PER_STEP))?
    {
        written += of_them;
        after = Some(last);
    }
    Ok(written)
}

/// Refuses a database that a later program has changed, unless it said that older ones can go on.
pub(crate) fn refuse_newer(database: &Database) -> Result<(), Failure> {
    let unknown = database.unknown_migrations()?;
    if unknown.is_empty() { Ok(()) } else { Err(Failure::Newer(unknown)) }
}

/// Refuses a database whose file others than its owner may read or write.
pub(crate) fn refuse_exposed(config: &Config) -> Result<(), Failure> {
    let Some(path) = config.database_file() else { return Ok(()) };
    let Ok(metadata) = path.metadata() else { return Ok(()) };
    let mode = metadata.permissions().mode() & 0o777;
    let others_may = mode & 0o077;
    if others_may == 0 { Ok(()) } else { Err(Failure::Exposed { path: path.to_owned(), mode }) }
}

/// The settings of the configuration, with the defaults that the installation was made with.
fn settings(config: &Config, database: &Database) -> Result<Settings, StoreError> {
    let stored = UnitOfWorkExt::read(database, |store: &mut AnyStore| store.stored_settings())?;
    let is_configured = |setting: &Setting| config.configured.iter().any(|named| named.name == setting.name);
    Ok(config.settings.clone().with_kept_defaults(&stored, is_configured))
}

/// Refuses a database that keeps less than is promised, unless the installation says that it knows.
pub(crate) fn refuse_weak(config: &Config, database: &Database) -> Result<(), Failure> {
    let weaknesses: Vec<String> = database.weaknesses()?.iter().map(ToString::to_string).collect();
    if weaknesses.is_empty() {
        return Ok(());
    }
    if !config.allow_weak_durability {
        return Err(Failure::Weak(weaknesses));
    }
    for weakness in weaknesses {
        log::warn!("allowed weakness: {weakness}");
    }
    Ok(())
}
