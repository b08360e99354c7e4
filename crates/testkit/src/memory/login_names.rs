//! Login names, each of which belongs to one account.

use identity_core::ports::LoginNames;
use identity_core::{Account, LoginName, NationalId, Username};
use kernel::{AccountId, StoreError};

use super::transaction::Transaction;

impl LoginNames for Transaction {
    fn login_name_owner(&mut self, name: &LoginName) -> Result<Option<AccountId>, StoreError> {
        Ok(self.rows()?.login_names.get(name).copied())
    }

    fn add_login_name(&mut self, name: &LoginName, owner: AccountId) -> Result<(), StoreError> {
        self.insert(|rows| &mut rows.login_names, name.clone(), owner)
    }

    fn remove_login_name(&mut self, name: &LoginName, owner: AccountId) -> Result<(), StoreError> {
        let names = &mut self.rows_mut()?.login_names;
        if names.get(name) == Some(&owner) {
            names.remove(name);
        }
        Ok(())
    }

    fn reconcile_login_names(&mut self) -> Result<usize, StoreError> {
        let rows = self.rows_mut()?;
        let had: Vec<(LoginName, AccountId)> =
            rows.accounts.values().flat_map(|account| names_of(account).map(|name| (name, account.id))).collect();
        let before = rows.login_names.len();
        rows.login_names.retain(|name, owner| had.contains(&(name.clone(), *owner)));
        let kept = rows.login_names.len();
        for (name, owner) in had {
            rows.login_names.entry(name).or_insert(owner);
        }
        Ok(before - kept + rows.login_names.len() - kept)
    }
}

fn names_of(account: &Account) -> impl Iterator<Item = LoginName> {
    let username = account.username.as_ref().map(Username::as_str);
    let national_id = account.national_id.as_ref().map(NationalId::as_str);
    [Some(account.email.as_str()), username, national_id].into_iter().flatten().map(LoginName::typed)
}
