use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::Code;
use crate::time::Instant;

/// A problem (RFC 9457), sent as `application/problem+json`.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ProblemDocument {
    /// Which kind of problem, as a relative URI: `/problems/<code>`.
    #[serde(rename = "type")]
    pub kind: String,
    /// The same for every problem of this kind.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// What happened this time.
    pub detail: String,
    /// The path that was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub instance: Option<String>,
    /// Stable; for programs.
    #[schema(value_type = Code)]
    pub code: String,
    /// Also in the header `X-Request-Id`, and in the log.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
    /// Each field that is not acceptable.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<FieldError>,
    /// What helps to solve it.
    #[serde(flatten)]
    pub extensions: ProblemExtensions,
}

/// One field that is not acceptable; of what was in it, only an unknown word of a list is repeated.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct FieldError {
    /// Where it is: a JSON pointer (RFC 6901) into the body, or `/query/…`, `/path/…`, `/header/…`.
    pub pointer: String,
    /// Stable; for programs.
    pub code: String,
    /// For people.
    pub message: String,
}

impl FieldError {
    /// Names a field and what is wrong with it.
    pub fn new(pointer: impl Into<String>, code: impl Into<String>, message: impl Into<String>) -> Self {
        Self { pointer: pointer.into(), code: code.into(), message: message.into() }
    }
}

/// Members of some kinds of problems (RFC 9457, 3.2), which help to solve them.
#[derive(Clone, Debug, Default, Serialize, ToSchema)]
pub struct ProblemExtensions {
    /// The first 20 of the slots that are in the way.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub conflicts: Option<Vec<ConflictingSlot>>,
    /// Which appointments are in the slots.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub appointments: Option<Vec<OccupiedSlot>>,
    /// The status that an appointment has.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub current_status: Option<String>,
    /// The slots that are unknown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unknown_slots: Option<Vec<Uuid>>,
}

/// A slot that is in the way.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ConflictingSlot {
    /// Which.
    pub slot_id: Uuid,
    /// When it starts.
    pub starts_at: Instant,
    /// When it ends.
    pub ends_at: Instant,
}

/// A slot that cannot be changed because of its appointment.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct OccupiedSlot {
    /// Which slot.
    pub slot_id: Uuid,
    /// Which appointment is in it.
    pub appointment_id: Uuid,
}
