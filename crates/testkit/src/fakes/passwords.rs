//! Passwords that are kept as they are.

use identity_core::ports::{CredentialFailure, Passwords};
use identity_core::{Password, PasswordHash, WeakPassword};
use kernel::fold;

/// Keeps a password as `plain:` and itself; one that contains `password`, or a word known about its owner, is weak.
#[derive(Clone, Copy, Debug, Default)]
pub struct PlainPasswords;

impl Passwords for PlainPasswords {
    fn judge(&self, password: &Password, known: &[&str]) -> Result<(), WeakPassword> {
        let text = fold(password.reveal());
        let is_in = |word: &&str| !word.is_empty() && text.contains(&fold(word));
        if is_in(&"password") || known.iter().any(is_in) {
            Err(WeakPassword::Guessable { advice: None })
        } else {
            Ok(())
        }
    }

    fn hash(&self, password: &Password) -> Result<PasswordHash, CredentialFailure> {
        Ok(PasswordHash::new(format!("plain:{}", password.reveal())))
    }

    fn verify(&self, password: &str, hash: Option<&PasswordHash>) -> bool {
        hash.is_some_and(|hash| hash.reveal().strip_prefix("plain:") == Some(password))
    }

    fn is_outdated(&self, _: &PasswordHash) -> bool {
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_weak_if_it_says_who_has_it() {
        let judge = |text: &str, known: &[&str]| PlainPasswords.judge(&Password::new(text.to_owned()).unwrap(), known);
        assert_eq!(judge("correct horse battery", &["Ada", ""]), Ok(()));
        for bad in ["ada-1815-ada", "my Password 1"] {
            assert_eq!(judge(bad, &["Ada"]), Err(WeakPassword::Guessable { advice: None }), "{bad}");
        }
    }

    #[test]
    fn only_the_same_password_is_verified() {
        let hash = PlainPasswords.hash(&Password::new("correct horse".to_owned()).unwrap()).unwrap();
        assert!(PlainPasswords.verify("correct horse", Some(&hash)));
        assert!(!PlainPasswords.verify("correct horse ", Some(&hash)));
        assert!(!PlainPasswords.verify("correct horse", None));
    }
}
