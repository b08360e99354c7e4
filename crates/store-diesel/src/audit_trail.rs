//! Reading the audit log, and the chain over it.

use std::collections::{BTreeMap, BTreeSet};

use application::audit::{AuditAction, AuditFilter, AuditLine, AuditTrail, Seal, SealedLine};
use chrono::{DateTime, Utc};
use diesel::dsl::count;
use diesel::prelude::*;
use kernel::{AppointmentId, Order, Page, PageRequest, Position, Revision, StoreError, Word};
use scheduling_core::Change;
use uuid::Uuid;

use crate::convert::{Column, bytes};
use crate::index_hint::by_index;
use crate::instant::Instant;
use crate::paging::{self, page_by};
use crate::schema::{audit, audit_seals, audit_subjects};
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
    state: Option<Vec<u8>>,
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
            shown: BTreeSet::new(),
            state: row.state.map(|state| Column("audit", "state").hash(&state)).transpose()?,
        })
    }
}

/// A row of the chain.
#[derive(Insertable, Queryable, Selectable)]
#[diesel(table_name = audit_seals, treat_none_as_default_value = false)]
pub(crate) struct SealRow {
    seq: i64,
    entry_id: Vec<u8>,
    hash: Vec<u8>,
    mac: Option<Vec<u8>>,
}

impl TryFrom<&Seal> for SealRow {
    type Error = StoreError;

    fn try_from(seal: &Seal) -> Result<Self, StoreError> {
        let seq = i64::try_from(seal.seq).map_err(|_| Column("audit_seals", "seq").corrupt())?;
        Ok(Self { seq, entry_id: bytes(seal.entry), hash: seal.hash.to_vec(), mac: seal.mac.map(Vec::from) })
    }
}

impl TryFrom<SealRow> for Seal {
    type Error = StoreError;

    fn try_from(row: SealRow) -> Result<Self, StoreError> {
        Ok(Self {
            seq: Column("audit_seals", "seq").number(row.seq)?,
            entry: Column("audit_seals", "entry_id").id(&row.entry_id, |id| id)?,
            hash: Column("audit_seals", "hash").hash(&row.hash)?,
            mac: row.mac.map(|mac| Column("audit_seals", "mac").hash(&mac)).transpose()?,
        })
    }
}

/// Seals with the entries that are still there.
macro_rules! seals {
    () => {
        audit_seals::table
            .left_join(audit::table.on(audit::id.eq(audit_seals::entry_id)))
            .select((SealRow::as_select(), Option::<LineRow>::as_select()))
    };
}

/// The entries that a filter wants, of a query that finds each by this time, which is in its index.
macro_rules! wanted {
    ($query:expr, $filter:expr, $at:expr) => {{
        let filter: &AuditFilter = $filter;
        let mut query = $query.select(LineRow::as_select()).into_boxed();
        if let Some(actor) = filter.actor {
            query = query.filter(audit::actor.eq(bytes(actor.uuid())));
        }
        if !filter.actions.is_open() {
            query = query.filter(audit::action.eq_any(filter.actions.as_slice().iter().map(|action| action.as_str())));
        }
        if let Some(from) = filter.from {
            query = query.filter($at.ge(Instant::bound(from)));
        }
        if let Some(to) = filter.to {
            query = query.filter($at.lt(Instant::bound(to)));
        }
        query
    }};
}

/// The entries that show one of these things.
macro_rules! showing {
    ($ids:expr) => {
        audit_subjects::table
            .inner_join(audit::table.on(audit::id.eq(audit_subjects::entry_id)))
            .filter(audit_subjects::subject.eq_any($ids))
    };
}

type ByTime = PageRequest<DateTime<Utc>>;

/// The first entries of a page, and how many the whole list has, where that is wanted.
type Found = (Vec<LineRow>, Option<u64>);

impl Transaction {
    /// The first entries of whoever it was, or of each action, as a short look into one index each.
    fn lines_by(&mut self, filter: &AuditFilter, page: &ByTime) -> Result<Found, StoreError> {
        let of_action = |action: Option<AuditAction>| {
            let index = if action.is_some() { "audit_by_action" } else { "audit_by_time" };
            (index, AuditFilter { actions: action.into(), ..filter.clone() })
        };
        let looks = match filter.actor {
            Some(_) => vec![("audit_by_actor", filter.clone())],
            None => filter.actions.each().map(of_action).collect(),
        };
        let (mut found, mut total): Found = (Vec::new(), page.total.start());
        for (index, filter) in looks {
            let wanted = || wanted!(by_index(audit::table, index), &filter, audit::done_at);
            self.count_into(&mut total, |c| wanted().count().get_result(c))?;
            let query = page_by!(wanted(), (audit::done_at, audit::id), filter.order, page, paging::time);
            found.extend(self.run(|c| query.load::<LineRow>(c))?);
        }
        Ok((found, total))
    }

    /// The first entries that are about one of these things, or show it, as two short looks into one index each.
    fn lines_about(&mut self, ids: &[Uuid], filter: &AuditFilter, page: &ByTime) -> Result<Found, StoreError> {
        let ids: Vec<Vec<u8>> = ids.iter().copied().map(bytes).collect();
        let (mut found, mut total): Found = (Vec::new(), page.total.start());
        for id in &ids {
            let of_it = || {
                let of_it = by_index(audit::table, "audit_by_subject").filter(audit::subject.eq(id));
                wanted!(of_it, filter, audit::done_at)
            };
            self.count_into(&mut total, |c| of_it().count().get_result(c))?;
            let of_it = page_by!(of_it(), (audit::done_at, audit::id), filter.order, page, paging::time);
            found.extend(self.run(|c| of_it.load::<LineRow>(c))?);
            let showing = wanted!(showing!([id]), filter, audit_subjects::done_at);
            let by_time = (audit_subjects::done_at, audit_subjects::entry_id);
            let showing = page_by!(showing, (by_time.0, by_time.1), filter.order, page, paging::time);
            found.extend(self.run(|c| showing.load::<LineRow>(c))?);
        }
        // Those that show several are there once, and those that are about one of them are counted above.
        self.count_into(&mut total, |c| {
            let of_others = audit::subject.is_null().or(audit::subject.ne_all(&ids));
            let showing = wanted!(showing!(&ids), filter, audit_subjects::done_at).filter(of_others);
            showing.select(count(audit_subjects::entry_id).aggregate_distinct()).get_result(c)
        })?;
        Ok((found, total))
    }

    /// The lines, with whom they show.
    fn lines(&mut self, rows: Vec<LineRow>) -> Result<Vec<AuditLine>, StoreError> {
        let mut lines = rows.into_iter().map(AuditLine::try_from).collect::<Result<Vec<_>, _>>()?;
        let mut shown = self.shown_by(lines.iter())?;
        for line in &mut lines {
            line.shown = shown.remove(&line.id).unwrap_or_default();
        }
        Ok(lines)
    }

    fn shown_by<'a>(
        &mut self,
        lines: impl Iterator<Item = &'a AuditLine>,
    ) -> Result<BTreeMap<Uuid, BTreeSet<Uuid>>, StoreError> {
        let ids: Vec<Vec<u8>> = lines.map(|line| bytes(line.id)).collect();
        let mut shown: BTreeMap<Uuid, BTreeSet<Uuid>> = BTreeMap::new();
        if ids.is_empty() {
            return Ok(shown);
        }
        let rows = audit_subjects::table
            .filter(audit_subjects::entry_id.eq_any(ids))
            .select((audit_subjects::entry_id, audit_subjects::subject));
        for (entry, subject) in self.run(|c| rows.load::<(Vec<u8>, Vec<u8>)>(c))? {
            let entry = Column("audit_subjects", "entry_id").id(&entry, |id| id)?;
            let subject = Column("audit_subjects", "subject").id(&subject, |id| id)?;
            shown.entry(entry).or_default().insert(subject);
        }
        Ok(shown)
    }

    fn sealed(&mut self, rows: Vec<(SealRow, Option<LineRow>)>) -> Result<Vec<SealedLine>, StoreError> {
        let sealed = |(seal, line): (SealRow, Option<LineRow>)| {
            Ok(SealedLine { seal: seal.try_into()?, line: line.map(AuditLine::try_from).transpose()? })
        };
        let mut sealed = rows.into_iter().map(sealed).collect::<Result<Vec<_>, StoreError>>()?;
        let mut shown = self.shown_by(sealed.iter().filter_map(|sealed| sealed.line.as_ref()))?;
        for line in sealed.iter_mut().filter_map(|sealed| sealed.line.as_mut()) {
            line.shown = shown.remove(&line.id).unwrap_or_default();
        }
        Ok(sealed)
    }
}

impl AuditTrail for Transaction {
    fn audit_page(
        &mut self,
        filter: &AuditFilter,
        page: &ByTime,
    ) -> Result<Page<AuditLine, DateTime<Utc>>, StoreError> {
        let position = |line: &AuditLine| Position { key: line.at, id: line.id };
        let (mut found, total) = match filter.about.as_slice() {
            [] => self.lines_by(filter, page)?,
            ids => self.lines_about(ids, filter, page)?,
        };
        found.sort_by(|one, other| (one.done_at, &one.id).cmp(&(other.done_at, &other.id)));
        found.dedup_by(|one, other| one.id == other.id);
        if filter.order == Order::Descending {
            found.reverse();
        }
        found.truncate(usize::from(page.limit.rows()) + 1);
        Ok(Page::of(self.lines(found)?, page.limit, position).with_total(total))
    }

    fn last_seal(&mut self) -> Result<Option<SealedLine>, StoreError> {
        let row = self.run(|c| seals!().order(audit_seals::seq.desc()).first(c).optional())?;
        Ok(self.sealed(row.into_iter().collect())?.pop())
    }

    fn seals_after(&mut self, seq: u64, most: u32) -> Result<Vec<SealedLine>, StoreError> {
        let seq = i64::try_from(seq).unwrap_or(i64::MAX);
        let query = seals!().filter(audit_seals::seq.gt(seq)).order(audit_seals::seq).limit(most.into());
        let rows = self.run(|c| query.load(c))?;
        self.sealed(rows)
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
        let rows = self.run(|c| query.load(c))?;
        self.lines(rows)
    }

    fn changes_after(
        &mut self,
        after: Option<(AppointmentId, Revision)>,
        most: u32,
    ) -> Result<Vec<Change>, StoreError> {
        self.history_after(after, most)
    }

    fn add_seals(&mut self, seals: &[Seal]) -> Result<(), StoreError> {
        let rows = seals.iter().map(SealRow::try_from).collect::<Result<Vec<_>, _>>()?;
        self.run(|c| c.add_seals(&rows))
    }
}
