//! Opening and closing accounts.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use kernel::{AccountId, Guard, Holds, Role};

use crate::ports::{Accounts, OneTimeTokens, Sessions};
use crate::{Account, AccountStatus, Error, Refusal, sessions};

/// What came of opening or closing an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Switched {
    /// It is as the caller wanted it since now.
    Now(Account),
    /// It was like that before; nothing was written.
    Before(Account),
}

/// Opens an account that waits or is closed; nothing where there is none.
///
/// Everyone who counts administrators holds the same guard, so two of them opened at once are still counted.
///
/// # Errors
/// `TooManyAdmins`; or the store fails.
pub fn activate<S: Holds + Accounts + ?Sized>(
    store: &mut S,
    id: AccountId,
    admins_max: u32,
) -> Result<Option<Switched>, Error> {
    hold_admins(store)?;
    let Some(account) = store.account(id)? else { return Ok(None) };
    let Some(opened) = decide_activation(&account, store.count_active_admins()?, admins_max)? else {
        return Ok(Some(Switched::Before(account)));
    };
    store.change_account(&opened)?;
    Ok(Some(Switched::Now(opened)))
}

/// Closes an account and ends its sessions; nothing where there is none. `kept` is not closed.
///
/// # Errors
/// `OwnAccount`, `LastAdmin`; or the store fails.
pub fn deactivate<S: Holds + Accounts + Sessions + OneTimeTokens + ?Sized>(
    store: &mut S,
    id: AccountId,
    kept: Option<AccountId>,
    now: DateTime<Utc>,
) -> Result<Option<Switched>, Error> {
    hold_admins(store)?;
    let Some(account) = store.account(id)? else { return Ok(None) };
    let Some(closed) = decide_deactivation(&account, kept, store.count_admins_with_password()?)? else {
        return Ok(Some(Switched::Before(account)));
    };
    store.change_account(&closed)?;
    sessions::end_all(store, id, now)?;
    store.retire_one_time_tokens(id, now)?;
    Ok(Some(Switched::Now(closed)))
}

/// The account as it is when it is open; nothing when it is open already.
///
/// # Errors
/// `TooManyAdmins`.
pub fn decide_activation(account: &Account, admins: u32, admins_max: u32) -> Result<Option<Account>, Refusal> {
    match account.status {
        AccountStatus::Active => Ok(None),
        AccountStatus::Waiting | AccountStatus::Inactive if account.role == Role::Admin && admins_max <= admins => {
            Err(Refusal::TooManyAdmins { most: admins_max })
        }
        AccountStatus::Waiting | AccountStatus::Inactive => Ok(Some(with_status(account, AccountStatus::Active))),
    }
}

/// The account as it is when it is closed; nothing when it is closed already. `admins` are those who can come in: active,
/// and with a password.
///
/// # Errors
/// `OwnAccount`, `LastAdmin`.
pub fn decide_deactivation(
    account: &Account,
    kept: Option<AccountId>,
    admins: u32,
) -> Result<Option<Account>, Refusal> {
    if kept == Some(account.id) {
        return Err(Refusal::OwnAccount);
    }
    match account.status {
        AccountStatus::Inactive => Ok(None),
        AccountStatus::Active if account.role == Role::Admin && account.password.is_set() && admins <= 1 => {
            Err(Refusal::LastAdmin)
        }
        AccountStatus::Active | AccountStatus::Waiting => Ok(Some(with_status(account, AccountStatus::Inactive))),
    }
}

fn with_status(account: &Account, status: AccountStatus) -> Account {
    Account { status, revision: account.revision.next(), ..account.clone() }
}

/// The guard was made with the schema, so there is nothing to look at in the answer.
fn hold_admins<S: Holds + ?Sized>(store: &mut S) -> Result<(), Error> {
    let _ = store.hold(&BTreeSet::from([Guard::Admins]))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::PasswordHash;
    use crate::sample::account;
    use uuid::Uuid;

    fn of(role: Role, status: AccountStatus) -> Account {
        Account { status, ..account(role) }
    }

    fn status(decided: Result<Option<Account>, Refusal>) -> Result<Option<AccountStatus>, Refusal> {
        decided.map(|account| account.map(|account| account.status))
    }

    #[test]
    fn an_administrator_is_opened_only_while_there_is_room_and_others_always() {
        for closed in [AccountStatus::Waiting, AccountStatus::Inactive] {
            let admin = |admins| status(decide_activation(&of(Role::Admin, closed), admins, 2));
            assert_eq!(admin(1), Ok(Some(AccountStatus::Active)));
            assert_eq!(admin(2), Err(Refusal::TooManyAdmins { most: 2 }));
            let doctor = status(decide_activation(&of(Role::Doctor, closed), 2, 2));
            assert_eq!(doctor, Ok(Some(AccountStatus::Active)));
        }
        assert_eq!(decide_activation(&of(Role::Admin, AccountStatus::Active), 2, 2), Ok(None));
    }

    #[test]
    fn nobody_closes_their_own_account_nor_the_last_administrators() {
        let admin = of(Role::Admin, AccountStatus::Active);
        let other = Some(AccountId::new(Uuid::from_u128(8)));
        assert_eq!(decide_deactivation(&admin, Some(admin.id), 2), Err(Refusal::OwnAccount));
        for by in [other, None] {
            assert_eq!(decide_deactivation(&admin, by, 1), Err(Refusal::LastAdmin));
            assert_eq!(status(decide_deactivation(&admin, by, 2)), Ok(Some(AccountStatus::Inactive)));
        }
        let invited = Account { password: PasswordHash::unset(), ..admin };
        assert_eq!(status(decide_deactivation(&invited, other, 1)), Ok(Some(AccountStatus::Inactive)));
        let waiting = of(Role::Admin, AccountStatus::Waiting);
        assert_eq!(status(decide_deactivation(&waiting, other, 1)), Ok(Some(AccountStatus::Inactive)));
        let patient = of(Role::Patient, AccountStatus::Active);
        assert_eq!(status(decide_deactivation(&patient, other, 1)), Ok(Some(AccountStatus::Inactive)));
        assert_eq!(decide_deactivation(&of(Role::Patient, AccountStatus::Inactive), other, 1), Ok(None));
    }

    #[test]
    fn an_account_that_is_switched_is_at_the_next_revision() {
        let waiting = of(Role::Doctor, AccountStatus::Waiting);
        let opened = decide_activation(&waiting, 0, 0).unwrap().unwrap();
        assert_eq!(opened.revision, waiting.revision.next());
    }
}
