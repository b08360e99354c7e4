//! Clinics of any size: who they have, what can be booked, and a server on top.

use std::cmp::Ordering;
use std::fs;
use std::sync::Arc;

use acceptance::people::{PASSWORD, patient_form};
use acceptance::{Client, Data, Engine, Server, days, wait};
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::json;

use crate::filling;
use crate::ids::{Kind, hex, hyphenated};

/// Doctors open at nine, and see somebody every 20 minutes until twenty past two.
const SLOTS_PER_DAY: u32 = 16;
const SLOT_MINUTES: u32 = 20;
const OPENING_MINUTE: u32 = 9 * 60;

/// A doctor's slots are on 125 days, of which so many are over where a clinic has been lived in.
const DAYS: u32 = 125;
const DAYS_OVER: u32 = 62;
/// For so many days the server keeps the slots that nobody took.
const KEPT_DAYS: i64 = 30;
pub(crate) const SLOTS_PER_DOCTOR: u32 = SLOTS_PER_DAY * DAYS;

/// Patients without a past, who log in and book; patients with one have the numbers behind them.
pub(crate) const BOOKERS: u32 = 512;

/// How the slots of a clinic are taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Diary {
    /// Every day is to come and every slot is free.
    Free,
    /// Half of the days are over; eight of ten slots were taken then, three of ten are now.
    Lived,
}

/// A clinic in a database.
#[derive(Debug)]
pub(crate) struct Clinic {
    pub(crate) data: Arc<Data>,
    pub(crate) doctors: u32,
    diary: Diary,
}

impl Clinic {
    /// Makes a clinic with about so many slots.
    pub(crate) fn new(engine: Engine, slots: u32, diary: Diary) -> Self {
        let data = Data::new(engine);
        // The server makes the tables, the first location, and a password's hash that is cheap to verify.
        let server = Server::start_on(&data, &[("bcrypt_cost", "4")]);
        let _ = server.join(&patient_form());
        server.stop();
        let clinic = Self { data, doctors: (slots / SLOTS_PER_DOCTOR).max(5), diary };
        filling::fill(&clinic);
        clinic.forget_the_log();
        clinic
    }

    /// Accounts that were filled in are not in the audit log; without one, the next server records all that there are, as
    /// after an upgrade.
    fn forget_the_log(&self) {
        self.data.execute("DELETE FROM audit_seals; DELETE FROM audit_subjects; DELETE FROM audit");
        for file in fs::read_dir(self.data.keys()).unwrap().map(|entry| entry.unwrap().path()) {
            if file.extension().is_some_and(|extension| extension == "head") {
                fs::remove_file(file).unwrap();
            }
        }
    }

    pub(crate) const fn slots(&self) -> u32 {
        self.doctors * SLOTS_PER_DOCTOR
    }

    /// The id of a doctor as it is written on the wire.
    pub(crate) fn doctor_id(&self, number: u32) -> String {
        hyphenated(&hex(Kind::Doctor, number % self.doctors))
    }

    /// A server as a clinic would run it, but for what limits a client.
    pub(crate) fn serve(&self) -> Server {
        Server::start_on(&self.data, &[("bcrypt_cost", "12")])
    }

    /// All that can be booked, by time; no booker is offered two that overlap.
    pub(crate) fn offers(&self) -> Vec<Offer> {
        let first = match self.diary {
            Diary::Free => 0,
            Diary::Lived => (DAYS_OVER + 1) * SLOTS_PER_DAY,
        };
        let of_time = |time| (0..self.doctors.min(BOOKERS)).map(move |doctor| (doctor, time));
        let free =
            (first..SLOTS_PER_DOCTOR).flat_map(of_time).filter(|(doctor, time)| self.fate(*doctor, *time).is_empty());
        free.map(|(doctor, time)| Offer { doctor, time, starts_at: self.start_of(time) }).collect()
    }

    /// When the slots with this number start, counted from each doctor's first.
    pub(crate) fn start_of(&self, time: u32) -> DateTime<Utc> {
        let (day, place) = (i64::from(time / SLOTS_PER_DAY), time % SLOTS_PER_DAY);
        let first_day = match self.diary {
            Diary::Free => 1,
            Diary::Lived => -i64::from(DAYS_OVER),
        };
        days::at(0, OPENING_MINUTE + place * SLOT_MINUTES) + TimeDelta::days(first_day + day)
    }

    /// Whether a slot that nobody took is over for so long that the server has removed it since.
    pub(crate) fn is_swept(&self, doctor: u32, time: u32) -> bool {
        self.start_of(time) < days::at(0, 0) - TimeDelta::days(KEPT_DAYS) && self.fate(doctor, time).is_empty()
    }

    /// The statuses that the appointment in a slot has had; none when there never was one. The same each time.
    pub(crate) fn fate(&self, doctor: u32, time: u32) -> &'static [&'static str] {
        let dice = ((doctor * 31 + time).wrapping_mul(0x9e37_79b9) >> 16) % 100;
        match (self.diary, (time / SLOTS_PER_DAY).cmp(&DAYS_OVER), dice) {
            (Diary::Lived, Ordering::Less, 0..72) => &["booked", "arrived", "fulfilled"],
            (Diary::Lived, Ordering::Less, 72..76) => &["booked", "cancelled"],
            (Diary::Lived, Ordering::Less, 76..80) => &["booked", "noshow"],
            (Diary::Lived, Ordering::Greater, 0..30) => &["booked"],
            _ => &[],
        }
    }
}

/// Logs the bookers in; gives their tokens.
pub(crate) fn tokens(server: &Server) -> Vec<String> {
    let client = server.client();
    (0..BOOKERS).map(|number| token(&client, number)).collect()
}

/// Logs a booker in; gives their token.
pub(crate) fn token(client: &Client, number: u32) -> String {
    let body = json!({"identifier": booker_email(number), "password": PASSWORD});
    let log_in = || Some(client.post("/auth/login", &body)).filter(|answer| answer.status == 200);
    wait::until("a login", log_in).json()["access_token"].as_str().unwrap().to_owned()
}

pub(crate) fn booker_email(number: u32) -> String {
    format!("patient-{number}@example.org")
}

pub(crate) fn end_of(start: DateTime<Utc>) -> DateTime<Utc> {
    start + TimeDelta::minutes(i64::from(SLOT_MINUTES))
}

/// A slot that can be booked, and by whom.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Offer {
    pub(crate) doctor: u32,
    time: u32,
    pub(crate) starts_at: DateTime<Utc>,
}

impl Offer {
    pub(crate) const fn slot(&self) -> u32 {
        self.doctor * SLOTS_PER_DOCTOR + self.time
    }

    /// Larger for each offer than for the one before.
    pub(crate) const fn place(&self) -> u32 {
        self.time * BOOKERS + self.doctor
    }

    /// Different for all doctors at a time, and for the times of a doctor that come one after another.
    pub(crate) const fn booker(&self) -> u32 {
        (self.doctor + 7 * self.time) % BOOKERS
    }

    /// What is posted to book it.
    pub(crate) fn body(&self) -> String {
        json!({"slot_id": hyphenated(&hex(Kind::Slot, self.slot()))}).to_string()
    }
}
