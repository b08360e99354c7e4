//! Rows for every table that grows, which no case of the contract looks at: they are of years that none has.

use std::collections::BTreeSet;

use application::audit::{AuditAction, AuditEntry};
use application::ports::{Answer, Store};
use chrono::{DateTime, Days, TimeDelta, Utc};
use identity_core::{Failures, LoginName, OneTimeToken, RefreshToken, Session, Subject, TokenHash, TokenPurpose};
use kernel::{AccountId, DoctorId, MessageId, Role, SessionId, StoreError, Zone};
use messaging_core::ports::Fate;
use messaging_core::{Addressee, Attempt, Message, MessageKind, Preferences};
use scheduling_core::appointment::Change;
use scheduling_core::{Actor, Appointment, AppointmentStatus, ChangeKind, Slot, SlotStatus};
use testkit::{Clinic, Shared, sample};

/// How many rows each of them has at least.
pub(super) const ROWS: u32 = 2_000;

/// The tables.
pub(super) const GROWING: [&str; 22] = [
    "accounts",
    "answers",
    "appointment_changes",
    "appointments",
    "audit",
    "audit_seals",
    "audit_subjects",
    "delivery_attempts",
    "doctor_specialties",
    "doctors",
    "guards",
    "login_failures",
    "login_names",
    "messages",
    "one_time_tokens",
    "patients",
    "preferences",
    "refresh_tokens",
    "search_keys",
    "searched_names",
    "sessions",
    "slots",
];

/// Doctors; each has a few slots, and the last one has most.
const DOCTORS: u32 = 300;

/// Fills the tables, in a handful of transactions; says who was the doctor of all visits.
pub(super) fn fill(store: &Shared) -> AccountId {
    let clinic = Clinic::open(store, Zone::UTC);
    let doctors: Vec<DoctorId> = (0..DOCTORS).map(|n| clinic.doctor(&format!("Grace {n}"))).collect();
    let patients: Vec<_> = (0..ROWS).map(person).collect();
    clinic.write(|store| {
        patients.iter().try_for_each(|(account, patient)| {
            store.add_account(account)?;
            store.add_patient(patient)?;
            store.add_guard(kernel::Guard::Patient(patient.id))?;
            store.add_login_name(&LoginName::typed(account.email.as_str()), account.id)
        })
    });
    let last = doctors.last().copied().unwrap();
    let past = clinic.slots(last, sample::instant("2016-01-01T00:00:00Z"), 30, ROWS);
    clinic.slots(last, sample::instant("2116-01-01T00:00:00Z"), 30, ROWS);
    for doctor in &doctors {
        clinic.slots(*doctor, sample::instant("2117-01-01T00:00:00Z"), 30, 4);
    }
    let actor = clinic.doctor_actor(last);
    clinic.write(|store| {
        past.iter().zip(&patients).try_for_each(|(slot, (_, patient))| visit(store, slot, patient.id, actor))
    });
    clinic.write(|store| {
        (0..ROWS).zip(&patients).try_for_each(|(n, (account, patient))| log(store, n, account.id, patient.id.uuid()))
    });
    while 0 < clinic.write(send_some) {}
    actor.account
}

/// A patient with a birthday of their own.
fn person(n: u32) -> (identity_core::Account, clinic_core::Patient) {
    let account = sample::account(Role::Patient, &format!("Ada {n}"));
    let patient = sample::patient(account.id);
    let date_of_birth = patient.date_of_birth.map(|date| date - Days::new(n.into()));
    (account, clinic_core::Patient { date_of_birth, ..patient })
}

/// A visit that is over.
fn visit(store: &mut dyn Store, slot: &Slot, patient: kernel::PatientId, by: Actor) -> Result<(), StoreError> {
    let visit = Appointment { status: AppointmentStatus::Fulfilled, ..sample::appointment(slot, patient) };
    store.change_slot(&slot.with_status(SlotStatus::Busy))?;
    store.add_appointment(&visit)?;
    store.add_change(&Change {
        appointment: visit.id,
        revision: visit.revision,
        at: slot.interval.start(),
        by,
        kind: ChangeKind::Booked,
        from: None,
        to: visit.standing(),
        reason_code: None,
        reason: None,
    })
}

fn at(n: u32) -> DateTime<Utc> {
    sample::instant("2116-01-01T00:00:00Z") + TimeDelta::minutes(n.into())
}

fn hash() -> TokenHash {
    let mut hash = [0; 32];
    hash[..16].copy_from_slice(sample::fresh().as_bytes());
    TokenHash(hash)
}

/// A row of each log.
fn log(store: &mut dyn Store, n: u32, account: AccountId, subject: uuid::Uuid) -> Result<(), StoreError> {
    let at = at(n);
    let message = Message {
        id: MessageId::new(sample::fresh()),
        kind: MessageKind::Booked,
        to: Addressee::Account(account),
        about: None,
        created_at: at,
        due_at: at,
    };
    store.add_messages(&[message])?;
    store.put_preferences(account, &Preferences::default())?;
    let entry = AuditEntry {
        id: sample::fresh(),
        at: at - TimeDelta::days(36_525),
        actor: Some(account),
        role: Some(Role::Patient),
        action: AuditAction::AppointmentBooked,
        subject: Some(subject),
        shown: BTreeSet::from([subject, sample::fresh()]),
        address: None,
        detail: None,
        state: None,
    };
    store.add_entries(&[entry])?;
    let session = Session {
        id: SessionId::new(sample::fresh()),
        account,
        created_at: at,
        expires_at: at + TimeDelta::days(7),
        ended_at: None,
        user_agent: None,
    };
    store.add_session(&session)?;
    store.add_refresh_token(&RefreshToken {
        hash: hash(),
        session: session.id,
        issued_at: at,
        expires_at: session.expires_at,
        used_at: None,
    })?;
    store.add_one_time_token(&OneTimeToken {
        hash: hash(),
        purpose: TokenPurpose::ResetPassword,
        account,
        issued_at: at,
        expires_at: session.expires_at,
        used_at: None,
    })?;
    store.hold_login_failures(&Subject::account(account), Failures { count: 1, last_at: at })?;
    store.add_answer(
        account,
        &Answer {
            key: "key".to_owned(),
            fingerprint: [0; 32],
            status: 201,
            body: "{}".to_owned(),
            subject,
            revision: kernel::Revision::FIRST,
            at,
        },
    )
}

/// Takes some of the messages for sent, of which no case must hear.
fn send_some(store: &mut dyn Store) -> Result<usize, StoreError> {
    let (claim, now) = (sample::fresh(), at(ROWS));
    let claimed = store.claim_messages(claim, now, now + TimeDelta::minutes(1), 100)?;
    for posted in &claimed {
        let attempt = Attempt {
            message: posted.message.id,
            number: posted.attempts,
            at: now,
            outcome: Fate::Sent.outcome(),
            detail: None,
        };
        store.settle_message(claim, Fate::Sent, &attempt)?;
    }
    Ok(claimed.len())
}
