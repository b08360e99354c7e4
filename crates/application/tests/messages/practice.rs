//! A practice with a post that does as it is told.

use std::sync::{Arc, Mutex};

use application::appointments::Booking;
use application::delivering::{Round, Stationery};
use application::{App, Caller, Party, Settings};
use kernel::{AccountId, AppointmentId, DoctorId, MessageId, PatientId, Role, SessionId, SlotId};
use messaging_core::ports::{DeliveryFailure, Post};
use messaging_core::{Contents, Letter, MessageKind, Preferences, VisitFacts};
use scheduling_core::booking::Target;
use scheduling_core::{BookingPolicy, Confirmation};
use testkit::{Clinic, FixedClock, PlainPasswords, PlainTokens, SequentialIds, Shared, sample};

/// Ada, a patient; Grace and John, doctors; the front desk; and an administrator.
pub(crate) struct Practice {
    pub(crate) clinic: Clinic,
    pub(crate) app: App,
    pub(crate) clock: FixedClock,
    pub(crate) ada: PatientId,
    pub(crate) grace: DoctorId,
    pub(crate) john: DoctorId,
    pub(crate) desk: AccountId,
}

impl Practice {
    /// In Berlin, on Friday, 2026-11-20, at 8:00 UTC.
    pub(crate) fn open(confirmation: Confirmation) -> Self {
        let clinic = Clinic::in_memory(testkit::zone("Europe/Berlin"));
        let clock = FixedClock::default();
        let booking = BookingPolicy { confirmation, ..BookingPolicy::default() };
        let app = App::new(
            Shared::clone(clinic.store()),
            Arc::new(clock.clone()),
            Arc::new(SequentialIds::default()),
            Arc::new(PlainPasswords),
            Arc::new(PlainTokens::default()),
            Settings { booking, clinic_name: "The clinic".to_owned(), ..Settings::default() },
        );
        let (ada, grace, john) = (clinic.patient("Ada"), clinic.doctor("Grace"), clinic.doctor("John"));
        let desk = clinic.account(Role::Receptionist, "Rosa");
        Self { clinic, app, clock, ada, grace, john, desk }
    }

    pub(crate) fn as_ada(&self) -> Caller {
        caller(self.clinic.patient_actor(self.ada).account, Party::Patient(self.ada))
    }

    pub(crate) fn as_grace(&self) -> Caller {
        caller(self.clinic.doctor_actor(self.grace).account, Party::Doctor(self.grace))
    }

    pub(crate) fn as_desk(&self) -> Caller {
        caller(self.desk, Party::Receptionist)
    }

    pub(crate) fn as_admin(&self) -> Caller {
        caller(self.desk, Party::Admin)
    }

    /// Whoever calls gets no mails about visits from now on.
    pub(crate) fn wants_no_mail(&self, caller: &Caller) {
        let quiet = Preferences { email_appointments: false, ..Preferences::default() };
        self.clinic.write(|store| store.put_preferences(caller.account, &quiet));
    }

    /// A free slot on Monday at this hour, UTC.
    pub(crate) fn slot(&self, doctor: DoctorId, hour: u32) -> SlotId {
        self.clinic.slot(doctor, sample::instant(&format!("2026-11-23T{hour:02}:00:00Z")), 30)
    }

    pub(crate) fn book(&self, caller: &Caller, slot: SlotId) -> AppointmentId {
        let booking = Booking {
            target: Target::Slot(slot),
            patient: Some(self.ada),
            reason: Some("Secret cough".to_owned()),
            notes: Some("Secret note".to_owned()),
        };
        match self.app.book(caller, &booking, None).unwrap() {
            application::idempotency::Outcome::Done(appointment, _) => appointment.id,
            application::idempotency::Outcome::Replayed { subject, .. } => AppointmentId::new(subject),
        }
    }

    /// One round of the worker.
    pub(crate) fn round(&self, desk: &Desk) -> Round {
        self.app.deliver_due(desk, &stationery(), 1, &|| true).unwrap()
    }

    /// Everything that is due: what kind of letter went to whom.
    pub(crate) fn told(&self) -> Vec<(MessageKind, String)> {
        self.letters().into_iter().map(|letter| (letter.kind, letter.to.name)).collect()
    }

    /// Everything that is due.
    pub(crate) fn letters(&self) -> Vec<Letter> {
        let desk = Desk::default();
        self.round(&desk);
        desk.letters()
    }
}

/// What every letter says of the installation.
pub(crate) fn stationery() -> Stationery {
    Stationery { public_url: "https://clinic.example".to_owned(), calendar_domain: "clinic.example".to_owned() }
}

fn caller(account: AccountId, party: Party) -> Caller {
    Caller { account, session: SessionId::new(sample::fresh()), party, address: None }
}

/// A post that keeps what it is given, and refuses it while it has a reason.
#[derive(Debug, Default)]
pub(crate) struct Desk {
    letters: Mutex<Vec<Letter>>,
    failure: Option<DeliveryFailure>,
}

impl Desk {
    pub(crate) fn away() -> Self {
        Self::refusing(DeliveryFailure::Transient("nobody answers".to_owned()))
    }

    pub(crate) fn refusing(failure: DeliveryFailure) -> Self {
        Self { failure: Some(failure), ..Self::default() }
    }

    pub(crate) fn letters(&self) -> Vec<Letter> {
        self.letters.lock().unwrap().clone()
    }

    pub(crate) fn ids(&self) -> Vec<MessageId> {
        self.letters().iter().map(|letter| letter.id).collect()
    }
}

impl Post for Desk {
    fn deliver(&self, letter: &Letter) -> Result<(), DeliveryFailure> {
        self.letters.lock().unwrap().push(letter.clone());
        self.failure.clone().map_or(Ok(()), Err)
    }
}

/// What a letter says of a visit.
pub(crate) fn visit(letter: &Letter) -> VisitFacts {
    let Contents::Visit(facts) = &letter.contents else { unreachable!("this letter is about a visit") };
    facts.clone()
}
