//! Guards. The one writer holds them all, so only whether they exist is of interest.

use std::collections::BTreeSet;

use kernel::{Guard, Held, Holds, StoreError};

use super::transaction::Transaction;

impl Holds for Transaction {
    fn hold(&mut self, guards: &BTreeSet<Guard>) -> Result<Held, StoreError> {
        let rows = self.rows_mut()?;
        for guard in guards {
            match rows.guards.get_mut(guard) {
                Some(times) => *times += 1,
                None => return Ok(Held::Missing(*guard)),
            }
        }
        Ok(Held::All)
    }

    fn add_guard(&mut self, guard: Guard) -> Result<(), StoreError> {
        self.insert(|rows| &mut rows.guards, guard, 0)
    }
}
