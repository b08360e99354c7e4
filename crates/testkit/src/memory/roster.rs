//! The list of accounts.

use identity_core::ports::{AccountFilter, Roster};
use identity_core::{Account, EmailSearch};
use kernel::{AccountId, Page, PageRequest, Position, StoreError, fold};

use super::paging::{is_found, page};
use super::transaction::Transaction;

impl Roster for Transaction {
    fn accounts(
        &mut self,
        filter: &AccountFilter,
        request: &PageRequest<String>,
    ) -> Result<Page<Account, String>, StoreError> {
        let wanted = self.rows()?.accounts.values().filter(|account| is_wanted(filter, account)).cloned();
        Ok(page(wanted, request, filter.order, |account| Position {
            key: fold(&account.full_name),
            id: account.id.uuid(),
        }))
    }

    /// Nothing is written down here by what accounts are found.
    fn reconcile_search_keys(
        &mut self,
        _: Option<AccountId>,
        _: u32,
    ) -> Result<Option<(AccountId, usize)>, StoreError> {
        Ok(None)
    }
}

fn is_wanted(filter: &AccountFilter, account: &Account) -> bool {
    let part = filter.part.as_deref();
    let is_of_email = |search: EmailSearch| search.finds(&account.email);
    filter.roles.accepts(account.role)
        && filter.statuses.accepts(account.status)
        && (is_found(part, &account.full_name) || part.and_then(EmailSearch::typed).is_some_and(is_of_email))
}
