//! Who did what to whom, when, from where.

pub mod chain;
mod comparing;
mod keeping;
mod line;
mod naming;
mod reading;
mod readings;
mod recording;
mod sealing;
mod states;
mod trail;

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use identity_core::Account;
use kernel::{AccountId, Role, StoreError, words};
use scheduling_core::{Actor, Appointment};
use uuid::Uuid;

use crate::Caller;

pub use chain::{Finding, Seal, SealedLine};
pub use comparing::{Discrepancy, compare};
pub(crate) use keeping::Nothing;
pub use keeping::{Head, NotAHead, SealKeeper};
pub use line::AuditLine;
pub(crate) use naming::{account_fields, doctor_fields, named, patient_fields};
pub(crate) use readings::{Reading, Readings};
pub use sealing::{Search, Verified, verify};
use states::{account_state, visit_state};
pub use trail::{AuditFilter, AuditTrail};

words! {
    /// What was done.
    pub enum AuditAction {
        /// Somebody registered themself.
        AccountRegistered = "account_registered",
        /// An account was made for somebody.
        AccountCreated = "account_created",
        /// How an account stood when entries began to say so; made once for those that were there before.
        AccountRecorded = "account_recorded",
        /// All accounts that were there before have been recorded.
        AccountsRecorded = "accounts_recorded",
        /// An account's data was changed.
        AccountChanged = "account_changed",
        /// What a patient's profile says was changed.
        PatientChanged = "patient_changed",
        /// What a doctor's profile says was changed.
        DoctorChanged = "doctor_changed",
        /// Somebody of the staff read all of a patient's profile.
        PatientRecordRead = "patient_record_read",
        /// Somebody of the staff read a patient's name and contact data.
        PatientContactRead = "patient_contact_read",
        /// Somebody of the staff was shown a page of patients.
        PatientsListed = "patients_listed",
        /// Somebody of the staff was shown a page of appointments.
        AppointmentsListed = "appointments_listed",
        /// Somebody of the staff read an appointment, its reason and its notes.
        AppointmentRead = "appointment_read",
        /// Somebody of the staff read what has happened to an appointment.
        AppointmentHistoryRead = "appointment_history_read",
        /// An administrator was shown a page of accounts.
        AccountsListed = "accounts_listed",
        /// An administrator read an account.
        AccountRead = "account_read",
        /// An administrator was shown a page of messages, with whom they are for.
        MessagesListed = "messages_listed",
        /// An administrator read to whom a message went, and how.
        MessageRead = "message_read",
        /// An administrator was shown a page of this log.
        AuditRead = "audit_read",
        /// A doctor read all of a patient's profile in an emergency; the detail is the reason.
        PatientReadInEmergency = "patient_read_in_emergency",
        /// Somebody came in.
        LoggedIn = "logged_in",
        /// One session was ended.
        SessionEnded = "session_ended",
        /// All sessions of an account were ended.
        SessionsEnded = "sessions_ended",
        /// A refresh token was used twice, which ended its session.
        RefreshTokenReused = "refresh_token_reused",
        /// Times were put up for sale.
        SlotsPublished = "slots_published",
        /// A slot was changed.
        SlotChanged = "slot_changed",
        /// Slots were taken back.
        SlotsRemoved = "slots_removed",
        /// A visit was booked.
        AppointmentBooked = "appointment_booked",
        /// A visit was moved to another slot.
        AppointmentMoved = "appointment_moved",
        /// A visit was called off.
        AppointmentCancelled = "appointment_cancelled",
        /// The doctor agreed.
        AppointmentConfirmed = "appointment_confirmed",
        /// The doctor did not agree.
        AppointmentRefused = "appointment_refused",
        /// The patient arrived.
        AppointmentArrived = "appointment_arrived",
        /// The patient was checked in.
        AppointmentCheckedIn = "appointment_checked_in",
        /// The visit took place.
        AppointmentCompleted = "appointment_completed",
        /// The patient did not come.
        AppointmentMissed = "appointment_missed",
        /// The visit never was.
        AppointmentEnteredInError = "appointment_entered_in_error",
        /// Why the patient comes was rewritten.
        AppointmentAmended = "appointment_amended",
        /// A cancellation or a no-show was undone.
        AppointmentReinstated = "appointment_reinstated",
        /// Entries of this log were taken out of the house.
        AuditExported = "audit_exported",
        /// Settings were changed; the detail names them.
        SettingsChanged = "settings_changed",
        /// A location was added.
        LocationAdded = "location_added",
        /// A location was changed.
        LocationChanged = "location_changed",
        /// A location was removed.
        LocationRemoved = "location_removed",
        /// A specialty was added to the list.
        SpecialtyAdded = "specialty_added",
        /// A specialty got another name.
        SpecialtyChanged = "specialty_changed",
        /// A specialty was removed from the list.
        SpecialtyRemoved = "specialty_removed",
        /// An account was opened.
        AccountActivated = "account_activated",
        /// An account was closed, and its sessions with it.
        AccountDeactivated = "account_deactivated",
        /// Somebody changed their password, or the command line did.
        PasswordChanged = "password_changed",
        /// A password was hashed anew at a login, because its hash was made by other rules.
        PasswordRehashed = "password_rehashed",
        /// Somebody set a password with a link that was mailed to them.
        PasswordReset = "password_reset",
        /// Somebody proved their e-mail address.
        EmailVerified = "email_verified",
        /// Somebody asked for a link to be mailed to an address, known or not.
        LinkRequested = "link_requested",
        /// Somebody wants to be told other things, or in another language.
        PreferencesChanged = "preferences_changed",
        /// A message was sent once more.
        MessageSentAgain = "message_sent_again",
    }
}

/// One line of the audit log, never changed, never removed: written in the transaction of what it tells of, or, where that
/// is a reading, soon after.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditEntry {
    /// Its identity.
    pub id: Uuid,
    /// When.
    pub at: DateTime<Utc>,
    /// Whose account did it; nobody's for the command line, the jobs and strangers.
    pub actor: Option<AccountId>,
    /// In which role.
    pub role: Option<Role>,
    /// What.
    pub action: AuditAction,
    /// To which account, patient, appointment or other thing.
    pub subject: Option<Uuid>,
    /// From which network address.
    pub address: Option<String>,
    /// What else there is to know: names of fields, never their medical content, never a secret.
    pub detail: Option<String>,
    /// Whom a reading has shown besides the subject: accounts, patients and doctors.
    pub shown: BTreeSet<Uuid>,
    /// A fingerprint of how the subject stands after the change, where it is an account or an appointment.
    pub state: Option<[u8; 32]>,
}

/// The audit log.
pub trait Audit {
    /// Adds an entry of a change, which shows nobody.
    ///
    /// # Errors
    /// When the store fails.
    fn add_audit(&mut self, entry: &AuditEntry) -> Result<(), StoreError>;

    /// Adds entries, those of readings with whom they have shown, many with few statements.
    ///
    /// # Errors
    /// When the store fails.
    fn add_entries(&mut self, entries: &[AuditEntry]) -> Result<(), StoreError>;
}

/// Writes into the transaction that does it who does what; nobody's name for strangers, the command line and the jobs.
///
/// `id` and `at` are made before the transaction, so that work which is run again is told of once.
///
/// # Errors
/// When the store fails.
pub(crate) fn record<S: Audit + ?Sized>(
    store: &mut S,
    id: Uuid,
    at: DateTime<Utc>,
    by: Option<&Caller>,
    action: AuditAction,
    subject: Option<Uuid>,
    detail: Option<String>,
) -> Result<(), StoreError> {
    store.add_audit(&entry(id, at, by, action, subject, detail))
}

/// The same of a change of an account's role, status or password, with how the account stands after it.
///
/// # Errors
/// When the store fails.
pub(crate) fn record_account<S: Audit + ?Sized>(
    store: &mut S,
    id: Uuid,
    at: DateTime<Utc>,
    by: Option<&Caller>,
    action: AuditAction,
    after: &Account,
) -> Result<(), StoreError> {
    let state = Some(account_state(after));
    store.add_audit(&AuditEntry { state, ..entry(id, at, by, action, Some(after.id.uuid()), None) })
}

/// The same of a new revision of an appointment, with how it stands after it.
///
/// # Errors
/// When the store fails.
pub(crate) fn record_visit<S: Audit + ?Sized>(
    store: &mut S,
    id: Uuid,
    at: DateTime<Utc>,
    by: Option<&Caller>,
    (action, detail): (AuditAction, Option<String>),
    after: &Appointment,
) -> Result<(), StoreError> {
    let actor = by.map_or(Actor::SYSTEM, Caller::actor);
    let state = Some(visit_state(after.id, after.revision, actor, &after.standing()));
    store.add_audit(&AuditEntry { state, ..entry(id, at, by, action, Some(after.id.uuid()), detail) })
}

fn entry(
    id: Uuid,
    at: DateTime<Utc>,
    by: Option<&Caller>,
    action: AuditAction,
    subject: Option<Uuid>,
    detail: Option<String>,
) -> AuditEntry {
    AuditEntry {
        id,
        at,
        actor: by.map(|caller| caller.account),
        role: by.map(Caller::role),
        action,
        subject,
        address: by.and_then(|caller| caller.address).map(|address| address.to_string()),
        detail,
        shown: BTreeSet::new(),
        state: None,
    }
}
