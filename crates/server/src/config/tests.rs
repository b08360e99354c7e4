//! Layers, allowed values and mistakes, with maps in place of the process's environment.

mod slow_fuzz;

use std::fs;

use application::settings::DoctorsSee;
use identity_core::IdentifierKind;
use kernel::{Role, Zone};
use scheduling_core::Confirmation;

use super::*;

fn read(variables: &[(&str, &str)]) -> Result<Config, Mistakes> {
    read_with(&Flags::default(), variables)
}

fn read_with(flags: &Flags, variables: &[(&str, &str)]) -> Result<Config, Mistakes> {
    let owned = variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    Config::read(flags, &owned.collect())
}

/// Reads a file that holds this text.
fn read_file(text: &str, variables: &[(&str, &str)]) -> Result<Config, Mistakes> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("slotkeeper.toml");
    fs::write(&path, text).unwrap();
    read_with(&Flags { file: Some(path), settings: Vec::new() }, variables)
}

#[test]
fn without_a_word_the_promised_defaults_hold() {
    let config = read(&[]).unwrap();
    assert_eq!(config.settings, Settings::default());
    assert_eq!(config.database_url.expose_secret(), "sqlite://var/slotkeeper.db");
    assert_eq!(config.bind.to_string(), "127.0.0.1:8080");
    assert_eq!(config.keys_dir, PathBuf::from("var/keys"));
    assert_eq!(config.time_zone, Zone::UTC);
    assert_eq!((config.bcrypt_cost, config.connections), (12, 16));
    assert_eq!((config.migrate, config.allow_weak_durability, config.hsts), (true, false, false));
    assert_eq!((config.log_format, config.log_level), (LogFormat::Human, LevelFilter::Info));
    assert!(config.cors_origins.is_empty() && config.trusted_proxies.is_empty());
    assert_eq!(config.rate_limit, RateLimit::On(Rates::default()));
    assert_eq!(config.connections_per_address, 256);
    assert_eq!(
        (config.public_url.as_str(), config.mail_from.as_str()),
        ("http://127.0.0.1:8080", "no-reply@localhost")
    );
    assert!(config.smtp_url.is_none() && config.templates_dir.is_none());
    assert_eq!(config.mail_dir, PathBuf::from("var/mail"));
}

#[test]
fn a_flag_wins_over_a_variable_and_a_variable_over_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("any name");
    fs::write(&path, "admins_max = 3\nconnections = 3\nbcrypt_cost = 5\n").unwrap();
    let flags = Flags { file: None, settings: vec![("admins_max", "5".to_owned())] };
    let named = [("SLOTKEEPER_CONFIG", path.to_str().unwrap())];
    let variables = [("SLOTKEEPER_ADMINS_MAX", "4"), ("SLOTKEEPER_CONNECTIONS", "4"), named[0]];
    let config = read_with(&flags, &variables).unwrap();
    assert_eq!((config.settings.admins_max, config.connections, config.bcrypt_cost), (5, 4, 5));
}

#[test]
fn every_setting_can_be_given() {
    let config = read_file(
        r#"
        database_url = "sqlite:///srv/book.db"
        bind = "[::1]:0"
        data_dir = "/srv/slotkeeper"
        time_zone = "America/St_Johns"
        clinic_name = "Zoë's clinic"
        clinic_city = "St. John's"
        confirmation = "by_doctor"
        booking_notice_minutes = 30
        booking_horizon_days = 90
        cancel_notice_minutes = 1440
        patient_upcoming_max = 5
        doctor_day_max = "none"
        publish_horizon_days = 100
        slots_per_doctor_day_max = 48
        expired_slots_retention_days = 0
        login_identifiers = ["username", "email"]
        admins_max = 1
        activation_by_admin = ["doctor"]
        email_verification = true
        doctors_see = "own"
        currency = "CAD"
        access_token_minutes = 15
        refresh_token_days = 30
        bcrypt_cost = 4
        public_url = "https://clinic.example/"
        smtp_url = "smtps://clinic:secret@mail.example:465"
        mail_from = "Zoë's clinic <clinic@example.org>"
        templates_dir = "/srv/templates"
        log_format = "json"
        log_level = "debug"
        rate_limit = "off"
        trusted_proxies = ["10.0.0.0/8", "::1", "::ffff:192.0.2.7"]
        migrate = false
        connections = 8
        allow_weak_durability = true
        cors_origins = ["https://clinic.example", "http://localhost:3000"]
        hsts = "on"
        security_contact = "security@clinic.example"
        connections_per_address = 1000
        rate_address = "1000:60000"
        "#,
        &[("SLOTKEEPER_KEYS_DIR", "/srv/keys")],
    )
    .unwrap();
    let settings = config.settings.clone();
    assert_eq!(settings.booking.confirmation, Confirmation::ByDoctor);
    assert_eq!(settings.booking.notice_minutes_min, 30);
    assert_eq!(settings.booking.horizon_days_max, 90);
    assert_eq!(settings.booking.cancel_notice_minutes_min, 1440);
    assert_eq!((settings.booking.patient_upcoming_max, settings.booking.doctor_day_max), (Some(5), None));
    assert_eq!((settings.publishing.horizon_days_max, settings.publishing.doctor_day_max), (100, 48));
    assert_eq!(settings.identifiers, [IdentifierKind::Username, IdentifierKind::Email]);
    assert_eq!((settings.lifetimes.access_minutes, settings.lifetimes.refresh_days), (15, 30));
    assert_eq!(settings.activation_by_admin, [Role::Doctor]);
    assert!(settings.email_verification && !settings.delays_by_address);
    assert_eq!(config.rate_limit, RateLimit::Off);
    assert_eq!(config.security_contact.as_deref(), Some("mailto:security@clinic.example"));
    assert_eq!(config.connections_per_address, 1_000);
    let trusted: Vec<String> = config.trusted_proxies.iter().map(ToString::to_string).collect();
    assert_eq!(trusted, ["10.0.0.0/8", "::1/128", "192.0.2.7/32"]);
    assert_eq!((settings.clinic_name.as_str(), settings.doctors_see), ("Zoë's clinic", DoctorsSee::Own));
    assert_eq!(settings.currency.to_string(), "CAD");
    assert_eq!((settings.admins_max, settings.expired_slots_retention_days), (1, 0));
    assert_eq!(config.database_url.expose_secret(), "sqlite:///srv/book.db");
    assert_eq!(config.keys_dir, PathBuf::from("/srv/keys"));
    assert_eq!(config.time_zone, testkit::zone("America/St_Johns"));
    assert_eq!(config.cors_origins, ["https://clinic.example", "http://localhost:3000"]);
    assert_eq!((config.migrate, config.allow_weak_durability, config.hsts), (false, true, true));
}

#[test]
fn all_mistakes_are_reported_at_once_with_what_was_given_and_what_is_allowed() {
    let flags = Flags { file: Some("no/such.toml".into()), settings: vec![("bind", "localhost".to_owned())] };
    let variables = [("SLOTKEEPER_BCRYPT_COST", "99"), ("SLOTKEEPER_CLINIC", "x"), ("SLOTKEEPER_TIME_ZONE", "Mars")];
    let Mistakes(mistakes) = read_with(&flags, &variables).unwrap_err();
    assert_eq!(
        mistakes,
        [
            r#"--bind is "localhost"; it must be an address and a port such as 127.0.0.1:8080 or [::]:8080"#,
            r#"SLOTKEEPER_BCRYPT_COST is "99"; it must be a whole number from 4 to 16"#,
            "SLOTKEEPER_CLINIC: there is no such setting",
            r#"SLOTKEEPER_TIME_ZONE is "Mars"; it must be an IANA time zone such as Europe/Lisbon"#,
            r#"configuration file "no/such.toml" not found"#,
        ]
    );
}

#[test]
fn values_that_are_not_allowed_are_refused() {
    for (name, value) in [
        ("BIND", "8080"),
        ("BIND", "127.0.0.1:99999"),
        ("DATABASE_URL", "sqlite://"),
        ("DATABASE_URL", "postgres://localhost/x"),
        ("DATA_DIR", "a\nb"),
        ("DATA_DIR", "\u{fffd}"),
        ("CLINIC_NAME", "   "),
        ("CLINIC_CITY", &"x".repeat(201)),
        ("CONFIRMATION", "Automatic"),
        ("BOOKING_HORIZON_DAYS", "0"),
        ("BOOKING_NOTICE_MINUTES", "-1"),
        ("CANCEL_NOTICE_MINUTES", "1.5"),
        ("PATIENT_UPCOMING_MAX", "0"),
        ("DOCTOR_DAY_MAX", "many"),
        ("SLOTS_PER_DOCTOR_DAY_MAX", "289"),
        ("ADMINS_MAX", "0"),
        ("ACCESS_TOKEN_MINUTES", "4294967296"),
        ("REFRESH_TOKEN_DAYS", "366"),
        ("LOGIN_IDENTIFIERS", "email,phone"),
        ("LOGIN_IDENTIFIERS", "email,email"),
        ("LOGIN_IDENTIFIERS", ","),
        ("LOG_FORMAT", "xml"),
        ("LOG_LEVEL", "loud"),
        ("MIGRATE", "perhaps"),
        ("RATE_LIMIT", "20"),
        ("RATE_ACCOUNT", "100"),
        ("RATE_ADDRESS", "0:100"),
        ("CONNECTIONS_PER_ADDRESS", "0"),
        ("ACTIVATION_BY_ADMIN", "admin"),
        ("EMAIL_VERIFICATION", "perhaps"),
        ("DOCTORS_SEE", "some"),
        ("CURRENCY", "euro"),
        ("CONNECTIONS", "0"),
        ("TRUSTED_PROXIES", "proxy.example"),
        ("TRUSTED_PROXIES", "10.0.0.0/33"),
        ("TRUSTED_PROXIES", "10.0.0.1,,"),
        ("TRUSTED_PROXIES", "*"),
        ("CORS_ORIGINS", "*"),
        ("SECURITY_CONTACT", "somebody"),
        ("SECURITY_CONTACT", "http://clinic.example"),
        ("CORS_ORIGINS", "clinic.example"),
        ("CORS_ORIGINS", "https://clinic.example/"),
        ("CORS_ORIGINS", "https://Clinic.example"),
        ("CORS_ORIGINS", "https://user@clinic.example"),
        ("CORS_ORIGINS", "ftp://clinic.example"),
        ("CORS_ORIGINS", "https://clinic.example,,"),
        ("CORS_ORIGINS", "https://*.clinic.example"),
        ("CORS_ORIGINS", "https://clinic.example:443"),
        ("CORS_ORIGINS", "*"),
        ("RATE.LIMIT", "off"),
        ("PUBLIC_URL", "clinic.example"),
        ("SMTP_URL", "mail.example"),
        ("SMTP_URL", "http://mail.example"),
        ("SMTP_URL", "smtp://clinic:secret@mail.example:25"),
        ("MAIL_FROM", "clinic"),
        ("MAIL_FROM", "a@example.org\r\nBcc: b@example.org"),
    ] {
        let name = format!("SLOTKEEPER_{name}");
        let Mistakes(mistakes) = read(&[(&name, value)]).expect_err(&format!("{name}={value}"));
        assert_eq!(mistakes.len(), 1, "{mistakes:?}");
    }
}

#[test]
fn the_file_may_not_hold_what_nobody_reads() {
    for (text, part) in [
        ("clinic = 1", "clinic in "),
        ("[database]\nurl = 1", "database in "),
        ("bind = { port = 1 }", "is more than a single value"),
        ("admins_max = ", "TOML parse error"),
    ] {
        let Mistakes(mistakes) = read_file(text, &[]).unwrap_err();
        assert!(mistakes.len() == 1 && mistakes[0].contains(part), "{mistakes:?}");
    }
}

#[test]
fn a_variable_that_is_empty_or_for_the_tests_says_nothing() {
    let variables = [
        ("SLOTKEEPER_ADMINS_MAX", ""),
        ("SLOTKEEPER_CONFIG", ""),
        ("SLOTKEEPER_TEST_MYSQL_URL", "mysql://root@127.0.0.1:1"),
        ("PORT", ""),
        ("HOME", "/root"),
    ];
    assert_eq!(read(&variables).unwrap().settings, Settings::default());
}

#[test]
fn the_port_that_a_host_sets_is_honoured_unless_a_flag_says_where() {
    let variables = [("PORT", "5000"), ("SLOTKEEPER_BIND", "0.0.0.0:1")];
    assert_eq!(read(&variables).unwrap().bind.to_string(), "0.0.0.0:5000");
    let flags = Flags { file: None, settings: vec![("bind", "127.0.0.1:0".to_owned())] };
    assert_eq!(read_with(&flags, &variables).unwrap().bind.to_string(), "127.0.0.1:0");
    assert_eq!(read(&[("PORT", "70000")]).unwrap_err().0.len(), 1);
}

#[test]
fn a_password_in_the_database_url_is_never_printed() {
    let secret = "sqlite://hunter2";
    let config = read(&[("SLOTKEEPER_DATABASE_URL", secret)]).unwrap();
    assert!(!format!("{config:?}").contains("hunter2"));

    let wrong = read(&[("SLOTKEEPER_DATABASE_URL", "mysq://root:hunter2@db/x")]).unwrap_err();
    assert!(!format!("{wrong} {wrong:?}").contains("hunter2"));
    let smtp = read(&[("SLOTKEEPER_SMTP_URL", "smtp://clinic:hunter2@mail.example?tls=required")]).unwrap();
    assert!(smtp.smtp_url.is_some() && !format!("{smtp:?}").contains("hunter2"));
    let wrong = read(&[("SLOTKEEPER_SMTP_URL", "http://clinic:hunter2@mail.example")]).unwrap_err();
    assert!(!format!("{wrong} {wrong:?}").contains("hunter2"));
    let elsewhere = read(&[("SLOTKEEPER_BIND", "mysql://root:hunter2@db/x")]).unwrap_err();
    assert!(elsewhere.to_string().contains("SLOTKEEPER_BIND") && !format!("{elsewhere:?}").contains("hunter2"));
    let broken = read_file("database_url = \"mysql://root:hunter2\"@db/x", &[]).unwrap_err();
    assert!(!format!("{broken} {broken:?}").contains("hunter2"), "{broken}");
}

#[test]
fn mysql_is_offered_where_it_was_built_in() {
    let given = read(&[("SLOTKEEPER_DATABASE_URL", "mysql://root@127.0.0.1/slotkeeper")]);
    assert_eq!(given.is_ok(), cfg!(feature = "mysql"), "{given:?}");
}

#[test]
#[cfg(feature = "mysql")]
fn only_the_embedded_database_is_migrated_whatever_is_said() {
    let migrates = |url| {
        read(&[("SLOTKEEPER_DATABASE_URL", url), ("SLOTKEEPER_MIGRATE", "off")])
            .map(|config| config.migrates())
            .unwrap()
    };
    assert!(migrates("sqlite://a.db"));
    assert!(!migrates("mysql://root@127.0.0.1/slotkeeper"));
}

#[test]
fn mistakes_are_listed_one_a_line() {
    let mistakes = Mistakes(vec!["a".to_owned(), "b".to_owned()]);
    assert_eq!(mistakes.to_string(), "the configuration cannot be used:\n  a\n  b");
}
