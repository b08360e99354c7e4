//! The list of accounts.

use diesel::prelude::*;
use identity_core::ports::{AccountFilter, Roster};
use identity_core::{Account, AccountStatus, EmailSearch};
use kernel::{AccountId, Order, Page, PageRequest, Position, Role, SearchWords, StoreError, Word};

use crate::accounts::AccountRow;
use crate::convert::{ESCAPE, coalesce, key, literally};
use crate::index_hint::by_index;
use crate::paging::{self, page_by};
use crate::schema::{accounts, search_keys};
use crate::search_keys::{key_of_email, key_of_name, too, with_words_too};
use crate::transaction::Transaction;

/// The first rows of a page, and how many the whole list has, where that is wanted.
type Found = (Vec<AccountRow>, Option<u64>);

/// A query over the accounts that have this key. The join is an outer one because its order is kept ([`coalesce`]).
macro_rules! with_key {
    ($key:expr, $filter:expr) => {{
        let mut query = search_keys::table
            .left_join(accounts::table)
            .filter(search_keys::search_key.eq($key))
            .select(Option::<AccountRow>::as_select())
            .into_boxed();
        if !$filter.roles.is_open() {
            let roles = $filter.roles.as_slice().iter().map(|role| role.as_str());
            query = query.filter(coalesce(accounts::role.nullable().eq_any(roles), false));
        }
        if !$filter.statuses.is_open() {
            let statuses = $filter.statuses.as_slice().iter().map(|status| status.as_str());
            query = query.filter(coalesce(accounts::status.nullable().eq_any(statuses), false));
        }
        query
    }};
}

/// The index in whose order accounts of this role and in this status are read. Few wait or are closed.
fn index(role: Option<Role>, status: Option<AccountStatus>) -> &'static str {
    match (role, status) {
        (_, Some(AccountStatus::Waiting | AccountStatus::Inactive)) | (None, Some(AccountStatus::Active)) => {
            "accounts_by_status_and_name"
        }
        (Some(_), Some(AccountStatus::Active) | None) => "accounts_by_role_and_name",
        (None, None) => "accounts_by_name",
    }
}

impl Roster for Transaction {
    fn accounts(
        &mut self,
        filter: &AccountFilter,
        page: &PageRequest<String>,
    ) -> Result<Page<Account, String>, StoreError> {
        let (mut rows, total) = match &filter.part {
            None => self.accounts_by_name(filter, page)?,
            Some(text) => self.accounts_found_by(text, filter, page)?,
        };
        // Whoever was found in more than one way stands at the same place in each.
        rows.sort_by(|a, b| a.position().cmp(&b.position()));
        rows.dedup_by(|a, b| a.position() == b.position());
        if filter.order == Order::Descending {
            rows.reverse();
        }
        let found = rows.into_iter().map(Account::try_from).collect::<Result<Vec<_>, _>>()?;
        let position = |account: &Account| Position { key: key(&account.full_name), id: account.id.uuid() };
        Ok(Page::of(found, page.limit, position).with_total(total))
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
    /// The first rows of the page of each role and each status, in the order of an index over either.
    fn accounts_by_name(&mut self, filter: &AccountFilter, page: &PageRequest<String>) -> Result<Found, StoreError> {
        let (mut found, mut total): Found = (Vec::new(), page.total.start());
        for role in filter.roles.each() {
            for status in filter.statuses.each() {
                let wanted = || {
                    let all = by_index(accounts::table, index(role, status));
                    let mut query = all.select(AccountRow::as_select()).into_boxed();
                    if let Some(role) = role {
                        query = query.filter(accounts::role.eq(role.as_str()));
                    }
                    if let Some(status) = status {
                        query = query.filter(accounts::status.eq(status.as_str()));
                    }
                    query
                };
                self.count_into(&mut total, |c| wanted().count().get_result(c))?;
                let query = page_by!(wanted(), (accounts::name_key, accounts::id), filter.order, page, paging::name);
                found.extend(self.run(|c| query.load::<AccountRow>(c))?);
            }
        }
        Ok((found, total))
    }

    /// The first rows of the page from each way to find them: the names of each role, and the addresses.
    fn accounts_found_by(
        &mut self,
        text: &str,
        filter: &AccountFilter,
        page: &PageRequest<String>,
    ) -> Result<Found, StoreError> {
        let (mut found, mut total): (Vec<Option<AccountRow>>, _) = (Vec::new(), page.total.start());
        let by_name = (search_keys::name_key, search_keys::account_id);
        let words = SearchWords::typed(text);
        for role in Role::ALL.iter().copied().filter(|role| filter.roles.accepts(*role)) {
            let Some((leading, others)) = self.leading_word(role, words.as_slice())? else { break };
            let of_name = || {
                let led = with_key!(key_of_name(role, leading), filter);
                with_words_too!(led, search_keys::name_key, search_keys::account_id, role, &others)
            };
            self.count_into(&mut total, |c| of_name().count().get_result(c))?;
            let query = page_by!(of_name(), (by_name.0, by_name.1), filter.order, page, paging::name);
            found.extend(self.run(|c| query.load::<Option<AccountRow>>(c))?);
        }
        if let Some(search) = EmailSearch::typed(text) {
            let of_email = || {
                let mut query = with_key!(key_of_email(&search.key()), filter);
                if let EmailSearch::Beginning(text) = &search {
                    let begins = accounts::email_key.like(format!("{}%", literally(text))).escape(ESCAPE);
                    query = query.filter(coalesce(begins.nullable(), false));
                }
                query
            };
            self.count_into(&mut total, |c| of_email().count().get_result(c))?;
            let query = page_by!(of_email(), (by_name.0, by_name.1), filter.order, page, paging::name);
            found.extend(self.run(|c| query.load::<Option<AccountRow>>(c))?);
            // Those who are found by both were counted twice.
            let roles = Role::ALL.iter().copied().filter(|_| !words.as_slice().is_empty());
            for role in roles.filter(|role| filter.roles.accepts(*role)) {
                let of_both = || {
                    let words = words.as_slice();
                    with_words_too!(of_email(), search_keys::name_key, search_keys::account_id, role, words)
                };
                let mut twice = page.total.start();
                self.count_into(&mut twice, |c| of_both().count().get_result(c))?;
                total = total.zip(twice).map(|(total, twice)| total.saturating_sub(twice));
            }
        }
        Ok((found.into_iter().flatten().collect(), total))
    }
}
