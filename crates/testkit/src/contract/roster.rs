//! The list of accounts.

use identity_core::ports::AccountFilter;
use identity_core::{Account, AccountStatus};
use kernel::{AnyOf, Order, Role, Word, fold};

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

    let roles = [AnyOf::from([Role::Doctor]), [Role::Admin, Role::Patient].into(), AnyOf::default()];
    let (active, waiting) = (AccountStatus::Active, AccountStatus::Waiting);
    for roles in roles {
        for statuses in [AnyOf::from([waiting]), [active, waiting].into(), AnyOf::default()] {
            let part = Some(token.to_uppercase());
            let named = AccountFilter { roles: roles.clone(), statuses, part, order: Order::Ascending };
            let mut expected: Vec<Account> = all.clone();
            expected.retain(|account| named.roles.accepts(account.role) && named.statuses.accepts(account.status));
            expected.sort_by_key(|account| (fold(&account.full_name), account.id));
            assert_eq!(found(store, &named), expected, "{named:?}");
            let mut unnamed = found(store, &AccountFilter { part: None, ..named.clone() });
            unnamed.retain(|account| all.iter().any(|ours| ours.id == account.id));
            assert_eq!(unnamed, expected, "{named:?}");
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
    for order in [Order::Ascending, Order::Descending] {
        let filter = AccountFilter { part: Some(token.clone()), order, ..AccountFilter::default() };
        for rows in 1..=10 {
            let all = all_pages(store, rows, |store, page| store.accounts(&filter, page));
            let found: Vec<_> = all.into_iter().map(|row| (fold(&row.full_name), row.id)).collect();
            assert_eq!(found, expected, "{rows} to a page, {order:?}");
        }
        let everybody = AccountFilter { part: None, roles: [Role::Doctor, Role::Patient].into(), ..filter };
        let mut all = all_pages(store, 100, |store, page| store.accounts(&everybody, page));
        all.retain(|row| row.full_name.ends_with(&token));
        let found: Vec<_> = all.into_iter().map(|row| (fold(&row.full_name), row.id)).collect();
        assert_eq!(found, expected, "{order:?}");
        expected.reverse();
    }
}
