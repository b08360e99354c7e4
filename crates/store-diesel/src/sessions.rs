//! Sessions and their refresh tokens.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use identity_core::ports::Sessions;
use identity_core::{RefreshToken, Session, TokenHash};
use kernel::{AccountId, Order, Page, PageRequest, Position, SessionId, StoreError};

use crate::convert::{Column, bytes};
use crate::index_hint::by_index;
use crate::instant::Instant;
use crate::paging::{self, page_by};
use crate::schema::{refresh_tokens, sessions};
use crate::transaction::Transaction;

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = sessions, treat_none_as_default_value = false)]
pub(crate) struct SessionRow {
    id: Vec<u8>,
    account_id: Vec<u8>,
    created_at: Instant,
    expires_at: Instant,
    ended_at: Option<Instant>,
    user_agent: Option<String>,
}

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = refresh_tokens, treat_none_as_default_value = false)]
struct RefreshTokenRow {
    hash: Vec<u8>,
    session_id: Vec<u8>,
    issued_at: Instant,
    expires_at: Instant,
    used_at: Option<Instant>,
}

impl From<&Session> for SessionRow {
    fn from(session: &Session) -> Self {
        Self {
            id: bytes(session.id.uuid()),
            account_id: bytes(session.account.uuid()),
            created_at: Instant::new(session.created_at),
            expires_at: Instant::new(session.expires_at),
            ended_at: session.ended_at.map(Instant::new),
            user_agent: session.user_agent.clone(),
        }
    }
}

impl TryFrom<SessionRow> for Session {
    type Error = StoreError;

    fn try_from(row: SessionRow) -> Result<Self, StoreError> {
        Ok(Self {
            id: Column("sessions", "id").id(&row.id, SessionId::new)?,
            account: Column("sessions", "account_id").id(&row.account_id, AccountId::new)?,
            created_at: row.created_at.utc(),
            expires_at: row.expires_at.utc(),
            ended_at: row.ended_at.map(Instant::utc),
            user_agent: row.user_agent,
        })
    }
}

impl From<&RefreshToken> for RefreshTokenRow {
    fn from(token: &RefreshToken) -> Self {
        Self {
            hash: token.hash.0.to_vec(),
            session_id: bytes(token.session.uuid()),
            issued_at: Instant::new(token.issued_at),
            expires_at: Instant::new(token.expires_at),
            used_at: token.used_at.map(Instant::new),
        }
    }
}

impl TryFrom<RefreshTokenRow> for RefreshToken {
    type Error = StoreError;

    fn try_from(row: RefreshTokenRow) -> Result<Self, StoreError> {
        Ok(Self {
            hash: TokenHash(Column("refresh_tokens", "hash").hash(&row.hash)?),
            session: Column("refresh_tokens", "session_id").id(&row.session_id, SessionId::new)?,
            issued_at: row.issued_at.utc(),
            expires_at: row.expires_at.utc(),
            used_at: row.used_at.map(Instant::utc),
        })
    }
}

/// The sessions of an account that are live then, newest first.
macro_rules! live {
    ($account:expr, $now:expr) => {
        by_index(sessions::table, "sessions_by_account")
            .filter(sessions::account_id.eq(bytes($account.uuid())))
            .filter(sessions::ended_at.is_null())
            .filter(sessions::expires_at.gt(Instant::bound($now)))
            .select(SessionRow::as_select())
    };
}

impl Sessions for Transaction {
    fn session(&mut self, id: SessionId) -> Result<Option<Session>, StoreError> {
        let row =
            self.run(|c| sessions::table.find(bytes(id.uuid())).select(SessionRow::as_select()).first(c).optional())?;
        row.map(Session::try_from).transpose()
    }

    fn live_sessions_of(&mut self, account: AccountId, now: DateTime<Utc>) -> Result<Vec<Session>, StoreError> {
        let newest_first = (sessions::created_at.desc(), sessions::id.desc());
        self.run(|c| live!(account, now).order(newest_first).load(c))?.into_iter().map(Session::try_from).collect()
    }

    fn live_sessions_page(
        &mut self,
        account: AccountId,
        now: DateTime<Utc>,
        page: &PageRequest<DateTime<Utc>>,
    ) -> Result<Page<Session, DateTime<Utc>>, StoreError> {
        let mut total = page.total.start();
        let live = || live!(account, now).into_boxed();
        self.count_into(&mut total, |c| live().count().get_result(c))?;
        let query = page_by!(live(), (sessions::created_at, sessions::id), Order::Descending, page, paging::time);
        let rows = self.run(|c| query.load(c))?.into_iter().map(Session::try_from).collect::<Result<_, _>>()?;
        let position = |session: &Session| Position { key: session.created_at, id: session.id.uuid() };
        Ok(Page::of(rows, page.limit, position).with_total(total))
    }

    fn add_session(&mut self, session: &Session) -> Result<(), StoreError> {
        let row = SessionRow::from(session);
        self.run_on_one(|c| diesel::insert_into(sessions::table).values(row).execute(c))
    }

    fn prolong_session(&mut self, id: SessionId, expires_at: DateTime<Utc>) -> Result<(), StoreError> {
        let open = sessions::table.find(bytes(id.uuid())).filter(sessions::ended_at.is_null());
        let until = sessions::expires_at.eq(Instant::new(expires_at));
        self.run_on_one(|c| diesel::update(open).set(until).execute(c))
    }

    fn end_session(&mut self, id: SessionId, now: DateTime<Utc>) -> Result<(), StoreError> {
        let open = sessions::table.find(bytes(id.uuid())).filter(sessions::ended_at.is_null());
        self.run(|c| diesel::update(open).set(sessions::ended_at.eq(Instant::new(now))).execute(c))?;
        Ok(())
    }

    fn refresh_token(&mut self, hash: &TokenHash) -> Result<Option<RefreshToken>, StoreError> {
        let row = self.run(|c| {
            refresh_tokens::table.find(hash.0.to_vec()).select(RefreshTokenRow::as_select()).first(c).optional()
        })?;
        row.map(RefreshToken::try_from).transpose()
    }

    fn add_refresh_token(&mut self, token: &RefreshToken) -> Result<(), StoreError> {
        let row = RefreshTokenRow::from(token);
        self.run_on_one(|c| diesel::insert_into(refresh_tokens::table).values(row).execute(c))
    }

    fn use_refresh_token(&mut self, hash: &TokenHash, now: DateTime<Utc>) -> Result<(), StoreError> {
        let unused = refresh_tokens::table.find(hash.0.to_vec()).filter(refresh_tokens::used_at.is_null());
        self.run_on_one(|c| diesel::update(unused).set(refresh_tokens::used_at.eq(Instant::new(now))).execute(c))
    }
}
