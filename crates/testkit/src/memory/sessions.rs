//! Sessions and their refresh tokens.

use std::cmp::Reverse;

use chrono::{DateTime, Utc};
use identity_core::ports::Sessions;
use identity_core::{RefreshToken, Session, TokenHash};
use kernel::{AccountId, Order, Page, PageRequest, Position, SessionId, StoreError};

use super::paging::page;
use super::transaction::Transaction;

impl Sessions for Transaction {
    fn session(&mut self, id: SessionId) -> Result<Option<Session>, StoreError> {
        Ok(self.rows()?.sessions.get(&id).cloned())
    }

    fn live_sessions_of(&mut self, account: AccountId, now: DateTime<Utc>) -> Result<Vec<Session>, StoreError> {
        let is_wanted = |session: &&Session| session.account == account && session.is_live(now);
        let mut sessions: Vec<Session> = self.rows()?.sessions.values().filter(is_wanted).cloned().collect();
        sessions.sort_by_key(|session| Reverse((session.created_at, session.id)));
        Ok(sessions)
    }

    fn live_sessions_page(
        &mut self,
        account: AccountId,
        now: DateTime<Utc>,
        request: &PageRequest<DateTime<Utc>>,
    ) -> Result<Page<Session, DateTime<Utc>>, StoreError> {
        let live = self.live_sessions_of(account, now)?.into_iter();
        Ok(page(live, request, Order::Descending, |session| Position {
            key: session.created_at,
            id: session.id.uuid(),
        }))
    }

    fn add_session(&mut self, session: &Session) -> Result<(), StoreError> {
        let is_account = self.rows()?.accounts.contains_key(&session.account);
        self.require(is_account, "account")?;
        self.insert(|rows| &mut rows.sessions, session.id, session.clone())
    }

    fn prolong_session(&mut self, id: SessionId, expires_at: DateTime<Utc>) -> Result<(), StoreError> {
        match self.rows_mut()?.sessions.get_mut(&id) {
            Some(session) if session.ended_at.is_none() => session.expires_at = expires_at,
            _ => return self.lose(),
        }
        Ok(())
    }

    fn end_session(&mut self, id: SessionId, now: DateTime<Utc>) -> Result<(), StoreError> {
        if let Some(session) = self.rows_mut()?.sessions.get_mut(&id) {
            session.ended_at.get_or_insert(now);
        }
        Ok(())
    }

    fn refresh_token(&mut self, hash: &TokenHash) -> Result<Option<RefreshToken>, StoreError> {
        Ok(self.rows()?.refresh_tokens.get(hash).copied())
    }

    fn add_refresh_token(&mut self, token: &RefreshToken) -> Result<(), StoreError> {
        self.insert(|rows| &mut rows.refresh_tokens, token.hash, *token)
    }

    fn use_refresh_token(&mut self, hash: &TokenHash, now: DateTime<Utc>) -> Result<(), StoreError> {
        match self.rows_mut()?.refresh_tokens.get_mut(hash) {
            Some(token) if token.used_at.is_none() => token.used_at = Some(now),
            _ => return self.lose(),
        }
        Ok(())
    }
}
