//! Compares what stands in the tables with what the audit log says of it.

mod told;

use std::collections::{BTreeMap, HashMap};
use std::fmt;

use identity_core::ports::AccountFilter;
use kernel::{AppointmentId, PageRequest, StoreError, UnitOfWork, UnitOfWorkExt};
use scheduling_core::Change;
use uuid::Uuid;

use super::AuditLine;
use super::states::{account_state, visit_state};
use crate::Store;
use told::{Told, ToldVisit, short};

/// How many seals, entries or changes one query reads.
const ROWS_PER_QUERY: u32 = 500;

/// How often what is wrong is looked at: what somebody changes meanwhile is right the next time.
const LOOKS: u32 = 3;

/// What is not as the audit log says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Discrepancy {
    /// The role, the status or the password of this account.
    Account(Uuid),
    /// This account, of which the log says nothing.
    UntoldAccount(Uuid),
    /// This account, which is not there.
    MissingAccount(Uuid),
    /// The history of this appointment.
    History(Uuid),
}

impl fmt::Display for Discrepancy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Account(id) => write!(f, "role, status or password of account {id} is not what the audit log says"),
            Self::UntoldAccount(id) => write!(f, "account {id} is not in the audit log"),
            Self::MissingAccount(id) => write!(f, "account {id} is in the audit log, and is gone"),
            Self::History(id) => write!(f, "the history of appointment {id} is not what the audit log says"),
        }
    }
}

/// Everything that is not as the audit log says, while others go on changing it.
///
/// Accounts and visits of which only an earlier version of the program has told are not compared.
///
/// # Errors
/// When the store fails.
pub fn compare(store: &dyn UnitOfWork<dyn Store>) -> Result<Vec<Discrepancy>, StoreError> {
    let mut found = compare_once(store)?;
    for _ in 1..LOOKS {
        if found.is_empty() {
            break;
        }
        let again = compare_once(store)?;
        found.retain(|discrepancy| again.contains(discrepancy));
    }
    Ok(found)
}

fn compare_once(store: &dyn UnitOfWork<dyn Store>) -> Result<Vec<Discrepancy>, StoreError> {
    // What is read later is newer, so nothing is told of that is not there yet.
    let mut told = told(store)?;
    let mut found = Vec::new();
    let mut page = PageRequest::longest();
    loop {
        let accounts = store.read(|store| store.accounts(&AccountFilter::default(), &page))?;
        for account in &accounts.items {
            let id = account.id.uuid();
            match told.accounts.remove(&id) {
                None => found.push(Discrepancy::UntoldAccount(id)),
                Some(told) if told.agrees(account_state(account)) => {}
                Some(_) => found.push(Discrepancy::Account(id)),
            }
        }
        page.after = accounts.next;
        if page.after.is_none() {
            break;
        }
    }
    found.extend(told.accounts.into_keys().map(Discrepancy::MissingAccount));
    found.extend(histories(store, told.visits)?);
    Ok(found)
}

/// The histories that are not as the log says.
fn histories(
    store: &dyn UnitOfWork<dyn Store>,
    mut told: HashMap<Uuid, ToldVisit>,
) -> Result<Vec<Discrepancy>, StoreError> {
    let mut found = Vec::new();
    let mut judge = |id: Option<AppointmentId>, states: &[u128]| {
        let Some(id) = id.map(AppointmentId::uuid) else { return };
        if !told.remove(&id).unwrap_or_default().agrees(states) {
            found.push(Discrepancy::History(id));
        }
    };
    let (mut current, mut states, mut after) = (None, Vec::new(), None);
    loop {
        let changes = store.read(|store| store.changes_after(after, ROWS_PER_QUERY))?;
        for change in &changes {
            if current != Some(change.appointment) {
                judge(current, &states);
                states.clear();
                current = Some(change.appointment);
            }
            states.push(short(state_of(change)));
        }
        let Some(last) = changes.last() else { break };
        after = Some((last.appointment, last.revision));
    }
    judge(current, &states);
    found.extend(told.into_keys().map(Discrepancy::History));
    Ok(found)
}

fn state_of(change: &Change) -> [u8; 32] {
    visit_state(change.appointment, change.revision, change.by, &change.to)
}

/// Reads the log. What is sealed while it is read counts once.
fn told(store: &dyn UnitOfWork<dyn Store>) -> Result<Told, StoreError> {
    let mut unsealed = unsealed(store)?;
    let mut told = Told::default();
    let mut seq = 0;
    loop {
        let seals = store.read(|store| store.seals_after(seq, ROWS_PER_QUERY))?;
        let Some(last) = seals.last() else { break };
        seq = last.seal.seq;
        for line in seals.iter().filter_map(|sealed| sealed.line.as_ref()) {
            unsealed.remove(&line.id);
            told.follow(line);
        }
    }
    let mut rest: Vec<AuditLine> = unsealed.into_values().collect();
    rest.sort_by_key(|line| (line.at, line.id));
    for line in &rest {
        told.follow(line);
    }
    Ok(told)
}

fn unsealed(store: &dyn UnitOfWork<dyn Store>) -> Result<BTreeMap<Uuid, AuditLine>, StoreError> {
    let mut found = BTreeMap::new();
    let mut since = None;
    loop {
        let lines = store.read(|store| store.unsealed(since, ROWS_PER_QUERY))?;
        since = lines.last().map(|line| line.at);
        let before = found.len();
        found.extend(lines.into_iter().map(|line| (line.id, line)));
        if found.len() == before {
            return Ok(found);
        }
    }
}
