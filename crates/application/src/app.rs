//! The application: what it stands on, and what its installation decided.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use clinic_core::Location;
use identity_core::ports::{Passwords, Tokens};
use identity_core::{IdentifierKind, Identifiers, Lifetimes};
use kernel::{LocationId, Revision, Role, StoreError, UnitOfWork, UnitOfWorkExt, Word};
use scheduling_core::{BookingPolicy, PublishingPolicy};
use uuid::Uuid;

use crate::Store;

/// Says what time it is, in UTC and whole microseconds: no store keeps less than that.
pub trait Clock: Send + Sync {
    /// Now.
    fn now(&self) -> DateTime<Utc>;
}

/// Makes identities that nobody has had, ordered by time (RFC 9562, 5.7: UUID version 7).
pub trait Ids: Send + Sync {
    /// A new one.
    fn fresh(&self) -> Uuid;
}

/// What an installation decides for itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// When and how much may be booked, moved and cancelled.
    pub booking: BookingPolicy,
    /// How much may be published.
    pub publishing: PublishingPolicy,
    /// How long tokens live.
    pub lifetimes: Lifetimes,
    /// What people may log in with; the earlier kind wins.
    pub identifiers: Identifiers,
    /// How many active administrators there may be.
    pub admins_max: u32,
    /// How long a free slot is kept after it has ended.
    pub expired_slots_retention_days: u32,
    /// Whose new accounts wait for an administrator.
    pub activation_by_admin: Vec<Role>,
    /// Whether an account waits until its e-mail address is proved.
    pub email_verification: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            booking: BookingPolicy::default(),
            publishing: PublishingPolicy::default(),
            lifetimes: Lifetimes::default(),
            identifiers: IdentifierKind::ALL.to_vec(),
            admins_max: 2,
            expired_slots_retention_days: 30,
            activation_by_admin: Vec::new(),
            email_verification: false,
        }
    }
}

/// The one door to everything: the web, the command line and the jobs all come in here.
#[derive(Clone)]
pub struct App {
    pub(crate) store: Arc<dyn UnitOfWork<dyn Store>>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) ids: Arc<dyn Ids>,
    pub(crate) passwords: Arc<dyn Passwords>,
    pub(crate) tokens: Arc<dyn Tokens>,
    pub(crate) settings: Arc<Settings>,
}

/// The place that every installation begins with; its id is the same everywhere, so that two nodes make only one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FirstLocation {
    /// What people call it.
    pub name: String,
    /// Where it is searched for.
    pub city: String,
    /// In which its hours are read.
    pub zone: Tz,
}

const FIRST_LOCATION: LocationId = LocationId::new(Uuid::from_u128(1));

impl App {
    /// Puts the application on a store, a clock, a source of ids and cryptography.
    pub fn new(
        store: Arc<dyn UnitOfWork<dyn Store>>,
        clock: Arc<dyn Clock>,
        ids: Arc<dyn Ids>,
        passwords: Arc<dyn Passwords>,
        tokens: Arc<dyn Tokens>,
        settings: Settings,
    ) -> Self {
        Self { store, clock, ids, passwords, tokens, settings: Arc::new(settings) }
    }

    /// Makes the first location where there is none yet; an existing one stays as it is.
    ///
    /// # Errors
    /// When the store fails.
    pub fn install(&self, first: &FirstLocation) -> Result<(), StoreError> {
        self.store.write(|store| {
            if !store.locations()?.is_empty() {
                return Ok(());
            }
            store.add_location(&Location {
                id: FIRST_LOCATION,
                name: first.name.clone(),
                address: String::new(),
                city: first.city.clone(),
                zone: first.zone,
                revision: Revision::FIRST,
            })
        })
    }

    /// Whether nobody can administer this installation yet.
    ///
    /// # Errors
    /// When the store fails.
    pub fn lacks_admin(&self) -> Result<bool, StoreError> {
        self.store.read(|store| store.count_active_admins().map(|admins| admins == 0))
    }

    /// Whether the store answers.
    ///
    /// # Errors
    /// When it does not.
    pub fn ready(&self) -> Result<(), StoreError> {
        self.store.read(|store| store.locations().map(|_| ()))
    }
}
