//! Reading the audit log, and the chain over it.

use application::audit::{AuditFilter, AuditLine, AuditTrail, Seal, SealedLine};
use application::ports::Order;
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use kernel::{Page, PageRequest, Position, StoreError, Word};

use crate::convert::{Column, bytes};
use crate::index_hint::by_index;
use crate::instant::Instant;
use crate::schema::{audit, audit_seals};
use crate::transaction::Transaction;

#[derive(Queryable, Selectable)]
#[diesel(table_name = audit)]
struct LineRow {
    id: Vec<u8>,
    done_at: Instant,
    actor: Option<Vec<u8>>,
    actor_role: Option<String>,
    action: String,
    subject: Option<Vec<u8>>,
    address: Option<String>,
    detail: Option<String>,
}

impl TryFrom<LineRow> for AuditLine {
    type Error = StoreError;

    fn try_from(row: LineRow) -> Result<Self, StoreError> {
        let id_if_any = |column: Column, id: Option<Vec<u8>>| id.map(|id| column.id(&id, |id| id)).transpose();
        Ok(Self {
            id: Column("audit", "id").id(&row.id, |id| id)?,
            at: row.done_at.utc(),
            actor: id_if_any(Column("audit", "actor"), row.actor)?,
            role: row.actor_role,
            action: row.action,
            subject: id_if_any(Column("audit", "subject"), row.subject)?,
            address: row.address,
            detail: row.detail,
        })
    }
}

/// A row of the chain.
#[derive(Insertable, Queryable, Selectable)]
#[diesel(table_name = audit_seals)]
pub(crate) struct SealRow {
    seq: i64,
    entry_id: Vec<u8>,
    hash: Vec<u8>,
}

impl TryFrom<&Seal> for SealRow {
    type Error = StoreError;

    fn try_from(seal: &Seal) -> Result<Self, StoreError> {
        let seq = i64::try_from(seal.seq).map_err(|_| Column("audit_seals", "seq").corrupt())?;
        Ok(Self { seq, entry_id: bytes(seal.entry), hash: seal.hash.to_vec() })
    }
}

impl TryFrom<SealRow> for Seal {
    type Error = StoreError;

    fn try_from(row: SealRow) -> Result<Self, StoreError> {
        Ok(Self {
            seq: Column("audit_seals", "seq").number(row.seq)?,
            entry: Column("audit_seals", "entry_id").id(&row.entry_id, |id| id)?,
            hash: Column("audit_seals", "hash").hash(&row.hash)?,
        })
    }
}

fn sealed((seal, line): (SealRow, Option<LineRow>)) -> Result<SealedLine, StoreError> {
    Ok(SealedLine { seal: seal.try_into()?, line: line.map(AuditLine::try_from).transpose()? })
}

/// Seals with the entries that are still there.
macro_rules! seals {
    () => {
        audit_seals::table
            .left_join(audit::table.on(audit::id.eq(audit_seals::entry_id)))
            .select((SealRow::as_select(), Option::<LineRow>::as_select()))
    };
}

impl AuditTrail for Transaction {
    fn audit_page(
        &mut self,
        filter: &AuditFilter,
        page: &PageRequest<DateTime<Utc>>,
    ) -> Result<Page<AuditLine, DateTime<Utc>>, StoreError> {
        let index = match (filter.actor, filter.subject) {
            (_, Some(_)) => "audit_by_subject",
            (Some(_), None) => "audit_by_actor",
            (None, None) => "audit_by_time",
        };
        let mut query = by_index(audit::table, index).select(LineRow::as_select()).into_boxed();
        if let Some(actor) = filter.actor {
            query = query.filter(audit::actor.eq(bytes(actor.uuid())));
        }
        if let Some(subject) = filter.subject {
            query = query.filter(audit::subject.eq(bytes(subject)));
        }
        if let Some(action) = filter.action {
            query = query.filter(audit::action.eq(action.as_str()));
        }
        if let Some(from) = filter.from {
            query = query.filter(audit::done_at.ge(Instant::bound(from)));
        }
        if let Some(to) = filter.to {
            query = query.filter(audit::done_at.lt(Instant::bound(to)));
        }
        if let Some(Position { key, id }) = &page.after {
            let (at, id) = (Instant::bound(*key), bytes(*id));
            let here = audit::done_at.eq(at);
            query = match filter.order {
                Order::Earliest => {
                    query.filter(audit::done_at.ge(at)).filter(audit::done_at.gt(at).or(here.and(audit::id.gt(id))))
                }
                Order::Latest => {
                    query.filter(audit::done_at.le(at)).filter(audit::done_at.lt(at).or(here.and(audit::id.lt(id))))
                }
            };
        }
        query = match filter.order {
            Order::Earliest => query.order((audit::done_at.asc(), audit::id.asc())),
            Order::Latest => query.order((audit::done_at.desc(), audit::id.desc())),
        };
        let query = query.limit(i64::from(page.limit.rows()) + 1);
        let found = self.run(|c| query.load(c))?.into_iter().map(AuditLine::try_from).collect::<Result<_, _>>()?;
        Ok(Page::of(found, page.limit, |line| Position { key: line.at, id: line.id }))
    }

    fn last_seal(&mut self) -> Result<Option<SealedLine>, StoreError> {
        let row = self.run(|c| seals!().order(audit_seals::seq.desc()).first(c).optional())?;
        row.map(sealed).transpose()
    }

    fn seals_after(&mut self, seq: u64, most: u32) -> Result<Vec<SealedLine>, StoreError> {
        let seq = i64::try_from(seq).unwrap_or(i64::MAX);
        let query = seals!().filter(audit_seals::seq.gt(seq)).order(audit_seals::seq).limit(most.into());
        self.run(|c| query.load(c))?.into_iter().map(sealed).collect()
    }

    fn unsealed(&mut self, since: Option<DateTime<Utc>>, most: u32) -> Result<Vec<AuditLine>, StoreError> {
        let mut query = audit::table
            .left_join(audit_seals::table.on(audit_seals::entry_id.eq(audit::id)))
            .filter(audit_seals::seq.is_null())
            .select(LineRow::as_select())
            .into_boxed();
        if let Some(since) = since {
            query = query.filter(audit::done_at.ge(Instant::bound(since)));
        }
        let query = query.order((audit::done_at, audit::id)).limit(most.into());
        self.run(|c| query.load(c))?.into_iter().map(AuditLine::try_from).collect()
    }

    fn add_seals(&mut self, seals: &[Seal]) -> Result<(), StoreError> {
        let rows = seals.iter().map(SealRow::try_from).collect::<Result<Vec<_>, _>>()?;
        self.run(|c| c.add_seals(&rows))
    }
}
