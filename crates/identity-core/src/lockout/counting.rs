use std::net::IpAddr;

use chrono::{DateTime, Utc};

use super::{Failures, Subject, SubjectKind, admit};
use crate::Error;
use crate::ports::LoginFailures;

/// Who is to blame for a failure, in the order in which they are held: whoever was claimed to log in, and the network
/// address. A known device answers for itself alone, so that no stranger can keep its owner out, also not one who shares
/// the owner's network address.
pub fn subjects(claimed: Subject, address: Option<IpAddr>) -> Vec<Subject> {
    let address = address.filter(|_| claimed.kind() != SubjectKind::Device);
    address.map(Subject::address).into_iter().chain([claimed]).collect()
}

/// Refuses before any work is done.
///
/// # Errors
/// `TooManyAttempts` when one of them has to wait; or the store fails.
pub fn refuse_early<S: LoginFailures + ?Sized>(
    store: &mut S,
    subjects: &[Subject],
    now: DateTime<Utc>,
) -> Result<(), Error> {
    for subject in subjects {
        admit(store.login_failures(subject)?, now)?;
    }
    Ok(())
}

/// Counts a failure. Those that came at once count as if they had come one after the other.
///
/// # Errors
/// `TooManyAttempts` when one of them has to wait because of what others counted meanwhile; or the store fails.
pub fn count<S: LoginFailures + ?Sized>(store: &mut S, subjects: &[Subject], now: DateTime<Utc>) -> Result<(), Error> {
    for subject in subjects {
        let before = store.hold_login_failures(subject, Failures::after(None, now))?;
        admit(before, now)?;
        if before.is_some() {
            store.change_login_failures(subject, Failures::after(before, now))?;
        }
    }
    Ok(())
}

/// Forgets the failures of whoever logs in. The address's stay: whoever has one account may be trying others.
///
/// # Errors
/// `TooManyAttempts` when one of them has to wait because of what others counted meanwhile: of many guesses that came
/// at once, no more are judged than of as many that come one after the other; or the store fails.
pub fn forgive<S: LoginFailures + ?Sized>(
    store: &mut S,
    subjects: &[Subject],
    now: DateTime<Utc>,
) -> Result<(), Error> {
    for subject in subjects {
        let failures = store.login_failures(subject)?;
        admit(failures, now)?;
        if failures.is_some() && subject.kind() != SubjectKind::Address {
            store.forget_login_failures(subject)?;
        }
    }
    Ok(())
}
