//! Work that no request waits for.

mod delivering;

use std::time::Duration;

use actix_web::{rt, web};
use application::App;
use application::audit::Search;
use chrono::TimeDelta;
use kernel::StoreError;
use uuid::Uuid;

pub(crate) use delivering::Worker;

/// How long sweeping rests between two rounds.
const SWEEPING_PAUSE_MINUTES: u32 = 15;

/// How long marking missed visits rests between two rounds.
const ATTENDING_PAUSE_MINUTES: u32 = 1;

/// How long expiring requests rests between two rounds.
const EXPIRING_PAUSE_MINUTES: u32 = 1;

/// How long a job's lease lasts, which each round prolongs. Two rounds may fail, or another node's clock may be two pauses
/// ahead, before that node takes the job over.
const PAUSES_PER_LEASE: u32 = 3;

/// How long the audit log's sealer rests between two rounds.
const SEALING_PAUSE: Duration = Duration::from_secs(1);

/// After how many rounds the sealer also looks for what was committed late.
const ROUNDS_PER_SEARCH: u32 = 10;

/// After how many rounds the sealer looks everywhere: an hour after the start, then about once a day.
const ROUNDS_PER_FULL_SEARCH: u32 = 24 * 60 * 60;
const FULL_SEARCH_ROUND: u32 = 60 * 60;

/// Starts the jobs on the current runtime; they end with it. Each is done on the node that has its lease, but sealing on
/// every node: the log must not stay unsealed until the lease of a node that was killed has expired.
pub(crate) fn start(app: &App, holder: Uuid) {
    rt::spawn(seal(app.clone()));
    every(SWEEPING_PAUSE_MINUTES, "sweeping", app, holder, |app| {
        let swept = app.sweep()?;
        log::debug!(
            slots = swept.slots, answers = swept.answers, sessions = swept.sessions,
            login_failures = swept.login_failures;
            "swept"
        );
        Ok(())
    });
    every(ATTENDING_PAUSE_MINUTES, "marking missed visits", app, holder, |app| {
        let marked = app.mark_no_shows()?;
        log::debug!(marked; "marked missed visits");
        Ok(())
    });
    every(EXPIRING_PAUSE_MINUTES, "expiring requests", app, holder, |app| {
        let expired = app.expire_requests()?;
        log::debug!(expired; "expired requests");
        Ok(())
    });
}

/// Does a job now and after each pause, where no other node does it; one that fails is tried again in the next round.
fn every(pause_minutes: u32, what: &'static str, app: &App, holder: Uuid, job: fn(&App) -> Result<(), StoreError>) {
    let lease = TimeDelta::minutes(i64::from(PAUSES_PER_LEASE * pause_minutes));
    let app = app.clone();
    rt::spawn(async move {
        let mut rounds = rt::time::interval(Duration::from_secs(60 * u64::from(pause_minutes)));
        loop {
            rounds.tick().await;
            let app = app.clone();
            in_background(what, move || {
                if app.lease(what, holder, lease)? {
                    return job(&app);
                }
                log::debug!("{what}: another node does it");
                Ok(())
            })
            .await;
        }
    });
}

/// Lets other nodes do the jobs at once.
pub(crate) async fn give_back(app: App, holder: Uuid) {
    in_background("giving leases back", move || app.give_leases_back(holder)).await;
}

async fn in_background(what: &'static str, work: impl FnOnce() -> Result<(), StoreError> + Send + 'static) {
    match web::block(work).await {
        Ok(Ok(())) => {}
        Ok(Err(error)) => log::warn!("{what}: {error}"),
        Err(error) => log::error!("{what}: {error}"),
    }
}

/// Seals the audit log for as long as it is let.
async fn seal(app: App) {
    loop {
        for round in 0..ROUNDS_PER_FULL_SEARCH {
            let search = match round {
                FULL_SEARCH_ROUND => Search::Everything,
                round if round % ROUNDS_PER_SEARCH == 0 => Search::Recent,
                _ => Search::Latest,
            };
            seal_once(app.clone(), search).await;
            rt::time::sleep(SEALING_PAUSE).await;
        }
    }
}

/// Seals what the audit log has got. Where that fails the entries wait, and the next round seals them.
pub(crate) async fn seal_once(app: App, search: Search) {
    in_background("sealing the audit log", move || {
        match app.seal_audit(search)? {
            0 => {}
            entries => log::trace!(entries; "sealed"),
        }
        Ok(())
    })
    .await;
}
