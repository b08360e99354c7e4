//! The list of accounts.

use identity_core::ports::AccountFilter;
use identity_core::{Account, AccountStatus};
use kernel::{Role, Word, fold};

use super::support::{all_pages, token};
use crate::clinic::write;
use crate::{Shared, sample};

fn found(store: &Shared, filter: &AccountFilter) -> Vec<Account> {
    all_pages(store, 100, |store, page| store.accounts(filter, page))
}

pub fn accounts_are_filtered(store: &Shared) {
    let token = token();
    let account = |role: Role, status: AccountStatus| Account {
        status,
        email_verified_at: None,
        ..sample::account(role, &format!("{role} {status} {token}"))
    };
    let all: Vec<Account> =
        Role::ALL.iter().flat_map(|role| AccountStatus::ALL.iter().map(|status| account(*role, *status))).collect();
    write(store, |store| all.iter().try_for_each(|account| store.add_account(account)));

    for role in Role::ALL.iter().map(|role| Some(*role)).chain([None]) {
        for status in AccountStatus::ALL.iter().map(|status| Some(*status)).chain([None]) {
            let filter = AccountFilter { role, status, part: Some(token.to_uppercase()) };
            let mut expected: Vec<Account> = all.clone();
            expected.retain(|account| {
                role.is_none_or(|role| role == account.role) && status.is_none_or(|status| status == account.status)
            });
            expected.sort_by_key(|account| (fold(&account.full_name), account.id));
            assert_eq!(found(store, &filter), expected, "{filter:?}");
        }
    }
}

pub fn accounts_come_in_pages_without_loss_or_repetition(store: &Shared) {
    let token = token();
    let accounts = ["bea", "Bea", "Ada", "BEA", "Zoë", "ZOE\u{308}", "zoe", "Åsa", "bea"]
        .map(|name| sample::account(Role::Patient, &format!("{name} {token}")));
    write(store, |store| accounts.iter().try_for_each(|account| store.add_account(account)));
    let mut expected: Vec<_> = accounts.iter().map(|account| (fold(&account.full_name), account.id)).collect();
    expected.sort();
    let filter = AccountFilter { part: Some(token), ..AccountFilter::default() };
    for rows in 1..=10 {
        let all = all_pages(store, rows, |store, page| store.accounts(&filter, page));
        let found: Vec<_> = all.into_iter().map(|row| (fold(&row.full_name), row.id)).collect();
        assert_eq!(found, expected, "{rows} to a page");
    }
}
