//! Proving an e-mail address, and new passwords.

use chrono::{DateTime, TimeDelta, Utc};
use kernel::SessionId;

use crate::ports::{Accounts, LoginNames, OneTimeTokens, Sessions};
use crate::{
    Account, AccountStatus, EmailAddress, EmailProof, Error, PasswordHash, Refusal, TokenHash, TokenPurpose, one_time,
    registering, sessions,
};

/// How long somebody waits for the next mail of one kind, in seconds.
pub const MAIL_PAUSE_SECONDS: u32 = 60;

/// Whether a mail of one kind is to be written, when the last was written then: at most one a minute. A clock that
/// was far ahead when the last was written keeps nobody waiting until then.
pub fn is_mail_due(last: Option<DateTime<Utc>>, now: DateTime<Utc>) -> bool {
    last.is_none_or(|last| TimeDelta::seconds(MAIL_PAUSE_SECONDS.into()) <= (now - last).abs())
}

/// Whether an account has use for a link that proves its address: not when it is closed, or proved.
pub fn wants_verification(account: &Account, proof: EmailProof) -> bool {
    proof == EmailProof::Required && account.email_verified_at.is_none() && account.status != AccountStatus::Inactive
}

/// Whether an account has use for a link that sets a password: not when it is closed.
pub fn wants_recovery(account: &Account) -> bool {
    account.status != AccountStatus::Inactive
}

/// Proves an address with the token that was mailed there, and uses the token up: the account's own, or the one that its
/// owner wants instead, which is the account's from then on.
///
/// # Errors
/// `OneTimeTokenInvalid`; `Taken` when another account has the new address by now; or the store fails.
pub fn verify_email<S: Accounts + LoginNames + OneTimeTokens + ?Sized>(
    store: &mut S,
    token: &TokenHash,
    now: DateTime<Utc>,
) -> Result<Account, Error> {
    match one_time::purpose(store, token)? {
        TokenPurpose::ChangeEmail => change_email(store, token, now),
        TokenPurpose::VerifyEmail | TokenPurpose::ResetPassword => prove_email(store, token, now),
    }
}

/// Writes down the address that an account's owner wants instead of the present one. Links to an earlier wanted address
/// are worthless from then on.
///
/// # Errors
/// When the store fails.
pub fn want_email<S: Accounts + OneTimeTokens + ?Sized>(
    store: &mut S,
    account: Account,
    email: &EmailAddress,
    now: DateTime<Utc>,
) -> Result<Account, Error> {
    let revision = account.revision.next();
    let wanting = Account { pending_email: Some(email.clone()), revision, ..account };
    store.change_account(&wanting)?;
    store.retire_one_time_tokens(wanting.id, now)?;
    Ok(wanting)
}

fn change_email<S: Accounts + LoginNames + OneTimeTokens + ?Sized>(
    store: &mut S,
    token: &TokenHash,
    now: DateTime<Utc>,
) -> Result<Account, Error> {
    let id = one_time::redeem(store, token, TokenPurpose::ChangeEmail, now)?;
    let before = store.account(id)?.ok_or(Refusal::OneTimeTokenInvalid)?;
    let email = before.pending_email.clone().ok_or(Refusal::OneTimeTokenInvalid)?;
    let after = with_email(&before, email, Some(now));
    registering::amend(store, &before, &after)?;
    store.retire_one_time_tokens(id, now)?;
    Ok(after)
}

/// The account with another address of its own, proved then or not yet.
pub fn with_email(account: &Account, email: EmailAddress, verified_at: Option<DateTime<Utc>>) -> Account {
    Account {
        email,
        pending_email: None,
        email_verified_at: verified_at,
        revision: account.revision.next(),
        ..account.clone()
    }
}

fn prove_email<S: Accounts + OneTimeTokens + ?Sized>(
    store: &mut S,
    token: &TokenHash,
    now: DateTime<Utc>,
) -> Result<Account, Error> {
    let id = one_time::redeem(store, token, TokenPurpose::VerifyEmail, now)?;
    let account = store.account(id)?.ok_or(Refusal::OneTimeTokenInvalid)?;
    let proved = proved(account, now);
    store.change_account(&proved)?;
    Ok(proved)
}

/// Sets the password of whoever has this token: it came by mail, so the address is proved, too. The token is used up
/// and every session ended.
///
/// # Errors
/// `OneTimeTokenInvalid`; or the store fails.
pub fn reset_password<S: Accounts + Sessions + OneTimeTokens + ?Sized>(
    store: &mut S,
    token: &TokenHash,
    password: &PasswordHash,
    now: DateTime<Utc>,
) -> Result<Account, Error> {
    let id = one_time::redeem(store, token, TokenPurpose::ResetPassword, now)?;
    let account = store.account(id)?.ok_or(Refusal::OneTimeTokenInvalid)?;
    let account = Account { password: password.clone(), password_set_at: Some(now), ..proved(account, now) };
    store.change_account(&account)?;
    forget_the_old(store, &account, None, now)?;
    Ok(account)
}

/// Sets an account's password and ends its sessions, but for the one that is kept.
///
/// # Errors
/// When the store fails.
pub fn set_password<S: Accounts + Sessions + OneTimeTokens + ?Sized>(
    store: &mut S,
    account: Account,
    password: &PasswordHash,
    kept: Option<SessionId>,
    now: DateTime<Utc>,
) -> Result<Account, Error> {
    let revision = account.revision.next();
    let account = Account { password: password.clone(), password_set_at: Some(now), revision, ..account };
    store.change_account(&account)?;
    forget_the_old(store, &account, kept, now)?;
    Ok(account)
}

/// Whoever came in by the old password, or asked for a link before, has nothing in hand any more.
fn forget_the_old<S: Sessions + OneTimeTokens + ?Sized>(
    store: &mut S,
    account: &Account,
    kept: Option<SessionId>,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    match kept {
        Some(session) => sessions::end_others(store, account.id, session, now)?,
        None => sessions::end_all(store, account.id, now)?,
    }
    Ok(store.retire_one_time_tokens(account.id, now)?)
}

/// The first proof counts.
fn proved(account: Account, now: DateTime<Utc>) -> Account {
    Account { email_verified_at: account.email_verified_at.or(Some(now)), revision: account.revision.next(), ..account }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::account;
    use kernel::Role;

    #[test]
    fn a_mail_is_due_a_minute_after_the_last() {
        let last: DateTime<Utc> = "2026-11-21T08:00:00Z".parse().unwrap();
        let after = |micros| is_mail_due(Some(last), last + TimeDelta::microseconds(micros));
        assert!(is_mail_due(None, last));
        assert!(!after(0) && !after(59_999_999) && after(60_000_000));
        assert!(!after(-59_999_999) && after(-60_000_000), "the clock was ahead");
    }

    #[test]
    fn who_is_closed_or_proved_gets_no_link() {
        let proved = account(Role::Patient);
        let unproved = Account { email_verified_at: None, ..proved.clone() };
        let closed = Account { status: AccountStatus::Inactive, ..unproved.clone() };
        let waiting = Account { status: AccountStatus::Waiting, ..unproved.clone() };
        let wants = |account: &Account| wants_verification(account, EmailProof::Required);
        assert!(wants(&unproved) && wants(&waiting) && !wants(&proved) && !wants(&closed));
        assert!(!wants_verification(&unproved, EmailProof::OnTrust));
        assert!(wants_recovery(&proved) && wants_recovery(&waiting) && !wants_recovery(&closed));
    }

    #[test]
    fn the_first_proof_of_an_address_counts() {
        let now: DateTime<Utc> = "2026-11-21T08:00:00Z".parse().unwrap();
        let before = account(Role::Patient);
        assert_eq!(super::proved(before.clone(), now).email_verified_at, before.email_verified_at);
        let unproved = Account { email_verified_at: None, ..before };
        assert_eq!(super::proved(unproved, now).email_verified_at, Some(now));
    }
}
