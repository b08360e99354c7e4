//! What was done stays told, and `check` finds who touched it.

use std::time::{Duration, Instant};

use acceptance::{Data, Engine, Server, on_each_engine};

/// Whom pages of patients have shown, in hexadecimal.
const SHOWN: &str = "SELECT HEX(s.subject) AS told FROM audit_subjects s JOIN audit a ON a.id = s.entry_id \
     WHERE a.action = 'patients_listed' AND a.actor_role = 'receptionist'";

on_each_engine!(
    a_log_that_nobody_touched_is_whole,
    a_changed_entry_is_found,
    a_removed_entry_is_found,
    a_reading_is_in_the_log_within_two_seconds,
    a_server_that_is_told_to_stop_writes_what_was_read,
    who_was_shown_cannot_be_changed_unseen,
);

/// A server that has done something, and was stopped.
fn lived(engine: Engine) -> std::sync::Arc<Data> {
    let server = Server::start(engine);
    let data = server.data().clone();
    server.patient();
    let admin = server.admin();
    let page = admin.client.get("/audit?action=logged_in&limit=100").body_of(200);
    let entries = page["items"].as_array().unwrap();
    assert!(entries.iter().all(|entry| entry["address"] == "127.0.0.1"), "{page}");
    assert_eq!(entries[0]["actor_role"], "admin", "{page}");
    assert_eq!(server.stop().code(), Some(0));
    data
}

fn a_log_that_nobody_touched_is_whole(engine: Engine) {
    let data = lived(engine);
    let checked = data.run(&["check"]).well();
    assert!(checked.stdout.contains("the audit log ends with seal "), "{checked:#?}");
}

fn a_changed_entry_is_found(engine: Engine) {
    let data = lived(engine);
    data.execute("UPDATE audit SET address = '203.0.113.7' WHERE action = 'logged_in'");
    let checked = data.run(&["check"]);
    assert_eq!(checked.code, Some(1), "{checked:#?}");
    assert!(checked.stderr.contains("audit: entry ") && checked.stderr.contains("is not what seal"), "{checked:#?}");
}

fn a_removed_entry_is_found(engine: Engine) {
    let data = lived(engine);
    data.execute("DELETE FROM audit WHERE action = 'account_registered'");
    let checked = data.run(&["check"]);
    assert_eq!(checked.code, Some(1), "{checked:#?}");
    assert!(checked.stderr.contains("is gone"), "{checked:#?}");
}

/// A server at whose desk a patient was just looked up, and that patient's id in hexadecimal.
fn looked_up(engine: Engine) -> (Server, String) {
    let server = Server::start(engine);
    server.patient();
    let desk = server.receptionist();
    let page = desk.client.get("/patients?q=Ada").body_of(200);
    let id = page["items"][0]["id"].as_str().unwrap().replace('-', "").to_uppercase();
    (server, id)
}

fn a_reading_is_in_the_log_within_two_seconds(engine: Engine) {
    let (server, id) = looked_up(engine);
    let begun = Instant::now();
    while !server.data().ask(SHOWN).contains(&id) {
        assert!(begun.elapsed() < Duration::from_secs(2), "it is not there: {:?}", server.data().ask(SHOWN));
        std::thread::sleep(Duration::from_millis(50));
    }
}

fn a_server_that_is_told_to_stop_writes_what_was_read(engine: Engine) {
    let (server, id) = looked_up(engine);
    let data = server.data().clone();
    assert_eq!(server.stop().code(), Some(0));
    assert_eq!(data.ask(SHOWN), [id]);
    let _ = data.run(&["check"]).well();
}

fn who_was_shown_cannot_be_changed_unseen(engine: Engine) {
    let (server, _) = looked_up(engine);
    let data = server.data().clone();
    assert_eq!(server.stop().code(), Some(0));
    data.execute("DELETE FROM audit_subjects");
    let checked = data.run(&["check"]);
    assert_eq!(checked.code, Some(1), "{checked:#?}");
    assert!(checked.stderr.contains("is not what seal"), "{checked:#?}");
}
