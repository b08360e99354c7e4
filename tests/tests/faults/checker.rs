//! The checker of the promises finds what is broken; otherwise it would prove nothing.

use acceptance::invariants::{assert_whole, violations};
use acceptance::workload::ACTIVE_AT_ONCE;
use acceptance::{Data, Engine, Evidence, Server, Workload, on_each_engine};
use std::sync::Arc;

use crate::life::evidence_of;

on_each_engine!(what_is_broken_in_the_rows_is_found, what_the_engine_finds_is_found);

/// What people did who were not disturbed.
fn lived(engine: Engine) -> (Arc<Data>, Arc<Evidence>) {
    let data = Data::new(engine);
    let evidence = evidence_of(&data);
    let server = Server::start_on(&data, &[ACTIVE_AT_ONCE]);
    let workload = Workload::start(&evidence, &[server.url()], 6, 7);
    workload.let_pass(150);
    workload.pause();
    assert_eq!(workload.stop().surprises, [""; 0]);
    assert_eq!(server.stop().code(), Some(0));
    assert_whole(&data, &evidence);
    (data, evidence)
}

#[track_caller]
fn assert_found(data: &Data, evidence: &Evidence, harm: &str, promises: &[&str]) {
    let found = violations(data, &evidence.read());
    for promise in promises {
        let is_found = found.iter().any(|found| found.starts_with(promise));
        let heads: Vec<_> = found.iter().map(|found| found.split(':').next().unwrap()).collect();
        assert!(is_found, "{harm}: {promise} is not among {heads:?}");
    }
}

/// A table, what is done to it, and what is then broken. `kept` is how the table was.
const HARMS: [(&str, &str, &[&str]); 20] = [
    (
        "appointments",
        "UPDATE appointments SET status = 'booked', slot_id = (SELECT MIN(slot_id) FROM kept WHERE status = 'booked') \
         WHERE status = 'cancelled'",
        &["I1 ", "I5 without a busy slot", "I8 not as its last entry says", "check"],
    ),
    (
        "appointments",
        "UPDATE appointments SET doctor_id = (SELECT MIN(doctor_id) FROM kept), \
         patient_id = (SELECT MIN(patient_id) FROM kept), starts_at = '2040-01-01 09:00:00.000000', \
         ends_at = '2040-01-01 09:30:00.000000'",
        &["I2 ", "I3 "],
    ),
    (
        "slots",
        "UPDATE slots SET doctor_id = (SELECT MIN(doctor_id) FROM kept), starts_at = '2040-01-01 09:00:00.000000', \
         ends_at = '2040-01-01 09:30:00.000000'",
        &["I4 "],
    ),
    ("slots", "UPDATE slots SET status = 'busy' WHERE status = 'free'", &["I5 busy without"]),
    ("slots", "UPDATE slots SET status = 'free' WHERE status = 'busy'", &["I5 without a busy slot"]),
    ("slots", "DELETE FROM slots", &["I6 there is no such slot"]),
    ("slots", "UPDATE slots SET revision = 0", &["I6 there is no such slot"]),
    (
        "appointments",
        "UPDATE appointments SET revision = revision + 1",
        &["I8 not one entry for each revision", "I8 not one line for each revision"],
    ),
    (
        "appointments",
        "DELETE FROM appointments WHERE status = 'cancelled'",
        &["I8 there is a history and no appointment", "I8 a line of the audit log tells of nothing"],
    ),
    (
        "appointment_changes",
        "DELETE FROM appointment_changes WHERE revision = 1",
        &["I6 there is no such change", "I8 not one entry", "I8 a message tells of what is not there", "I9 an answer"],
    ),
    (
        "appointment_changes",
        "UPDATE appointment_changes SET revision = revision + 100",
        &["I7 nobody asked for revision", "I11 an entry does not go on"],
    ),
    (
        "appointment_changes",
        "UPDATE appointment_changes SET from_status = 'cancelled', to_status = 'arrived' WHERE kind = 'status'",
        &["I11 an entry does not go on", "I11 no status may change so"],
    ),
    (
        "appointment_changes",
        "UPDATE appointment_changes SET kind = 'amended' WHERE kind = 'moved'",
        &["I8 not everybody is told, or nobody should be"],
    ),
    ("audit", "UPDATE audit SET address = '203.0.113.7' WHERE action = 'logged_in'", &["check"]),
    ("messages", "DELETE FROM messages WHERE addressee = 'patient'", &["I8 not everybody is told"]),
    ("messages", "DELETE FROM messages WHERE addressee = 'doctor'", &["I8 not everybody is told"]),
    ("messages", "UPDATE messages SET addressee_id = appointment_id", &["I8 somebody is told twice of"]),
    (
        "answers",
        "UPDATE answers SET subject = (SELECT MIN(subject) FROM kept), revision = 1, body = '{}'",
        &["I9 two answers tell of one change", "I9 patient7-"],
    ),
    (
        "answers",
        "UPDATE answers SET idempotency_key = CONCAT('x', idempotency_key)",
        &["I7 nobody used the key", "I9 patient7-"],
    ),
    ("refresh_tokens", "UPDATE refresh_tokens SET session_id = (SELECT MIN(session_id) FROM kept)", &["I12 "]),
];

fn what_is_broken_in_the_rows_is_found(engine: Engine) {
    let (data, evidence) = lived(engine);
    for (table, harm, promises) in HARMS {
        data.execute(&format!("CREATE TABLE kept AS SELECT * FROM {table}"));
        data.execute(harm);
        assert_found(&data, &evidence, harm, promises);
        data.execute(&format!("DELETE FROM {table}; INSERT INTO {table} SELECT * FROM kept; DROP TABLE kept"));
    }
    assert_whole(&data, &evidence);
}

fn what_the_engine_finds_is_found(engine: Engine) {
    let (data, evidence) = lived(engine);
    let (orphans, damage) = match engine {
        Engine::Sqlite => (
            "PRAGMA foreign_keys = OFF; UPDATE slots SET schedule_id = id",
            "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = replace(sql, 'starts_at', 'ends_at') \
             WHERE name = 'slots_by_start'",
        ),
        #[cfg(feature = "mysql")]
        Engine::MariaDb => {
            ("SET foreign_key_checks = 0; UPDATE slots SET schedule_id = id", "ALTER TABLE leases DISCARD TABLESPACE")
        }
    };
    data.execute("CREATE TABLE kept AS SELECT * FROM slots");
    data.execute(orphans);
    assert_found(&data, &evidence, orphans, &["I14 "]);
    data.execute("DELETE FROM slots; INSERT INTO slots SELECT * FROM kept; DROP TABLE kept");
    assert_whole(&data, &evidence);
    data.execute(damage);
    assert_found(&data, &evidence, damage, &["I14 "]);
}
