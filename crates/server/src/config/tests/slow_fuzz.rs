//! Settings as people mistype them.

use proptest::collection::vec;
use proptest::prelude::*;
use testkit::fuzz;

use super::*;

/// What no complaint may repeat.
const SECRET: &str = "s3cr3t";

/// Every kind of setting, with a value that it takes.
const SETTINGS: &[(&str, &str)] = &[
    ("database_url", "sqlite:///s3cr3t/slotkeeper.db"),
    ("smtp_url", "smtps://clinic:s3cr3t@mail.example.org:465"),
    ("bind", "127.0.0.1:8080"),
    ("public_url", "https://clinic.example/book"),
    ("mail_from", "Clinic <clinic@example.org>"),
    ("time_zone", "Europe/Lisbon"),
    ("trusted_proxies", "10.0.0.7, 10.0.0.0/8, 2001:db8::/32"),
    ("cors_origins", "https://clinic.example, http://localhost:3000"),
    ("bcrypt_cost", "12"),
    ("log_level", "info"),
    ("log_format", "json"),
    ("hsts", "on"),
    ("clinic_city", "Zürich"),
    ("patient_upcoming_max", "none"),
    ("activation_by_admin", "doctor, patient"),
    ("currency", "EUR"),
];

/// Either all is well, or each line names what it is about; a secret that was given whole is not repeated.
fn is_told(given: &str, config: &Result<Config, Mistakes>, about: &[&str]) -> Result<(), TestCaseError> {
    if let Err(Mistakes(lines)) = config {
        prop_assert!(!lines.is_empty());
        for line in lines {
            prop_assert!(about.iter().any(|name| line.contains(name)), "{:?}", line);
        }
        prop_assert!(!given.contains(SECRET) || !lines.iter().any(|line| line.contains(SECRET)), "{:?}", lines);
    }
    Ok(())
}

proptest! {
    #[test]
    fn a_variable_with_slips_is_taken_or_named(wrong in vec((0..SETTINGS.len(), fuzz::slips()), 1..4)) {
        let typed = |(at, slips): &(usize, Vec<fuzz::Slip>)| {
            let (name, value) = SETTINGS[*at];
            (format!("SLOTKEEPER_{}", name.to_uppercase()), fuzz::typed(value, slips))
        };
        let variables: Variables = wrong.iter().map(typed).collect();
        let given: String = variables.values().map(String::as_str).collect();
        is_told(&given, &Config::read(&Flags::default(), &variables), &["SLOTKEEPER_"])?;
    }

    #[test]
    fn a_file_with_slips_is_taken_or_named(lines in vec((0..SETTINGS.len(), fuzz::slips()), 1..6)) {
        let typed = |(at, slips): &(usize, Vec<fuzz::Slip>)| {
            let (name, value) = SETTINGS[*at];
            fuzz::typed(&format!("{name} = {value:?}\n"), slips)
        };
        let text: String = lines.iter().map(typed).collect();
        let config = read_file(&text, &[]);
        is_told(&text, &config, &["slotkeeper.toml"])?;
    }
}
