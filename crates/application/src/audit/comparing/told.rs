//! What the audit log says of accounts and visits.

use std::collections::HashMap;

use chrono::{DateTime, TimeDelta, Utc};
use kernel::Word;
use uuid::Uuid;

use crate::audit::{AuditAction, AuditLine};

/// Within so many seconds two changes of an account may be in the log in another order than they were made.
const ORDER_SECONDS: i64 = 10;

/// What the log says of accounts and visits.
#[derive(Debug, Default)]
pub(super) struct Told {
    pub(super) accounts: HashMap<Uuid, ToldAccount>,
    pub(super) visits: HashMap<Uuid, ToldVisit>,
}

/// Enough of a fingerprint to know it again.
pub(super) fn short(state: [u8; 32]) -> u128 {
    state.iter().take(16).fold(0, |number, byte| number << 8 | u128::from(*byte))
}

impl Told {
    pub(super) fn follow(&mut self, line: &AuditLine) {
        let (Some(subject), Some(action)) = (line.subject, AuditAction::parse(&line.action)) else { return };
        if is_of_account(action) {
            self.accounts.entry(subject).or_default().follow(line.at, line.state);
        } else if is_of_visit(action) {
            self.visits.entry(subject).or_default().follow(line.state);
        }
    }
}

/// Whether it changes the role, the status or the password of an account.
const fn is_of_account(action: AuditAction) -> bool {
    use AuditAction as A;
    matches!(
        action,
        A::AccountRegistered
            | A::AccountCreated
            | A::AccountActivated
            | A::AccountDeactivated
            | A::PasswordChanged
            | A::PasswordReset
            | A::PasswordRehashed
            | A::AccountRecorded
    )
}

/// Whether it makes a revision of an appointment.
const fn is_of_visit(action: AuditAction) -> bool {
    use AuditAction as A;
    matches!(
        action,
        A::AppointmentBooked
            | A::AppointmentMoved
            | A::AppointmentCancelled
            | A::AppointmentConfirmed
            | A::AppointmentRefused
            | A::AppointmentArrived
            | A::AppointmentCheckedIn
            | A::AppointmentCompleted
            | A::AppointmentMissed
            | A::AppointmentEnteredInError
            | A::AppointmentAmended
            | A::AppointmentReinstated
    )
}

/// How the last entries say that an account is; without a state where an earlier version of the program wrote them.
#[derive(Debug, Default)]
pub(super) struct ToldAccount(Vec<(DateTime<Utc>, Option<[u8; 32]>)>);

impl ToldAccount {
    fn follow(&mut self, at: DateTime<Utc>, state: Option<[u8; 32]>) {
        self.0.retain(|(before, _)| (at - *before).abs() <= TimeDelta::seconds(ORDER_SECONDS));
        self.0.push((at, state));
    }

    pub(super) fn agrees(&self, found: [u8; 32]) -> bool {
        self.0.iter().any(|(_, state)| state.is_none_or(|state| state == found))
    }
}

/// What the log says of a visit's revisions.
#[derive(Debug, Default)]
pub(super) struct ToldVisit {
    states: Vec<u128>,
    /// How many an earlier version of the program has told of.
    unknown: usize,
}

impl ToldVisit {
    fn follow(&mut self, state: Option<[u8; 32]>) {
        match state {
            Some(state) => self.states.push(short(state)),
            None => self.unknown += 1,
        }
    }

    /// Whether each entry has its revision, and each revision its entry.
    pub(super) fn agrees(&self, found: &[u128]) -> bool {
        let mut rest = found.to_vec();
        let is_there = |state: &u128| match rest.iter().position(|other| other == state) {
            Some(index) => {
                rest.swap_remove(index);
                true
            }
            None => false,
        };
        self.states.iter().all(is_there) && rest.len() == self.unknown
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(seconds, 0).unwrap()
    }

    #[test]
    fn an_account_is_as_the_last_entry_says_or_one_shortly_before() {
        let [old, new] = [[1; 32], [2; 32]];
        let check = |entries: &[(i64, Option<[u8; 32]>)], found, expected| {
            let mut told = ToldAccount::default();
            for (seconds, state) in entries {
                told.follow(at(*seconds), *state);
            }
            assert_eq!(told.agrees(found), expected, "{entries:?}");
        };
        check(&[(0, Some(old)), (11, Some(new))], new, true);
        check(&[(0, Some(old)), (11, Some(new))], old, false);
        check(&[(0, Some(old)), (10, Some(new))], old, true);
        check(&[(10, Some(old)), (0, Some(new))], old, true);
        check(&[(0, None)], new, true);
        check(&[(0, None), (11, Some(new))], old, false);
        check(&[(0, Some(old)), (11, None)], new, true);
    }

    #[test]
    fn a_history_has_a_revision_for_each_entry_and_none_besides() {
        let check = |states: &[u128], unknown: usize, found: &[u128], expected| {
            let told = ToldVisit { states: states.to_vec(), unknown };
            assert_eq!(told.agrees(found), expected, "{states:?} and {unknown} against {found:?}");
        };
        check(&[], 0, &[], true);
        check(&[1, 2], 0, &[1, 2], true);
        check(&[2, 1], 0, &[1, 2], true);
        check(&[1, 2], 0, &[1], false);
        check(&[1, 2], 0, &[1, 3], false);
        check(&[1, 2], 0, &[1, 2, 3], false);
        check(&[1, 1], 0, &[1, 2], false);
        check(&[2], 1, &[1, 2], true);
        check(&[1], 1, &[1, 2], true);
        check(&[2], 1, &[2], false);
        check(&[3], 1, &[1, 2], false);
        check(&[], 0, &[1], false);
    }
}
