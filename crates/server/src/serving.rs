//! Listening, answering and stopping.

mod connections;
mod in_flight;
mod listening;
mod per_address;
mod timed_stream;

use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use actix_web::rt::signal::ctrl_c;
use actix_web::rt::signal::unix::{SignalKind, signal};
use actix_web::{rt, web};
use application::audit::Search;
use application::{App, Ids};
use futures_util::future::select;
use http_actix::{Hsts, HttpSettings, State};
use kernel::Role;

use crate::clock::RandomIds;
use crate::config::Config;
use crate::failure::Failure;
use crate::jobs::{self, Worker};
use crate::posting;
use crate::wiring::{Wired, cores, database_connections, hashing_threads};
use listening::Limits;
use per_address::PerAddress;

/// How long requests that were accepted may take to finish once the server was told to stop.
const STOP_SECONDS_MAX: u64 = 30;

/// How long work may then take that was begun for clients who have gone.
const FINISH_MAX: Duration = Duration::from_secs(10);

/// Serves until a signal says stop; what was accepted is finished first.
pub(crate) fn run(config: &Config, wired: Wired) -> Result<(), Failure> {
    warn_of_unapproved_doctors(&wired.app);
    let post = posting::post(config)?;
    let stationery = posting::stationery(config, &wired.app)?;
    let settings = HttpSettings {
        cursor_key: *wired.keys.cursor_key(),
        jwks: wired.keys.jwks(),
        cors_origins: config.cors_origins.clone(),
        hsts: if config.hsts { Hsts::On } else { Hsts::Off },
        request_ids: Arc::new(RandomIds),
        threads: config.connections,
        hashing_threads: hashing_threads(),
        rate_limit: config.rate_limit,
        security_contact: config.security_contact.clone(),
        trusted_proxies: config.trusted_proxies.clone(),
    };
    let state = web::Data::new(State::new(wired.app.clone(), settings)?);
    let limits = Limits {
        workers: cores(),
        connections: connections::room(database_connections(config)),
        per_address: PerAddress::new(config.connections_per_address, config.trusted_proxies.clone()),
    };
    rt::System::new().block_on(async move {
        let (server, address) = listening::listen(config.bind, limits, state.clone())
            .map_err(|source| Failure::Listen { address: config.bind, source })?;
        let server = server.shutdown_signal(told_to_stop()?).shutdown_timeout(STOP_SECONDS_MAX);
        println!("listening on http://{address}");
        println!("Swagger UI on http://{address}/api/docs/");
        let worker = Worker::start(wired.app.clone(), post, stationery)?;
        let holder = RandomIds.fresh();
        jobs::start(&wired.app, holder);
        let result = server.run().await;
        if !state.finish(FINISH_MAX) {
            log::warn!("some work that was begun is not done; what it would have written is not there");
        }
        worker.stop();
        result?;
        // What the last requests wrote.
        jobs::seal_once(wired.app.clone(), Search::Recent).await;
        jobs::give_back(wired.app, holder).await;
        log::info!("stopped");
        Ok(())
    })
}

/// Who registers as a doctor sees patients: the operator must know when nobody looks at them first.
fn warn_of_unapproved_doctors(app: &App) {
    if !app.settings().activation_by_admin.contains(&Role::Doctor) {
        log::warn!(
            "whoever registers as a doctor is active at once and finds patients: \
             set activation_by_admin to doctor, so that an administrator approves them first"
        );
    }
}

/// Comes when a person (Ctrl-C) or a service manager (SIGTERM) asks the server to stop.
fn told_to_stop() -> std::io::Result<impl Future<Output = ()> + Send> {
    let mut terminate = signal(SignalKind::terminate())?;
    Ok(async move {
        select(pin!(ctrl_c()), pin!(terminate.recv())).await;
    })
}
