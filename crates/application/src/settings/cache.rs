use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};
use kernel::{Revision, StoreError, UnitOfWorkExt};

use super::{Settings, SettingsStore, StoredSettings, setting};
use crate::App;

/// How long what is known counts as current: other nodes see a change so much later at most.
const KNOWN_SECONDS_MAX: i64 = 2;

/// What the installation runs on now, as far as this node knows.
pub(crate) struct SettingsCache {
    configured: Settings,
    known: Mutex<Known>,
}

struct Known {
    settings: Arc<Settings>,
    /// Of what; none until the store was read.
    revision: Option<Revision>,
    looked_at: DateTime<Utc>,
}

impl SettingsCache {
    /// Knows the configuration, and nothing yet of what was stored over it.
    pub(crate) fn new(configured: Settings) -> Self {
        let known =
            Known { settings: Arc::new(configured.clone()), revision: None, looked_at: DateTime::<Utc>::MIN_UTC };
        Self { configured, known: Mutex::new(known) }
    }

    /// The configuration, with what was stored over it.
    ///
    /// # Errors
    /// `Corrupt` when a stored value is not of its setting's shape.
    pub(super) fn over_configured(&self, stored: &StoredSettings) -> Result<Settings, StoreError> {
        let mut settings = self.configured.clone();
        for (name, text) in &stored.values {
            // One that a newer version of the program has stored is not ours to judge.
            if let Some(setting) = setting(name) {
                let corrupt = StoreError::Corrupt { table: "settings", column: "value" };
                setting.put(&mut settings, text).ok_or(corrupt)?;
            }
        }
        Ok(settings)
    }

    /// What is known, if it is current; if it is not, whoever asks first is told so, and the others go on with it.
    fn current(&self, now: DateTime<Utc>) -> Option<Arc<Settings>> {
        let mut known = self.lock();
        // A clock that was set back makes it look as if it came from the future.
        let age = (now.signed_duration_since(known.looked_at)).abs();
        if known.revision.is_some() && age < TimeDelta::seconds(KNOWN_SECONDS_MAX) {
            return Some(Arc::clone(&known.settings));
        }
        known.looked_at = now;
        None
    }

    fn last_known(&self) -> Arc<Settings> {
        Arc::clone(&self.lock().settings)
    }

    /// Takes over what was read or written, unless something newer is known already.
    pub(super) fn learn(&self, stored: &StoredSettings) -> Result<Arc<Settings>, StoreError> {
        let settings = Arc::new(self.over_configured(stored)?);
        let mut known = self.lock();
        if known.revision.is_none_or(|revision| revision <= stored.revision) {
            known.settings = settings;
            known.revision = Some(stored.revision);
        }
        Ok(Arc::clone(&known.settings))
    }

    /// What is locked is only ever replaced as a whole, so a panic elsewhere leaves nothing half done.
    fn lock(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl App {
    /// What the installation runs on now. The store is asked at most every two seconds, so that other nodes see a
    /// change soon; while it cannot be read, the last that was known holds. Not to be called inside a unit of work.
    pub fn settings(&self) -> Arc<Settings> {
        if let Some(settings) = self.settings.current(self.clock.now()) {
            return settings;
        }
        let read = self.store.read(SettingsStore::stored_settings).and_then(|stored| self.settings.learn(&stored));
        read.unwrap_or_else(|_| self.settings.last_known())
    }
}
