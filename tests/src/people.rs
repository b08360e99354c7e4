//! Patients, doctors, front desk and administrators, logged in.

use std::sync::atomic::{AtomicU32, Ordering};

use serde_json::{Value, json};

use crate::client::Client;
use crate::days;
use crate::server::Server;

/// Everyone's password.
pub const PASSWORD: &str = "tangerine-velvet-orbit-93";

/// How many people this process has met.
static PEOPLE: AtomicU32 = AtomicU32::new(0);

/// Somebody who is logged in.
#[derive(Clone, Debug)]
pub struct Person {
    /// With their access token.
    pub client: Client,
    /// What logging in answered.
    pub login: Value,
    /// Their e-mail address.
    pub email: String,
}

impl Person {
    /// Logs in.
    #[track_caller]
    pub fn log_in(client: &Client, email: &str, password: &str) -> Self {
        let login = client.post("/auth/login", &json!({"identifier": email, "password": password})).body_of(200);
        let token = login["access_token"].as_str().expect("a token is a text");
        Self { client: client.with_token(token), email: email.to_owned(), login }
    }

    /// The same person in another session.
    #[must_use]
    #[track_caller]
    pub fn again(&self, client: &Client) -> Self {
        Self::log_in(client, &self.email, PASSWORD)
    }

    /// The same person in the same session, asking another server.
    #[must_use]
    pub fn at(&self, server: &Server) -> Self {
        Self { client: self.client.to(&server.url()), ..self.clone() }
    }

    /// The access token.
    pub fn token(&self) -> &str {
        self.login["access_token"].as_str().expect("a token is a text")
    }

    /// The profile's id: the patient's or the doctor's.
    pub fn id(&self) -> &str {
        self.login["account"]["profile_id"].as_str().expect("patients and doctors have a profile")
    }

    /// Publishes a slot of one's own; gives its id.
    #[track_caller]
    pub fn publish(&self, starts_at: &str, slot_minutes: u32) -> String {
        let body = json!({"starts_at": starts_at, "slot_minutes": slot_minutes});
        id_of(&self.client.post("/slots", &body).body_of(201))
    }

    /// Publishes so many slots of 30 minutes, one after another, from the midnight that begins such a day.
    #[track_caller]
    pub fn publish_row(&self, days: u64, count: u32) -> Vec<String> {
        (0..count).map(|n| self.publish(&days::instant(days, n * 30), 30)).collect()
    }

    /// Books a slot for oneself; gives the appointment's id.
    #[track_caller]
    pub fn book(&self, slot: &str) -> String {
        id_of(&self.client.post("/appointments", &json!({"slot_id": slot})).body_of(201))
    }
}

/// The id of what was answered.
#[track_caller]
pub fn id_of(answer: &Value) -> String {
    answer["id"].as_str().unwrap_or_else(|| panic!("no id in {answer}")).to_owned()
}

/// What registers a new patient.
pub fn patient_form() -> Value {
    let number = next();
    json!({
        "role": "patient", "email": format!("patient{number}@example.org"), "password": PASSWORD,
        "full_name": format!("Ada Number{number}"), "phone": phone(number),
    })
}

/// What registers a new doctor.
pub fn doctor_form() -> Value {
    let number = next();
    json!({
        "role": "doctor", "email": format!("doctor{number}@example.org"), "password": PASSWORD,
        "full_name": format!("Dr Number{number}"), "phone": phone(number),
        "doctor": {"specialties": ["cardiology"], "license_number": format!("MD-{number}")},
    })
}

fn next() -> u32 {
    PEOPLE.fetch_add(1, Ordering::Relaxed)
}

fn phone(number: u32) -> String {
    format!("+234803{:07}", 5_550_000 + number)
}

impl Server {
    /// Registers and logs in, once the account is approved.
    #[track_caller]
    pub fn join(&self, form: &Value) -> Person {
        let client = self.client();
        self.approve(&client.post("/auth/register", form).body_of(201));
        let word = |name: &str| form[name].as_str().expect("a form has texts").to_owned();
        Person::log_in(&client, &word("email"), &word("password"))
    }

    /// Activates an account that waits for an administrator, on the command line.
    #[track_caller]
    pub fn approve(&self, account: &Value) {
        if account["status"] == "waiting" {
            let email = account["email"].as_str().expect("an account has an address");
            let _ = self.data().run(&["account", "activate", email]).well();
        }
    }

    /// A new patient.
    #[track_caller]
    pub fn patient(&self) -> Person {
        self.join(&patient_form())
    }

    /// A new doctor.
    #[track_caller]
    pub fn doctor(&self) -> Person {
        self.join(&doctor_form())
    }

    /// A new administrator, made on the command line.
    #[track_caller]
    pub fn admin(&self) -> Person {
        self.employ(&["admin", "create"], "admin")
    }

    /// Somebody new at the front desk, made on the command line.
    #[track_caller]
    pub fn receptionist(&self) -> Person {
        self.employ(&["account", "create", "--role", "receptionist"], "desk")
    }

    fn employ(&self, command: &[&str], role: &str) -> Person {
        let email = format!("{role}{}@example.org", next());
        let arguments = [command, &["--email", &email, "--full-name", "Grace Employed"]].concat();
        let _ = self.data().run_with(&arguments, &format!("{PASSWORD}\n")).well();
        Person::log_in(&self.client(), &email, PASSWORD)
    }
}
