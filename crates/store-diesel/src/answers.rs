//! Stored answers.

use application::ports::{Answer, Answers};
use diesel::prelude::*;
use kernel::{AccountId, StoreError};

use crate::convert::{Column, bytes, number};
use crate::instant::Instant;
use crate::schema::answers;
use crate::transaction::Transaction;

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = answers, treat_none_as_default_value = false)]
struct AnswerRow {
    account_id: Vec<u8>,
    idempotency_key: String,
    fingerprint: Vec<u8>,
    status: i32,
    body: String,
    subject: Vec<u8>,
    revision: i64,
    given_at: Instant,
}

impl AnswerRow {
    fn new(account: AccountId, answer: &Answer) -> Self {
        Self {
            account_id: bytes(account.uuid()),
            idempotency_key: answer.key.clone(),
            fingerprint: answer.fingerprint.to_vec(),
            status: i32::from(answer.status),
            body: answer.body.clone(),
            subject: bytes(answer.subject),
            revision: number(answer.revision),
            given_at: Instant::new(answer.at),
        }
    }
}

impl TryFrom<AnswerRow> for Answer {
    type Error = StoreError;

    fn try_from(row: AnswerRow) -> Result<Self, StoreError> {
        let column = |name| Column("answers", name);
        Ok(Self {
            key: row.idempotency_key,
            fingerprint: column("fingerprint").hash(&row.fingerprint)?,
            status: column("status").number(row.status.into())?,
            body: row.body,
            subject: column("subject").id(&row.subject, |id| id)?,
            revision: column("revision").revision(row.revision)?,
            at: row.given_at.utc(),
        })
    }
}

impl Answers for Transaction {
    fn answer(&mut self, account: AccountId, key: &str) -> Result<Option<Answer>, StoreError> {
        let row = answers::table.find((bytes(account.uuid()), key)).select(AnswerRow::as_select());
        self.run(|c| row.first(c).optional())?.map(Answer::try_from).transpose()
    }

    fn add_answer(&mut self, account: AccountId, answer: &Answer) -> Result<(), StoreError> {
        let row = AnswerRow::new(account, answer);
        self.run_on_one(|c| diesel::insert_into(answers::table).values(row).execute(c))
    }
}
