//! What accounts, sessions and answers do when everyone comes at once.

use application::ports::Answer;
use chrono::{DateTime, TimeDelta, Utc};
use identity_core::ports::Tokens;
use identity_core::sessions::{self, REFRESH_AGAIN_SECONDS, Refreshed};
use identity_core::{Account, AccountStatus, Error, Lifetimes, Refusal, Session, TokenHash, UniqueField, registering};
use kernel::{Role, SessionId, StoreError};

use super::answers::answer;
use super::rivals::{Patience, race};
use crate::clinic::{read, write};
use crate::{PlainTokens, Shared, sample};

/// An open session and its first refresh token.
fn open(store: &Shared) -> (Session, TokenHash) {
    let account = sample::account(Role::Patient, "Bea");
    let session = Session {
        id: SessionId::new(sample::fresh()),
        account: account.id,
        created_at: sample::now(),
        expires_at: sample::now() + TimeDelta::days(7),
        ended_at: None,
        user_agent: None,
    };
    let token = fresh_token();
    Patience::default()
        .write(store, |store| -> Result<(), Error> {
            store.add_account(&account)?;
            sessions::open(store, &session, token)
        })
        .unwrap();
    (session, token)
}

fn fresh_token() -> TokenHash {
    PlainTokens::default().fresh_refresh_token().unwrap().1
}

fn refresh(
    patience: &Patience,
    store: &Shared,
    presented: TokenHash,
    next: TokenHash,
    now: DateTime<Utc>,
) -> Result<Refreshed, Error> {
    patience.write(store, |store| sessions::refresh(store, presented, next, Lifetimes::default(), now))
}

fn later() -> DateTime<Utc> {
    sample::now() + TimeDelta::hours(1)
}

pub fn a_refresh_token_that_is_used_again_later_ends_the_session(store: &Shared) {
    let (session, first) = open(store);
    let patience = Patience::default();
    let [second, third, fourth] = [(); 3].map(|()| fresh_token());
    let expires_at = Lifetimes::default().refresh_until(later());
    let continued = Refreshed::Continued(Session { expires_at, ..session.clone() });
    assert_eq!(refresh(&patience, store, first, second, later()), Ok(continued.clone()));
    assert_eq!(refresh(&patience, store, second, third, later()), Ok(continued));
    let too_late = later() + TimeDelta::seconds(REFRESH_AGAIN_SECONDS);
    assert_eq!(refresh(&patience, store, first, second, too_late), Ok(Refreshed::Ended));
    let refused = Err(Error::Refused(Refusal::RefreshTokenInvalid));
    assert_eq!(refresh(&patience, store, third, fourth, too_late), refused);
    assert_eq!(refresh(&patience, store, fourth, first, too_late), refused);
    assert!(read(store, |store| store.session(session.id)).unwrap().ended_at.is_some());
}

pub fn a_refresh_token_that_is_used_again_at_once_changes_nothing(store: &Shared) {
    let (session, first) = open(store);
    let patience = Patience::default();
    let second = fresh_token();
    let refresh_at =
        |milliseconds: i64| refresh(&patience, store, first, second, later() + TimeDelta::milliseconds(milliseconds));
    let once = refresh_at(0);
    let tokens = || [first, second].map(|hash| read(store, |store| store.refresh_token(&hash)));
    let after = tokens();
    for milliseconds in [0, 1, REFRESH_AGAIN_SECONDS * 1_000 - 1, 1 - REFRESH_AGAIN_SECONDS * 1_000] {
        assert_eq!(refresh_at(milliseconds), once, "{milliseconds}");
    }
    assert_eq!(tokens(), after);
    assert_eq!(read(store, |store| store.session(session.id)).unwrap().ended_at, None);
    // As after a token that a version made which took any next one.
    let other = refresh(&patience, store, first, fresh_token(), later());
    assert_eq!(other, Ok(Refreshed::Ended));
}

pub fn of_8_uses_of_a_refresh_token_at_once_all_get_the_same(store: &Shared) {
    for _ in 0..10 {
        let (session, presented) = open(store);
        let next = fresh_token();
        let patience = Patience::default();
        let results = race(vec![next; 8], |next| refresh(&patience, store, presented, next, later()));
        let expires_at = Lifetimes::default().refresh_until(later());
        let continued = Ok(Refreshed::Continued(Session { expires_at, ..session.clone() }));
        assert!(results.iter().all(|result| *result == continued), "{results:?}");
        let unused = [presented, next]
            .iter()
            .filter(|hash| read(store, |store| store.refresh_token(hash)).is_some_and(|token| token.used_at.is_none()))
            .count();
        assert_eq!(unused, 1, "one live token after {results:?}");
    }
}

pub fn of_8_administrators_made_at_once_no_more_than_allowed_are_kept(store: &Shared) {
    let most = read(store, |store| store.count_active_admins()) + 2;
    let accounts: Vec<Account> = (0..8).map(|n| sample::account(Role::Admin, &format!("Admin {n}"))).collect();
    let patience = Patience::default();
    let results =
        race(accounts.clone(), |account| patience.write(store, |store| registering::register(store, &account, most)));
    let kept: Vec<Account> =
        accounts.into_iter().filter_map(|row| read(store, |store| store.account(row.id))).collect();
    assert_eq!(read(store, |store| store.count_active_admins()), most);
    assert_eq!((kept.len(), results.iter().flatten().count()), (2, 2), "{results:?}");
    for error in results.into_iter().filter_map(Result::err) {
        assert_eq!(error, Error::Refused(Refusal::TooManyAdmins { most }));
    }
    for admin in kept {
        let revision = admin.revision.next();
        let closed = Account { status: AccountStatus::Inactive, revision, ..admin };
        write(store, |store| store.change_account(&closed));
    }
}

pub fn of_8_accounts_with_one_address_one_is_kept(store: &Shared) {
    let email = format!("ada-{}@example.org", sample::fresh().simple());
    let spelling = |n: usize| if n.is_multiple_of(2) { email.clone() } else { email.to_uppercase() };
    let accounts: Vec<Account> = (0..8)
        .map(|n| Account { email: spelling(n).parse().unwrap(), ..sample::account(Role::Patient, "Ada") })
        .collect();
    let patience = Patience::default();
    let results =
        race(accounts.clone(), |account| patience.write(store, |store| registering::register(store, &account, 0)));
    let kept = accounts.iter().filter(|account| read(store, |store| store.account(account.id)).is_some()).count();
    assert_eq!((kept, results.iter().flatten().count()), (1, 1), "{results:?}");
    for error in results.into_iter().filter_map(Result::err) {
        assert_eq!(error, Error::Refused(Refusal::Taken { field: UniqueField::Email }));
    }
}

pub fn of_8_answers_under_one_key_one_is_kept(store: &Shared) {
    let account = sample::account(Role::Patient, "Ada");
    write(store, |store| store.add_account(&account));
    let answers: Vec<Answer> = (0..8).map(|_| answer("k", sample::now())).collect();
    let patience = Patience::default();
    let told = race(answers.clone(), |answer| {
        patience.write(store, |store| -> Result<Answer, StoreError> {
            match store.answer(account.id, &answer.key)? {
                Some(before) => Ok(before),
                None => store.add_answer(account.id, &answer).map(|()| answer.clone()),
            }
        })
    });
    let kept = read(store, |store| store.answer(account.id, "k")).unwrap();
    assert!(answers.contains(&kept));
    assert!(told.iter().all(|told| told.as_ref() == Ok(&kept)), "{told:?}");
}
