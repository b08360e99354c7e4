use super::{Setting, Settings, StoredSettings, setting};

/// Precedes the name of a setting in the store: what an installation that was upgraded had by default before the default
/// changed. Migrations write it; it is no stored setting, and the configuration goes before it.
const KEPT_DEFAULT: &str = "default:";

impl Settings {
    /// The same, with the defaults that the installation was made with: an upgrade changes nothing that nobody has decided.
    #[must_use]
    pub fn with_kept_defaults(self, stored: &StoredSettings, is_configured: impl Fn(&Setting) -> bool) -> Self {
        let kept =
            stored.values.iter().filter_map(|(name, text)| Some((setting(name.strip_prefix(KEPT_DEFAULT)?)?, text)));
        kept.filter(|(setting, _)| !is_configured(setting)).fold(self, |mut settings, (setting, text)| {
            // A migration writes what the setting takes, and nothing else is a default.
            let _ = setting.put(&mut settings, text);
            settings
        })
    }
}

#[cfg(test)]
mod tests {
    use kernel::Role;

    use super::*;

    #[test]
    fn an_upgraded_installation_keeps_its_default_unless_it_is_configured() {
        let stored = |name: &str| {
            let values = [(name.to_owned(), "none".to_owned())].into();
            StoredSettings { values, ..StoredSettings::default() }
        };
        let waits = |stored: &StoredSettings, is_configured: bool| {
            Settings::default().with_kept_defaults(stored, |_| is_configured).activation_by_admin
        };
        let upgraded = stored("default:activation_by_admin");
        assert_eq!(waits(&StoredSettings::default(), false), [Role::Doctor], "a new installation");
        assert_eq!(waits(&upgraded, false), []);
        assert_eq!(waits(&upgraded, true), [Role::Doctor]);
        assert_eq!(waits(&stored("default:no_such_setting"), false), [Role::Doctor]);
        assert_eq!(waits(&stored("activation_by_admin"), false), [Role::Doctor], "stored settings are read elsewhere");
    }
}
