//! What was done stays told, and `check` finds who touched it.

use std::time::{Duration, Instant};

use acceptance::people::PASSWORD;
use acceptance::{Data, Engine, Server, on_each_engine};
use serde_json::json;

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
    a_cut_off_end_is_found,
    a_role_that_nobody_gave_is_found,
    a_password_that_nobody_set_is_found,
    an_account_that_nobody_made_is_found,
    a_changed_history_is_found,
    an_honest_life_is_clean,
    a_log_says_from_where_on_its_seals_have_a_key,
    a_command_with_other_keys_leaves_the_chain_alone,
);

/// What `check` says of the log after somebody has done this behind the program's back.
#[track_caller]
fn assert_found(data: &Data, sql: &str, told: &str) {
    data.execute(sql);
    let checked = data.run(&["check"]);
    assert_eq!(checked.code, Some(1), "{checked:#?}");
    assert!(checked.stderr.contains(told), "{told}: {checked:#?}");
}

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

fn a_cut_off_end_is_found(engine: Engine) {
    let data = lived(engine);
    let last = data.ask("SELECT CAST(MAX(seq) AS CHAR) AS told FROM audit_seals").remove(0);
    data.execute(&format!("DELETE FROM audit WHERE id = (SELECT entry_id FROM audit_seals WHERE seq = {last})"));
    assert_found(
        &data,
        &format!("DELETE FROM audit_seals WHERE seq = {last}"),
        &format!("the log went on to seal {last}"),
    );

    // A server that goes on from there does not hide it.
    let server = Server::start_on(&data, &[]);
    server.patient();
    server.patient();
    assert_eq!(server.stop().code(), Some(0));
    let checked = data.run(&["check"]);
    assert_eq!(checked.code, Some(1), "{checked:#?}");
    assert!(checked.stderr.contains(&format!("seal {last} is not the one")), "{checked:#?}");
}

/// The id of this account, as `check` writes it.
fn account(data: &Data, role: &str) -> String {
    let hex = data.ask(&format!("SELECT HEX(id) AS told FROM accounts WHERE role = '{role}'")).remove(0).to_lowercase();
    [&hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]].join("-")
}

fn a_role_that_nobody_gave_is_found(engine: Engine) {
    let data = lived(engine);
    let id = account(&data, "patient");
    let told = format!("audit: role, status or password of account {id} is not what the audit log says");
    assert_found(&data, "UPDATE accounts SET role = 'admin' WHERE role = 'patient'", &told);
}

fn a_password_that_nobody_set_is_found(engine: Engine) {
    let data = lived(engine);
    let id = account(&data, "admin");
    let told = format!("audit: role, status or password of account {id} is not what the audit log says");
    let known = "(SELECT h FROM (SELECT password_hash AS h FROM accounts WHERE role = 'patient') one)";
    assert_found(&data, &format!("UPDATE accounts SET password_hash = {known} WHERE role = 'admin'"), &told);
}

fn an_account_that_nobody_made_is_found(engine: Engine) {
    let data = lived(engine);
    let id = account(&data, "patient");
    let hex = id.replace('-', "");
    data.execute(&format!("DELETE FROM audit WHERE subject = x'{hex}' AND action = 'account_registered'"));
    assert_found(&data, "DELETE FROM audit_seals", &format!("audit: account {id} is not in the audit log"));
}

fn a_changed_history_is_found(engine: Engine) {
    let server = Server::start(engine);
    let data = server.data().clone();
    let (doctor, patient) = (server.doctor(), server.patient());
    let slots = doctor.publish_row(30, 4);
    let visits: Vec<String> = slots.iter().map(|slot| patient.book(slot)).collect();
    assert_eq!(server.stop().code(), Some(0));
    let _ = data.run(&["check"]).well();
    for (visit, change) in visits.iter().zip([
        "UPDATE appointment_changes SET changed_by_role = 'admin'",
        "UPDATE appointment_changes SET to_slot_id = changed_by",
        "UPDATE appointment_changes SET changed_by = appointment_id",
        "DELETE FROM appointment_changes",
    ]) {
        let hex = visit.replace('-', "");
        let told = format!("audit: the history of appointment {visit} is not what the audit log says");
        assert_found(&data, &format!("{change} WHERE appointment_id = x'{hex}'"), &told);
    }
}

/// Everything that changes an account or a visit, by everybody who can.
fn an_honest_life_is_clean(engine: Engine) {
    let server = Server::start(engine);
    let data = server.data().clone();
    let (doctor, patient, desk, admin) = (server.doctor(), server.patient(), server.receptionist(), server.admin());
    let id = patient.client.get("/auth/me").body_of(200)["id"].as_str().unwrap().to_owned();
    let slots = doctor.publish_row(30, 4);
    let visit = patient.book(&slots[0]);
    let path = format!("/appointments/{visit}");
    let moved = patient.client.post(&format!("{path}/reschedule"), &json!({"slot_id": slots[1]}));
    let _ = moved.expect(200);
    let _ = desk.client.post_nothing(&format!("{path}/cancel")).expect(200);
    let _ = admin.client.post_nothing(&format!("{path}/reinstate")).expect(200);
    let _ = admin.client.post_nothing(&format!("{path}/enter-in-error")).expect(200);
    patient.book(&slots[2]);
    let _ = patient.client.patch("/auth/me", &json!({"full_name": "Ada King"})).expect(200);
    let (old, new) = (PASSWORD, "porcupine-marble-skylark-7");
    let change = json!({"old_password": old, "new_password": new});
    let _ = patient.client.post("/auth/change-password", &change).expect(204);
    let _ = admin.client.post_nothing(&format!("/accounts/{id}/deactivate")).expect(200);
    let _ = admin.client.post_nothing(&format!("/accounts/{id}/activate")).expect(200);
    let _ = data.run(&["check"]).well();
    let _ = data.run_with(&["account", "reset-password", &desk.email], &format!("{new}\n")).well();
    let _ = data.run(&["account", "deactivate", &desk.email]).well();
    let _ = data.run(&["check"]).well();
    assert_eq!(server.stop().code(), Some(0));

    // Whoever logs in now gets a hash of another cost.
    let server = Server::start_on(&data, &[("bcrypt_cost", "5")]);
    let _ = doctor.again(&server.client());
    server.doctor();
    let _ = data.run(&["check"]).well();
    assert_eq!(server.stop().code(), Some(0));
    let _ = data.run(&["check"]).well();
}

fn a_log_says_from_where_on_its_seals_have_a_key(engine: Engine) {
    let data = lived(engine);
    let checked = data.run(&["check"]).well();
    assert!(checked.stdout.contains("its seals are made with audit.key from seal 1 on"), "{checked:#?}");

    // As an earlier version has left it.
    data.execute("UPDATE audit_seals SET mac = NULL");
    let seals = data.ask("SELECT CAST(COUNT(*) AS CHAR) AS told FROM audit_seals").remove(0);
    for kept in std::fs::read_dir(data.keys()).unwrap() {
        let path = kept.unwrap().path();
        if path.file_name().unwrap().to_str().unwrap().starts_with("audit") {
            std::fs::remove_file(path).unwrap();
        }
    }
    let checked = data.run(&["check"]).well();
    assert!(checked.stdout.contains("its seals are made without a key"), "{checked:#?}");
    let server = Server::start_on(&data, &[]);
    server.patient();
    assert_eq!(server.stop().code(), Some(0));
    let checked = data.run(&["check"]).well();
    let from = seals.parse::<u64>().unwrap() + 1;
    assert!(checked.stdout.contains(&format!("made with audit.key from seal {from} on")), "{checked:#?}");
}

fn a_command_with_other_keys_leaves_the_chain_alone(engine: Engine) {
    let data = lived(engine);
    let elsewhere = data.folder().join("other-keys");
    let mut command = data.command();
    command.env("SLOTKEEPER_KEYS_DIR", &elsewhere).args(["settings", "set", "admins_max", "4"]);
    let ended = command.output().unwrap();
    assert!(ended.status.success(), "{ended:?}");
    let _ = data.run(&["check"]).well();
    let server = Server::start_on(&data, &[]);
    assert_eq!(server.stop().code(), Some(0));
    let _ = data.run(&["check"]).well();
}
