//! Failed logins, by whom. The one writer holds them all.

use chrono::{DateTime, Utc};
use identity_core::ports::LoginFailures;
use identity_core::{Failures, Subject};
use kernel::StoreError;

use super::transaction::Transaction;

impl LoginFailures for Transaction {
    fn login_failures(&mut self, subject: &Subject) -> Result<Option<Failures>, StoreError> {
        Ok(self.rows()?.login_failures.get(subject).copied())
    }

    fn hold_login_failures(&mut self, subject: &Subject, first: Failures) -> Result<Option<Failures>, StoreError> {
        let rows = self.rows_mut()?;
        let before = rows.login_failures.get(subject).copied();
        rows.login_failures.entry(subject.clone()).or_insert(first);
        Ok(before)
    }

    fn change_login_failures(&mut self, subject: &Subject, failures: Failures) -> Result<(), StoreError> {
        match self.rows_mut()?.login_failures.get_mut(subject) {
            Some(stored) => *stored = failures,
            None => return self.lose(),
        }
        Ok(())
    }

    fn forget_login_failures(&mut self, subject: &Subject) -> Result<(), StoreError> {
        self.rows_mut()?.login_failures.remove(subject);
        Ok(())
    }

    fn remove_login_failures(&mut self, cutoff: DateTime<Utc>, most: u32) -> Result<u32, StoreError> {
        let rows = self.rows_mut()?;
        let old = rows.login_failures.iter().filter(|(_, failures)| failures.last_at < cutoff);
        let old: Vec<Subject> = old.map(|(subject, _)| subject.clone()).take(usize::try_from(most).unwrap()).collect();
        rows.login_failures.retain(|subject, _| !old.contains(subject));
        Ok(u32::try_from(old.len()).unwrap())
    }
}
