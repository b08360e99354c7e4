//! The list of accounts.

use diesel::prelude::*;
use identity_core::Account;
use identity_core::ports::{AccountFilter, Roster};
use kernel::{Page, PageRequest, Position, StoreError, Word};

use crate::accounts::AccountRow;
use crate::convert::{ESCAPE, bytes, containing, key};
use crate::schema::accounts;
use crate::transaction::Transaction;

impl Roster for Transaction {
    fn accounts(
        &mut self,
        filter: &AccountFilter,
        page: &PageRequest<String>,
    ) -> Result<Page<Account, String>, StoreError> {
        let mut query = accounts::table.select(AccountRow::as_select()).into_boxed();
        if let Some(role) = filter.role {
            query = query.filter(accounts::role.eq(role.as_str()));
        }
        if let Some(status) = filter.status {
            query = query.filter(accounts::status.eq(status.as_str()));
        }
        if let Some(part) = &filter.part {
            let pattern = containing(part);
            let of_name = accounts::name_key.like(pattern.clone()).escape(ESCAPE);
            query = query.filter(of_name.or(accounts::email_key.like(pattern).escape(ESCAPE)));
        }
        if let Some(Position { key, id }) = &page.after {
            let here = accounts::name_key.eq(key).and(accounts::id.gt(bytes(*id)));
            query = query.filter(accounts::name_key.ge(key)).filter(accounts::name_key.gt(key).or(here));
        }
        let query = query.order((accounts::name_key, accounts::id)).limit(i64::from(page.limit.rows()) + 1);
        let rows: Vec<AccountRow> = self.run(|c| query.load(c))?;
        let found = rows.into_iter().map(Account::try_from).collect::<Result<Vec<_>, _>>()?;
        let position = |account: &Account| Position { key: key(&account.full_name), id: account.id.uuid() };
        Ok(Page::of(found, page.limit, position))
    }
}
