use kernel::{Expected, Revision, UnitOfWorkExt};

use super::{SETTINGS, Setting, SettingEdit, Settings, SettingsStore, StoredSettings};
use crate::access::Action;
use crate::audit::{self, AuditAction};
use crate::editions::Concern;
use crate::ports::AnyStore;
use crate::{App, Caller, Error};

/// What the installation runs on, as the store has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Installed {
    /// The configuration, with what was stored over it.
    pub settings: Settings,
    /// Of what was stored.
    pub revision: Revision,
    stored: StoredSettings,
}

impl Installed {
    /// Whether somebody has stored a value over the configuration's.
    pub fn is_stored(&self, setting: &Setting) -> bool {
        self.stored.values.contains_key(setting.name)
    }
}

impl App {
    /// The settings, for administrators.
    ///
    /// # Errors
    /// `Forbidden`; or the store fails.
    pub fn read_settings(&self, caller: &Caller) -> Result<Installed, Error> {
        caller.permit_all(Action::ManageSettings)?;
        self.installed_settings()
    }

    /// The settings; only for those who run the installation.
    ///
    /// # Errors
    /// When the store fails.
    pub fn installed_settings(&self) -> Result<Installed, Error> {
        let stored = self.store.read(SettingsStore::stored_settings)?;
        self.installed(stored)
    }

    /// Changes settings, for administrators; all or none. This node obeys them at once, others within seconds.
    ///
    /// # Errors
    /// `Forbidden`, `Stale`; or the store fails.
    pub fn change_settings(
        &self,
        caller: &Caller,
        edits: &[SettingEdit],
        expected: &Expected,
    ) -> Result<Installed, Error> {
        caller.permit_all(Action::ManageSettings)?;
        self.store_settings(Some(caller), edits, expected)
    }

    /// Changes a setting; only for those who run the installation.
    ///
    /// # Errors
    /// When the store fails.
    pub fn install_setting(&self, edit: SettingEdit) -> Result<Installed, Error> {
        self.store_settings(None, &[edit], &Expected::Any)
    }

    fn store_settings(
        &self,
        by: Option<&Caller>,
        edits: &[SettingEdit],
        expected: &Expected,
    ) -> Result<Installed, Error> {
        let (id, now) = (self.ids.fresh(), self.clock.now());
        let stored = self.store.write_about(Concern::of_nothing, |store: &mut AnyStore| {
            let before = store.stored_settings()?;
            if !expected.accepts(before.revision) {
                let actual = before.revision;
                return Err(Error::from(identity_core::Refusal::Stale { actual }));
            }
            let (after, changed) = edited(&before, edits);
            if changed.is_empty() {
                return Ok(before);
            }
            // What could not be read back is not written.
            self.settings.over_configured(&after)?;
            store.change_settings(&after)?;
            audit::record(store, id, now, by, AuditAction::SettingsChanged, None, Some(changed.join(", ")))?;
            Ok(after)
        });
        let installed = stored.and_then(|stored| {
            self.settings.learn(&stored)?;
            self.installed(stored)
        });
        // Not before: whoever reads between the write and this goes by the settings that were.
        self.store.raise(&Concern::Everything);
        installed
    }

    fn installed(&self, stored: StoredSettings) -> Result<Installed, Error> {
        let settings = self.settings.over_configured(&stored)?;
        Ok(Installed { settings, revision: stored.revision, stored })
    }
}

/// What is to be stored, and the names of what is different about it.
fn edited(before: &StoredSettings, edits: &[SettingEdit]) -> (StoredSettings, Vec<&'static str>) {
    let mut values = before.values.clone();
    for SettingEdit { setting, text } in edits {
        match text {
            Some(text) => values.insert(setting.name.to_owned(), text.clone()),
            None => values.remove(setting.name),
        };
    }
    let differs = |setting: &&Setting| values.get(setting.name) != before.values.get(setting.name);
    let changed = SETTINGS.iter().filter(differs).map(|setting| setting.name).collect();
    (StoredSettings { revision: before.revision.next(), values }, changed)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::settings::setting;

    #[test]
    fn only_what_is_different_counts_as_changed_and_strangers_stay() {
        let text = |text: &str| text.to_owned();
        let values = BTreeMap::from([(text("admins_max"), text("3")), (text("of_tomorrow"), text("?"))]);
        let before = StoredSettings { revision: Revision::FIRST, values };
        let edits = |texts: &[(&str, Option<&str>)]| -> Vec<SettingEdit> {
            let edit = |(name, text): &(&str, Option<&str>)| {
                let setting = setting(name).unwrap();
                text.map_or_else(|| setting.reset(), |text| setting.to(text).unwrap())
            };
            texts.iter().map(edit).collect()
        };
        assert_eq!(edited(&before, &edits(&[("admins_max", Some("3")), ("currency", None)])).1, [""; 0]);
        let (after, changed) = edited(&before, &edits(&[("admins_max", None), ("currency", Some("NGN"))]));
        assert_eq!(changed, ["currency", "admins_max"]);
        assert_eq!(after.revision, Revision::FIRST.next());
        let left: Vec<_> = after.values.into_iter().collect();
        assert_eq!(left, [(text("currency"), text("NGN")), (text("of_tomorrow"), text("?"))]);
    }
}
