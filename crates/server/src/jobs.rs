//! Work that no request waits for.

mod delivering;

use std::time::Duration;

use actix_web::{rt, web};
use application::App;

pub(crate) use delivering::Worker;

/// How long the jobs rest between two rounds.
const PAUSE: Duration = Duration::from_secs(15 * 60);

/// Starts the jobs on the current runtime; they end with it.
pub(crate) fn start(app: App) {
    rt::spawn(async move {
        let mut rounds = rt::time::interval(PAUSE);
        loop {
            rounds.tick().await;
            let app = app.clone();
            match web::block(move || app.sweep()).await {
                Ok(Ok(swept)) => {
                    log::debug!(slots = swept.slots, answers = swept.answers, sessions = swept.sessions; "swept");
                }
                Ok(Err(error)) => log::warn!("sweeping: {error}"),
                Err(error) => log::error!("sweeping: {error}"),
            }
        }
    });
}
