//! What was decided once for the whole installation: one row.

use diesel::prelude::*;
use kernel::StoreError;
use messaging_core::ports::Installation;

use crate::schema::installation;
use crate::transaction::Transaction;

/// The id of the row; of two nodes that add it one loses the race.
const ONLY: i16 = 1;

impl Installation for Transaction {
    fn calendar_domain(&mut self) -> Result<Option<String>, StoreError> {
        let row = installation::table.find(ONLY).select(installation::calendar_domain);
        self.run(|c| row.first(c).optional())
    }

    fn add_calendar_domain(&mut self, domain: &str) -> Result<(), StoreError> {
        let row = (installation::id.eq(ONLY), installation::calendar_domain.eq(domain));
        self.run_on_one(|c| diesel::insert_into(installation::table).values(row).execute(c))
    }
}
