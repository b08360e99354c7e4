//! What the application needs of a store beyond what each core needs: lists that join two cores, and stored answers.

use chrono::{DateTime, NaiveDate, Utc};
use clinic_core::ports::ClinicStore;
use identity_core::Session;
use identity_core::ports::IdentityStore;
use kernel::{
    AccountId, AnyOf, AppointmentId, DoctorId, LocalDays, LocationId, Order, Page, PageRequest, PatientId, Position,
    Revision, Role, SessionId, SlotId, Starts, StoreError, Zone,
};
use messaging_core::ports::{Installation, Outbox, Owed, PreferenceBook};
use scheduling_core::care::VisitFacts;
use scheduling_core::ports::{Relocations, SchedulingStore};
use scheduling_core::{Appointment, AppointmentStatus, Change, Slot, SlotStatus};
use uuid::Uuid;

use crate::audit::{Audit, AuditTrail};
use crate::directory::Directory;
use crate::leases::Leases;
use crate::messages::Correspondence;
use crate::settings::SettingsStore;

/// What a session says about who is calling.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Visitor {
    /// The session.
    pub session: Session,
    /// The account's role now, whatever its token says.
    pub role: Role,
    /// Whether the account may come in now.
    pub active: bool,
    /// The doctor's or patient's profile, if the role has one.
    pub profile: Option<Uuid>,
}

/// Who is calling.
pub trait Visitors {
    /// The session with its account's role, status and profile, in one query.
    ///
    /// # Errors
    /// When the store fails.
    fn visitor(&mut self, session: SessionId) -> Result<Option<Visitor>, StoreError>;
}

/// Which slots are wanted; every filter that is set must hold. Those entered in error are never wanted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct SlotFilter {
    /// Whose.
    pub doctor: Option<DoctorId>,
    /// Starting then or later.
    pub from: Option<DateTime<Utc>>,
    /// Starting before.
    pub to: Option<DateTime<Utc>>,
    /// Starting on these days of their location.
    pub days: LocalDays,
    /// In one of these statuses.
    pub statuses: AnyOf<SlotStatus>,
}

/// Which free slots are wanted; every filter that is set must hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FreeSlotFilter {
    /// When they start, the days being those of their location.
    pub starts: Starts,
    /// Whose.
    pub doctor: Option<DoctorId>,
    /// Where, of doctors who work there: one who moves has nothing to come elsewhere.
    pub location: Option<LocationId>,
    /// The code of a specialty of the doctor.
    pub specialty: Option<String>,
    /// The city of the location, whatever its case.
    pub city: Option<String>,
}

/// The doctor and the location of a time, as people know them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Labels {
    /// The doctor's name.
    pub doctor_name: String,
    /// The location's name.
    pub location_name: String,
    /// The location's city.
    pub city: String,
    /// The location's time zone.
    pub zone: Zone,
}

/// A slot with its labels.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SlotEntry {
    /// The slot.
    pub slot: Slot,
    /// Of its doctor and its location.
    pub labels: Labels,
}

/// A slot that can be booked, with its labels.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FreeSlot {
    /// What is for sale.
    pub slot: Slot,
    /// Of its doctor and its location.
    pub labels: Labels,
    /// Where a picture of the doctor is.
    pub doctor_pic: Option<String>,
}

/// Which appointments are wanted; every filter that is set must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AppointmentFilter {
    /// Whose visit.
    pub patient: Option<PatientId>,
    /// To whom.
    pub doctor: Option<DoctorId>,
    /// In one of these statuses.
    pub statuses: AnyOf<AppointmentStatus>,
    /// Starting then or later.
    pub from: Option<DateTime<Utc>>,
    /// Starting before.
    pub to: Option<DateTime<Utc>>,
    /// Starting on these days of their location.
    pub days: LocalDays,
    /// Ending after then: what is not over.
    pub ends_after: Option<DateTime<Utc>>,
    /// Ending then or before: what is over.
    pub ended_by: Option<DateTime<Utc>>,
    /// Written last then or later.
    pub updated_since: Option<DateTime<Utc>>,
    /// By which time they are sorted.
    pub sort: AppointmentSort,
    /// In which order.
    pub order: Order,
}

/// By which time appointments are sorted, then by id.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AppointmentSort {
    /// By when they start.
    #[default]
    Start,
    /// By when they were last written.
    Update,
}

impl AppointmentSort {
    /// Where a visit stands in a list that is sorted so.
    pub const fn position(self, appointment: &Appointment) -> Position<DateTime<Utc>> {
        let key = match self {
            Self::Start => appointment.interval.start(),
            Self::Update => appointment.updated_at,
        };
        Position { key, id: appointment.id.uuid() }
    }
}

/// What the people who see a patient need to know of them at a glance.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PatientContact {
    /// The account's.
    pub full_name: String,
    /// The account's.
    pub phone: Option<String>,
    /// The profile's.
    pub date_of_birth: Option<NaiveDate>,
}

/// An appointment with its labels and its patient.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AppointmentEntry {
    /// The visit.
    pub appointment: Appointment,
    /// Who comes; a store always tells.
    pub patient: Option<PatientContact>,
    /// Of its doctor and its location.
    pub labels: Labels,
}

/// Lists of times and visits. Rows come by start, then id, unless a filter says another order; a page is one query, or one
/// for each of several statuses.
pub trait Diary {
    /// Slots in any status but entered in error.
    ///
    /// # Errors
    /// When the store fails.
    fn slots_page(
        &mut self,
        filter: &SlotFilter,
        page: &PageRequest<DateTime<Utc>>,
    ) -> Result<Page<SlotEntry, DateTime<Utc>>, StoreError>;

    /// These slots, in any order; unknown ones are left out.
    ///
    /// # Errors
    /// When the store fails.
    fn slots(&mut self, ids: &[SlotId]) -> Result<Vec<Slot>, StoreError>;

    /// Free slots of doctors who accept bookings and whose accounts may come in.
    ///
    /// # Errors
    /// When the store fails.
    fn free_slots(
        &mut self,
        filter: &FreeSlotFilter,
        page: &PageRequest<DateTime<Utc>>,
    ) -> Result<Page<FreeSlot, DateTime<Utc>>, StoreError>;

    /// Appointments with labels and patients.
    ///
    /// # Errors
    /// When the store fails.
    fn appointments_page(
        &mut self,
        filter: &AppointmentFilter,
        page: &PageRequest<DateTime<Utc>>,
    ) -> Result<Page<AppointmentEntry, DateTime<Utc>>, StoreError>;

    /// One appointment with its labels and its patient.
    ///
    /// # Errors
    /// When the store fails.
    fn appointment_entry(&mut self, id: AppointmentId) -> Result<Option<AppointmentEntry>, StoreError>;

    /// The labels of this doctor's times at this location; nothing where one of the two is unknown. Whoever has read an
    /// offer of theirs in the same transaction gets them without another query.
    ///
    /// # Errors
    /// When the store fails.
    fn labels(&mut self, doctor: DoctorId, location: LocationId) -> Result<Option<Labels>, StoreError>;

    /// The facts of the visits of each of these patients with the doctor, each once, in any order.
    ///
    /// # Errors
    /// When the store fails.
    fn visits_with(
        &mut self,
        doctor: DoctorId,
        patients: &[PatientId],
    ) -> Result<Vec<(PatientId, VisitFacts)>, StoreError>;
}

/// Histories of appointments, a page at a time.
pub trait HistoryPages {
    /// A page of the history of an appointment, by revision.
    ///
    /// # Errors
    /// When the store fails.
    fn changes_page(
        &mut self,
        id: AppointmentId,
        page: &PageRequest<Revision>,
    ) -> Result<Page<Change, Revision>, StoreError>;
}

/// What a caller was told, kept so that the same request again is told the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The caller's key (`Idempotency-Key`).
    pub key: String,
    /// SHA-256 of what was asked.
    pub fingerprint: [u8; 32],
    /// The HTTP status.
    pub status: u16,
    /// The body.
    pub body: String,
    /// What the answer is about.
    pub subject: Uuid,
    /// At which revision.
    pub revision: Revision,
    /// When it was given.
    pub at: DateTime<Utc>,
}

/// Answers, per account and key.
pub trait Answers {
    /// What this account was told under this key.
    ///
    /// # Errors
    /// When the store fails.
    fn answer(&mut self, account: AccountId, key: &str) -> Result<Option<Answer>, StoreError>;

    /// Keeps an answer.
    ///
    /// # Errors
    /// When the store fails, or when the key was answered meanwhile.
    fn add_answer(&mut self, account: AccountId, answer: &Answer) -> Result<(), StoreError>;
}

/// What the jobs look for.
pub trait Sweeping {
    /// At most `most` appointments that are still in this status though they started at `cutoff` or before, earliest
    /// first.
    ///
    /// # Errors
    /// When the store fails.
    fn begun(
        &mut self,
        status: AppointmentStatus,
        cutoff: DateTime<Utc>,
        most: u32,
    ) -> Result<Vec<Appointment>, StoreError>;

    /// At most `most` free slots that ended before `cutoff` and never had an appointment, earliest start first and then by
    /// id; only those behind `after`.
    ///
    /// # Errors
    /// When the store fails.
    fn expired_slots(
        &mut self,
        cutoff: DateTime<Utc>,
        after: Option<&Position<DateTime<Utc>>>,
        most: u32,
    ) -> Result<Vec<Slot>, StoreError>;

    /// Removes those of these slots that nobody has changed meanwhile; says how many.
    ///
    /// # Errors
    /// When the store fails.
    fn remove_unchanged_slots(&mut self, slots: &[Slot]) -> Result<u32, StoreError>;

    /// Removes at most `most` sessions that expired before `cutoff`, with their tokens; says how many.
    ///
    /// # Errors
    /// When the store fails.
    fn remove_expired_sessions(&mut self, cutoff: DateTime<Utc>, most: u32) -> Result<u32, StoreError>;

    /// Forgets at most `most` answers given before `cutoff`; says how many.
    ///
    /// # Errors
    /// When the store fails.
    fn remove_answers(&mut self, cutoff: DateTime<Utc>, most: u32) -> Result<u32, StoreError>;
}

/// All that the application needs of a store.
pub trait Store:
    SchedulingStore
    + Relocations
    + IdentityStore
    + ClinicStore
    + Directory
    + Outbox
    + Owed
    + PreferenceBook
    + Installation
    + Correspondence
    + Audit
    + AuditTrail
    + Visitors
    + Diary
    + HistoryPages
    + Answers
    + Sweeping
    + SettingsStore
    + Leases
{
}

impl<
    S: SchedulingStore
        + Relocations
        + IdentityStore
        + ClinicStore
        + Directory
        + Outbox
        + Owed
        + PreferenceBook
        + Installation
        + Correspondence
        + Audit
        + AuditTrail
        + Visitors
        + Diary
        + HistoryPages
        + Answers
        + Sweeping
        + SettingsStore
        + Leases,
> Store for S
{
}

/// A store of any kind, as a unit of work hands it out.
pub type AnyStore = dyn Store + 'static;
