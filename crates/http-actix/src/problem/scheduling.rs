use scheduling_core::{AppointmentStatus, Refusal, Slot};

use super::{Code, ConflictingSlot, OccupiedSlot, Problem, ProblemExtensions};
use crate::time::Instant;

/// How many of the slots that are in the way are told.
const CONFLICTS_TOLD_MAX: usize = 20;

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        let detail = refusal.to_string();
        let plain = |code| Self::new(code, detail.clone());
        let field = |pointer: &str, code: &str| Self::invalid_field(pointer, code, detail.clone());
        match refusal {
            Refusal::UnknownSlot => plain(Code::UnknownSlot),
            Refusal::UnknownDoctor { .. } => plain(Code::UnknownDoctor),
            Refusal::UnknownPatient { .. } => plain(Code::UnknownPatient),
            Refusal::SlotNotFree { .. } => plain(Code::SlotNotFree),
            Refusal::SlotInPast { .. } => plain(Code::SlotInPast),
            Refusal::NoticeTooShort { .. } => plain(Code::NoticeTooShort),
            Refusal::BeyondHorizon { .. } => plain(Code::BeyondHorizon),
            Refusal::DoctorNotAccepting => plain(Code::DoctorNotAccepting),
            Refusal::SlotChanged { .. } => plain(Code::SlotChanged),
            Refusal::PatientInactive => plain(Code::PatientInactive),
            Refusal::PatientBusy { .. } => plain(Code::PatientBusy),
            Refusal::PatientCapReached { .. } => plain(Code::PatientCapReached),
            Refusal::DoctorDayCapReached { .. } => plain(Code::DoctorDayCapReached),
            Refusal::IllegalMove { from, .. } | Refusal::NotMovable { from } => {
                plain(Code::IllegalMove).with_extensions(current_status(from))
            }
            Refusal::TooEarly { .. } => plain(Code::TooEarly),
            Refusal::TooLateToCancel { .. } => plain(Code::TooLateToCancel),
            Refusal::TooLateToMove { .. } => plain(Code::TooLateToMove),
            Refusal::SlotOverlap { conflicts } => plain(Code::SlotOverlap).with_extensions(in_the_way(&conflicts)),
            Refusal::SlotHasAppointment { taken } => {
                let appointments = taken
                    .iter()
                    .map(|(slot, appointment)| OccupiedSlot {
                        slot_id: slot.uuid(),
                        appointment_id: appointment.uuid(),
                    })
                    .collect();
                plain(Code::SlotHasAppointment).with_extensions(ProblemExtensions {
                    appointments: Some(appointments),
                    ..ProblemExtensions::default()
                })
            }
            Refusal::SlotLength { .. } => field("/slot_minutes", "range"),
            Refusal::NotWholeMinutes => field("/starts_at", "not_whole_minutes"),
            Refusal::DatesReversed { .. } => field("/end_date", "reversed"),
            Refusal::WindowReversed => field("/end_time", "reversed"),
            Refusal::BreakOutside => field("/break", "outside"),
            Refusal::NoOpenDay => field("/weekdays", "no_such_day"),
            Refusal::NothingFits { .. } => field("/slot_minutes", "nothing_fits"),
            Refusal::TooManySlots { .. } => plain(Code::TooManySlots),
            Refusal::TooManySlotsInDay { .. } => plain(Code::TooManySlotsInDay),
            Refusal::SlotsToCome => plain(Code::DoctorHasSlotsToCome),
            Refusal::Stale { .. } => plain(Code::Stale),
        }
    }
}

fn current_status(status: AppointmentStatus) -> ProblemExtensions {
    ProblemExtensions { current_status: Some(status.to_string()), ..ProblemExtensions::default() }
}

fn in_the_way(slots: &[Slot]) -> ProblemExtensions {
    let conflicts = slots
        .iter()
        .take(CONFLICTS_TOLD_MAX)
        .map(|slot| ConflictingSlot {
            slot_id: slot.id.uuid(),
            starts_at: Instant(slot.interval.start()),
            ends_at: Instant(slot.interval.end()),
        })
        .collect();
    ProblemExtensions { conflicts: Some(conflicts), ..ProblemExtensions::default() }
}
