//! What people want to be told.

use kernel::UnitOfWorkExt;
use messaging_core::{Language, Preferences};

use crate::access::Action;
use crate::audit::{self, AuditAction};
use crate::{App, Caller, Error};

/// What is to be different about one's preferences.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PreferencesEdit {
    /// Whether e-mails about appointments are wanted.
    pub email_appointments: Option<bool>,
    /// Whether those are wanted only where they change the calendar, and in few words.
    pub invitations_only: Option<bool>,
    /// In which language.
    pub language: Option<Language>,
}

impl App {
    /// The caller's own preferences.
    ///
    /// # Errors
    /// When the store fails.
    pub fn preferences(&self, caller: &Caller) -> Result<Preferences, Error> {
        caller.permit(Action::UseOwnAccount)?;
        Ok(self.store.read(|store| store.preferences_of(caller.account))?.unwrap_or_default())
    }

    /// Changes the caller's own preferences.
    ///
    /// # Errors
    /// When the store fails.
    pub fn change_preferences(&self, caller: &Caller, edit: &PreferencesEdit) -> Result<Preferences, Error> {
        caller.permit(Action::UseOwnAccount)?;
        let (now, entry_id) = (self.clock.now(), self.ids.fresh());
        self.store.write(|store| {
            let before = store.preferences_of(caller.account)?.unwrap_or_default();
            let preferences = Preferences {
                email_appointments: edit.email_appointments.unwrap_or(before.email_appointments),
                invitations_only: edit.invitations_only.unwrap_or(before.invitations_only),
                language: edit.language.unwrap_or(before.language),
            };
            store.put_preferences(caller.account, &preferences)?;
            let subject = Some(caller.account.uuid());
            audit::record(store, entry_id, now, Some(caller), AuditAction::PreferencesChanged, subject, None)?;
            Ok(preferences)
        })
    }
}
