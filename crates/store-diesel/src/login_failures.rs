//! Failed logins, by whom.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use identity_core::ports::LoginFailures;
use identity_core::{Failures, Subject};
use kernel::{StoreError, Word};

use crate::convert::Column;
use crate::instant::Instant;
use crate::schema::login_failures;
use crate::transaction::Transaction;

fn key(subject: &Subject) -> (&'static str, Vec<u8>) {
    (subject.kind().as_str(), subject.key().to_vec())
}

fn failures((count, last_at): (i64, Instant)) -> Result<Failures, StoreError> {
    Ok(Failures { count: Column("login_failures", "failures").number(count)?, last_at: last_at.utc() })
}

impl Transaction {
    fn failures_row(&mut self, subject: &Subject) -> Result<Option<(i64, Instant)>, StoreError> {
        let row = login_failures::table.find(key(subject)).select((login_failures::failures, login_failures::last_at));
        self.run(|c| row.first(c).optional())
    }
}

impl LoginFailures for Transaction {
    fn login_failures(&mut self, subject: &Subject) -> Result<Option<Failures>, StoreError> {
        self.failures_row(subject)?.map(failures).transpose()
    }

    fn hold_login_failures(&mut self, subject: &Subject, first: Failures) -> Result<Option<Failures>, StoreError> {
        // The write comes first, so that others wait, on every node; the number is written again before the commit.
        let row = login_failures::table.find(key(subject));
        let raised = login_failures::failures.eq(login_failures::failures + 1);
        if self.run(|c| diesel::update(row).set(raised).execute(c))? == 0 {
            let (kind, subject) = key(subject);
            let row = (
                login_failures::subject_kind.eq(kind),
                login_failures::subject.eq(subject),
                login_failures::failures.eq(i64::from(first.count)),
                login_failures::last_at.eq(Instant::new(first.last_at)),
            );
            self.run_on_one(|c| diesel::insert_into(login_failures::table).values(row).execute(c))?;
            return Ok(None);
        }
        let raised = self.failures_row(subject)?;
        raised.map(|(count, last_at)| failures((count.saturating_sub(1), last_at))).transpose()
    }

    fn change_login_failures(&mut self, subject: &Subject, failures: Failures) -> Result<(), StoreError> {
        let row = login_failures::table.find(key(subject));
        let values = (
            login_failures::failures.eq(i64::from(failures.count)),
            login_failures::last_at.eq(Instant::new(failures.last_at)),
        );
        self.run_on_one(|c| diesel::update(row).set(values).execute(c))
    }

    fn forget_login_failures(&mut self, subject: &Subject) -> Result<(), StoreError> {
        self.run(|c| diesel::delete(login_failures::table.find(key(subject))).execute(c)).map(|_| ())
    }

    fn remove_login_failures(&mut self, cutoff: DateTime<Utc>, most: u32) -> Result<u32, StoreError> {
        let old = login_failures::table
            .filter(login_failures::last_at.lt(Instant::bound(cutoff)))
            .order(login_failures::last_at)
            .limit(i64::from(most))
            .select((login_failures::subject_kind, login_failures::subject));
        let keys: Vec<(String, Vec<u8>)> = self.run(|c| old.load(c))?;
        let mut removed = 0_u32;
        for key in keys {
            // Whoever fails again in the meantime is remembered.
            let row = login_failures::table.find(key).filter(login_failures::last_at.lt(Instant::bound(cutoff)));
            self.run(|c| diesel::delete(row).execute(c))?;
            removed = removed.saturating_add(1);
        }
        Ok(removed)
    }
}
