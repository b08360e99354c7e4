//! Promises that rows alone can break, as SQL for every engine.

use crate::data::Data;

const ACTIVE: &str = "('pending', 'booked', 'arrived', 'checked_in', 'fulfilled')";

/// Moves from status to status (`docs/adr/0005-statuses.md`), besides into `entered_in_error`.
const LEGAL: &str = "('pending>booked', 'pending>cancelled', 'booked>arrived', 'booked>checked_in', \
     'booked>fulfilled', 'booked>noshow', 'booked>cancelled', 'arrived>checked_in', 'arrived>fulfilled', \
     'arrived>cancelled', 'checked_in>fulfilled', 'noshow>booked', 'cancelled>booked')";

/// Changes that somebody is told of.
const NEWS: &str = "(h.kind IN ('booked', 'moved') OR h.kind = 'status' AND (h.to_status = 'cancelled' \
     OR h.to_status = 'booked' AND h.from_status IN ('pending', 'cancelled') \
     OR h.to_status = 'entered_in_error' AND h.from_status IN ('pending', 'booked')))";

pub(super) fn violations(data: &Data) -> Vec<String> {
    let found = |(promise, sql): (&str, String)| {
        data.ask(&sql).into_iter().map(move |told| format!("{promise}: {told}")).collect::<Vec<_>>()
    };
    let all = slots_and_visits().into_iter().chain(history()).chain(outbox()).chain(answers_and_tokens());
    all.flat_map(found).collect()
}

/// Rows of one owner that begin before an earlier one has ended.
fn overlapping(table: &str, owner: &str, condition: &str) -> String {
    format!(
        "SELECT HEX(id) AS told FROM (SELECT id, starts_at, MAX(ends_at) OVER (PARTITION BY {owner} \
         ORDER BY starts_at, id ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS others_end \
         FROM {table} WHERE {condition}) AS in_order WHERE starts_at < others_end"
    )
}

fn slots_and_visits() -> Vec<(&'static str, String)> {
    let active = &format!("status IN {ACTIVE}");
    vec![
        (
            "I1 two active appointments have the slot",
            format!(
                "SELECT HEX(slot_id) AS told FROM appointments WHERE {active} GROUP BY slot_id HAVING 1 < COUNT(*)"
            ),
        ),
        ("I2 a doctor is in two places, in appointment", overlapping("appointments", "doctor_id", active)),
        ("I3 a patient is in two places, in appointment", overlapping("appointments", "patient_id", active)),
        ("I4 a doctor's times overlap, with slot", overlapping("slots", "doctor_id", "status <> 'entered_in_error'")),
        (
            "I5 busy without an active appointment is slot",
            format!(
                "SELECT HEX(s.id) AS told FROM slots s LEFT JOIN (SELECT DISTINCT slot_id FROM appointments \
                 WHERE {active}) AS a ON a.slot_id = s.id WHERE s.status = 'busy' AND a.slot_id IS NULL"
            ),
        ),
        (
            "I5 without a busy slot of its time is appointment",
            format!(
                "SELECT HEX(a.id) AS told FROM appointments a LEFT JOIN slots s ON s.id = a.slot_id \
                 AND s.status = 'busy' AND s.doctor_id = a.doctor_id AND s.starts_at = a.starts_at \
                 AND s.ends_at = a.ends_at WHERE a.{active} AND s.id IS NULL"
            ),
        ),
    ]
}

fn history() -> Vec<(&'static str, String)> {
    vec![
        (
            "I8 not one entry for each revision has appointment",
            "SELECT HEX(a.id) AS told FROM appointments a LEFT JOIN (SELECT appointment_id, COUNT(*) AS entries, \
             MIN(revision) AS oldest, MAX(revision) AS latest FROM appointment_changes GROUP BY appointment_id) AS h \
             ON h.appointment_id = a.id WHERE h.entries IS NULL OR h.entries <> a.revision OR h.oldest <> 1 \
             OR h.latest <> a.revision"
                .to_owned(),
        ),
        (
            "I8 there is a history and no appointment",
            "SELECT DISTINCT HEX(h.appointment_id) AS told FROM appointment_changes h \
             LEFT JOIN appointments a ON a.id = h.appointment_id WHERE a.id IS NULL"
                .to_owned(),
        ),
        (
            "I8 not as its last entry says is appointment",
            "SELECT HEX(a.id) AS told FROM appointments a JOIN appointment_changes h ON h.appointment_id = a.id \
             AND h.revision = a.revision WHERE h.to_status <> a.status OR h.to_slot_id <> a.slot_id \
             OR h.to_starts_at <> a.starts_at OR h.to_ends_at <> a.ends_at"
                .to_owned(),
        ),
        (
            "I8 not one line for each revision has the audit log of",
            "SELECT HEX(a.id) AS told FROM appointments a LEFT JOIN (SELECT subject, COUNT(*) AS entries FROM audit \
             WHERE action LIKE 'appointment%' AND action NOT LIKE '%_read' GROUP BY subject) AS u ON u.subject = a.id \
             WHERE u.entries IS NULL OR u.entries <> a.revision"
                .to_owned(),
        ),
        (
            "I8 a line of the audit log tells of nothing",
            "SELECT HEX(u.id) AS told FROM audit u LEFT JOIN appointments a ON a.id = u.subject \
             WHERE u.action LIKE 'appointment%' AND u.action <> 'appointments_listed' AND a.id IS NULL"
                .to_owned(),
        ),
        (
            "I11 an entry does not go on where the one before it ended",
            "SELECT CONCAT(HEX(h.appointment_id), ' ', h.revision) AS told FROM appointment_changes h \
             LEFT JOIN appointment_changes p ON p.appointment_id = h.appointment_id AND p.revision = h.revision - 1 \
             WHERE h.revision = 1 AND (h.from_status IS NOT NULL OR h.kind <> 'booked' \
             OR h.to_status NOT IN ('pending', 'booked')) OR h.revision <> 1 AND (p.revision IS NULL \
             OR h.from_status IS NULL OR h.from_status <> p.to_status OR h.from_slot_id <> p.to_slot_id)"
                .to_owned(),
        ),
        (
            "I11 no status may change so",
            format!(
                "SELECT CONCAT(HEX(appointment_id), ' ', revision, ' ', kind, ' ', to_status) AS told \
                 FROM appointment_changes WHERE kind = 'status' AND to_status <> 'entered_in_error' \
                 AND CONCAT(from_status, '>', to_status) NOT IN {LEGAL} \
                 OR kind = 'moved' AND from_status <> to_status AND CONCAT(from_status, '>', to_status) <> 'booked>pending' \
                 OR kind = 'amended' AND from_status <> to_status OR kind = 'booked' AND revision <> 1"
            ),
        ),
    ]
}

fn outbox() -> Vec<(&'static str, String)> {
    let owed = "(SELECT appointment_id, appointment_revision, SUM(addressee = 'patient') AS patients, \
         SUM(addressee = 'doctor') AS doctors FROM messages WHERE appointment_id IS NOT NULL \
         GROUP BY appointment_id, appointment_revision) AS m";
    vec![
        (
            "I8 not everybody is told, or nobody should be, of",
            format!(
                "SELECT CONCAT(HEX(h.appointment_id), ' ', h.revision) AS told FROM appointment_changes h \
                 LEFT JOIN {owed} ON m.appointment_id = h.appointment_id AND m.appointment_revision = h.revision \
                 WHERE {NEWS} AND (m.patients IS NULL OR m.patients <> 1 OR 2 < m.doctors \
                 OR m.doctors = 0 AND h.changed_by_role <> 'doctor') OR NOT {NEWS} AND m.patients IS NOT NULL"
            ),
        ),
        (
            "I8 a message tells of what is not there",
            "SELECT HEX(m.id) AS told FROM messages m LEFT JOIN appointment_changes h \
             ON h.appointment_id = m.appointment_id AND h.revision = m.appointment_revision \
             WHERE m.appointment_id IS NOT NULL AND h.revision IS NULL"
                .to_owned(),
        ),
        (
            "I8 somebody is told twice of",
            "SELECT CONCAT(HEX(appointment_id), ' ', appointment_revision) AS told FROM messages \
             WHERE appointment_id IS NOT NULL GROUP BY appointment_id, appointment_revision, addressee_id \
             HAVING 1 < COUNT(*)"
                .to_owned(),
        ),
    ]
}

fn answers_and_tokens() -> Vec<(&'static str, String)> {
    vec![
        (
            "I9 an answer tells of what is not there",
            "SELECT r.idempotency_key AS told FROM answers r LEFT JOIN appointment_changes h \
             ON h.appointment_id = r.subject AND h.revision = r.revision WHERE h.revision IS NULL"
                .to_owned(),
        ),
        (
            "I12 not one live refresh token has session",
            "SELECT HEX(s.id) AS told FROM sessions s LEFT JOIN refresh_tokens t ON t.session_id = s.id \
             AND t.used_at IS NULL WHERE s.ended_at IS NULL GROUP BY s.id HAVING COUNT(t.hash) <> 1"
                .to_owned(),
        ),
    ]
}
