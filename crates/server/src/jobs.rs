//! Work that no request waits for.

mod delivering;

use std::time::Duration;

use actix_web::{rt, web};
use application::App;
use application::audit::Search;
use kernel::StoreError;

pub(crate) use delivering::Worker;

/// How long sweeping rests between two rounds.
const SWEEPING_PAUSE: Duration = Duration::from_secs(15 * 60);

/// How long marking missed visits rests between two rounds.
const ATTENDING_PAUSE: Duration = Duration::from_secs(60);

/// How long the audit log's sealer rests between two rounds.
const SEALING_PAUSE: Duration = Duration::from_secs(1);

/// After how many rounds the sealer looks everywhere: at the start, then about once a day.
const ROUNDS_PER_FULL_SEARCH: u32 = 24 * 60 * 60;

/// Starts the jobs on the current runtime; they end with it.
pub(crate) fn start(app: &App) {
    rt::spawn(seal(app.clone()));
    every(SWEEPING_PAUSE, "sweeping", app, |app| {
        let swept = app.sweep()?;
        log::debug!(
            slots = swept.slots, answers = swept.answers, sessions = swept.sessions,
            login_failures = swept.login_failures;
            "swept"
        );
        Ok(())
    });
    every(ATTENDING_PAUSE, "marking missed visits", app, |app| {
        let marked = app.mark_no_shows()?;
        log::debug!(marked; "marked missed visits");
        Ok(())
    });
}

/// Does a job now and after each pause; one that fails is tried again in the next round.
fn every(pause: Duration, what: &'static str, app: &App, job: fn(&App) -> Result<(), StoreError>) {
    let app = app.clone();
    rt::spawn(async move {
        let mut rounds = rt::time::interval(pause);
        loop {
            rounds.tick().await;
            let app = app.clone();
            match web::block(move || job(&app)).await {
                Ok(Ok(())) => {}
                Ok(Err(error)) => log::warn!("{what}: {error}"),
                Err(error) => log::error!("{what}: {error}"),
            }
        }
    });
}

/// Seals the audit log for as long as it is let.
async fn seal(app: App) {
    loop {
        for round in 0..ROUNDS_PER_FULL_SEARCH {
            seal_once(app.clone(), if round == 0 { Search::Everything } else { Search::Recent }).await;
            rt::time::sleep(SEALING_PAUSE).await;
        }
    }
}

/// Seals what the audit log has got. Where that fails the entries wait, and the next round seals them.
pub(crate) async fn seal_once(app: App, search: Search) {
    match web::block(move || app.seal_audit(search)).await {
        Ok(Ok(0)) => {}
        Ok(Ok(entries)) => log::trace!(entries; "sealed"),
        Ok(Err(error)) => log::warn!("sealing the audit log: {error}"),
        Err(error) => log::error!("sealing the audit log: {error}"),
    }
}
