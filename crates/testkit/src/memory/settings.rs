//! Settings that were changed while the installation runs.

use application::settings::{SettingsStore, StoredSettings};
use kernel::StoreError;

use super::transaction::Transaction;

impl SettingsStore for Transaction {
    fn stored_settings(&mut self) -> Result<StoredSettings, StoreError> {
        Ok(self.rows()?.settings.clone())
    }

    fn change_settings(&mut self, stored: &StoredSettings) -> Result<(), StoreError> {
        let rows = self.rows_mut()?;
        if rows.settings.revision.next() != stored.revision {
            return self.lose();
        }
        rows.settings = stored.clone();
        Ok(())
    }
}
