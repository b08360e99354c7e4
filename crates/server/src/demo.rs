//! A clinic to try things on: the same each time, made by the real verbs on a clock that begins a week ago.

mod cast;
mod stage;

use std::sync::Arc;

use application::directory::DoctorSearch;
use application::{App, Settings};
use chrono::{DateTime, Duration, NaiveTime, Utc};
use credentials::{BcryptPasswords, JwtTokens, Keys};
use identity_core::Password;
use identity_core::ports::Passwords;
use kernel::PageRequest;
use store_diesel::Database;

use crate::clock::RandomIds;
use crate::config::Config;
use crate::failure::Failure;
use crate::wiring::Wired;
use stage::{Props, Stage, StageClock};

/// The password of everyone in the demo clinic.
pub(crate) const PASSWORD: &str = "lantern-orbit-42-demo";

/// How many days before today the clinic opened.
const PAST_DAYS: i64 = 7;

/// The same settings for a clinic that stands in some city, so that there is one to search for.
pub(crate) fn located(config: &Config) -> Config {
    let mut config = config.clone();
    if config.clinic_city.is_empty() {
        "Lisbon".clone_into(&mut config.clinic_city);
    }
    config
}

/// Makes the demo clinic in a new database; leaves a finished one as it is.
pub(crate) fn furnish(wired: &Wired, cost: u32, now: DateTime<Utc>) -> Result<(), Failure> {
    if wired.app.knows(&cast::ADMIN.1.parse().map_err(|_| Failure::NotNew)?)? {
        return Ok(());
    }
    let is_new = wired.app.lacks_admin()?
        && wired.app.doctors(&DoctorSearch::default(), &PageRequest::default())?.items.is_empty();
    if !is_new {
        return Err(Failure::NotNew);
    }
    log::info!("making the demo clinic");
    let opened = (now - Duration::days(PAST_DAYS)).date_naive().and_time(NaiveTime::MIN).and_utc();
    let clock = Arc::new(StageClock::at(opened));
    let app = understudy(&wired.database, &wired.keys, cost, clock.clone())?;
    Stage::new(app, clock).play(now)?;
    Ok(())
}

/// The same application with the stage's clock, with one hash for everyone's password, and with settings under which the
/// play is known to go to its end.
fn understudy(database: &Arc<Database>, keys: &Keys, cost: u32, clock: Arc<StageClock>) -> Result<App, Failure> {
    let password = Password::new(PASSWORD.to_owned()).map_err(|weak| Failure::Password(weak.to_string()))?;
    let hash = BcryptPasswords::new(cost).hash(&password).map_err(application::Error::from)?;
    let tokens = Arc::new(JwtTokens::new(keys, "slotkeeper", "slotkeeper"));
    let app =
        App::new(database.clone(), clock, Arc::new(RandomIds), Arc::new(Props(hash)), tokens, Settings::default());
    Ok(app.with_time_zones(Arc::clone(database.time_zones())))
}

/// What a visitor of the demo clinic needs to know.
pub(crate) fn print_logins() {
    println!("demo logins, all with the password {PASSWORD}");
    for (who, email) in [
        ("admin", cast::ADMIN.1),
        ("receptionist", cast::RECEPTIONIST.1),
        ("doctor", &cast::email("doctor", 1)),
        ("patient", &cast::email("patient", 1)),
    ] {
        println!("  {who:<13} {email}");
    }
    println!("  {} waits for the admin to activate the account", cast::waiting_doctor());
}
