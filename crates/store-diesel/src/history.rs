//! The history of appointments: rows that are added and never changed.

use application::ports::HistoryPages;
use diesel::prelude::*;
use kernel::{AccountId, AppointmentId, Page, PageRequest, Position, Revision, SlotId, StoreError};
use scheduling_core::appointment::Standing;
use scheduling_core::ports::History;
use scheduling_core::{Actor, Change};

use crate::convert::{Column, bytes, number};
use crate::instant::Instant;
use crate::schema::appointment_changes;
use crate::transaction::Transaction;

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = appointment_changes, treat_none_as_default_value = false)]
struct ChangeRow {
    appointment_id: Vec<u8>,
    revision: i64,
    changed_at: Instant,
    changed_by: Vec<u8>,
    changed_by_role: String,
    kind: String,
    from_status: Option<String>,
    from_slot_id: Option<Vec<u8>>,
    from_starts_at: Option<Instant>,
    from_ends_at: Option<Instant>,
    to_status: String,
    to_slot_id: Vec<u8>,
    to_starts_at: Instant,
    to_ends_at: Instant,
    reason_code: Option<String>,
    reason: Option<String>,
}

impl From<&Change> for ChangeRow {
    fn from(change: &Change) -> Self {
        Self {
            appointment_id: bytes(change.appointment.uuid()),
            revision: number(change.revision),
            changed_at: Instant::new(change.at),
            changed_by: bytes(change.by.account.uuid()),
            changed_by_role: change.by.role.to_string(),
            kind: change.kind.to_string(),
            from_status: change.from.map(|from| from.status.to_string()),
            from_slot_id: change.from.map(|from| bytes(from.slot.uuid())),
            from_starts_at: change.from.map(|from| Instant::new(from.interval.start())),
            from_ends_at: change.from.map(|from| Instant::new(from.interval.end())),
            to_status: change.to.status.to_string(),
            to_slot_id: bytes(change.to.slot.uuid()),
            to_starts_at: Instant::new(change.to.interval.start()),
            to_ends_at: Instant::new(change.to.interval.end()),
            reason_code: change.reason_code.map(|code| code.to_string()),
            reason: change.reason.clone(),
        }
    }
}

impl TryFrom<ChangeRow> for Change {
    type Error = StoreError;

    fn try_from(row: ChangeRow) -> Result<Self, StoreError> {
        let column = |name| Column("appointment_changes", name);
        let from = match (row.from_status, row.from_slot_id, row.from_starts_at, row.from_ends_at) {
            (None, None, None, None) => None,
            (Some(status), Some(slot), Some(start), Some(end)) => Some(Standing {
                status: column("from_status").word(&status)?,
                slot: column("from_slot_id").id(&slot, SlotId::new)?,
                interval: column("from_ends_at").interval(start, end)?,
            }),
            _ => return Err(column("from_status").corrupt()),
        };
        Ok(Self {
            appointment: column("appointment_id").id(&row.appointment_id, AppointmentId::new)?,
            revision: column("revision").revision(row.revision)?,
            at: row.changed_at.utc(),
            by: Actor {
                account: column("changed_by").id(&row.changed_by, AccountId::new)?,
                role: column("changed_by_role").word(&row.changed_by_role)?,
            },
            kind: column("kind").word(&row.kind)?,
            from,
            to: Standing {
                status: column("to_status").word(&row.to_status)?,
                slot: column("to_slot_id").id(&row.to_slot_id, SlotId::new)?,
                interval: column("to_ends_at").interval(row.to_starts_at, row.to_ends_at)?,
            },
            reason_code: column("reason_code").word_if_any(row.reason_code.as_deref())?,
            reason: row.reason,
        })
    }
}

impl History for Transaction {
    fn add_change(&mut self, change: &Change) -> Result<(), StoreError> {
        let row = ChangeRow::from(change);
        self.run_on_one(|c| diesel::insert_into(appointment_changes::table).values(row).execute(c))
    }

    fn changes_of(&mut self, appointment: AppointmentId) -> Result<Vec<Change>, StoreError> {
        let rows = appointment_changes::table
            .filter(appointment_changes::appointment_id.eq(bytes(appointment.uuid())))
            .order(appointment_changes::revision)
            .select(ChangeRow::as_select());
        self.run(|c| rows.load(c))?.into_iter().map(Change::try_from).collect()
    }
}

impl Transaction {
    /// At most `most` entries of histories behind this one, in the order of the table.
    pub(crate) fn history_after(
        &mut self,
        after: Option<(AppointmentId, Revision)>,
        most: u32,
    ) -> Result<Vec<Change>, StoreError> {
        let mut rows = appointment_changes::table.select(ChangeRow::as_select()).into_boxed();
        if let Some((appointment, revision)) = after {
            let id = bytes(appointment.uuid());
            let later = appointment_changes::revision.gt(number(revision));
            let here = appointment_changes::appointment_id.eq(id.clone()).and(later);
            let behind = appointment_changes::appointment_id.gt(id.clone()).or(here);
            rows = rows.filter(appointment_changes::appointment_id.ge(id)).filter(behind);
        }
        let rows = rows.order((appointment_changes::appointment_id, appointment_changes::revision));
        let rows = rows.limit(most.into());
        self.run(|c| rows.load(c))?.into_iter().map(Change::try_from).collect()
    }
}

impl HistoryPages for Transaction {
    fn changes_page(
        &mut self,
        appointment: AppointmentId,
        page: &PageRequest<Revision>,
    ) -> Result<Page<Change, Revision>, StoreError> {
        let mut total = page.total.start();
        let all = appointment_changes::table.filter(appointment_changes::appointment_id.eq(bytes(appointment.uuid())));
        self.count_into(&mut total, |c| all.clone().count().get_result(c))?;
        let after = page.after.as_ref().map_or(0, |position| number(position.key));
        let rows = all
            .filter(appointment_changes::revision.gt(after))
            .order(appointment_changes::revision)
            .limit(i64::from(page.limit.rows()) + 1)
            .select(ChangeRow::as_select());
        let changes = self.run(|c| rows.load(c))?.into_iter().map(Change::try_from).collect::<Result<_, _>>()?;
        let position = |change: &Change| Position { key: change.revision, id: appointment.uuid() };
        Ok(Page::of(changes, page.limit, position).with_total(total))
    }
}
