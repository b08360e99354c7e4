//! Messages and people side by side.

use std::collections::BTreeMap;

use application::messages::{Correspondence, MessageFilter, Recipient};
use chrono::{DateTime, Utc};
use identity_core::AccountStatus;
use kernel::{Page, PageRequest, Position, StoreError};
use messaging_core::{Addressee, Posted};

use super::paging::page;
use super::transaction::Transaction;

impl Correspondence for Transaction {
    fn recipients(&mut self, addressees: &[Addressee]) -> Result<BTreeMap<Addressee, Recipient>, StoreError> {
        let rows = self.rows()?;
        let recipient = |to: &Addressee| {
            let account = match to {
                Addressee::Account(id) => *id,
                Addressee::Patient(id) => rows.patients.get(id)?.account,
                Addressee::Doctor(id) => rows.doctors.get(id)?.account,
            };
            let account = rows.accounts.get(&account)?;
            let (full_name, email) = (account.full_name.clone(), account.email.as_str().to_owned());
            let is_closed = account.status == AccountStatus::Inactive;
            Some((*to, Recipient { account: account.id, full_name, email, is_closed }))
        };
        Ok(addressees.iter().filter_map(recipient).collect())
    }

    fn messages_page(
        &mut self,
        filter: &MessageFilter,
        request: &PageRequest<DateTime<Utc>>,
    ) -> Result<Page<Posted, DateTime<Utc>>, StoreError> {
        let rows = self.rows()?.messages.values().map(|row| row.posted.clone());
        let wanted = rows.filter(|posted| filter.statuses.accepts(posted.status));
        let position = |posted: &Posted| Position { key: posted.message.created_at, id: posted.message.id.uuid() };
        Ok(page(wanted, request, filter.order, position))
    }
}
