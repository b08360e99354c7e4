//! Accounts, for those who run the installation: whoever may run the command line may do this.

use identity_core::ports::AccountFilter;
use identity_core::{Account, EmailAddress, IdentifierKind, Password, recovering};
use kernel::{Page, PageRequest, UnitOfWorkExt};

use crate::accounts::Me;
use crate::administering::{Closed, Closing};
use crate::audit::{AuditAction, record_account};
use crate::{App, Error, Refusal, Store, Thing};

impl App {
    /// Accounts by name.
    ///
    /// # Errors
    /// When the store fails.
    pub fn list_accounts(
        &self,
        filter: &AccountFilter,
        page: &PageRequest<String>,
    ) -> Result<Page<Account, String>, Error> {
        Ok(self.store.read(|store| store.accounts(filter, page))?)
    }

    /// Opens the account with this address.
    ///
    /// # Errors
    /// `Unknown`, `TooManyAdmins`; or the store fails.
    pub fn activate(&self, email: &EmailAddress) -> Result<Me, Error> {
        let account = self.store.read(|store| known_as(store, email))?;
        self.open_account(None, account.id)
    }

    /// Closes the account with this address and ends its sessions.
    ///
    /// # Errors
    /// `Unknown`, `LastAdmin`; or the store fails.
    pub fn deactivate(&self, email: &EmailAddress) -> Result<Closed, Error> {
        let account = self.store.read(|store| known_as(store, email))?;
        self.close_account(None, &Closing { id: account.id, kept: None, confirmed: None })
    }

    /// Sets the password of the account with this address and ends its sessions.
    ///
    /// # Errors
    /// `Unknown`, a weak password; or the store or cryptography fails.
    pub fn set_password(&self, email: &EmailAddress, password: &Password) -> Result<(), Error> {
        let account = self.store.read(|store| known_as(store, email))?;
        self.judge(&account, password)?;
        let hash = self.passwords.hash(password)?;
        let (now, audit) = (self.clock.now(), self.ids.fresh());
        self.store.write(|store| {
            let account = known_as(store, email)?;
            let account = recovering::set_password(store, account, &hash, None, now)?;
            Ok(record_account(store, audit, now, None, AuditAction::PasswordChanged, &account)?)
        })
    }
}

fn known_as<S: Store + ?Sized>(store: &mut S, email: &EmailAddress) -> Result<Account, Error> {
    let found = store.account_known_as(email.as_str(), IdentifierKind::Email)?;
    Ok(found.ok_or(Refusal::Unknown(Thing::Account))?)
}
