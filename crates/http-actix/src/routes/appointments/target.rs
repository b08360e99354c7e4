//! Which slot is wanted, as it comes in.

use kernel::{DoctorId, SlotId};
use scheduling_core::booking::Target;
use uuid::Uuid;

use crate::problem::FieldError;
use crate::time::Instant;

/// Reads a slot's id, or a doctor and a start; one of the two, not both.
///
/// # Errors
/// What is missing, and what is too much.
pub(super) fn target(
    slot: Option<Uuid>,
    doctor: Option<Uuid>,
    start: Option<Instant>,
) -> Result<Target, Vec<FieldError>> {
    let missing = |pointer| FieldError::new(pointer, "required", "name slot_id, or doctor_id with starts_at");
    let too_much = |pointer| FieldError::new(pointer, "not_allowed", "slot_id says it all");
    match (slot, doctor, start) {
        (Some(slot), None, None) => Ok(Target::Slot(SlotId::new(slot))),
        (None, Some(doctor), Some(start)) => Ok(Target::Start { doctor: DoctorId::new(doctor), start: start.0 }),
        (None, None, None) => Err(vec![missing("/slot_id")]),
        (None, Some(_), None) => Err(vec![missing("/starts_at")]),
        (None, None, Some(_)) => Err(vec![missing("/doctor_id")]),
        (Some(_), doctor, start) => {
            let given = [doctor.map(|_| "/doctor_id"), start.map(|_| "/starts_at")];
            Err(given.into_iter().flatten().map(too_much).collect())
        }
    }
}
