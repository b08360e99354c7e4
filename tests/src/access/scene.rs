use std::cell::{Cell, RefCell};
use std::collections::HashMap;

use serde_json::{Value, json};

use super::{Object, Row, Who};
use crate::answer::Answer;
use crate::client::{API, Client};
use crate::engine::Engine;
use crate::people::{Person, doctor_form, id_of, patient_form};
use crate::routes::{NO_CODE, NOBODYS_ID};
use crate::server::Server;
use crate::{days, requests};

/// A patient and their doctor, at a location.
#[derive(Debug)]
struct Side {
    patient: Person,
    doctor: Person,
    location: String,
    /// Visits that have begun, not used up yet.
    begun: RefCell<Vec<String>>,
    messages: Vec<String>,
}

/// A clinic with two of everything: what is Ada's and her doctor's, and what is another patient's and another doctor's.
#[derive(Debug)]
pub struct Scene {
    /// Where it is.
    pub server: Server,
    sides: [Side; 2],
    receptionist: Person,
    admin: Person,
    outsiders: Vec<(&'static str, Client)>,
    /// What is there to be looked at, or to be kept from being changed, by what it is and whose.
    kept: RefCell<HashMap<(String, usize), String>>,
    /// The start of the slot that was published last.
    last_start: RefCell<String>,
    /// Whether what is made is left alone afterwards, so that one will do.
    keeps: Cell<bool>,
}

/// What nobody does who still wants to do something else.
const ENDING_SESSIONS: [&str; 5] = [
    "DELETE /api/v1/auth/sessions",
    "POST /api/v1/auth/logout",
    "POST /api/v1/auth/change-password",
    "POST /api/v1/auth/me/close",
    "POST /api/v1/auth/me/email",
];

/// A request, ready to be sent.
#[derive(Clone, Debug)]
pub struct Ask {
    client: Client,
    /// In capitals.
    pub method: String,
    /// From the root.
    pub path: String,
    /// The body, if there is to be one.
    pub body: Option<Value>,
    /// The id of what it is about.
    pub about: String,
}

impl Ask {
    /// Sends it.
    #[track_caller]
    pub fn send(&self) -> Answer {
        match &self.body {
            Some(body) => self.client.send_json(&self.method, &self.path, body),
            None => self.client.send(&self.method, &self.path, None),
        }
    }
}

impl Scene {
    /// Opens the clinic; so many visits have begun on each side, at most 180.
    pub fn set(engine: Engine, begun: [u32; 2]) -> Self {
        let server = Server::start_with(
            engine,
            &[("confirmation", "by_doctor"), ("security_contact", "security@clinic.example")],
        );
        let admin = server.admin();
        let many = json!({"admins_max": 1000});
        let _ = admin.client.with("if-match", "*").patch("/settings", &many).expect(200);
        let first = server.client().get("/locations").body_of(200)["items"][0]["id"].as_str().map(str::to_owned);
        let other = json!({"name": "Annexe", "city": "Lagos", "time_zone": "UTC"});
        let other = id_of(&admin.client.post("/locations", &other).body_of(201));
        let first = first.expect("a clinic has a location");
        let mut sides = [(first, begun[0]), (other, begun[1])].map(|(location, begun)| {
            let mut form = doctor_form();
            form["doctor"]["location_id"] = json!(location);
            let (patient, doctor) = (server.patient(), server.join(&form));
            let slots = (0..begun).map(|n| doctor.publish(&days::instant(1 + u64::from(n / 90), 480 + n % 90 * 5), 5));
            let visits: Vec<String> = slots.map(|slot| patient.book(&slot)).collect();
            for visit in &visits {
                let _ = doctor.client.post_nothing(&format!("/appointments/{visit}/confirm")).expect(200);
            }
            Side { patient, doctor, location, begun: RefCell::new(visits), messages: Vec::new() }
        });
        server.data().let_days_pass(3);
        let receptionist = server.receptionist();
        let outsiders = outsiders(&server, &admin);
        let kept = RefCell::default();
        for side in &mut sides {
            let _ = side.patient.book(&side.doctor.publish(&requests::fresh_start(), 30));
        }
        let messages = admin.client.get("/messages?limit=100").body_of(200);
        for side in &mut sides {
            let rows = messages["items"].as_array().expect("a page has items").iter();
            side.messages = rows.filter(|row| row["to"]["email"] == side.patient.email).map(id_of).collect();
        }
        let (last_start, keeps) = (RefCell::default(), Cell::new(false));
        Self { server, sides, receptionist, admin, outsiders, kept, last_start, keeps }
    }

    /// Everybody of a column, with what they are called and how they ask.
    pub fn clients(&self, who: Who) -> Vec<(&'static str, Client)> {
        match self.person(who) {
            Some(person) => vec![("logged in", person.client.clone())],
            None => self.outsiders.clone(),
        }
    }

    fn person(&self, who: Who) -> Option<&Person> {
        let [side, _] = &self.sides;
        match who {
            Who::Nobody => None,
            Who::Patient => Some(&side.patient),
            Who::Doctor => Some(&side.doctor),
            Who::Receptionist => Some(&self.receptionist),
            Who::Admin => Some(&self.admin),
        }
    }

    /// The request of a row, with nothing wrong. If it will be granted, it is about something that no other request is
    /// about.
    pub fn ask(&self, row: &Row, who: Who, client: &Client, object: Object) -> Ask {
        let is_granted = row.expected(who, object).is_success();
        self.keeps.set(!is_granted || row.method() == "GET");
        let mut client = client.at_root().with("if-match", "*");
        if ENDING_SESSIONS.contains(&row.route.as_str()) && is_granted {
            client = self.newcomer(who).client.at_root();
        }
        let noun = row.about.as_deref().unwrap_or_else(|| row.noun());
        let about = if row.objects() == Object::ALL { self.thing(row, noun, who, object) } else { String::new() };
        let starts_at = self.last_start.borrow().clone();
        let mut path = row.path().replace("{file}", "index.html").replace("{name}", "slot_not_free");
        if path.contains('{') {
            let is_about = row.about.as_deref().is_none_or(|about| about == "busy");
            let id = if is_about { about.clone() } else { self.thing(row, row.noun(), who, Object::Own) };
            path = path.replace("{id}", &id).replace("{code}", &id);
        }
        let named = |member: &str| {
            if row.about.as_deref() == Some(member) { about.clone() } else { self.named(row, member, who) }
        };
        let mut body = requests::body(&row.route, &named);
        let mut query = String::new();
        match (row.about.as_deref(), row.method()) {
            (Some(member), "GET") if member != "busy" => query = format!("?{member}={about}"),
            (Some("doctor.location_id"), _) => {
                let mut form = doctor_form();
                form["doctor"]["location_id"] = json!(about);
                if row.path().ends_with("/accounts") {
                    form.as_object_mut().expect("a form is an object").remove("password");
                }
                body = Some(form);
            }
            (Some("location_id"), _) => body = Some(json!({"location_id": about})),
            (Some("doctor_id"), _) if row.path().starts_with("/api/v1/appointments") => {
                let mut wish = json!({"doctor_id": about, "starts_at": starts_at});
                if row.path() == "/api/v1/appointments" {
                    wish["patient_id"] = json!(self.sides[0].patient.id());
                }
                body = Some(wish);
            }
            _ => {}
        }
        Ask { client, method: row.method().to_owned(), path: format!("{path}{query}"), body, about }
    }

    /// What a good body names beside what the row is about.
    fn named(&self, row: &Row, member: &str, who: Who) -> String {
        match member {
            "identifier" | "email" => self.sides[0].patient.email.clone(),
            "refresh_token" => {
                let again = self.sides[0].patient.again(&self.server.client());
                again.login["refresh_token"].as_str().expect("a token is a text").to_owned()
            }
            "token" => "A".repeat(43),
            _ => self.thing(row, member, who, Object::Own),
        }
    }

    /// The id of something, by what it is called in paths and bodies.
    fn thing(&self, row: &Row, noun: &str, who: Who, object: Object) -> String {
        let side = match object {
            Object::Missing if noun == "specialties" => return NO_CODE.to_owned(),
            Object::Missing => {
                if noun == "doctor_id" {
                    // With somebody else, something starts when it is asked for.
                    let _ = self.free_slot(0);
                }
                return NOBODYS_ID.to_owned();
            }
            Object::Own => 0,
            Object::Others => 1,
        };
        let of = &self.sides[side];
        let admin = &self.admin.client;
        match noun {
            "accounts" | "actor" | "subject" => match self.person(who).filter(|_| side == 0) {
                Some(person) => account(person),
                None => self.kept("account", side, || account(&self.server.patient())),
            },
            "auth" => {
                let own = self.person(who).filter(|_| side == 0).unwrap_or(&self.sides[1].patient);
                let again = own.again(&self.server.client());
                let sessions = again.client.get("/auth/sessions").body_of(200);
                let mut rows = sessions["items"].as_array().expect("sessions have items").iter();
                id_of(rows.find(|session| session["current"] == true).expect("one session is this one"))
            }
            "patients" | "patient_id" => of.patient.id().to_owned(),
            // One with slots to come stays where they are.
            "doctors" if row.about.as_deref() == Some("location_id") => self.server.doctor().id().to_owned(),
            "doctors" => of.doctor.id().to_owned(),
            "doctor_id" => {
                let _ = self.free_slot(side);
                of.doctor.id().to_owned()
            }
            "location_id" if row.path().ends_with("/availability") => {
                let _ = self.free_slot(side);
                of.location.clone()
            }
            "locations" if row.method() == "DELETE" => {
                self.kept("location", side, || id_of(&admin.post("/locations", &new("locations")).body_of(201)))
            }
            "locations" | "location_id" | "doctor.location_id" => of.location.clone(),
            "specialties" => self.kept("specialty", side, || {
                let made = admin.post("/specialties", &new("specialties")).body_of(201);
                made["code"].as_str().expect("a code is a text").to_owned()
            }),
            "messages" => of.messages[0].clone(),
            "slots" | "slot_id" | "ids" => self.free_slot(side),
            "busy" => self.kept("busy", side, || {
                let slot = self.publish(side);
                let _ = of.patient.book(&slot);
                slot
            }),
            "appointments" => self.appointment(row, side),
            _ => panic!("{}: what is {noun}?", row.name()),
        }
    }

    fn appointment(&self, row: &Row, side: usize) -> String {
        let of = &self.sides[side];
        let step = row.path().rsplit('/').next().unwrap_or_default();
        let book = || of.patient.book(&self.publish(side));
        let then = |visit: String, step: &str| {
            let _ = of.doctor.client.post_nothing(&format!("/appointments/{visit}/{step}")).expect(200);
            visit
        };
        match step {
            "arrive" | "check-in" | "complete" | "no-show" => {
                self.kept("begun", side, || of.begun.borrow_mut().pop().expect("a visit is left"))
            }
            "enter-in-error" => self.kept("booked", side, || then(book(), "confirm")),
            "reinstate" => self.kept("cancelled", side, || then(book(), "cancel")),
            _ => self.kept("pending", side, book),
        }
    }

    fn free_slot(&self, side: usize) -> String {
        let slot = self.kept("slot", side, || self.publish(side));
        if self.keeps.get() {
            let start = self.kept("start", side, || self.last_start.borrow().clone());
            *self.last_start.borrow_mut() = start;
        }
        slot
    }

    fn publish(&self, side: usize) -> String {
        let start = requests::fresh_start();
        let slot = self.sides[side].doctor.publish(&start, 30);
        *self.last_start.borrow_mut() = start;
        slot
    }

    /// The one that is there already, if it is left alone; else a new one.
    fn kept(&self, what: &str, side: usize, make: impl FnOnce() -> String) -> String {
        let key = (what.to_owned(), side);
        if !self.keeps.get() {
            return make();
        }
        if let Some(known) = self.kept.borrow().get(&key) {
            return known.clone();
        }
        let new_one = make();
        self.kept.borrow_mut().insert(key, new_one.clone());
        new_one
    }

    /// Somebody of this role whom nobody will miss.
    fn newcomer(&self, who: Who) -> Person {
        match who {
            Who::Nobody | Who::Patient => self.server.patient(),
            Who::Doctor => self.server.doctor(),
            Who::Receptionist => self.server.receptionist(),
            Who::Admin => self.server.admin(),
        }
    }
}

impl Row {
    /// What the path is about: its first word behind the prefix.
    fn noun(&self) -> &str {
        let path = self.path().strip_prefix(API).or_else(|| self.path().strip_prefix("/api")).unwrap_or(self.path());
        path.split('/').nth(1).unwrap_or_default()
    }
}

/// A good body for a new one of these.
fn new(nouns: &str) -> Value {
    requests::body(&format!("POST {API}/{nouns}"), &|_| String::new()).expect("what is new has a body")
}

fn account(person: &Person) -> String {
    id_of(&person.login["account"])
}

/// Those who were let in once, and are not any more.
fn outsiders(server: &Server, admin: &Person) -> Vec<(&'static str, Client)> {
    let [left, waiting, closed] = [(); 3].map(|()| server.join(&patient_form()));
    let _ = left.client.post_nothing("/auth/logout").expect(204);
    server.data().execute(&format!("UPDATE accounts SET status = 'waiting' WHERE email = '{}'", waiting.email));
    let _ = admin.client.post_nothing(&format!("/accounts/{}/deactivate", account(&closed))).expect(200);
    vec![
        ("without a token", server.client()),
        ("logged out", left.client),
        ("waiting", waiting.client),
        ("closed", closed.client),
    ]
}
