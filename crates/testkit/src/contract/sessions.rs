//! Sessions and their refresh tokens.

use chrono::{DateTime, TimeDelta, Utc};
use identity_core::{RefreshToken, Session, TokenHash};
use kernel::{AccountId, Role, SessionId};

use super::support::{all_pages, assert_lost, long_text};
use crate::clinic::{read, write};
use crate::{Shared, sample};

fn account(store: &Shared) -> AccountId {
    let account = sample::account(Role::Patient, "Bea");
    write(store, |store| store.add_account(&account));
    account.id
}

fn session(account: AccountId, created_at: DateTime<Utc>) -> Session {
    Session {
        id: SessionId::new(sample::fresh()),
        account,
        created_at,
        expires_at: created_at + TimeDelta::days(7),
        ended_at: None,
        user_agent: None,
    }
}

fn token(session: &Session) -> RefreshToken {
    let mut hash = [0xff; 32];
    hash[8..24].copy_from_slice(sample::fresh().as_bytes());
    RefreshToken {
        hash: TokenHash(hash),
        session: session.id,
        issued_at: session.created_at,
        expires_at: session.expires_at,
        used_at: None,
    }
}

pub fn every_field_of_a_session_comes_back(store: &Shared) {
    let bare = session(account(store), sample::instant("2126-11-20T08:00:00.000001Z"));
    let full = Session {
        id: SessionId::new(sample::fresh()),
        ended_at: Some(sample::instant("2126-11-21T00:00:00.999999Z")),
        user_agent: Some(long_text()),
        ..bare.clone()
    };
    for session in [bare, full] {
        write(store, |store| store.add_session(&session));
        assert_eq!(read(store, |store| store.session(session.id)), Some(session));
    }
    assert_eq!(read(store, |store| store.session(SessionId::new(sample::fresh()))), None);
}

pub fn live_sessions_come_newest_first(store: &Shared) {
    let (account, other) = (account(store), account(store));
    let now = sample::now();
    let old = session(account, now - TimeDelta::days(2));
    let new = session(account, now - TimeDelta::days(1));
    let expires_now = session(account, now - TimeDelta::days(7));
    let ended = Session { ended_at: Some(now - TimeDelta::hours(1)), ..session(account, now - TimeDelta::days(1)) };
    let anothers = session(other, now);
    for session in [&old, &new, &expires_now, &ended, &anothers] {
        write(store, |store| store.add_session(session));
    }
    let live = read(store, |store| store.live_sessions_of(account, now));
    assert_eq!(live, [new.clone(), old.clone()]);
    let earlier = read(store, |store| store.live_sessions_of(account, now - TimeDelta::microseconds(1)));
    assert_eq!(earlier, [new, old, expires_now]);
}

pub fn live_sessions_come_a_page_at_a_time(store: &Shared) {
    let (account, now) = (account(store), sample::now());
    // Two of each time, so that a page ends between equals.
    let at = |n: i64| now - TimeDelta::hours(n / 2);
    let mut sessions: Vec<Session> = (0..7).map(|n| session(account, at(n))).collect();
    sessions.push(Session { ended_at: Some(now), ..session(account, at(3)) });
    for session in &sessions {
        write(store, |store| store.add_session(session));
    }
    let whole = read(store, |store| store.live_sessions_of(account, now));
    assert_eq!(whole.len(), 7);
    assert_eq!(all_pages(store, 3, |store, request| store.live_sessions_page(account, now, request)), whole);
}

pub fn an_ended_session_stays_ended(store: &Shared) {
    let session = session(account(store), sample::now());
    let first_end = sample::now() + TimeDelta::hours(1);
    write(store, |store| store.add_session(&session));
    write(store, |store| store.end_session(session.id, first_end));
    write(store, |store| store.end_session(session.id, first_end + TimeDelta::hours(1)));
    assert_lost(store, |store| store.prolong_session(session.id, session.expires_at + TimeDelta::days(1)));
    let found = read(store, |store| store.session(session.id));
    assert_eq!(found, Some(Session { ended_at: Some(first_end), ..session }));
}

pub fn a_session_is_prolonged(store: &Shared) {
    let session = session(account(store), sample::now());
    let expires_at = session.expires_at + TimeDelta::microseconds(1);
    write(store, |store| store.add_session(&session));
    write(store, |store| store.prolong_session(session.id, expires_at));
    assert_eq!(read(store, |store| store.session(session.id)), Some(Session { expires_at, ..session }));
}

pub fn a_refresh_token_is_used_once(store: &Shared) {
    let session = session(account(store), sample::now());
    let fresh = token(&session);
    let used_at = sample::instant("2126-01-01T00:00:00.000001Z");
    write(store, |store| store.add_session(&session).and_then(|()| store.add_refresh_token(&fresh)));
    assert_eq!(read(store, |store| store.refresh_token(&fresh.hash)), Some(fresh));
    assert_eq!(read(store, |store| store.refresh_token(&token(&session).hash)), None);

    write(store, |store| store.use_refresh_token(&fresh.hash, used_at));
    assert_lost(store, |store| store.use_refresh_token(&fresh.hash, used_at + TimeDelta::hours(1)));
    let found = read(store, |store| store.refresh_token(&fresh.hash));
    assert_eq!(found, Some(RefreshToken { used_at: Some(used_at), ..fresh }));
}

pub fn expired_sessions_are_removed_with_their_tokens(store: &Shared) {
    let cutoff = sample::instant("1999-01-08T00:00:00Z");
    while 0 < write(store, |store| store.remove_expired_sessions(cutoff, 100)) {}
    let account = account(store);
    let live = session(account, cutoff - TimeDelta::days(7));
    let expired: Vec<Session> =
        (1..=3).map(|n| session(account, live.created_at - TimeDelta::microseconds(n))).collect();
    let tokens: Vec<RefreshToken> = expired.iter().chain([&live]).map(token).collect();
    write(store, |store| {
        expired.iter().chain([&live]).try_for_each(|session| store.add_session(session))?;
        tokens.iter().try_for_each(|token| store.add_refresh_token(token))
    });

    let removed = [2, 2, 2].map(|most| write(store, |store| store.remove_expired_sessions(cutoff, most)));
    assert_eq!(removed, [2, 1, 0]);
    for session in &expired {
        assert_eq!(read(store, |store| store.session(session.id)), None);
    }
    assert_eq!(read(store, |store| store.session(live.id)), Some(live));
    let left = tokens.iter().filter(|token| read(store, |store| store.refresh_token(&token.hash)).is_some());
    assert_eq!(left.collect::<Vec<_>>(), tokens.last().into_iter().collect::<Vec<_>>());
}
