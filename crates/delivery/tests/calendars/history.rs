//! What happens in a clinic with one patient, two doctors and a mail server.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use application::appointments::Booking;
use application::delivering::Stationery;
use application::idempotency::Outcome;
use application::{App, Caller, Party, Settings};
use chrono::{DateTime, TimeDelta, Utc};
use kernel::{AccountId, AppointmentId, DoctorId, PatientId, Role, SessionId, SlotId};
use messaging_core::{Addressee, MessageStatus, Posted, Preferences};
use proptest::prelude::*;
use proptest::sample::{Index, select};
use scheduling_core::AppointmentStatus::{
    Arrived, Booked, Cancelled, CheckedIn, EnteredInError, Fulfilled, NoShow, Pending, Proposed, Waitlist,
};
use scheduling_core::booking::Target;
use scheduling_core::visiting::Step as Visiting;
use scheduling_core::{Appointment, BookingPolicy, Confirmation};
use testkit::{Clinic, FixedClock, PlainPasswords, PlainTokens, SequentialIds, Shared, sample};

use crate::calendar::Event;
use crate::mailbox::{Luck, MailServer};

/// How often everything is tried until nothing waits; a message that is refused takes six rounds, and one waits for another.
const ROUNDS_MAX: u32 = 1_000;

/// Who does something.
#[derive(Clone, Copy, Debug)]
pub(crate) enum By {
    Patient,
    /// The one or the other.
    Doctor(usize),
    Desk,
    Admin,
}

/// What happens next; what is not allowed then does not happen.
#[derive(Clone, Debug)]
pub(crate) enum Step {
    Book(By, Index),
    Move(By, Index, Index),
    Cancel(By, Index),
    Advance(By, Index, Visiting),
    Reinstate(Index),
    Expire,
    Wants(By, bool),
    /// So many at once.
    Deliver(Vec<Luck>, u32),
    SendAgain(Index),
    Wait(i64),
    /// The installation gets another address.
    Relocate(u8),
}

/// Any step.
pub(crate) fn step() -> impl Strategy<Value = Step> {
    let by = || select(vec![By::Patient, By::Doctor(0), By::Doctor(1), By::Desk, By::Admin]);
    let index = || any::<Index>();
    let luck = prop_oneof![
        6 => Just(Luck::Arrives),
        3 => Just(Luck::RefusedNow),
        2 => Just(Luck::RefusedForGood),
        1 => Just(Luck::WorkerEnds),
    ];
    let visiting =
        select(vec![Visiting::Confirm, Visiting::Refuse, Visiting::Arrive, Visiting::NoShow, Visiting::EnterInError]);
    prop_oneof![
        4 => (by(), index()).prop_map(|(by, slot)| Step::Book(by, slot)),
        4 => (by(), index(), index()).prop_map(|(by, visit, slot)| Step::Move(by, visit, slot)),
        3 => (by(), index()).prop_map(|(by, visit)| Step::Cancel(by, visit)),
        4 => (by(), index(), visiting).prop_map(|(by, visit, step)| Step::Advance(by, visit, step)),
        2 => index().prop_map(Step::Reinstate),
        1 => Just(Step::Expire),
        1 => (by(), any::<bool>()).prop_map(|(by, wants)| Step::Wants(by, wants)),
        6 => (proptest::collection::vec(luck, 0..6), 1..=8_u32).prop_map(|(luck, at_once)| Step::Deliver(luck, at_once)),
        1 => index().prop_map(Step::SendAgain),
        3 => select(vec![1_i64, 10, 360, 1_440]).prop_map(Step::Wait),
        1 => any::<u8>().prop_map(Step::Relocate),
    ]
}

/// A clinic, and everything that has happened in it.
pub(crate) struct History {
    clinic: Clinic,
    app: App,
    clock: FixedClock,
    mail_server: MailServer,
    patient: PatientId,
    doctors: [DoctorId; 2],
    desk: AccountId,
    slots: Vec<SlotId>,
    visits: Vec<AppointmentId>,
    stationery: Stationery,
}

impl History {
    /// Four free slots on Monday and Tuesday of each doctor.
    pub(crate) fn begin(by_doctor: bool) -> Self {
        let clinic = Clinic::in_memory(testkit::zone("Europe/Berlin"));
        let clock = FixedClock::default();
        let confirmation = if by_doctor { Confirmation::ByDoctor } else { Confirmation::Automatic };
        let booking = BookingPolicy { confirmation, ..BookingPolicy::default() };
        let app = App::new(
            Shared::clone(clinic.store()),
            Arc::new(clock.clone()),
            Arc::new(SequentialIds::default()),
            Arc::new(PlainPasswords),
            Arc::new(PlainTokens::default()),
            Settings { booking, ..Settings::default() },
        );
        let patient = clinic.patient("Ada");
        let doctors = ["Grace", "John"].map(|name| clinic.doctor(name));
        let desk = clinic.account(Role::Receptionist, "Rosa");
        let starts = ["2026-11-23T09:00:00Z", "2026-11-24T09:00:00Z"].map(sample::instant);
        let two = |doctor| starts.map(|start| clinic.slots(doctor, start, 30, 2)).concat();
        let slots = doctors.map(two).concat().iter().map(|slot| slot.id).collect();
        let stationery = Self::stationery(&app, 0);
        let mail_server = MailServer::open();
        Self { clinic, app, clock, mail_server, patient, doctors, desk, slots, visits: Vec::new(), stationery }
    }

    fn stationery(app: &App, number: u8) -> Stationery {
        let host = format!("clinic{number}.example");
        let calendar_domain = app.calendar_domain(&host).unwrap();
        Stationery { public_url: format!("https://{host}"), calendar_domain }
    }

    /// One step.
    pub(crate) fn take(&mut self, step: &Step) {
        match step {
            Step::Book(by, slot) => {
                let target = Target::Slot(*slot.get(&self.slots));
                let booking = Booking { target, patient: Some(self.patient), reason: None, notes: None };
                if let Ok(Outcome::Done(visit, _)) = self.app.book(&self.caller(*by), &booking, None) {
                    self.visits.push(visit.id);
                }
            }
            Step::Move(by, visit, slot) => {
                let (by, target) = (self.caller(*by), Target::Slot(*slot.get(&self.slots)));
                let reason = Some("it must be".to_owned());
                self.on(visit, |app, id| drop(app.reschedule(&by, id, target, reason.clone(), None)));
            }
            Step::Cancel(by, visit) => {
                let by = self.caller(*by);
                self.on(visit, |app, id| drop(app.cancel(&by, id, None, None, None)));
            }
            Step::Advance(by, visit, step) => {
                let by = self.caller(*by);
                self.on(visit, |app, id| drop(app.advance(&by, id, *step, None, None)));
            }
            Step::Reinstate(visit) => {
                let by = self.caller(By::Admin);
                self.on(visit, |app, id| drop(app.reinstate(&by, id, None, None)));
            }
            Step::Expire => drop(self.app.expire_requests().unwrap()),
            Step::Wants(by, email_appointments) => {
                let wishes = Preferences { email_appointments: *email_appointments, ..Preferences::default() };
                let account = self.caller(*by).account;
                self.clinic.write(|store| store.put_preferences(account, &wishes));
            }
            Step::Deliver(luck, at_once) => self.deliver(luck.clone(), *at_once),
            Step::SendAgain(message) => {
                let page = self.messages();
                if !page.is_empty() {
                    let id = message.get(&page).message.id;
                    self.app.send_message_again(&self.caller(By::Admin), id).unwrap();
                }
            }
            Step::Wait(minutes) => self.clock.advance(TimeDelta::minutes(*minutes)),
            Step::Relocate(number) => self.stationery = Self::stationery(&self.app, *number),
        }
    }

    /// Sends all that is left, and compares.
    pub(crate) fn end(&self) {
        for _ in 0..ROUNDS_MAX {
            if self.messages().iter().all(|posted| posted.status != MessageStatus::Waiting) {
                return self.compare();
            }
            self.clock.advance(TimeDelta::hours(1));
            self.deliver(Vec::new(), 8);
        }
        panic!("a message is never sent");
    }

    fn deliver(&self, luck: Vec<Luck>, at_once: u32) {
        self.mail_server.has(luck);
        let round = || self.app.deliver_due(&self.mail_server, &self.stationery, at_once, &|| true).unwrap();
        if let Err(payload) = catch_unwind(AssertUnwindSafe(round))
            && payload.downcast_ref::<&str>() != Some(&"the worker ends")
        {
            std::panic::resume_unwind(payload);
        }
    }

    fn messages(&self) -> Vec<Posted> {
        let about = |id: &AppointmentId| self.addressees().map(|to| self.told(*id, to)).concat();
        self.visits.iter().flat_map(about).collect()
    }

    fn told(&self, id: AppointmentId, to: Addressee) -> Vec<Posted> {
        self.clinic.read(|store| store.messages_about(id, to))
    }

    fn addressees(&self) -> [Addressee; 3] {
        let [grace, john] = self.doctors.map(Addressee::Doctor);
        [Addressee::Patient(self.patient), grace, john]
    }

    fn on(&self, visit: &Index, deed: impl Fn(&App, AppointmentId)) {
        if !self.visits.is_empty() {
            deed(&self.app, *visit.get(&self.visits));
        }
    }

    fn caller(&self, by: By) -> Caller {
        let (account, party) = match by {
            By::Patient => (self.clinic.patient_actor(self.patient).account, Party::Patient(self.patient)),
            By::Doctor(nth) => {
                let doctor = self.doctors[nth];
                (self.clinic.doctor_actor(doctor).account, Party::Doctor(doctor))
            }
            By::Desk => (self.desk, Party::Receptionist),
            By::Admin => (self.desk, Party::Admin),
        };
        Caller { account, session: SessionId::new(sample::fresh()), party, address: None }
    }

    /// Each calendar shows each visit as it is, if the last that its owner was to be told of it has arrived.
    fn compare(&self) {
        for to in self.addressees() {
            let email = self.clinic.read(|store| store.recipients(&[to]))[&to].email.clone();
            let calendar = self.mail_server.calendar(&email);
            assert!(calendar.known() <= self.visits.len(), "a visit has one UID: {calendar:?}");
            for id in &self.visits {
                let told = self.told(*id, to);
                let visit = self.clinic.read(|store| store.appointment(*id)).unwrap();
                let Some(last) = told.last().filter(|last| last.sent_at.is_some()) else { continue };
                let shown = calendar.event(&format!("{id}@clinic0.example"));
                match self.expected(to, &visit) {
                    Expected::Event(event) => assert_eq!(shown, Some(&event), "{to:?} {visit:?} {last:?}"),
                    Expected::Nothing => assert_eq!(shown, None, "{to:?} {visit:?} {last:?}"),
                    Expected::Either => {}
                }
            }
        }
    }

    fn expected(&self, to: Addressee, visit: &Appointment) -> Expected {
        let is_theirs = to == Addressee::Patient(visit.patient) || to == Addressee::Doctor(visit.doctor);
        let status = match visit.status {
            _ if !is_theirs => return Expected::Nothing,
            Pending => "TENTATIVE",
            Booked | Arrived | CheckedIn => "CONFIRMED",
            Cancelled => return Expected::Nothing,
            // What is over stays in calendars; what was entered in error before that does not.
            Proposed | Waitlist | Fulfilled | NoShow | EnteredInError => return Expected::Either,
        };
        let stamp = |at: DateTime<Utc>| at.format("%Y%m%dT%H%M%SZ").to_string();
        let place = self.clinic.location();
        Expected::Event(Event {
            starts: stamp(visit.interval.start()),
            ends: stamp(visit.interval.end()),
            status: status.to_owned(),
            location: format!("{}\\, {}\\, {}", place.name, place.address, place.city),
        })
    }
}

/// What a calendar must show of a visit.
enum Expected {
    Event(Event),
    Nothing,
    Either,
}
