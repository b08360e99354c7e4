//! Coming in, staying, leaving, and guessing, told over a store in memory.
#![expect(clippy::unwrap_used, reason = "what was not given stops the test that needs it")]

use chrono::{DateTime, TimeDelta, Utc};
use identity_core::lockout::{self, FREE_FAILURES};
use identity_core::sessions::{self, REFRESH_AGAIN_SECONDS, Refreshed};
use identity_core::{Error, Lifetimes, RefreshToken, Refusal, Session, Subject, SubjectKind, TokenHash};
use kernel::{AccountId, DeviceId, Role, SessionId, UnitOfWorkExt};
use testkit::{AnyStore, MemoryStore, Shared, sample};

const FIRST: TokenHash = TokenHash([1; 32]);
const SECOND: TokenHash = TokenHash([2; 32]);
const THIRD: TokenHash = TokenHash([3; 32]);
const LIFETIMES: Lifetimes = Lifetimes { access_minutes: 60, refresh_days: 7 };

fn write<T>(store: &Shared, mut work: impl FnMut(&mut AnyStore) -> Result<T, Error>) -> Result<T, Error> {
    store.write(|store: &mut AnyStore| work(store))
}

/// Somebody who came in some days after [`sample::now`], with this refresh token.
fn came_in(store: &Shared, account: AccountId, days: i64, token: TokenHash) -> Session {
    let created_at = sample::now() + TimeDelta::days(days);
    let session = Session {
        id: SessionId::new(sample::fresh()),
        account,
        created_at,
        expires_at: LIFETIMES.refresh_until(created_at),
        ended_at: None,
        user_agent: None,
    };
    write(store, |store| sessions::open(store, &session, token)).unwrap();
    session
}

fn new_account(store: &Shared) -> AccountId {
    let account = sample::account(Role::Patient, "Bea");
    write(store, |store| Ok(store.add_account(&account)?)).unwrap();
    account.id
}

fn live(store: &Shared, account: AccountId, now: DateTime<Utc>) -> Vec<SessionId> {
    let sessions = write(store, |store| Ok(store.live_sessions_of(account, now)?)).unwrap();
    sessions.into_iter().map(|session| session.id).collect()
}

fn token(store: &Shared, hash: TokenHash) -> Option<RefreshToken> {
    write(store, |store| Ok(store.refresh_token(&hash)?)).unwrap()
}

#[test]
fn a_refresh_token_is_exchanged_once_and_a_copy_of_it_ends_the_stay_later() {
    let store = MemoryStore::shared();
    let session = came_in(&store, new_account(&store), 0, FIRST);
    let refresh =
        |presented, next, now| write(&store, |store| sessions::refresh(store, presented, next, LIFETIMES, now));
    let later = session.expires_at - TimeDelta::microseconds(1);
    let prolonged = Session { expires_at: later + TimeDelta::days(7), ..session.clone() };
    assert_eq!(refresh(FIRST, SECOND, later), Ok(Refreshed::Continued(prolonged.clone())));
    assert_eq!(token(&store, FIRST).unwrap().used_at, Some(later));
    let fresh = RefreshToken {
        hash: SECOND,
        session: session.id,
        issued_at: later,
        expires_at: prolonged.expires_at,
        used_at: None,
    };
    assert_eq!(token(&store, SECOND), Some(fresh));
    assert_eq!(live(&store, session.account, session.expires_at), [session.id]);

    let too_late = later + TimeDelta::seconds(REFRESH_AGAIN_SECONDS);
    let moment = TimeDelta::microseconds(1);
    assert_eq!(refresh(FIRST, SECOND, too_late - moment), Ok(Refreshed::Continued(prolonged)));
    assert_eq!(refresh(FIRST, SECOND, too_late), Ok(Refreshed::Ended));
    assert_eq!(live(&store, session.account, later), []);
    for presented in [FIRST, SECOND, THIRD] {
        assert_eq!(refresh(presented, THIRD, later), Err(Refusal::RefreshTokenInvalid.into()));
    }
    assert_eq!(token(&store, THIRD), None);
}

#[test]
fn a_refresh_token_is_good_until_it_expires_though_its_stay_may_last_longer() {
    let store = MemoryStore::shared();
    let session = came_in(&store, new_account(&store), 0, FIRST);
    let much_later = session.expires_at + TimeDelta::days(1);
    write(&store, |store| Ok(store.prolong_session(session.id, much_later)?)).unwrap();
    let refresh = |now| write(&store, |store| sessions::refresh(store, FIRST, SECOND, LIFETIMES, now));
    assert_eq!(refresh(session.expires_at), Err(Refusal::RefreshTokenInvalid.into()));
    assert!(refresh(session.expires_at - TimeDelta::microseconds(1)).is_ok());
}

#[test]
fn only_ones_own_live_stay_is_ended() {
    let store = MemoryStore::shared();
    let (bea, eve) = (new_account(&store), new_account(&store));
    let session = came_in(&store, bea, 0, FIRST);
    let end = |account, now| write(&store, |store| sessions::end(store, account, session.id, now));
    let now = session.created_at;
    assert_eq!(end(eve, now), Err(Refusal::UnknownSession.into()));
    assert_eq!(end(bea, session.expires_at), Err(Refusal::UnknownSession.into()));
    assert_eq!(live(&store, bea, now), [session.id]);
    assert_eq!(end(bea, now), Ok(()));
    assert_eq!(live(&store, bea, now), []);
    assert_eq!(end(bea, now), Err(Refusal::UnknownSession.into()));
}

#[test]
fn all_stays_of_an_account_end_or_all_but_one() {
    let store = MemoryStore::shared();
    let (bea, eve) = (new_account(&store), new_account(&store));
    let [first, kept, last] =
        [(0, FIRST), (1, SECOND), (2, THIRD)].map(|(day, token)| came_in(&store, bea, day, token));
    let others = came_in(&store, eve, 2, TokenHash([4; 32]));
    let now = last.created_at;
    assert_eq!(live(&store, bea, now), [last.id, kept.id, first.id]);
    write(&store, |store| sessions::end_others(store, bea, kept.id, now)).unwrap();
    assert_eq!(live(&store, bea, now), [kept.id]);
    write(&store, |store| sessions::end_all(store, bea, now)).unwrap();
    assert_eq!(live(&store, bea, now), []);
    assert_eq!(live(&store, eve, now), [others.id]);
}

#[test]
fn a_guess_is_counted_for_name_and_address_and_a_success_forgets_the_name_only() {
    let store = MemoryStore::shared();
    let ada = Subject::account(AccountId::new(sample::fresh()));
    let subjects = lockout::subjects(ada.clone(), Some([192, 0, 2, 1].into()));
    assert_eq!(subjects.iter().map(Subject::kind).collect::<Vec<_>>(), [SubjectKind::Address, SubjectKind::Account]);
    assert_eq!(lockout::subjects(ada.clone(), None), subjects[1..]);
    let device = Subject::device(AccountId::new(sample::fresh()), DeviceId::new(sample::fresh()));
    assert_eq!(lockout::subjects(device.clone(), Some([192, 0, 2, 1].into())), [device]);
    let now = sample::now();
    let counts = || {
        let found = subjects.iter().map(|subject| write(&store, |store| Ok(store.login_failures(subject)?)).unwrap());
        found.map(|failures| failures.map_or(0, |failures| failures.count)).collect::<Vec<_>>()
    };
    let refuse_early = |now| write(&store, |store| lockout::refuse_early(store, &subjects, now));
    for count in 1..=FREE_FAILURES {
        assert_eq!(refuse_early(now), Ok(()));
        write(&store, |store| lockout::count(store, &subjects, now)).unwrap();
        assert_eq!(counts(), [count, count]);
    }
    let too_many = Err(Refusal::TooManyAttempts { retry_after_seconds: 1 }.into());
    assert_eq!(refuse_early(now), too_many);
    let later = now + TimeDelta::seconds(1);
    assert_eq!(refuse_early(later), Ok(()));
    assert_eq!(write(&store, |store| lockout::forgive(store, &subjects, now)), too_many);
    assert_eq!(write(&store, |store| lockout::forgive(store, &subjects, later)), Ok(()));
    assert_eq!(counts(), [FREE_FAILURES, 0]);
}
