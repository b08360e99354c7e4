//! What was decided once for the whole installation.

use kernel::StoreError;
use messaging_core::ports::Installation;

use super::transaction::Transaction;

impl Installation for Transaction {
    fn calendar_domain(&mut self) -> Result<Option<String>, StoreError> {
        Ok(self.rows()?.installation.get(&()).cloned())
    }

    fn add_calendar_domain(&mut self, domain: &str) -> Result<(), StoreError> {
        self.insert(|state| &mut state.installation, (), domain.to_owned())
    }
}
