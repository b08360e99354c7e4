//! Work that no request waits for.

use std::time::Duration;

use actix_web::{rt, web};
use application::App;
use kernel::StoreError;

/// How long sweeping rests between two rounds.
const SWEEPING_PAUSE: Duration = Duration::from_secs(15 * 60);

/// How long marking missed visits rests between two rounds.
const ATTENDING_PAUSE: Duration = Duration::from_secs(60);

/// Starts the jobs on the current runtime; they end with it.
pub(crate) fn start(app: &App) {
    every(SWEEPING_PAUSE, "sweeping", app, |app| {
        let swept = app.sweep()?;
        log::debug!(slots = swept.slots, answers = swept.answers, sessions = swept.sessions; "swept");
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
