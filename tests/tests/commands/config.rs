//! Settings that cannot be.

use acceptance::{Data, Engine, Server, program};

#[test]
fn every_mistake_is_reported_at_once() {
    let data = Data::new(Engine::Sqlite);
    for name in ["serve", "migrate", "check", "demo"] {
        let mut command = data.command();
        command
            .arg(name)
            .env("SLOTKEEPER_BIND", "nowhere")
            .env("SLOTKEEPER_TIME_ZONE", "Mars/Olympus")
            .env("SLOTKEEPER_BCRYPT_COST", "99")
            .env("SLOTKEEPER_CONFIRMATION", "perhaps")
            .env("SLOTKEEPER_DATABASE_URL", "postgres://clinic:hunter2@db/clinic")
            .env("SLOTKEEPER_COLOUR", "blue");
        let ended = program::run(command, "");
        assert_eq!(ended.code, Some(2), "{ended:#?}");
        for setting in ["BIND", "TIME_ZONE", "BCRYPT_COST", "CONFIRMATION", "DATABASE_URL", "COLOUR"] {
            assert!(ended.stderr.contains(&format!("SLOTKEEPER_{setting}")), "{setting}: {ended:#?}");
        }
        assert!(!ended.stderr.contains("hunter2"), "{ended:#?}");
        assert_eq!(ended.stdout, "");
    }
    assert!(!data.keys().exists() && !data.folder().join("clinic.db").exists(), "nothing was made");
}

#[test]
fn a_flag_wins_over_a_variable_and_a_variable_over_the_file() {
    let data = Data::new(Engine::Sqlite);
    let file = data.folder().join("slotkeeper.toml");
    std::fs::write(&file, "clinic_name = \"Of the file\"\nlog_format = \"json\"\nbind = \"nowhere\"\n").unwrap();
    let server = Server::start_on(&data, &[("config", file.to_str().unwrap()), ("clinic_city", "Lagos")]);
    server.doctor();
    let place = server.client().get("/doctors").body_of(200)["items"][0]["location"].clone();
    assert_eq!((&place["name"], &place["city"]), (&"Of the file".into(), &"Lagos".into()));

    let ended = data.run(&["--bind", "nowhere", "serve"]);
    assert_eq!(ended.code, Some(2), "{ended:#?}");
    assert!(ended.stderr.contains("--bind"), "{ended:#?}");
}

#[test]
fn a_command_that_does_not_exist_is_refused() {
    let data = Data::new(Engine::Sqlite);
    for arguments in [vec!["fly"], vec![], vec!["serve", "--unknown"], vec!["admin", "create"]] {
        let ended = data.run(&arguments);
        assert_eq!(ended.code, Some(2), "{ended:#?}");
        assert!(ended.stderr.contains("Usage"), "{ended:#?}");
    }
    assert!(data.run(&["--help"]).well().stdout.contains("serve"));
    assert!(data.run(&["--version"]).well().stdout.contains("slotkeeper"));
}
