//! What was done stays told, and `check` finds who touched it.

use acceptance::{Data, Engine, Server, on_each_engine};

on_each_engine!(a_log_that_nobody_touched_is_whole, a_changed_entry_is_found, a_removed_entry_is_found,);

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
