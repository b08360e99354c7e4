//! What people want to be told.

use kernel::{AccountId, StoreError};
use messaging_core::Preferences;
use messaging_core::ports::PreferenceBook;

use super::transaction::Transaction;

impl PreferenceBook for Transaction {
    fn preferences_of(&mut self, account: AccountId) -> Result<Option<Preferences>, StoreError> {
        Ok(self.rows()?.preferences.get(&account).copied())
    }

    fn put_preferences(&mut self, account: AccountId, preferences: &Preferences) -> Result<(), StoreError> {
        self.rows_mut()?.preferences.insert(account, *preferences);
        Ok(())
    }
}
