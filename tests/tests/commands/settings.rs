//! What an administrator can change while the server runs, from the command line.

use acceptance::people::doctor_form;
use acceptance::{Data, Engine, Server, on_each_engine, wait};

on_each_engine!(
    what_was_stored_goes_before_the_configuration_until_it_is_reset,
    a_running_server_obeys_within_seconds,
    what_is_no_setting_is_refused,
    an_upgraded_installation_keeps_its_default_and_warns_of_it,
);

fn shown(data: &Data, name: &str) -> String {
    let all = data.run(&["settings", "show"]).well().stdout;
    let line = all.lines().find(|line| line.starts_with(&format!("{name} = ")));
    line.unwrap_or_else(|| panic!("{name} in {all}")).to_owned()
}

fn what_was_stored_goes_before_the_configuration_until_it_is_reset(engine: Engine) {
    let data = Data::new(engine);
    let _ = data.run(&["migrate"]).well();
    assert!(shown(&data, "admins_max").starts_with("admins_max = 2  (configured; "));
    let set = data.run(&["settings", "set", "admins_max", "5"]).well();
    assert!(set.stdout.starts_with("admins_max = 5  (stored; "), "{set:#?}");
    let _ = data.run(&["settings", "set", "clinic_name", "Zoë's 🩺"]).well();
    assert!(shown(&data, "admins_max").starts_with("admins_max = 5  (stored; "));
    assert!(shown(&data, "clinic_name").starts_with("clinic_name = Zoë's 🩺  (stored; "));
    let reset = data.run(&["settings", "reset", "admins_max"]).well();
    assert!(reset.stdout.starts_with("admins_max = 2  (configured; "), "{reset:#?}");
}

fn a_running_server_obeys_within_seconds(engine: Engine) {
    let server = Server::start(engine);
    let doctor = server.doctor();
    let patient = server.patient();
    let path = format!("/patients/{}", patient.id());
    let _ = doctor.client.get(&path).expect(200);
    let _ = server.data().run(&["settings", "set", "doctors_see", "own"]).well();
    wait::until("the server to obey", || (doctor.client.get(&path).status == 404).then_some(()));
    doctor.client.get(&path).problem(404, "unknown_patient");
}

fn what_is_no_setting_is_refused(engine: Engine) {
    let data = Data::new(engine);
    let _ = data.run(&["migrate"]).well();
    for (arguments, part) in [
        (vec!["set", "admins", "5"], "admins: there is no such setting"),
        (vec!["set", "admins_max", "0"], "admins_max: it must be a whole number from 1 to 1000"),
        (vec!["set", "login_identifiers", "none"], "one or more of email, username, national_id"),
        (vec!["reset", "bcrypt_cost"], "bcrypt_cost: there is no such setting"),
    ] {
        let ended = data.run(&[vec!["settings"], arguments.clone()].concat());
        assert_eq!(ended.code, Some(2), "{arguments:?}: {ended:#?}");
        assert!(ended.stderr.contains(part), "{arguments:?}: {ended:#?}");
    }
}

fn an_upgraded_installation_keeps_its_default_and_warns_of_it(engine: Engine) {
    let warning = "whoever registers as a doctor is active at once";
    let register =
        |server: &Server| server.client().post("/auth/register", &doctor_form()).body_of(201)["status"].clone();
    let server = Server::start(engine);
    assert_eq!(register(&server), "waiting");
    assert!(!server.stderr().contains(warning), "{}", server.stderr());
    let data = server.data().clone();
    assert_eq!(server.stop().code(), Some(0));

    // As the migration leaves it where there were accounts.
    data.execute("INSERT INTO settings (name, value) VALUES ('default:activation_by_admin', 'none')");
    assert!(shown(&data, "activation_by_admin").starts_with("activation_by_admin = none  (configured; "));
    let server = Server::start_on(&data, &[]);
    assert_eq!(register(&server), "active");
    assert!(server.stderr().contains(warning), "{}", server.stderr());
    assert_eq!(server.stop().code(), Some(0));

    let server = Server::start_on(&data, &[("activation_by_admin", "doctor")]);
    assert_eq!(register(&server), "waiting");
    assert!(!server.stderr().contains(warning), "{}", server.stderr());
}
