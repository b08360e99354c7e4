//! Tokens that are sent by mail and work once.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use identity_core::ports::OneTimeTokens;
use identity_core::{OneTimeToken, TokenHash};
use kernel::{AccountId, StoreError};

use crate::convert::{Column, bytes};
use crate::instant::Instant;
use crate::schema::one_time_tokens;
use crate::transaction::Transaction;

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = one_time_tokens)]
struct OneTimeTokenRow {
    hash: Vec<u8>,
    purpose: String,
    account_id: Vec<u8>,
    issued_at: Instant,
    expires_at: Instant,
    used_at: Option<Instant>,
}

impl From<&OneTimeToken> for OneTimeTokenRow {
    fn from(token: &OneTimeToken) -> Self {
        Self {
            hash: token.hash.0.to_vec(),
            purpose: token.purpose.to_string(),
            account_id: bytes(token.account.uuid()),
            issued_at: Instant::new(token.issued_at),
            expires_at: Instant::new(token.expires_at),
            used_at: token.used_at.map(Instant::new),
        }
    }
}

impl TryFrom<OneTimeTokenRow> for OneTimeToken {
    type Error = StoreError;

    fn try_from(row: OneTimeTokenRow) -> Result<Self, StoreError> {
        let column = |name| Column("one_time_tokens", name);
        Ok(Self {
            hash: TokenHash(column("hash").hash(&row.hash)?),
            purpose: column("purpose").word(&row.purpose)?,
            account: column("account_id").id(&row.account_id, AccountId::new)?,
            issued_at: row.issued_at.utc(),
            expires_at: row.expires_at.utc(),
            used_at: row.used_at.map(Instant::utc),
        })
    }
}

impl OneTimeTokens for Transaction {
    fn one_time_token(&mut self, hash: &TokenHash) -> Result<Option<OneTimeToken>, StoreError> {
        let row = one_time_tokens::table.find(hash.0.as_slice()).select(OneTimeTokenRow::as_select());
        self.run(|c| row.first(c).optional())?.map(OneTimeToken::try_from).transpose()
    }

    fn add_one_time_token(&mut self, token: &OneTimeToken) -> Result<(), StoreError> {
        let row = OneTimeTokenRow::from(token);
        self.run_on_one(|c| diesel::insert_into(one_time_tokens::table).values(row).execute(c))
    }

    fn use_one_time_token(&mut self, hash: &TokenHash, now: DateTime<Utc>) -> Result<(), StoreError> {
        let unused = one_time_tokens::table.find(hash.0.as_slice()).filter(one_time_tokens::used_at.is_null());
        let used_at = one_time_tokens::used_at.eq(Some(Instant::new(now)));
        self.run_on_one(|c| diesel::update(unused).set(used_at).execute(c))
    }

    fn retire_one_time_tokens(&mut self, account: AccountId, now: DateTime<Utc>) -> Result<(), StoreError> {
        let unused = one_time_tokens::table
            .filter(one_time_tokens::account_id.eq(bytes(account.uuid())))
            .filter(one_time_tokens::used_at.is_null());
        let used_at = one_time_tokens::used_at.eq(Some(Instant::new(now)));
        self.run(|c| diesel::update(unused).set(used_at).execute(c))?;
        Ok(())
    }
}
