//! The post that this installation hands its mails to.

use application::App;
use application::delivering::Stationery;
use delivery::{MailPost, Templates};
use kernel::StoreError;
use secrecy::ExposeSecret;

use crate::config::{Config, host_of};
use crate::failure::Failure;

/// The mail server that is set, or else a folder; with the installation's own templates.
///
/// # Errors
/// Everything that is wrong with the templates.
pub(crate) fn post(config: &Config) -> Result<MailPost, Failure> {
    let templates = Templates::load(config.templates_dir.as_deref())?;
    let host = host_of(&config.public_url);
    let from = &config.mail_from;
    Ok(match &config.smtp_url {
        Some(url) => MailPost::smtp(url.expose_secret(), from, host, templates)?,
        None => MailPost::folder(&config.mail_dir, from, host, templates)?,
    })
}

/// What every mail says of this installation.
///
/// # Errors
/// When the store fails.
pub(crate) fn stationery(config: &Config, app: &App) -> Result<Stationery, StoreError> {
    let public_url = config.public_url.clone();
    let calendar_domain = app.calendar_domain(host_of(&public_url))?;
    Ok(Stationery { public_url, calendar_domain })
}

#[cfg(test)]
mod fuzz {
    use identity_core::EmailAddress;
    use proptest::prelude::*;
    use testkit::fuzz;

    const EMAILS: &[&str] =
        &["ada@example.org", "Zoe\u{308}@b\u{fc}cher.example", "a.b+c@sub.example.co.uk", "a@[127.0.0.1]"];

    proptest! {
        #[test]
        fn whoever_may_register_can_be_written_to(text in fuzz::text(EMAILS)) {
            if let Ok(email) = text.parse::<EmailAddress>() {
                prop_assert!(delivery::is_sender(email.as_str()), "{}", email.as_str());
            }
        }
    }
}
