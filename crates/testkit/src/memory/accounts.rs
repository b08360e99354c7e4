//! Accounts.

use identity_core::ports::Accounts;
use identity_core::{Account, AccountStatus, IdentifierKind, NationalId, Phone, UniqueField, Username};
use kernel::{AccountId, Role, StoreError, Word, fold};

use super::transaction::Transaction;

impl Accounts for Transaction {
    fn account(&mut self, id: AccountId) -> Result<Option<Account>, StoreError> {
        Ok(self.rows().accounts.get(&id).cloned())
    }

    fn account_known_as(&mut self, identifier: &str, kind: IdentifierKind) -> Result<Option<Account>, StoreError> {
        let key = Some(fold(identifier));
        let field = match kind {
            IdentifierKind::Email => UniqueField::Email,
            IdentifierKind::Username => UniqueField::Username,
            IdentifierKind::NationalId => UniqueField::NationalId,
        };
        Ok(self.rows().accounts.values().find(|account| unique_key(account, field) == key).cloned())
    }

    fn taken_fields(&mut self, account: &Account) -> Result<Vec<UniqueField>, StoreError> {
        let others: Vec<&Account> = self.rows().accounts.values().filter(|other| other.id != account.id).collect();
        let is_taken = |field: &UniqueField| {
            unique_key(account, *field)
                .is_some_and(|key| others.iter().any(|other| unique_key(other, *field).as_ref() == Some(&key)))
        };
        Ok(UniqueField::ALL.iter().copied().filter(is_taken).collect())
    }

    fn count_active_admins(&mut self) -> Result<u32, StoreError> {
        let is_active_admin =
            |account: &&Account| account.role == Role::Admin && account.status == AccountStatus::Active;
        Ok(u32::try_from(self.rows().accounts.values().filter(is_active_admin).count()).unwrap())
    }

    fn add_account(&mut self, account: &Account) -> Result<(), StoreError> {
        if !self.taken_fields(account)?.is_empty() {
            return self.lose();
        }
        self.insert(|rows| &mut rows.accounts, account.id, account.clone())
    }

    fn change_account(&mut self, account: &Account) -> Result<(), StoreError> {
        let taken = !self.taken_fields(account)?.is_empty();
        match self.rows_mut()?.accounts.get_mut(&account.id) {
            Some(stored) if stored.revision.next() == account.revision && !taken => *stored = account.clone(),
            _ => return self.lose(),
        }
        Ok(())
    }
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
