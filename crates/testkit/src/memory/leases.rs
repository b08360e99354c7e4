//! Who does a job at present.

use application::leases::{Lease, Leases};
use kernel::StoreError;
use uuid::Uuid;

use super::transaction::Transaction;

impl Leases for Transaction {
    fn lease(&mut self, name: &str) -> Result<Option<Lease>, StoreError> {
        Ok(self.rows()?.leases.get(name).cloned())
    }

    fn add_lease(&mut self, lease: &Lease) -> Result<(), StoreError> {
        self.insert(|state| &mut state.leases, lease.name.clone(), lease.clone())
    }

    fn change_lease(&mut self, read: &Lease, lease: &Lease) -> Result<(), StoreError> {
        match self.rows_mut()?.leases.get_mut(&read.name) {
            Some(row) if row == read => row.clone_from(lease),
            _ => return self.lose(),
        }
        Ok(())
    }

    fn remove_leases(&mut self, holder: Uuid) -> Result<(), StoreError> {
        self.rows_mut()?.leases.retain(|_, lease| lease.holder != holder);
        Ok(())
    }
}
