//! Passwords that count how often they are compared.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use identity_core::ports::{CredentialFailure, Passwords};
use identity_core::{Password, PasswordHash, WeakPassword};

use super::PlainPasswords;

/// Plain passwords; its clones share their count.
#[derive(Clone, Debug, Default)]
pub struct CountingPasswords(Arc<AtomicU32>);

impl CountingPasswords {
    /// How many comparisons there were since this was last asked.
    pub fn take_comparisons(&self) -> u32 {
        self.0.swap(0, Ordering::Relaxed)
    }
}

impl Passwords for CountingPasswords {
    fn judge(&self, password: &Password, known: &[&str]) -> Result<(), WeakPassword> {
        PlainPasswords.judge(password, known)
    }

    fn hash(&self, password: &Password) -> Result<PasswordHash, CredentialFailure> {
        PlainPasswords.hash(password)
    }

    fn verify(&self, password: &str, hash: Option<&PasswordHash>) -> bool {
        self.0.fetch_add(1, Ordering::Relaxed);
        PlainPasswords.verify(password, hash)
    }

    fn is_outdated(&self, hash: &PasswordHash) -> bool {
        PlainPasswords.is_outdated(hash)
    }
}
