use std::collections::BTreeSet;

use application::audit::{AuditAction, AuditLine};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::time::Instant;
use crate::words::Spelled;

/// What can have been done.
pub(crate) type AuditActionWord = Spelled<AuditAction>;

/// An entry of the audit log, as it stands there.
#[derive(Serialize, ToSchema)]
pub(crate) struct AuditEntryReply {
    /// Its identity.
    id: Uuid,
    /// When.
    at: Instant,
    /// Whose account did it; null for strangers, the command line and the jobs.
    actor_id: Option<Uuid>,
    /// In which role.
    #[schema(example = "receptionist")]
    actor_role: Option<String>,
    /// What.
    #[schema(example = "appointment_booked")]
    action: String,
    /// To which account, patient, appointment or other thing.
    subject_id: Option<Uuid>,
    /// From which network address.
    #[schema(example = "203.0.113.7")]
    address: Option<String>,
    /// What else there is to know: names of fields that changed, numbers of things; of a list that was read, by which fields
    /// it was narrowed, and a fingerprint of what stood in them.
    #[schema(example = "full_name, phone")]
    detail: Option<String>,
    /// Whom a reading has shown besides the subject: accounts, patients and doctors. Nobody where something was changed.
    shown_ids: BTreeSet<Uuid>,
}

impl From<AuditLine> for AuditEntryReply {
    fn from(line: AuditLine) -> Self {
        Self {
            id: line.id,
            at: line.at.into(),
            actor_id: line.actor,
            actor_role: line.role,
            action: line.action,
            subject_id: line.subject,
            address: line.address,
            detail: line.detail,
            shown_ids: line.shown,
        }
    }
}
