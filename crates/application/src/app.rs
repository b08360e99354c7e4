//! The application: what it stands on, and what its installation decided.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use clinic_core::Location;
use identity_core::ports::{Passwords, PhoneNumbers, Tokens};
use identity_core::{EmailAddress, IdentifierKind, Phone};
use kernel::{LocationId, Revision, StoreError, TimeZones, UnitOfWork, UnitOfWorkExt, Zone};
use uuid::Uuid;

use crate::audit::{Nothing, Readings, SealKeeper};
use crate::caller::{Acquaintances, VerifiedTokens};
use crate::editions::Ledger;
use crate::losing::LatelyTaken;
use crate::node::{Node, Nowhere};
use crate::settings::SettingsCache;
use crate::{Settings, Store};

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

/// The one door to everything: the web, the command line and the jobs all come in here.
#[derive(Clone)]
pub struct App {
    pub(crate) store: Ledger,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) ids: Arc<dyn Ids>,
    pub(crate) passwords: Arc<dyn Passwords>,
    pub(crate) tokens: Arc<dyn Tokens>,
    pub(crate) settings: Arc<SettingsCache>,
    pub(crate) lately_taken: Arc<LatelyTaken>,
    pub(crate) acquaintances: Arc<Acquaintances>,
    pub(crate) verified: Arc<VerifiedTokens>,
    pub(crate) readings: Arc<Readings>,
    pub(crate) seal_keeper: Arc<dyn SealKeeper>,
    pub(crate) node: Arc<dyn Node>,
    pub(crate) zones: Arc<TimeZones>,
    pub(crate) phone_numbers: Option<Arc<dyn PhoneNumbers>>,
}

/// The place that every installation begins with; its id is the same everywhere, so that two nodes make only one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FirstLocation {
    /// What people call it.
    pub name: String,
    /// Where it is searched for.
    pub city: String,
    /// In which its hours are read.
    pub zone: Zone,
}

const FIRST_LOCATION: LocationId = LocationId::new(Uuid::from_u128(1));

impl App {
    /// Puts the application on a store, a clock, a source of ids and cryptography; the settings are those of the
    /// configuration, which what is stored goes before.
    pub fn new(
        store: Arc<dyn UnitOfWork<dyn Store>>,
        clock: Arc<dyn Clock>,
        ids: Arc<dyn Ids>,
        passwords: Arc<dyn Passwords>,
        tokens: Arc<dyn Tokens>,
        settings: Settings,
    ) -> Self {
        Self {
            store: Ledger::new(store),
            clock,
            ids,
            passwords,
            tokens,
            settings: Arc::new(SettingsCache::new(settings)),
            lately_taken: Arc::default(),
            acquaintances: Arc::default(),
            verified: Arc::default(),
            readings: Arc::default(),
            seal_keeper: Arc::new(Nothing),
            node: Arc::new(Nowhere),
            zones: Arc::default(),
            phone_numbers: None,
        }
    }

    /// The same with somebody who keeps a key for the audit log's seals, and its end, outside the store; without them seals
    /// have no key.
    #[must_use]
    pub fn with_seal_keeper(self, seal_keeper: Arc<dyn SealKeeper>) -> Self {
        Self { seal_keeper, ..self }
    }

    /// The same with rules of time zones, which are read by name; without them it knows UTC only.
    #[must_use]
    pub fn with_time_zones(self, zones: Arc<TimeZones>) -> Self {
        Self { zones, ..self }
    }

    /// The time zone of this IANA name.
    pub fn time_zone(&self, name: &str) -> Option<Zone> {
        self.zones.zone(name)
    }

    /// The same with a reader of telephone numbers; without one it takes the international form only (E.164).
    #[must_use]
    pub fn with_phone_numbers(self, reader: Arc<dyn PhoneNumbers>) -> Self {
        Self { phone_numbers: Some(reader), ..self }
    }

    /// The telephone number that this text means.
    pub fn phone(&self, text: &str) -> Option<Phone> {
        match &self.phone_numbers {
            Some(reader) => reader.read(text),
            None => text.parse().ok(),
        }
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

    /// The domain in the UID of every invitation: that of the first server that was started, this one's if it is that.
    ///
    /// A calendar knows a visit by its UID, so it stays what it is when the installation gets another address. Of nodes
    /// that are started together the first decides for all.
    ///
    /// # Errors
    /// When the store fails.
    pub fn calendar_domain(&self, own: &str) -> Result<String, StoreError> {
        self.store.write(|store| {
            if let Some(domain) = store.calendar_domain()? {
                return Ok(domain);
            }
            store.add_calendar_domain(own)?;
            Ok(own.to_owned())
        })
    }

    /// Whether nobody can administer this installation yet.
    ///
    /// # Errors
    /// When the store fails.
    pub fn lacks_admin(&self) -> Result<bool, StoreError> {
        self.store.read(|store| store.count_active_admins().map(|admins| admins == 0))
    }

    /// Whether somebody has an account with this address.
    ///
    /// # Errors
    /// When the store fails.
    pub fn knows(&self, email: &EmailAddress) -> Result<bool, StoreError> {
        self.store.read(|store| {
            store.account_known_as(email.as_str(), IdentifierKind::Email).map(|account| account.is_some())
        })
    }
}
