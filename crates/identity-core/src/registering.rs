//! A new account, and a changed one.

use std::collections::BTreeSet;

use kernel::{Guard, Holds, Role};

use crate::ports::Accounts;
use crate::{Account, AccountStatus, Error, Refusal};

/// Adds an account whose unique fields nobody else has; an active administrator only up to `admins_max`.
///
/// Everyone who counts administrators holds the same guard, so two of them made at once are still counted.
///
/// # Errors
/// `Taken` names the first field that another account has; `TooManyAdmins`; or the store fails.
pub fn register<S: Holds + Accounts + ?Sized>(store: &mut S, account: &Account, admins_max: u32) -> Result<(), Error> {
    if is_active_admin(account) {
        // The guard was made with the schema, so there is nothing to look at in the answer.
        let _ = store.hold(&BTreeSet::from([Guard::Admins]))?;
        if admins_max <= store.count_active_admins()? {
            return Err(Refusal::TooManyAdmins { most: admins_max }.into());
        }
    }
    refuse_taken(store, account)?;
    Ok(store.add_account(account)?)
}

/// Writes an account whose unique fields nobody else has.
///
/// # Errors
/// `Taken` names the first field that another account has; or the store fails.
pub fn amend<S: Accounts + ?Sized>(store: &mut S, account: &Account) -> Result<(), Error> {
    refuse_taken(store, account)?;
    Ok(store.change_account(account)?)
}

fn refuse_taken<S: Accounts + ?Sized>(store: &mut S, account: &Account) -> Result<(), Error> {
    match store.taken_fields(account)?.first() {
        Some(field) => Err(Refusal::Taken { field: *field }.into()),
        None => Ok(()),
    }
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
