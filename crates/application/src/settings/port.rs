use std::collections::BTreeMap;

use kernel::{Revision, StoreError};

/// What was stored over the configuration, by name; names that nobody knows any more stay as they are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredSettings {
    /// Rises with each change; the first is that of a new installation, which has stored nothing.
    pub revision: Revision,
    /// Each value in its one spelling.
    pub values: BTreeMap<String, String>,
}

impl Default for StoredSettings {
    fn default() -> Self {
        Self { revision: Revision::FIRST, values: BTreeMap::new() }
    }
}

/// Settings that were changed while the installation runs.
pub trait SettingsStore {
    /// All of them, in one query.
    ///
    /// # Errors
    /// When the store fails.
    fn stored_settings(&mut self) -> Result<StoredSettings, StoreError>;

    /// Writes all of them over the revision before.
    ///
    /// # Errors
    /// When the store fails, or when they are no longer at that revision.
    fn change_settings(&mut self, stored: &StoredSettings) -> Result<(), StoreError>;
}
