//! The list of accounts.

use diesel::prelude::*;
use identity_core::ports::{AccountFilter, Roster};
use identity_core::{Account, EmailSearch};
use kernel::{AccountId, Page, PageRequest, Position, Role, SearchWords, StoreError, Word};

use crate::accounts::AccountRow;
use crate::convert::{ESCAPE, bytes, coalesce, key, literally};
use crate::schema::{accounts, search_keys};
use crate::search_keys::{key_of_email, key_of_name, page_by, too, with_words_too};
use crate::transaction::Transaction;

/// A query over the accounts that have this key. The join is an outer one because its order is kept ([`coalesce`]).
macro_rules! with_key {
    ($key:expr, $filter:expr) => {{
        let mut query = search_keys::table
            .left_join(accounts::table)
            .filter(search_keys::search_key.eq($key))
            .select(Option::<AccountRow>::as_select())
            .into_boxed();
        if let Some(role) = $filter.role {
            query = query.filter(coalesce(accounts::role.nullable().eq(role.as_str()), false));
        }
        if let Some(status) = $filter.status {
            query = query.filter(coalesce(accounts::status.nullable().eq(status.as_str()), false));
        }
        query
    }};
}

impl Roster for Transaction {
    fn accounts(
        &mut self,
        filter: &AccountFilter,
        page: &PageRequest<String>,
    ) -> Result<Page<Account, String>, StoreError> {
        let mut rows = match &filter.part {
            None => self.accounts_by_name(filter, page)?,
            Some(text) => self.accounts_found_by(text, filter, page)?,
        };
        // Whoever was found in more than one way stands at the same place in each.
        rows.sort_by(|a, b| a.position().cmp(&b.position()));
        rows.dedup_by(|a, b| a.position() == b.position());
        let found = rows.into_iter().map(Account::try_from).collect::<Result<Vec<_>, _>>()?;
        let position = |account: &Account| Position { key: key(&account.full_name), id: account.id.uuid() };
        Ok(Page::of(found, page.limit, position))
    }

    fn reconcile_search_keys(
        &mut self,
        after: Option<AccountId>,
        most: u32,
    ) -> Result<Option<(AccountId, usize)>, StoreError> {
        self.reconcile_some(after, most)
    }
}

impl Transaction {
    fn accounts_by_name(
        &mut self,
        filter: &AccountFilter,
        page: &PageRequest<String>,
    ) -> Result<Vec<AccountRow>, StoreError> {
        let mut query = accounts::table.select(AccountRow::as_select()).into_boxed();
        if let Some(role) = filter.role {
            query = query.filter(accounts::role.eq(role.as_str()));
        }
        if let Some(status) = filter.status {
            query = query.filter(accounts::status.eq(status.as_str()));
        }
        let query = page_by!(query, accounts::name_key, accounts::id, page);
        self.run(|c| query.load(c))
    }

    /// The first rows of the page from each way to find them: the names of each role, and the addresses.
    fn accounts_found_by(
        &mut self,
        text: &str,
        filter: &AccountFilter,
        page: &PageRequest<String>,
    ) -> Result<Vec<AccountRow>, StoreError> {
        let mut found: Vec<Option<AccountRow>> = Vec::new();
        let words = SearchWords::typed(text);
        for role in Role::ALL.iter().copied().filter(|role| filter.role.is_none_or(|wanted| wanted == *role)) {
            let Some((leading, others)) = self.leading_word(role, words.as_slice())? else { break };
            let query = with_key!(key_of_name(role, leading), filter);
            let query = with_words_too!(query, search_keys::name_key, search_keys::account_id, role, others);
            let query = page_by!(query, search_keys::name_key, search_keys::account_id, page);
            found.extend(self.run(|c| query.load::<Option<AccountRow>>(c))?);
        }
        if let Some(search) = EmailSearch::typed(text) {
            let mut query = with_key!(key_of_email(&search.key()), filter);
            if let EmailSearch::Beginning(text) = search {
                let begins = accounts::email_key.like(format!("{}%", literally(&text))).escape(ESCAPE);
                query = query.filter(coalesce(begins.nullable(), false));
            }
            let query = page_by!(query, search_keys::name_key, search_keys::account_id, page);
            found.extend(self.run(|c| query.load::<Option<AccountRow>>(c))?);
        }
        Ok(found.into_iter().flatten().collect())
    }
}
