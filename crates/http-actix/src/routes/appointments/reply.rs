//! How an appointment is told.

use application::ports::{AppointmentEntry, Labels, PatientContact};
use chrono::NaiveDate;
use kernel::Role;
use scheduling_core::appointment::Standing;
use scheduling_core::{Actor, Appointment, AppointmentStatus, CancelReason, Change, ChangeKind};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::time::Instant;
use crate::words::Spelled;

pub(crate) type AppointmentStatusWord = Spelled<AppointmentStatus>;
pub(super) type CancelReasonWord = Spelled<CancelReason>;
type ChangeKindWord = Spelled<ChangeKind>;
type RoleWord = Spelled<Role>;

/// A patient with a doctor, in a slot.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AppointmentReply {
    /// Its identity, the same through every move.
    id: Uuid,
    /// How far it has come.
    status: AppointmentStatusWord,
    /// Who comes.
    patient_id: Uuid,
    /// To whom.
    doctor_id: Uuid,
    /// The doctor's name.
    doctor_name: String,
    /// Where.
    location_id: Uuid,
    /// The location's name.
    location_name: String,
    /// The location's city.
    city: String,
    /// The location's time zone (IANA), in which people read the times.
    #[schema(example = "Africa/Lagos")]
    time_zone: &'static str,
    /// The slot it has, or had last.
    slot_id: Uuid,
    /// When it starts.
    starts_at: Instant,
    /// When it ends.
    ends_at: Instant,
    /// Why the patient comes.
    #[schema(required = true)]
    reason: Option<String>,
    /// What else the doctor should know.
    #[schema(required = true)]
    notes: Option<String>,
    /// How often it was written; the `ETag`.
    revision: u32,
    /// When it was first written.
    created_at: Instant,
    /// When it was last written: what `updated_since` compares and `sort=updated_at` orders by.
    updated_at: Instant,
}

impl AppointmentReply {
    /// The appointment with its labels.
    pub(super) fn new(appointment: &Appointment, labels: &Labels) -> Self {
        Self {
            id: appointment.id.uuid(),
            status: Spelled(appointment.status),
            patient_id: appointment.patient.uuid(),
            doctor_id: appointment.doctor.uuid(),
            doctor_name: labels.doctor_name.clone(),
            location_id: appointment.location.uuid(),
            location_name: labels.location_name.clone(),
            city: labels.city.clone(),
            time_zone: labels.zone.name(),
            slot_id: appointment.slot.uuid(),
            starts_at: Instant(appointment.interval.start()),
            ends_at: Instant(appointment.interval.end()),
            reason: appointment.reason.clone(),
            notes: appointment.notes.clone(),
            revision: appointment.revision.number(),
            created_at: Instant(appointment.created_at),
            updated_at: Instant(appointment.updated_at),
        }
    }
}

/// What those who see the patient need at a glance.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PatientSummary {
    /// The patient's name.
    full_name: String,
    /// In E.164.
    #[schema(required = true)]
    phone: Option<String>,
    /// If the patient gave it.
    #[schema(required = true)]
    date_of_birth: Option<NaiveDate>,
}

impl From<PatientContact> for PatientSummary {
    fn from(contact: PatientContact) -> Self {
        Self { full_name: contact.full_name, phone: contact.phone, date_of_birth: contact.date_of_birth }
    }
}

/// An appointment with its patient.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AppointmentRow {
    /// The visit.
    #[serde(flatten)]
    appointment: AppointmentReply,
    /// Who comes; for staff only.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    patient: Option<PatientSummary>,
}

impl AppointmentRow {
    /// What this role sees of an appointment: patients know who they are.
    pub(super) fn seen_by(role: Role, entry: AppointmentEntry) -> Self {
        let patient = match role {
            Role::Patient => None,
            Role::Doctor | Role::Receptionist | Role::Admin => entry.patient.map(PatientSummary::from),
        };
        Self { appointment: AppointmentReply::new(&entry.appointment, &entry.labels), patient }
    }
}

/// Who changed it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ChangeActorReply {
    /// Whose account.
    account_id: Uuid,
    /// In which role.
    role: RoleWord,
}

/// Where an appointment stood.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AppointmentStateReply {
    /// How far it had come.
    status: AppointmentStatusWord,
    /// In which slot.
    slot_id: Uuid,
    /// When it started.
    starts_at: Instant,
    /// When it ended.
    ends_at: Instant,
}

impl From<Standing> for AppointmentStateReply {
    fn from(standing: Standing) -> Self {
        Self {
            status: Spelled(standing.status),
            slot_id: standing.slot.uuid(),
            starts_at: Instant(standing.interval.start()),
            ends_at: Instant(standing.interval.end()),
        }
    }
}

/// One change of an appointment.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AppointmentChangeReply {
    /// The revision that it made.
    revision: u32,
    /// When.
    at: Instant,
    /// By whom; null for the server itself.
    #[schema(required = true)]
    by: Option<ChangeActorReply>,
    /// What kind of change.
    kind: ChangeKindWord,
    /// Where it stood before; null for a new one.
    #[schema(required = true)]
    from: Option<AppointmentStateReply>,
    /// Where it stood then.
    to: AppointmentStateReply,
    /// The coded reason of a cancellation.
    #[schema(required = true)]
    reason_code: Option<CancelReasonWord>,
    /// Why, in somebody's words.
    #[schema(required = true)]
    reason: Option<String>,
}

impl From<Change> for AppointmentChangeReply {
    fn from(change: Change) -> Self {
        Self {
            revision: change.revision.number(),
            at: Instant(change.at),
            by: (change.by != Actor::SYSTEM)
                .then(|| ChangeActorReply { account_id: change.by.account.uuid(), role: Spelled(change.by.role) }),
            kind: Spelled(change.kind),
            from: change.from.map(AppointmentStateReply::from),
            to: change.to.into(),
            reason_code: change.reason_code.map(Spelled),
            reason: change.reason,
        }
    }
}
