//! Stored answers.

use application::ports::Answer;
use chrono::{DateTime, TimeDelta, Utc};
use kernel::{AccountId, Revision, Role};

use super::support::{assert_lost, long_text, token};
use crate::clinic::{read, write};
use crate::{Shared, sample};

fn account(store: &Shared) -> AccountId {
    let account = sample::account(Role::Patient, "Bea");
    write(store, |store| store.add_account(&account));
    account.id
}

pub(super) fn answer(key: &str, at: DateTime<Utc>) -> Answer {
    Answer {
        key: key.to_owned(),
        fingerprint: [0xfe; 32],
        status: 201,
        body: "{}".to_owned(),
        subject: sample::fresh(),
        revision: Revision::FIRST,
        at,
    }
}

pub fn an_answer_comes_back_to_whom_it_was_given(store: &Shared) {
    let (ada, bea) = (account(store), account(store));
    let key = token();
    let given = Answer {
        status: 599,
        body: long_text(),
        revision: Revision::new(u32::MAX).unwrap(),
        ..answer(&key, sample::instant("2126-11-20T08:00:00.000001Z"))
    };
    write(store, |store| store.add_answer(ada, &given));
    let found = |account, key: &str| read(store, |store| store.answer(account, key));
    assert_eq!(found(ada, &key).as_ref(), Some(&given));
    assert_eq!(found(bea, &key), None, "another account's");
    for other in [key.to_uppercase(), format!("{key} "), format!(" {key}"), String::new()] {
        assert_eq!(found(ada, &other), None, "another key: {other:?}");
    }
    let anothers = answer(&key, sample::now());
    write(store, |store| store.add_answer(bea, &anothers));
    assert_eq!((found(ada, &key), found(bea, &key)), (Some(given), Some(anothers)));
}

pub fn a_key_is_answered_once(store: &Shared) {
    let account = account(store);
    let first = answer("k", sample::now());
    write(store, |store| store.add_answer(account, &first));
    let second = Answer { body: "[]".to_owned(), ..first.clone() };
    assert_lost(store, |store| store.add_answer(account, &second));
    assert_eq!(read(store, |store| store.answer(account, "k")), Some(first));
}

pub fn old_answers_are_forgotten(store: &Shared) {
    let cutoff = sample::instant("1999-01-01T00:00:00Z");
    while 0 < write(store, |store| store.remove_answers(cutoff, 100)) {}
    let account = account(store);
    for (key, age) in [("a", 3), ("b", 2), ("c", 1), ("d", 0)] {
        let answer = answer(key, cutoff - TimeDelta::microseconds(age));
        write(store, |store| store.add_answer(account, &answer));
    }
    let removed = [2, 2, 2].map(|most| write(store, |store| store.remove_answers(cutoff, most)));
    assert_eq!(removed, [2, 1, 0]);
    let left = ["a", "b", "c", "d"].map(|key| read(store, |store| store.answer(account, key)).is_some());
    assert_eq!(left, [false, false, false, true]);
}
