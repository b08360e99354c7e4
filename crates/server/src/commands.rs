//! What each command does.

use std::io::Write;
use std::path::Path;

use application::accounts::NewProfile;
use application::{App, Clock, audit};

use crate::cli::{AccountCommand, AdminCommand, Cli, Command, SettingsCommand};
use crate::clock::SystemClock;
use crate::config::{Config, process_variables};
use crate::failure::Failure;
use crate::wiring::{open, refuse_weak, wire};
use crate::{accounts, demo, logging, posting, serving, settings};

/// Does what the command line says.
pub(crate) fn run(cli: &Cli) -> Result<(), Failure> {
    if matches!(cli.command, Command::Openapi) {
        let description = http_actix::openapi().to_pretty_json()?;
        // Not `println!`, which panics when nobody reads to the end.
        return Ok(writeln!(std::io::stdout(), "{description}")?);
    }
    let config = Config::read(&cli.flags(), &process_variables())?;
    logging::start(config.log_format, config.log_level)?;
    match &cli.command {
        Command::Serve => serve(&config),
        Command::Migrate => migrate(&config),
        Command::Admin(AdminCommand::Create(person)) => {
            on_app(&config, |app| accounts::create(app, person, NewProfile::Admin))
        }
        Command::Account(command) => on_app(&config, |app| account(app, command)),
        Command::Settings(SettingsCommand::Show) => settings::show(&wire(&config)?.app),
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
        Command::Backup { file } => back_up(&config, file),
        Command::Openapi => Ok(()),
    }
}

/// Does something that the audit log tells of, and seals what it says.
fn on_app(config: &Config, work: impl FnOnce(&App) -> Result<(), Failure>) -> Result<(), Failure> {
    let app = wire(config)?.app;
    work(&app)?;
    // It is done all the same where this fails; a server seals it too.
    app.seal_audit(audit::Search::Recent).map_or_else(|error| log::warn!("sealing the audit log: {error}"), drop);
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

fn serve(config: &Config) -> Result<(), Failure> {
    let wired = wire(config)?;
    refuse_weak(config, &wired.database)?;
    if wired.app.lacks_admin()? {
        println!("there is no administrator yet; make one: slotkeeper admin create --email E --full-name N");
    }
    serving::run(config, wired)
}

fn demo(config: &Config) -> Result<(), Failure> {
    let config = &demo::located(config);
    let wired = wire(config)?;
    refuse_weak(config, &wired.database)?;
    demo::furnish(&wired, config.bcrypt_cost, SystemClock.now())?;
    demo::print_logins();
    serving::run(config, wired)
}

fn migrate(config: &Config) -> Result<(), Failure> {
    let applied = open(config)?.migrate()?;
    if applied.is_empty() {
        println!("the database is up to date");
    }
    for name in applied {
        println!("{name}");
    }
    Ok(())
}

fn back_up(config: &Config, file: &Path) -> Result<(), Failure> {
    open(config)?.back_up(file)?;
    println!("the database is in {}; keep a copy of the keys in {} with it", file.display(), config.keys_dir.display());
    Ok(())
}

/// Looks at everything that can be wrong, and says all of it at once.
fn check(config: &Config) -> Result<(), Failure> {
    let database = open(config)?;
    let mut findings: Vec<String> = Vec::new();
    if let Err(error) = credentials::Keys::load_or_make(&config.keys_dir) {
        findings.push(format!("keys: {error}"));
    }
    findings.extend(posting::post(config).err().map(|error| error.to_string()));
    findings.extend(database.weaknesses()?.iter().map(|weakness| format!("durability: {weakness}")));
    let pending = database.pending_migrations()?;
    if pending.is_empty() {
        let violations = database.violations()?;
        findings.extend(violations.iter().map(|violation| format!("data: {violation}")));
        let verified = audit::verify(&database, SystemClock.now())?;
        findings.extend(verified.findings.iter().map(|finding| format!("audit: {finding}")));
        if let Some(head) = verified.head {
            println!("the audit log ends with seal {head}");
        }
    }
    findings.extend(pending.iter().map(|name| format!("migrations: {name} is missing")));
    if findings.is_empty() {
        println!("settings, keys, migrations, durability, data and audit log are as they should be");
        return Ok(());
    }
    Err(Failure::Check(findings))
}
