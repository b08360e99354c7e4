//! Stored answers, per account and key.

use application::ports::{Answer, Answers};
use chrono::{DateTime, Utc};
use kernel::{AccountId, StoreError};

use super::transaction::Transaction;

impl Answers for Transaction {
    fn answer(&mut self, account: AccountId, key: &str) -> Result<Option<Answer>, StoreError> {
        Ok(self.rows().answers.get(&(account, key.to_owned())).cloned())
    }

    fn add_answer(&mut self, account: AccountId, answer: &Answer) -> Result<(), StoreError> {
        let key = (account, answer.key.clone());
        if self.rows().answers.contains_key(&key) {
            return self.lose();
        }
        self.insert(|rows| &mut rows.answers, key, answer.clone())
    }

    fn remove_answers(&mut self, cutoff: DateTime<Utc>, most: u32) -> Result<u32, StoreError> {
        let rows = self.rows_mut()?;
        let old = rows.answers.iter().filter(|(_, answer)| answer.at < cutoff).map(|(key, _)| key.clone());
        let old: Vec<_> = old.take(usize::try_from(most).unwrap()).collect();
        rows.answers.retain(|key, _| !old.contains(key));
        Ok(u32::try_from(old.len()).unwrap())
    }
}
