//! Messages and people side by side.

use std::collections::BTreeMap;

use application::messages::{Correspondence, MessageFilter, Recipient};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use identity_core::AccountStatus;
use kernel::{AccountId, DoctorId, Order, Page, PageRequest, PatientId, Position, StoreError, Word};
use messaging_core::{Addressee, MessageStatus, Posted};
use uuid::Uuid;

use crate::convert::{Column, bytes};
use crate::index_hint::by_index;
use crate::outbox::PostedRow;
use crate::paging::{self, page_by};
use crate::schema::{accounts, doctors, messages, patients};
use crate::transaction::Transaction;

/// The id that a message names, and the account behind it with name, e-mail address and status.
type RecipientRow = (Vec<u8>, Vec<u8>, String, String, String);

impl Correspondence for Transaction {
    fn recipients(&mut self, addressees: &[Addressee]) -> Result<BTreeMap<Addressee, Recipient>, StoreError> {
        let mut found = BTreeMap::new();
        let ids = |of: fn(&Addressee) -> Option<Uuid>| -> Vec<Vec<u8>> {
            addressees.iter().filter_map(of).map(bytes).collect()
        };
        let accounts_wanted = ids(|to| if let Addressee::Account(id) = to { Some(id.uuid()) } else { None });
        if !accounts_wanted.is_empty() {
            let rows = accounts::table.filter(accounts::id.eq_any(accounts_wanted)).select((
                accounts::id,
                accounts::id,
                accounts::full_name,
                accounts::email,
                accounts::status,
            ));
            let rows: Vec<RecipientRow> = self.run(|c| rows.load(c))?;
            collect(&mut found, rows, |id| Addressee::Account(AccountId::new(id)))?;
        }
        let patients_wanted = ids(|to| if let Addressee::Patient(id) = to { Some(id.uuid()) } else { None });
        if !patients_wanted.is_empty() {
            let rows = patients::table
                .inner_join(accounts::table)
                .filter(patients::id.eq_any(patients_wanted))
                .select((patients::id, accounts::id, accounts::full_name, accounts::email, accounts::status));
            let rows: Vec<RecipientRow> = self.run(|c| rows.load(c))?;
            collect(&mut found, rows, |id| Addressee::Patient(PatientId::new(id)))?;
        }
        let doctors_wanted = ids(|to| if let Addressee::Doctor(id) = to { Some(id.uuid()) } else { None });
        if !doctors_wanted.is_empty() {
            let rows = doctors::table.inner_join(accounts::table).filter(doctors::id.eq_any(doctors_wanted)).select((
                doctors::id,
                accounts::id,
                accounts::full_name,
                accounts::email,
                accounts::status,
            ));
            let rows: Vec<RecipientRow> = self.run(|c| rows.load(c))?;
            collect(&mut found, rows, |id| Addressee::Doctor(DoctorId::new(id)))?;
        }
        Ok(found)
    }

    fn messages_page(
        &mut self,
        filter: &MessageFilter,
        page: &PageRequest<DateTime<Utc>>,
    ) -> Result<Page<Posted, DateTime<Utc>>, StoreError> {
        let (mut rows, mut total): (Vec<Posted>, _) = (Vec::new(), page.total.start());
        for status in MessageStatus::ALL.iter().filter(|status| filter.statuses.accepts(**status)) {
            let wanted = || {
                by_index(messages::table, "messages_by_status")
                    .filter(messages::status.eq(status.as_str()))
                    .select(PostedRow::as_select())
                    .into_boxed()
            };
            self.count_into(&mut total, |c| wanted().count().get_result(c))?;
            let query = page_by!(wanted(), (messages::created_at, messages::id), filter.order, page, paging::time);
            for row in self.run(|c| query.load::<PostedRow>(c))? {
                rows.push(row.try_into()?);
            }
        }
        rows.sort_by_key(|posted| (posted.message.created_at, posted.message.id));
        if filter.order == Order::Descending {
            rows.reverse();
        }
        let position = |posted: &Posted| Position { key: posted.message.created_at, id: posted.message.id.uuid() };
        Ok(Page::of(rows, page.limit, position).with_total(total))
    }
}

fn collect(
    found: &mut BTreeMap<Addressee, Recipient>,
    rows: Vec<RecipientRow>,
    addressee: impl Fn(Uuid) -> Addressee,
) -> Result<(), StoreError> {
    for (id, account, full_name, email, status) in rows {
        let to = Column("messages", "addressee_id").id(&id, &addressee)?;
        let account = Column("accounts", "id").id(&account, AccountId::new)?;
        let status: AccountStatus = Column("accounts", "status").word(&status)?;
        let is_closed = status == AccountStatus::Inactive;
        found.insert(to, Recipient { account, full_name, email, is_closed });
    }
    Ok(())
}
