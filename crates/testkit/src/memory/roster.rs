//! The list of accounts.

use application::ports::Order;
use identity_core::Account;
use identity_core::ports::{AccountFilter, Roster};
use kernel::{Page, PageRequest, Position, StoreError, fold};

use super::paging::{is_part, page};
use super::transaction::Transaction;

impl Roster for Transaction {
    fn accounts(
        &mut self,
        filter: &AccountFilter,
        request: &PageRequest<String>,
    ) -> Result<Page<Account, String>, StoreError> {
        let wanted = self.rows()?.accounts.values().filter(|account| is_wanted(filter, account)).cloned();
        Ok(page(wanted, request, Order::Earliest, |account| Position {
            key: fold(&account.full_name),
            id: account.id.uuid(),
        }))
    }
}

fn is_wanted(filter: &AccountFilter, account: &Account) -> bool {
    let part = filter.part.as_deref();
    filter.role.is_none_or(|role| role == account.role)
        && filter.status.is_none_or(|status| status == account.status)
        && (is_part(part, &account.full_name) || is_part(part, account.email.as_str()))
}
