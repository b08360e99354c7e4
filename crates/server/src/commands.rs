//! What each command does.

use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use application::accounts::NewProfile;
use application::{App, Clock, audit};
use identity_core::ports::LoginNames;
use kernel::{StoreError, UnitOfWorkExt};
use store_diesel::Database;
use time_zones::Loaded;

use crate::claim::claim;
use crate::cli::{AccountCommand, AdminCommand, Cli, Command, MadeRole, SettingsCommand};
use crate::clock::SystemClock;
use crate::config::{Config, process_variables};
use crate::failure::Failure;
use crate::sealing::BesideKeys;
use crate::wiring::{Wired, open, reconcile_search_keys, refuse_exposed, refuse_newer, refuse_weak, wire};
use crate::{accounts, demo, logging, posting, serving, settings, zone_changes};

/// How long a server that starts waits for a database, as after a power cut: shorter than a service manager's patience.
const DATABASE_WAIT_MAX: Duration = Duration::from_secs(30);
const DATABASE_PAUSE: Duration = Duration::from_secs(1);

/// Does what the command line says.
pub(crate) fn run(cli: &Cli) -> Result<(), Failure> {
    if matches!(cli.command, Command::Openapi) {
        let description = http_actix::openapi().to_pretty_json()?;
        // Not `println!`, which panics when nobody reads to the end.
        return Ok(writeln!(std::io::stdout(), "{description}")?);
    }
    let config = Config::read(&cli.flags(), &process_variables())?;
    logging::start(config.log_format, config.log_level)?;
    if !may_begin(&cli.command)
        && let Some(path) = missing_database(&config)
    {
        return Err(Failure::NoDatabase(path.to_owned()));
    }
    match &cli.command {
        Command::Serve => serve(&config),
        Command::Migrate => migrate(&config),
        Command::Admin(AdminCommand::Create(person)) => {
            on_app(&config, |app| accounts::create(app, person, NewProfile::Admin))
        }
        Command::Account(command) => on_app(&config, |app| account(app, command)),
        Command::Settings(SettingsCommand::Show) => settings::show(&wire(&config, open(&config)?)?.app),
        Command::Settings(SettingsCommand::Set { name, value }) => {
            let edit = settings::edit(name, Some(value))?;
            on_app(&config, |app| settings::store(app, edit))
        }
        Command::Settings(SettingsCommand::Reset { name }) => {
            let edit = settings::edit(name, None)?;
            on_app(&config, |app| settings::store(app, edit))
        }
        Command::Demo => demo(&config),
        Command::Check => check(&config),
        Command::TimeZones { apply } => on_app(&config, |app| zone_changes::show(app, *apply)),
        Command::Backup { file } => back_up(&config, file),
        Command::Openapi => Ok(()),
    }
}

/// Whether a command may be the first on a new database, or tells itself that there is none.
const fn may_begin(command: &Command) -> bool {
    match command {
        Command::Serve
        | Command::Demo
        | Command::Migrate
        | Command::Admin(AdminCommand::Create(_))
        | Command::Check
        | Command::Openapi => true,
        Command::Account(AccountCommand::Create { role, .. }) => matches!(role, MadeRole::Admin),
        Command::Account(_) | Command::Settings(_) | Command::TimeZones { .. } | Command::Backup { .. } => false,
    }
}

/// Where the file of the embedded database should be, when it is not there.
fn missing_database(config: &Config) -> Option<&Path> {
    config.database_file().filter(|path| matches!(path.try_exists(), Ok(false)))
}

/// Does something that the audit log tells of, and seals what it says.
fn on_app(config: &Config, work: impl FnOnce(&App) -> Result<(), Failure>) -> Result<(), Failure> {
    let app = wire(config, open(config)?)?.app;
    work(&app)?;
    // It is done all the same where this fails; a server seals it too.
    seal(&app).unwrap_or_else(|error| log::warn!("sealing the audit log: {error}"));
    Ok(())
}

/// Seals what a command has said, unless the log is sealed with another key: then this is not the folder of its keys.
fn seal(app: &App) -> Result<(), StoreError> {
    if app.has_seal_key()? {
        app.seal_audit(audit::Search::Recent)?;
    } else {
        log::warn!("the audit log is sealed with another audit.key: a server with that key seals what was done");
    }
    Ok(())
}

fn account(app: &App, command: &AccountCommand) -> Result<(), Failure> {
    match command {
        AccountCommand::Create { role, person } => accounts::create(app, person, accounts::profile(*role)),
        AccountCommand::List { role, status } => accounts::list(app, role.as_deref(), status.as_deref()),
        AccountCommand::Activate { email } => accounts::activate(app, email),
        AccountCommand::Deactivate { email } => accounts::deactivate(app, email),
        AccountCommand::ResetPassword { email } => accounts::reset_password(app, email),
    }
}

/// Everything that serving needs, on a database that keeps what is promised, and our claim on its file.
fn wire_to_serve(config: &Config) -> Result<(Wired, Option<File>), Failure> {
    refuse_exposed(config)?;
    let database = open(config)?;
    let claim = config.database_file().map(claim).transpose()?;
    let wired = wire(config, database)?;
    refuse_weak(config, &wired.database)?;
    wired.app.begin_head()?;
    wired.app.record_accounts()?;
    Ok((wired, claim))
}

/// The same, on a database of others' that may come up after us, or may have too much to do to answer.
fn wire_patiently(config: &Config) -> Result<(Wired, Option<File>), Failure> {
    let begun = Instant::now();
    loop {
        match wire_to_serve(config) {
            Err(
                Failure::Store(StoreError::Unavailable { reason })
                | Failure::Application(application::Error::Store(StoreError::Unavailable { reason })),
            ) if config.database_file().is_none() && begun.elapsed() < DATABASE_WAIT_MAX => {
                log::warn!("waiting for the database: {reason}");
                thread::sleep(DATABASE_PAUSE);
            }
            wired => return wired,
        }
    }
}

fn serve(config: &Config) -> Result<(), Failure> {
    log_time_zones(config);
    let (wired, _claim) = wire_patiently(config)?;
    if wired.app.lacks_admin()? {
        println!("there is no administrator yet; make one: slotkeeper admin create --email E --full-name N");
    }
    serving::run(config, wired)
}

fn log_time_zones(config: &Config) {
    let Loaded { zones, source, unusable } = &config.time_zones;
    log::info!("time zone rules: release {} ({source})", zones.version());
    if let Some(reason) = unusable {
        log::warn!("newer time zone rules of this system are not used: {reason}");
    }
}

fn demo(config: &Config) -> Result<(), Failure> {
    let config = &demo::located(config);
    log_time_zones(config);
    let (wired, _claim) = wire_to_serve(config)?;
    demo::furnish(&wired, config.bcrypt_cost, SystemClock.now())?;
    demo::print_logins();
    serving::run(config, wired)
}

fn migrate(config: &Config) -> Result<(), Failure> {
    let database = open(config)?;
    refuse_newer(&database)?;
    let applied = database.migrate()?;
    let reconciled = database.write(LoginNames::reconcile_login_names)?;
    if 0 < reconciled {
        println!("{reconciled} login names brought up to date after an earlier version");
    }
    let found_anew = reconcile_search_keys(&database)?;
    if 0 < found_anew {
        println!("{found_anew} accounts can be found by the words of their names");
    }
    if applied.is_empty() {
        println!("the database is up to date");
    }
    for name in applied {
        println!("{name}");
    }
    Ok(())
}

fn back_up(config: &Config, file: &Path) -> Result<(), Failure> {
    if file.symlink_metadata().is_ok() {
        return Err(Failure::InTheWay(file.to_owned()));
    }
    open(config)?.back_up(file)?;
    println!("the database is in {}; keep a copy of the keys in {} with it", file.display(), config.keys_dir.display());
    Ok(())
}

/// Looks at everything that can be wrong, and says all of it at once; makes and mends nothing.
fn check(config: &Config) -> Result<(), Failure> {
    let faults = credentials::Keys::faults(&config.keys_dir);
    let mut findings: Vec<String> = faults.iter().map(|fault| format!("keys: {fault}")).collect();
    findings.extend(posting::post(config).err().map(|error| error.to_string()));
    findings.extend(refuse_exposed(config).err().map(|error| error.to_string()));
    match missing_database(config) {
        Some(path) => findings.push(Failure::NoDatabase(path.to_owned()).to_string()),
        None => check_database(config, &open(config)?, &mut findings)?,
    }
    findings.extend(config.time_zones.unusable.iter().map(|reason| format!("time zone rules: {reason}")));
    if findings.is_empty() {
        println!("time zone rules: release {} ({})", config.time_zones.zones.version(), config.time_zones.source);
        println!("settings, keys, migrations, durability, data and audit log are as they should be");
        return Ok(());
    }
    Err(Failure::Check(findings))
}

fn check_database(config: &Config, database: &Database, findings: &mut Vec<String>) -> Result<(), Failure> {
    findings.extend(database.weaknesses()?.iter().map(|weakness| format!("durability: {weakness}")));
    findings.extend(refuse_newer(database).err().map(|error| format!("migrations: {error}")));
    let pending = database.pending_migrations()?;
    if pending.is_empty() {
        let violations = database.violations()?;
        findings.extend(violations.iter().map(|violation| format!("data: {violation}")));
        findings.extend(database.shared_login_names()?.iter().map(|shared| format!("accounts: {shared}")));
        check_audit(config, database, findings)?;
    }
    findings.extend(pending.iter().map(|name| format!("migrations: {name} is missing")));
    Ok(())
}

fn check_audit(config: &Config, database: &Database, findings: &mut Vec<String>) -> Result<(), Failure> {
    let keeper = match BesideKeys::load(config) {
        Ok(keeper) => keeper,
        Err(error) => {
            findings.push(format!("keys: {error}"));
            return Ok(());
        }
    };
    findings.extend(keeper.fault());
    let verified = audit::verify(database, SystemClock.now(), &keeper)?;
    findings.extend(verified.findings.iter().map(|finding| format!("audit: {finding}")));
    findings.extend(audit::compare(database)?.iter().map(|discrepancy| format!("audit: {discrepancy}")));
    if let Some(head) = verified.head {
        println!("the audit log ends with seal {head}");
        match verified.keyed_from {
            Some(seq) => println!("its seals are made with audit.key from seal {seq} on"),
            None => println!("its seals are made without a key"),
        }
    }
    Ok(())
}
