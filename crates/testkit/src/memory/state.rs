//! What is stored: one map for each table.

use std::collections::BTreeMap;

use application::audit::{AuditEntry, Seal};
use application::leases::Lease;
use application::ports::Answer;
use application::settings::StoredSettings;
use clinic_core::{Doctor, Location, Patient};
use identity_core::{Account, Failures, OneTimeToken, RefreshToken, Session, Subject, TokenHash};
use kernel::{AccountId, AppointmentId, DoctorId, Guard, MessageId, PatientId, Revision, SessionId, SlotId};
use messaging_core::{Attempt, Preferences};
use scheduling_core::{Appointment, Change, Schedule, Slot};
use uuid::Uuid;

use super::outbox::Row as MessageRow;

#[derive(Clone, Debug, Default)]
pub(super) struct State {
    /// How often each guard was held.
    pub(super) guards: BTreeMap<Guard, u64>,
    pub(super) accounts: BTreeMap<AccountId, Account>,
    pub(super) sessions: BTreeMap<SessionId, Session>,
    pub(super) refresh_tokens: BTreeMap<TokenHash, RefreshToken>,
    /// Names by code.
    pub(super) specialties: BTreeMap<String, String>,
    /// Oldest first.
    pub(super) locations: Vec<Location>,
    pub(super) doctors: BTreeMap<DoctorId, Doctor>,
    pub(super) patients: BTreeMap<PatientId, Patient>,
    pub(super) schedules: BTreeMap<DoctorId, Schedule>,
    pub(super) slots: BTreeMap<SlotId, Slot>,
    pub(super) appointments: BTreeMap<AppointmentId, Appointment>,
    pub(super) changes: BTreeMap<(AppointmentId, Revision), Change>,
    pub(super) answers: BTreeMap<(AccountId, String), Answer>,
    pub(super) one_time_tokens: BTreeMap<TokenHash, OneTimeToken>,
    pub(super) messages: BTreeMap<MessageId, MessageRow>,
    pub(super) delivery_attempts: BTreeMap<(MessageId, u32), Attempt>,
    pub(super) preferences: BTreeMap<AccountId, Preferences>,
    pub(super) audit: BTreeMap<Uuid, AuditEntry>,
    pub(super) audit_seals: BTreeMap<u64, Seal>,
    pub(super) login_failures: BTreeMap<Subject, Failures>,
    pub(super) settings: StoredSettings,
    /// By name.
    pub(super) leases: BTreeMap<String, Lease>,
}

impl State {
    pub(super) fn seeded() -> Self {
        let specialties = super::SPECIALTIES.map(|(code, name)| (code.to_owned(), name.to_owned()));
        Self {
            guards: BTreeMap::from([(Guard::Admins, 0), (Guard::Places, 0)]),
            specialties: specialties.into(),
            ..Self::default()
        }
    }
}
