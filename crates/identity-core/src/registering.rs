//! A new account, and a changed one.

use std::collections::BTreeSet;

use kernel::{Guard, Holds, Role};

use crate::ports::{Accounts, LoginNames};
use crate::{Account, AccountStatus, Error, Refusal, login_names};

/// Adds an account whose unique fields nobody else has; an active administrator only up to `admins_max`.
///
/// Everyone who counts administrators holds the same guard, so two of them made at once are still counted.
///
/// # Errors
/// `Taken` names the first field that another account has; `TooManyAdmins`; or the store fails.
pub fn register<S: Holds + Accounts + LoginNames + ?Sized>(
    store: &mut S,
    account: &Account,
    admins_max: u32,
) -> Result<(), Error> {
    if is_active_admin(account) {
        // The guard was made with the schema, so there is nothing to look at in the answer.
        let _ = store.hold(&BTreeSet::from([Guard::Admins]))?;
        if admins_max <= store.count_active_admins()? {
            return Err(Refusal::TooManyAdmins { most: admins_max }.into());
        }
    }
    login_names::refuse_taken(store, None, account)?;
    store.add_account(account)?;
    Ok(login_names::write(store, None, account)?)
}

/// Writes an account over the one `before`; of its unique fields nobody else has those that are different now.
///
/// # Errors
/// `Taken` names the first field that another account has; or the store fails.
pub fn amend<S: Accounts + LoginNames + ?Sized>(
    store: &mut S,
    before: &Account,
    account: &Account,
) -> Result<(), Error> {
    login_names::refuse_taken(store, Some(before), account)?;
    store.change_account(account)?;
    Ok(login_names::write(store, Some(before), account)?)
}

fn is_active_admin(account: &Account) -> bool {
    account.role == Role::Admin && account.status == AccountStatus::Active
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::account;

    #[test]
    fn an_administrator_counts_while_the_account_is_active() {
        for role in [Role::Admin, Role::Receptionist, Role::Doctor, Role::Patient] {
            for status in [AccountStatus::Active, AccountStatus::Waiting, AccountStatus::Inactive] {
                let counts = role == Role::Admin && status == AccountStatus::Active;
                assert_eq!(is_active_admin(&Account { status, ..account(role) }), counts, "{role:?} {status:?}");
            }
        }
    }
}
