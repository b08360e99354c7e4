//! What every worker shares.

use std::sync::Arc;

use application::{App, Ids};

use crate::cursor::CursorKey;
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
    pub(crate) shelf: Shelf,
}

impl State {
    /// Puts HTTP around an application.
    pub fn new(app: App, settings: HttpSettings) -> Self {
        Self {
            app,
            cursor_key: CursorKey::new(settings.cursor_key),
            jwks: settings.jwks,
            cors_origins: settings.cors_origins,
            hsts: settings.hsts,
            request_ids: settings.request_ids,
            shelf: Shelf::default(),
        }
    }
}
