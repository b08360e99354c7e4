//! What must hold in the rows, whatever has happened, as SQL.

use std::fmt;

use diesel::prelude::*;
use diesel::sql_types::Text;
use kernel::{StoreError, words};
use uuid::Uuid;

use crate::convert::Column;
use crate::database::Database;

words! {
    /// What is checked.
    pub enum Invariant {
        /// No two active appointments have one slot.
        OneAppointmentPerSlot = "two active appointments have one slot",
        /// A slot is busy exactly while an active appointment has it.
        BusySlotHasAppointment = "a slot is busy without an active appointment",
        /// A slot is busy exactly while an active appointment has it.
        AppointmentHasBusySlot = "an active appointment has no busy slot at its time",
        /// The column that is unique says what the status says.
        ActiveSlotAgrees = "the active slot does not agree with status and slot",
        /// No two slots of a doctor overlap.
        SlotsOfDoctorApart = "two slots of a doctor overlap",
        /// No two active appointments of a doctor overlap.
        AppointmentsOfDoctorApart = "two active appointments of a doctor overlap",
        /// No two active appointments of a patient overlap.
        AppointmentsOfPatientApart = "two active appointments of a patient overlap",
        /// The last entry of the history tells status and slot as they are.
        HistoryEndsNow = "the last history entry is not how the appointment stands",
        /// The history has one entry for each revision.
        HistoryIsWhole = "the history has not one entry for each revision",
    }
}

/// Rows that break an invariant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// Which one.
    pub invariant: Invariant,
    /// Of which rows.
    pub ids: Vec<Uuid>,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:", self.invariant)?;
        self.ids.iter().try_for_each(|id| write!(f, " {id}"))
    }
}

/// Two ids in hexadecimal; one of them may stand twice.
#[derive(QueryableByName)]
struct PairRow {
    #[diesel(sql_type = Text)]
    one: String,
    #[diesel(sql_type = Text)]
    other: String,
}

impl Database {
    /// Every row that breaks an invariant; none, unless a promise was broken.
    ///
    /// Each check reads the whole of its tables, so this is for tests and for an operator who has doubts.
    ///
    /// # Errors
    /// `Unavailable` when there is no connection; `Failed` when a check fails.
    pub fn violations(&self) -> Result<Vec<Violation>, StoreError> {
        let mut violations = Vec::new();
        for (invariant, sql) in checks() {
            for row in self.ask(|c| diesel::sql_query(sql).load::<PairRow>(c))? {
                let mut ids = vec![id(&row.one)?, id(&row.other)?];
                ids.dedup();
                violations.push(Violation { invariant, ids });
            }
        }
        Ok(violations)
    }
}

fn id(hex: &str) -> Result<Uuid, StoreError> {
    Uuid::try_parse(hex).map_err(|_| Column("appointments", "id").corrupt())
}

const ACTIVE: &str = "('pending', 'booked', 'arrived', 'checked_in', 'fulfilled')";

/// Rows of one table that start before an earlier row of the same owner has ended, each with the earlier row that ends
/// last. One pass in the order of owner and start: the time grows as that of sorting, however many rows an owner has.
fn overlapping(table: &str, owner: &str, counts: &str) -> String {
    format!(
        "SELECT HEX((SELECT MIN(a.id) FROM {table} a WHERE a.{owner} = b.{owner} AND a.starts_at <= b.starts_at \
         AND a.ends_at = b.latest_end AND a.id <> b.id AND a.{counts})) AS one, HEX(b.id) AS other \
         FROM (SELECT id, {owner}, starts_at, MAX(ends_at) OVER (PARTITION BY {owner} ORDER BY starts_at, id \
         ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS latest_end FROM {table} WHERE {counts}) b \
         WHERE b.starts_at < b.latest_end"
    )
}

fn checks() -> [(Invariant, String); 9] {
    let active = format!("status IN {ACTIVE}");
    [
        (
            Invariant::OneAppointmentPerSlot,
            format!(
                "SELECT HEX(a.id) AS one, HEX(b.id) AS other FROM appointments a JOIN appointments b \
                 ON a.slot_id = b.slot_id AND a.id < b.id WHERE a.{active} AND b.{active}"
            ),
        ),
        (
            Invariant::BusySlotHasAppointment,
            format!(
                "SELECT HEX(s.id) AS one, HEX(s.id) AS other FROM slots s WHERE s.status = 'busy' \
                 AND NOT EXISTS (SELECT 1 FROM appointments a WHERE a.slot_id = s.id AND a.{active})"
            ),
        ),
        (
            Invariant::AppointmentHasBusySlot,
            format!(
                "SELECT HEX(a.id) AS one, HEX(a.slot_id) AS other FROM appointments a WHERE a.{active} \
                 AND NOT EXISTS (SELECT 1 FROM slots s WHERE s.id = a.slot_id AND s.status = 'busy' \
                 AND s.doctor_id = a.doctor_id AND s.starts_at = a.starts_at AND s.ends_at = a.ends_at)"
            ),
        ),
        (
            Invariant::ActiveSlotAgrees,
            format!(
                "SELECT HEX(a.id) AS one, HEX(a.slot_id) AS other FROM appointments a WHERE \
                 (a.{active} AND (a.active_slot_id IS NULL OR a.active_slot_id <> a.slot_id)) \
                 OR (NOT a.{active} AND a.active_slot_id IS NOT NULL)"
            ),
        ),
        (Invariant::SlotsOfDoctorApart, overlapping("slots", "doctor_id", "status <> 'entered_in_error'")),
        (Invariant::AppointmentsOfDoctorApart, overlapping("appointments", "doctor_id", &active)),
        (Invariant::AppointmentsOfPatientApart, overlapping("appointments", "patient_id", &active)),
        (
            Invariant::HistoryEndsNow,
            "SELECT HEX(a.id) AS one, HEX(a.id) AS other FROM appointments a WHERE NOT EXISTS \
             (SELECT 1 FROM appointment_changes h WHERE h.appointment_id = a.id AND h.revision = a.revision \
             AND h.to_status = a.status AND h.to_slot_id = a.slot_id AND h.to_starts_at = a.starts_at)"
                .to_owned(),
        ),
        (
            Invariant::HistoryIsWhole,
            "SELECT HEX(h.appointment_id) AS one, HEX(h.appointment_id) AS other FROM appointment_changes h \
             LEFT JOIN appointments a ON a.id = h.appointment_id GROUP BY h.appointment_id, a.revision \
             HAVING a.revision IS NULL OR COUNT(*) <> a.revision OR MAX(h.revision) <> a.revision"
                .to_owned(),
        ),
    ]
}
