//! Tokens that are sent by mail, and when a mail was last owed.

use chrono::{DateTime, TimeDelta, Utc};
use identity_core::{
    Account, Error, OneTimeToken, PasswordHash, Refusal, TokenHash, TokenPurpose, one_time, recovering,
};
use kernel::{AccountId, MessageId, Role, Word};
use messaging_core::{Addressee, Message, MessageKind};

use super::rivals::{Patience, race};
use super::support::assert_lost;
use crate::clinic::{read, write};
use crate::{Shared, sample};

fn account(store: &Shared) -> Account {
    let account = Account { email_verified_at: None, ..sample::account(Role::Patient, "Ada") };
    write(store, |store| store.add_account(&account));
    account
}

fn fresh_hash() -> TokenHash {
    let mut hash = [255; 32];
    hash[..16].copy_from_slice(sample::fresh().as_bytes());
    TokenHash(hash)
}

/// A token that expires in an hour.
fn token(store: &Shared, account: AccountId, purpose: TokenPurpose) -> OneTimeToken {
    let issued_at = sample::now();
    let expires_at = issued_at + TimeDelta::hours(1);
    let token = OneTimeToken { hash: fresh_hash(), purpose, account, issued_at, expires_at, used_at: None };
    write(store, |store| store.add_one_time_token(&token));
    token
}

fn soon() -> DateTime<Utc> {
    sample::now() + TimeDelta::minutes(59)
}

fn stored(store: &Shared, hash: TokenHash) -> Option<OneTimeToken> {
    read(store, |store| store.one_time_token(&hash))
}

pub fn every_field_of_a_one_time_token_comes_back(store: &Shared) {
    let account = account(store).id;
    for purpose in TokenPurpose::ALL {
        let token = OneTimeToken {
            hash: fresh_hash(),
            purpose: *purpose,
            account,
            issued_at: sample::instant("2026-12-31T23:59:59.999999Z"),
            expires_at: sample::instant("2126-12-31T23:59:59.999999Z"),
            used_at: Some(sample::instant("2027-01-01T00:00:00.000001Z")),
        };
        write(store, |store| store.add_one_time_token(&token));
        assert_eq!(stored(store, token.hash), Some(token));
    }
    assert_eq!(stored(store, fresh_hash()), None);
}

pub fn a_one_time_token_is_used_once(store: &Shared) {
    let first = token(store, account(store).id, TokenPurpose::VerifyEmail);
    let other = token(store, first.account, TokenPurpose::VerifyEmail);
    write(store, |store| store.use_one_time_token(&first.hash, soon()));
    assert_eq!(stored(store, first.hash), Some(OneTimeToken { used_at: Some(soon()), ..first }));
    assert_lost(store, |store| store.use_one_time_token(&first.hash, soon()));
    assert_lost(store, |store| store.use_one_time_token(&fresh_hash(), soon()));
    assert_eq!(stored(store, other.hash), Some(other));
}

pub fn the_unused_tokens_of_an_account_are_retired(store: &Shared) {
    let owner = account(store).id;
    let used = token(store, owner, TokenPurpose::ResetPassword);
    let [one, two] =
        [TokenPurpose::ResetPassword, TokenPurpose::VerifyEmail].map(|purpose| token(store, owner, purpose));
    let strangers = token(store, account(store).id, TokenPurpose::ResetPassword);
    let later = soon() + TimeDelta::minutes(1);
    write(store, |store| store.use_one_time_token(&used.hash, soon()));
    write(store, |store| store.retire_one_time_tokens(owner, later));
    write(store, |store| store.retire_one_time_tokens(AccountId::new(sample::fresh()), later));
    for (token, used_at) in [(used, Some(soon())), (one, Some(later)), (two, Some(later)), (strangers, None)] {
        assert_eq!(stored(store, token.hash).and_then(|token| token.used_at), used_at);
    }
}

pub fn a_token_is_good_for_its_purpose_until_it_expires(store: &Shared) {
    let refused = Err(Error::Refused(Refusal::OneTimeTokenInvalid));
    let reset = token(store, account(store).id, TokenPurpose::ResetPassword);
    let patience = Patience::default();
    let redeem =
        |hash: TokenHash, purpose, now| patience.write(store, |store| one_time::redeem(store, &hash, purpose, now));
    assert_eq!(redeem(reset.hash, TokenPurpose::VerifyEmail, soon()), refused);
    assert_eq!(redeem(reset.hash, TokenPurpose::ResetPassword, reset.expires_at), refused);
    assert_eq!(redeem(fresh_hash(), TokenPurpose::ResetPassword, soon()), refused);
    assert_eq!(redeem(reset.hash, TokenPurpose::ResetPassword, soon()), Ok(reset.account));
    assert_eq!(redeem(reset.hash, TokenPurpose::ResetPassword, soon()), refused);
}

pub fn of_8_uses_of_a_one_time_token_one_counts(store: &Shared) {
    for _ in 0..5 {
        let account = account(store);
        let reset = token(store, account.id, TokenPurpose::ResetPassword);
        let patience = Patience::default();
        let passwords: Vec<PasswordHash> = (0..8).map(|n| PasswordHash::new(format!("plain:{n}"))).collect();
        let results = race(passwords, |password| {
            patience.write(store, |store| recovering::reset_password(store, &reset.hash, &password, soon()))
        });
        let winners: Vec<&Account> = results.iter().flatten().collect();
        assert_eq!(winners.len(), 1, "{results:?}");
        let now = read(store, |store| store.account(account.id)).unwrap();
        assert_eq!(winners, [&now]);
        assert_eq!((now.revision, now.email_verified_at), (account.revision.next(), Some(soon())));
        for error in results.into_iter().filter_map(Result::err) {
            assert_eq!(error, Error::Refused(Refusal::OneTimeTokenInvalid));
        }
    }
}

pub fn the_last_message_that_was_owed_is_found(store: &Shared) {
    let [one, other] = [account(store).id, account(store).id];
    let message = |to, kind, created_at| Message {
        id: MessageId::new(sample::fresh()),
        kind,
        to,
        about: None,
        created_at,
        due_at: soon(),
    };
    let at = |second| sample::now() + TimeDelta::seconds(second);
    let reset = MessageKind::ResetPassword;
    write(store, |store| {
        store.add_messages(&[
            message(Addressee::Account(one), reset, at(1)),
            message(Addressee::Account(one), reset, at(3)),
            message(Addressee::Account(one), reset, at(2)),
            message(Addressee::Account(one), MessageKind::VerifyEmail, at(4)),
            message(Addressee::Patient(kernel::PatientId::new(other.uuid())), reset, at(5)),
        ])
    });
    let last = |account, kind| read(store, |store| store.last_owed(account, kind));
    assert_eq!(last(one, reset), Some(at(3)));
    assert_eq!(last(one, MessageKind::VerifyEmail), Some(at(4)));
    assert_eq!(last(one, MessageKind::Invitation), None);
    assert_eq!(last(other, reset), None);
}
