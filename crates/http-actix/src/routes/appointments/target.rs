//! Which slot is wanted, as it comes in.

use kernel::{DoctorId, SlotId};
use scheduling_core::booking::Target;
use uuid::Uuid;

use crate::problem::FieldError;
use crate::time::Instant;

/// Reads a slot's id, with the start that it must have if one is named; or a doctor and a start.
///
/// # Errors
/// What is missing, and what is too much.
pub(super) fn target(
    slot: Option<Uuid>,
    doctor: Option<Uuid>,
    start: Option<Instant>,
) -> Result<Target, Vec<FieldError>> {
    let missing = |pointer| FieldError::new(pointer, "required", "name slot_id, or doctor_id with starts_at");
    match (slot, doctor, start) {
        (Some(slot), None, None) => Ok(Target::Slot(SlotId::new(slot))),
        (Some(slot), None, Some(start)) => Ok(Target::SlotAt { slot: SlotId::new(slot), start: start.0 }),
        (None, Some(doctor), Some(start)) => Ok(Target::Start { doctor: DoctorId::new(doctor), start: start.0 }),
        (None, None, None) => Err(vec![missing("/slot_id")]),
        (None, Some(_), None) => Err(vec![missing("/starts_at")]),
        (None, None, Some(_)) => Err(vec![missing("/doctor_id")]),
        (Some(_), Some(_), _) => {
            Err(vec![FieldError::new("/doctor_id", "not_allowed", "doctor_id must not be combined with slot_id")])
        }
    }
}
