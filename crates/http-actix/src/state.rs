//! What every worker shares.

use std::io;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use actix_web::HttpRequest;
use application::{App, Ids};
use ipnet::IpNet;

use crate::cursor::CursorKey;
use crate::door::Rooms;
use crate::limits::{Limits, Rates};
use crate::proxies;
use crate::shelf::Shelf;

/// What the installation decides about HTTP.
#[derive(Clone)]
pub struct HttpSettings {
    /// Signs cursors; the same on every node.
    pub cursor_key: [u8; 32],
    /// The public keys of access tokens (RFC 7517), as they are served.
    pub jwks: String,
    /// Which origins' pages may call.
    pub cors_origins: Vec<String>,
    /// Whether clients are told to come by TLS only.
    pub hsts: Hsts,
    /// Names requests.
    pub request_ids: Arc<dyn Ids>,
    /// How many threads ask the store; each may want a connection to the database.
    pub threads: u32,
    /// How many more do so and hash passwords.
    pub hashing_threads: u32,
    /// Whether clients that ask too often are sent away.
    pub rate_limit: RateLimit,
    /// Where holes are reported: a `mailto:` or `https:` address.
    pub security_contact: Option<String>,
    /// Whom to believe for whom they ask.
    pub trusted_proxies: Vec<IpNet>,
}

/// Whether clients that ask too often are sent away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RateLimit {
    /// With 429, where they ask more often than this.
    On(Rates),
    /// No.
    Off,
}

/// Whether clients are told to come by TLS only (RFC 6797).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hsts {
    /// For a year.
    On,
    /// No.
    Off,
}

/// The application with what HTTP needs beside it.
pub struct State {
    pub(crate) app: App,
    pub(crate) cursor_key: CursorKey,
    pub(crate) jwks: String,
    pub(crate) cors_origins: Vec<String>,
    pub(crate) hsts: Hsts,
    pub(crate) request_ids: Arc<dyn Ids>,
    pub(crate) rooms: Rooms,
    pub(crate) limits: Option<Limits>,
    pub(crate) security_contact: Option<String>,
    trusted_proxies: Vec<IpNet>,
    pub(crate) shelf: Shelf,
}

impl State {
    /// Puts HTTP around an application, and starts the threads on which it is asked.
    ///
    /// # Errors
    /// When the system has no more threads.
    pub fn new(app: App, settings: HttpSettings) -> io::Result<Self> {
        Ok(Self {
            app,
            cursor_key: CursorKey::new(settings.cursor_key),
            jwks: settings.jwks,
            cors_origins: settings.cors_origins,
            hsts: settings.hsts,
            request_ids: settings.request_ids,
            rooms: Rooms::open(settings.threads, settings.hashing_threads)?,
            limits: match &settings.rate_limit {
                RateLimit::On(rates) => Some(Limits::of(rates)),
                RateLimit::Off => None,
            },
            security_contact: settings.security_contact,
            trusted_proxies: settings.trusted_proxies,
            shelf: Shelf::default(),
        })
    }

    /// Ends the threads, and waits so long at most until what they have begun is done; says whether it is.
    pub fn finish(&self, wait_max: Duration) -> bool {
        self.rooms.finish(wait_max)
    }

    /// Where a request came from: the other end of the connection, or whom a proxy that is trusted names.
    pub(crate) fn client_address(&self, request: &HttpRequest) -> Option<IpAddr> {
        let peer = request.peer_addr()?.ip();
        Some(proxies::client_address(peer, request.headers(), &self.trusted_proxies))
    }
}
