//! Reading the audit log, and the chain over it.

use std::collections::BTreeSet;

use application::audit::{AuditEntry, AuditFilter, AuditLine, AuditTrail, Seal, SealedLine};
use chrono::{DateTime, Utc};
use kernel::{AppointmentId, Page, PageRequest, Position, Revision, StoreError};
use scheduling_core::Change;
use uuid::Uuid;

use super::paging::page;
use super::state::State;
use super::transaction::Transaction;

impl AuditTrail for Transaction {
    fn audit_page(
        &mut self,
        filter: &AuditFilter,
        request: &PageRequest<DateTime<Utc>>,
    ) -> Result<Page<AuditLine, DateTime<Utc>>, StoreError> {
        let wanted = self.rows()?.audit.values().filter(|entry| is_wanted(filter, entry)).map(AuditLine::from);
        Ok(page(wanted, request, filter.order, |line| Position { key: line.at, id: line.id }))
    }

    fn last_seal(&mut self) -> Result<Option<SealedLine>, StoreError> {
        let rows = self.rows()?;
        Ok(rows.audit_seals.values().next_back().map(|seal| sealed(rows, seal)))
    }

    fn seals_after(&mut self, seq: u64, most: u32) -> Result<Vec<SealedLine>, StoreError> {
        let rows = self.rows()?;
        let behind = rows.audit_seals.range(seq + 1..).map(|(_, seal)| sealed(rows, seal));
        Ok(behind.take(usize::try_from(most).unwrap_or(usize::MAX)).collect())
    }

    fn unsealed(&mut self, since: Option<DateTime<Utc>>, most: u32) -> Result<Vec<AuditLine>, StoreError> {
        let rows = self.rows()?;
        let taken: BTreeSet<_> = rows.audit_seals.values().map(|seal| seal.entry).collect();
        let open = rows
            .audit
            .values()
            .filter(|entry| !taken.contains(&entry.id) && since.is_none_or(|since| since <= entry.at));
        let mut lines: Vec<AuditLine> = open.map(AuditLine::from).collect();
        lines.sort_by_key(|line| (line.at, line.id));
        lines.truncate(usize::try_from(most).unwrap_or(usize::MAX));
        Ok(lines)
    }

    fn changes_after(
        &mut self,
        after: Option<(AppointmentId, Revision)>,
        most: u32,
    ) -> Result<Vec<Change>, StoreError> {
        let behind = self.rows()?.changes.iter().filter(|(key, _)| after.is_none_or(|after| after < **key));
        Ok(behind.map(|(_, change)| change.clone()).take(usize::try_from(most).unwrap_or(usize::MAX)).collect())
    }

    fn add_seals(&mut self, seals: &[Seal]) -> Result<(), StoreError> {
        for seal in seals {
            let chain = &mut self.rows_mut()?.audit_seals;
            let entry_is_taken = chain.values().any(|other| other.entry == seal.entry);
            if entry_is_taken || chain.insert(seal.seq, seal.clone()).is_some() {
                return self.lose();
            }
        }
        Ok(())
    }
}

fn sealed(rows: &State, seal: &Seal) -> SealedLine {
    SealedLine { seal: seal.clone(), line: rows.audit.get(&seal.entry).map(AuditLine::from) }
}

fn is_wanted(filter: &AuditFilter, entry: &AuditEntry) -> bool {
    filter.actor.is_none_or(|actor| Some(actor) == entry.actor)
        && (filter.about.is_empty() || filter.about.iter().any(|id| is_about(*id, entry)))
        && filter.actions.accepts(entry.action)
        && filter.from.is_none_or(|from| from <= entry.at)
        && filter.to.is_none_or(|to| entry.at < to)
}

fn is_about(id: Uuid, entry: &AuditEntry) -> bool {
    entry.subject == Some(id) || entry.shown.contains(&id)
}
