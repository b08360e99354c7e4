//! One of the people: what they do next, and how they insist on an answer.

use std::sync::Arc;
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};

use super::{CLIENTS_PER_DOCTOR, Dice, Shared, Visit};
use crate::answer::Answer;
use crate::client::Client;
use crate::days;
use crate::evidence::Asked;
use crate::people::PASSWORD;

/// Longer than a server takes that is alive, so that one which is not is given up and asked again.
const ANSWER_WAIT: Duration = Duration::from_secs(15);

const RETRY_PAUSE: Duration = Duration::from_millis(50);

/// With more visits than this a patient cancels first.
const VISITS_MAX: usize = 8;

/// Half hours of a day, and the days that can be published.
const SLOTS_PER_DAY: u32 = 48;
const DAYS: u32 = 390;

pub(super) struct Actor {
    shared: Arc<Shared>,
    dice: Dice,
    name: String,
    phone: String,
    client: Client,
    /// The server that is asked.
    server: usize,
    /// How much was asked, which makes keys.
    asked: u64,
    role: Role,
    /// The id of the profile, and the refresh token.
    profile: String,
    refresh_token: Value,
}

enum Role {
    Patient { visits: Vec<String> },
    Doctor { published: u32 },
}

impl Actor {
    pub(super) fn new(shared: Arc<Shared>, seed: u64, number: usize) -> Self {
        let is_doctor = number.is_multiple_of(CLIENTS_PER_DOCTOR);
        let role = if is_doctor { Role::Doctor { published: 0 } } else { Role::Patient { visits: Vec::new() } };
        let (stream, server) = (u64::try_from(number).expect("there are not so many"), number % shared.servers.len());
        Self {
            dice: Dice::new(seed.wrapping_mul(1_000) + stream),
            name: format!("{}{seed}-{number}", if is_doctor { "doctor" } else { "patient" }),
            phone: format!("+23481{:05}{number:03}", seed % 100_000),
            client: Client::new(&shared.servers[server]).within(ANSWER_WAIT),
            server,
            asked: 0,
            role,
            profile: String::new(),
            refresh_token: Value::Null,
            shared,
        }
    }

    pub(super) fn live(mut self) {
        if self.join().is_none() {
            return;
        }
        while self.shared.goes_on() {
            // Without anything to act on nobody runs in circles.
            if self.act().is_none() {
                thread::sleep(Duration::from_millis(1));
            }
        }
    }

    fn act(&mut self) -> Option<()> {
        let dice = self.dice.roll(100);
        match &self.role {
            Role::Patient { visits } if VISITS_MAX < visits.len() => self.cancel_own(),
            Role::Patient { .. } => match dice {
                0..45 => self.book(),
                45..68 => self.move_own(),
                68..90 => self.cancel_own(),
                90..96 => self.look(),
                _ => self.refresh(),
            },
            Role::Doctor { .. } => match dice {
                0..35 => self.publish(),
                35..45 => self.remove(),
                45..70 => self.move_as_doctor(),
                70..95 => self.cancel_as_doctor(),
                _ => self.refresh(),
            },
        }
    }

    fn email(&self) -> String {
        format!("{}@example.org", self.name)
    }

    /// Registers and logs in.
    fn join(&mut self) -> Option<()> {
        let mut form =
            json!({"email": self.email(), "password": PASSWORD, "full_name": self.name, "phone": self.phone});
        match &self.role {
            Role::Patient { .. } => form["role"] = json!("patient"),
            Role::Doctor { .. } => {
                form["role"] = json!("doctor");
                form["doctor"] = json!({"specialties": ["cardiology"], "license_number": self.name});
            }
        }
        // Sent again without an answer, it may find the address taken, by itself.
        self.insist("POST", "/auth/register", Some(&form))?;
        self.log_in()
    }

    fn log_in(&mut self) -> Option<()> {
        let form = json!({"identifier": self.email(), "password": PASSWORD});
        let login = self.insist("POST", "/auth/login", Some(&form))?;
        self.come_in(&login)
    }

    fn come_in(&mut self, login: &Answer) -> Option<()> {
        let login: Value = serde_json::from_slice(&login.body).ok()?;
        self.client = self.client.with_token(login["access_token"].as_str()?);
        self.refresh_token = login["refresh_token"].clone();
        login["account"]["profile_id"].as_str()?.clone_into(&mut self.profile);
        Some(())
    }

    /// A refresh token is good once: whoever does not know whether it was used logs in again.
    fn refresh(&mut self) -> Option<()> {
        let asked = self.request("POST", "/auth/refresh", Some(&json!({"refresh_token": self.refresh_token})));
        match self.ask(&asked) {
            Some(answer) if answer.status == 200 => self.come_in(&answer),
            _ => self.log_in(),
        }
    }

    fn book(&mut self) -> Option<()> {
        let slot = self.shared.wanted_slot(&mut self.dice)?;
        let answer = self.insist("POST", "/appointments", Some(&json!({"slot_id": slot})))?;
        if answer.status == 201 {
            let (id, doctor) = (text(&answer, "id")?, text(&answer, "doctor_id")?);
            self.shared.know_visit(Visit { id: id.clone(), doctor });
            if let Role::Patient { visits } = &mut self.role {
                visits.push(id);
            }
        }
        Some(())
    }

    fn own_visit(&mut self) -> Option<(usize, String)> {
        let Role::Patient { visits } = &self.role else { return None };
        let index = (!visits.is_empty()).then(|| self.dice.roll(visits.len()))?;
        Some((index, visits[index].clone()))
    }

    fn move_own(&mut self) -> Option<()> {
        let (_, visit) = self.own_visit()?;
        self.move_visit(&visit)
    }

    fn cancel_own(&mut self) -> Option<()> {
        let (index, visit) = self.own_visit()?;
        if let Role::Patient { visits } = &mut self.role {
            visits.swap_remove(index);
        }
        self.insist("POST", &format!("/appointments/{visit}/cancel"), Some(&json!({})))?;
        Some(())
    }

    fn look(&mut self) -> Option<()> {
        let (_, visit) = self.own_visit()?;
        self.insist("GET", &format!("/appointments/{visit}"), None)?;
        Some(())
    }

    fn publish(&mut self) -> Option<()> {
        let Role::Doctor { published } = &mut self.role else { return None };
        let number = (*published < SLOTS_PER_DAY * DAYS).then_some(*published)?;
        *published += 1;
        let (day, minute) = (3 + number / SLOTS_PER_DAY, number % SLOTS_PER_DAY * 30);
        let slot = json!({"starts_at": days::instant(day.into(), minute), "slot_minutes": 30});
        let answer = self.insist("POST", "/slots", Some(&slot))?;
        // Sent again without an answer, it may find itself in its own way.
        if answer.status == 201 {
            self.shared.offer_slot(text(&answer, "id")?);
        }
        Some(())
    }

    fn remove(&mut self) -> Option<()> {
        let slot = self.shared.wanted_slot(&mut self.dice)?;
        self.insist("DELETE", &format!("/slots/{slot}"), None)?;
        Some(())
    }

    fn move_as_doctor(&mut self) -> Option<()> {
        let visit = self.shared.visit_to(&self.profile, &mut self.dice)?;
        self.move_visit(&visit)
    }

    fn cancel_as_doctor(&mut self) -> Option<()> {
        let visit = self.shared.visit_to(&self.profile, &mut self.dice)?;
        self.insist("POST", &format!("/appointments/{visit}/cancel"), Some(&json!({"reason_code": "provider"})))?;
        Some(())
    }

    fn move_visit(&mut self, visit: &str) -> Option<()> {
        let slot = self.shared.wanted_slot(&mut self.dice)?;
        self.insist("POST", &format!("/appointments/{visit}/reschedule"), Some(&json!({"slot_id": slot})))?;
        Some(())
    }

    /// Asks until somebody says what was done; nothing when it was stopped before.
    fn insist(&mut self, method: &str, path: &str, body: Option<&Value>) -> Option<Answer> {
        let asked = self.request(method, path, body);
        while !self.shared.is_stopped() {
            match self.ask(&asked) {
                Some(answer) if !matches!(answer.status, 429 | 503) => return Some(answer),
                Some(_) => {}
                None => self.turn_to_the_next(),
            }
            thread::sleep(RETRY_PAUSE);
        }
        None
    }

    /// Under a key that was never used.
    fn request(&mut self, method: &str, path: &str, body: Option<&Value>) -> Asked {
        self.asked += 1;
        let key = (method == "POST").then(|| format!("{}-{}", self.name, self.asked));
        let body = body.map(Value::to_string);
        Asked { client: self.name.clone(), method: method.to_owned(), path: path.to_owned(), body, key }
    }

    fn ask(&self, asked: &Asked) -> Option<Answer> {
        let client = if asked.method == "DELETE" { self.client.with("if-match", "*") } else { self.client.clone() };
        let answer = self.shared.evidence.ask(&client, asked);
        self.shared.count(asked, answer.as_ref());
        answer
    }

    fn turn_to_the_next(&mut self) {
        self.server = (self.server + 1) % self.shared.servers.len();
        self.client = self.client.to(&self.shared.servers[self.server]);
    }
}

fn text(answer: &Answer, name: &str) -> Option<String> {
    answer.json()[name].as_str().map(str::to_owned)
}
