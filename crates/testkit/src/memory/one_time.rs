//! Tokens that are sent by mail and work once.

use chrono::{DateTime, Utc};
use identity_core::ports::OneTimeTokens;
use identity_core::{OneTimeToken, TokenHash};
use kernel::{AccountId, StoreError};

use super::transaction::Transaction;

impl OneTimeTokens for Transaction {
    fn one_time_token(&mut self, hash: &TokenHash) -> Result<Option<OneTimeToken>, StoreError> {
        Ok(self.rows()?.one_time_tokens.get(hash).copied())
    }

    fn add_one_time_token(&mut self, token: &OneTimeToken) -> Result<(), StoreError> {
        self.insert(|rows| &mut rows.one_time_tokens, token.hash, *token)
    }

    fn use_one_time_token(&mut self, hash: &TokenHash, now: DateTime<Utc>) -> Result<(), StoreError> {
        match self.rows_mut()?.one_time_tokens.get_mut(hash) {
            Some(token) if token.used_at.is_none() => token.used_at = Some(now),
            _ => return self.lose(),
        }
        Ok(())
    }

    fn retire_one_time_tokens(&mut self, account: AccountId, now: DateTime<Utc>) -> Result<(), StoreError> {
        for token in self.rows_mut()?.one_time_tokens.values_mut().filter(|token| token.account == account) {
            token.used_at.get_or_insert(now);
        }
        Ok(())
    }
}
