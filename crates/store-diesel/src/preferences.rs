//! What people want to be told.

use diesel::prelude::*;
use kernel::{AccountId, StoreError};
use messaging_core::Preferences;
use messaging_core::ports::PreferenceBook;

use crate::convert::{Column, bytes};
use crate::schema::preferences;
use crate::transaction::Transaction;

impl PreferenceBook for Transaction {
    fn preferences_of(&mut self, account: AccountId) -> Result<Option<Preferences>, StoreError> {
        let row = preferences::table.find(bytes(account.uuid())).select((
            preferences::email_appointments,
            preferences::invitations_only,
            preferences::language,
        ));
        let row: Option<(bool, bool, String)> = self.run(|c| row.first(c).optional())?;
        let read = |(email_appointments, invitations_only, language): (bool, bool, String)| {
            let language = Column("preferences", "language").word(&language)?;
            Ok(Preferences { email_appointments, invitations_only, language })
        };
        row.map(read).transpose()
    }

    fn put_preferences(&mut self, account: AccountId, preferences: &Preferences) -> Result<(), StoreError> {
        let values = (
            preferences::email_appointments.eq(preferences.email_appointments),
            preferences::invitations_only.eq(preferences.invitations_only),
            preferences::language.eq(preferences.language.to_string()),
        );
        let id = bytes(account.uuid());
        let row = preferences::table.find(id.clone());
        if self.run(|c| diesel::update(row).set(values.clone()).execute(c))? == 0 {
            let values = (preferences::account_id.eq(id), values.0, values.1, values.2);
            self.run_on_one(|c| diesel::insert_into(preferences::table).values(values).execute(c))?;
        }
        Ok(())
    }
}
