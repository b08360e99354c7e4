//! What a person knows, and what we keep of it.

use std::fmt;

use thiserror::Error;

/// The fewest characters of a password.
pub const PASSWORD_CHARS_MIN: usize = 10;

/// The most bytes of a password: bcrypt reads no further, and we never cut one short.
pub const PASSWORD_BYTES_MAX: usize = 72;

/// A password that may be set: of acceptable length, not trimmed, not printed.
#[derive(Clone, PartialEq, Eq)]
pub struct Password(String);

/// What is kept of a password: a salted hash in its modular crypt form, not printed either.
#[derive(Clone, PartialEq, Eq)]
pub struct PasswordHash(String);

/// Why a password cannot be set.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum WeakPassword {
    /// Fewer than [`PASSWORD_CHARS_MIN`] characters.
    #[error("a password has at least {PASSWORD_CHARS_MIN} characters")]
    TooShort,
    /// More than [`PASSWORD_BYTES_MAX`] bytes.
    #[error("a password has at most {PASSWORD_BYTES_MAX} bytes, and accented letters and emoji count for two to four")]
    TooLong,
    /// A text cannot hold NUL, which bcrypt would stop at.
    #[error("a password has no NUL character")]
    Nul,
    /// Easily guessed, perhaps because it is made of the person's own data.
    #[error("this password is easily guessed{}", .advice.as_ref().map(|advice| format!(": {advice}")).unwrap_or_default())]
    Guessable {
        /// What would make it better.
        advice: Option<String>,
    },
}

impl Password {
    /// Accepts a password of acceptable length; how easily it is guessed is judged elsewhere.
    ///
    /// # Errors
    /// `TooShort`, `TooLong` or `Nul`.
    pub fn new(text: String) -> Result<Self, WeakPassword> {
        if PASSWORD_BYTES_MAX < text.len() {
            return Err(WeakPassword::TooLong);
        }
        if text.chars().count() < PASSWORD_CHARS_MIN {
            return Err(WeakPassword::TooShort);
        }
        if text.contains('\0') {
            return Err(WeakPassword::Nul);
        }
        Ok(Self(text))
    }

    /// The password itself, for hashing.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl PasswordHash {
    /// What is kept where nobody has chosen a password yet: no password's hash.
    pub const fn unset() -> Self {
        Self(String::new())
    }

    /// Whether somebody has chosen a password.
    pub const fn is_set(&self) -> bool {
        !self.0.is_empty()
    }

    /// Wraps a hash that was made or stored.
    pub const fn new(text: String) -> Self {
        Self(text)
    }

    /// The hash itself, for comparing and storing.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(…)")
    }
}

impl fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PasswordHash(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn length_is_counted_in_characters_below_and_in_bytes_above() {
        let of = |text: &str| Password::new(text.to_owned()).map(|_| ());
        assert_eq!(of("123456789"), Err(WeakPassword::TooShort));
        assert_eq!(of("1234567890"), Ok(()));
        assert_eq!(of(&"é".repeat(36)), Ok(()));
        assert_eq!(of(&"é".repeat(37)), Err(WeakPassword::TooLong));
        assert_eq!(of("🩺🩺🩺🩺🩺🩺🩺🩺🩺"), Err(WeakPassword::TooShort));
        assert_eq!(of("12345678\09"), Err(WeakPassword::Nul));
    }

    #[test]
    fn a_password_is_not_trimmed_and_not_printed() {
        let password = Password::new("  ten chars  ".to_owned()).unwrap();
        assert_eq!(password.reveal(), "  ten chars  ");
        let hash = PasswordHash::new("$2b$".to_owned());
        assert_eq!(hash.reveal(), "$2b$");
        assert_eq!(format!("{password:?} {hash:?}"), "Password(…) PasswordHash(…)");
    }
}
