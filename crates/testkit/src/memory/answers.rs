//! Stored answers, per account and key.

use application::ports::{Answer, Answers};
use kernel::{AccountId, StoreError};

use super::transaction::Transaction;

impl Answers for Transaction {
    fn answer(&mut self, account: AccountId, key: &str) -> Result<Option<Answer>, StoreError> {
        Ok(self.rows()?.answers.get(&(account, key.to_owned())).cloned())
    }

    fn add_answer(&mut self, account: AccountId, answer: &Answer) -> Result<(), StoreError> {
        self.insert(|rows| &mut rows.answers, (account, answer.key.clone()), answer.clone())
    }
}
