//! What a person wants to be told, and in which language.

use kernel::words;

use crate::MessageKind;

words! {
    /// The languages that messages are written in.
    pub enum Language {
        /// English.
        English = "en",
    }
}

/// One account's wishes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Preferences {
    /// Whether e-mails about appointments are wanted.
    pub email_appointments: bool,
    /// Whether those are wanted only where they change the calendar, and in few words.
    pub invitations_only: bool,
    /// In which language.
    pub language: Language,
}

impl Default for Preferences {
    fn default() -> Self {
        Self { email_appointments: true, invitations_only: false, language: Language::English }
    }
}

impl Preferences {
    /// Whether a message of this kind is sent. What the safety of the account hangs on always is.
    pub const fn allow(&self, kind: MessageKind) -> bool {
        match kind {
            MessageKind::VerifyEmail | MessageKind::ResetPassword | MessageKind::Invitation => true,
            MessageKind::Booked
            | MessageKind::Pending
            | MessageKind::Confirmed
            | MessageKind::Refused
            | MessageKind::Moved
            | MessageKind::Cancelled => self.email_appointments,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::Word;

    #[test]
    fn everything_is_sent_unless_somebody_does_not_want_it() {
        assert!(MessageKind::ALL.iter().all(|kind| Preferences::default().allow(*kind)));
    }

    #[test]
    fn what_the_safety_of_an_account_hangs_on_is_always_sent() {
        let quiet = Preferences { email_appointments: false, ..Preferences::default() };
        let sent: Vec<_> = MessageKind::ALL.iter().filter(|kind| quiet.allow(**kind)).collect();
        assert_eq!(sent, [&MessageKind::VerifyEmail, &MessageKind::ResetPassword, &MessageKind::Invitation]);
    }
}
