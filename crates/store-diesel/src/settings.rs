//! Settings that were changed while the installation runs.

use std::collections::BTreeMap;

use application::settings::{SettingsStore, StoredSettings};
use diesel::prelude::*;
use kernel::{Revision, StoreError};

use crate::convert::{Column, number_before};
use crate::schema::settings;
use crate::transaction::Transaction;

/// The row that counts the changes; no setting has its name.
const REVISION: &str = "revision";

impl SettingsStore for Transaction {
    fn stored_settings(&mut self) -> Result<StoredSettings, StoreError> {
        let rows: Vec<(String, String)> = self.run(|c| settings::table.load(c))?;
        let mut values: BTreeMap<String, String> = rows.into_iter().collect();
        let column = Column("settings", "value");
        let revision = values.remove(REVISION).ok_or(column.corrupt())?;
        let revision = Revision::new(column.parsed(&revision)?).ok_or(column.corrupt())?;
        Ok(StoredSettings { revision, values })
    }

    fn change_settings(&mut self, stored: &StoredSettings) -> Result<(), StoreError> {
        // Whoever has read the same revision waits here, and then finds another.
        let before =
            settings::table.find(REVISION).filter(settings::value.eq(number_before(stored.revision).to_string()));
        let after = settings::value.eq(stored.revision.number().to_string());
        self.run_on_one(|c| diesel::update(before).set(after).execute(c))?;
        let others = settings::table.filter(settings::name.ne(REVISION));
        self.run(|c| diesel::delete(others).execute(c))?;
        for (name, value) in &stored.values {
            let row = (settings::name.eq(name), settings::value.eq(value));
            self.run_on_one(|c| diesel::insert_into(settings::table).values(row).execute(c))?;
        }
        Ok(())
    }
}
