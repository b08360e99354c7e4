//! Accounts.

use identity_core::ports::Accounts;
use identity_core::{Account, AccountStatus, IdentifierKind, NationalId, Phone, UniqueField, Username};
use kernel::{AccountId, Role, StoreError, Word, fold};

use super::state::State;
use super::transaction::Transaction;

impl Accounts for Transaction {
    fn account(&mut self, id: AccountId) -> Result<Option<Account>, StoreError> {
        Ok(self.rows()?.accounts.get(&id).cloned())
    }

    fn account_known_as(&mut self, identifier: &str, kind: IdentifierKind) -> Result<Option<Account>, StoreError> {
        let key = Some(fold(identifier.trim()));
        let field = match kind {
            IdentifierKind::Email => UniqueField::Email,
            IdentifierKind::Username => UniqueField::Username,
            IdentifierKind::NationalId => UniqueField::NationalId,
        };
        Ok(self.rows()?.accounts.values().find(|account| unique_key(account, field) == key).cloned())
    }

    fn taken_fields(&mut self, account: &Account) -> Result<Vec<UniqueField>, StoreError> {
        Ok(taken_fields(self.rows()?, account))
    }

    fn count_active_admins(&mut self) -> Result<u32, StoreError> {
        Ok(u32::try_from(active_admins(self.rows()?).count()).unwrap())
    }

    fn count_admins_with_password(&mut self) -> Result<u32, StoreError> {
        let with_password = active_admins(self.rows()?).filter(|admin| admin.password.is_set());
        Ok(u32::try_from(with_password.count()).unwrap())
    }

    fn add_account(&mut self, account: &Account) -> Result<(), StoreError> {
        let rows = self.rows_mut()?;
        if !doubled_fields(rows, account).is_empty() || rows.accounts.insert(account.id, account.clone()).is_some() {
            return self.lose();
        }
        Ok(())
    }

    fn change_account(&mut self, account: &Account) -> Result<(), StoreError> {
        let rows = self.rows_mut()?;
        let is_free = doubled_fields(rows, account).is_empty();
        match rows.accounts.get_mut(&account.id) {
            Some(stored) if stored.revision.next() == account.revision && is_free => *stored = account.clone(),
            _ => return self.lose(),
        }
        Ok(())
    }
}

fn active_admins(rows: &State) -> impl Iterator<Item = &Account> {
    rows.accounts.values().filter(|account| account.role == Role::Admin && account.status == AccountStatus::Active)
}

/// The fields in which another account has the same in one of those fields.
fn fields_shared(rows: &State, account: &Account, with: fn(UniqueField) -> &'static [UniqueField]) -> Vec<UniqueField> {
    let others: Vec<&Account> = rows.accounts.values().filter(|other| other.id != account.id).collect();
    let is_in = |key: &String, other: &Account, field| {
        with(field).iter().any(|field| unique_key(other, *field).as_ref() == Some(key))
    };
    let is_shared = |field: &UniqueField| {
        unique_key(account, *field).is_some_and(|key| others.iter().any(|other| is_in(&key, other, *field)))
    };
    UniqueField::ALL.iter().copied().filter(is_shared).collect()
}

/// The schema knows each field by itself.
fn doubled_fields(rows: &State, account: &Account) -> Vec<UniqueField> {
    fields_shared(rows, account, |field| match field {
        UniqueField::Email => &[UniqueField::Email],
        UniqueField::Username => &[UniqueField::Username],
        UniqueField::Phone => &[UniqueField::Phone],
        UniqueField::NationalId => &[UniqueField::NationalId],
    })
}

/// Usernames and national ids are one set of names.
fn taken_fields(rows: &State, account: &Account) -> Vec<UniqueField> {
    fields_shared(rows, account, |field| match field {
        UniqueField::Email => &[UniqueField::Email],
        UniqueField::Username | UniqueField::NationalId => &[UniqueField::Username, UniqueField::NationalId],
        UniqueField::Phone => &[UniqueField::Phone],
    })
}

/// What no two accounts may share of this field.
fn unique_key(account: &Account, field: UniqueField) -> Option<String> {
    match field {
        UniqueField::Email => Some(account.email.key()),
        UniqueField::Username => account.username.as_ref().map(Username::key),
        UniqueField::Phone => account.phone.as_ref().map(Phone::as_str).map(str::to_owned),
        UniqueField::NationalId => account.national_id.as_ref().map(NationalId::key),
    }
}
