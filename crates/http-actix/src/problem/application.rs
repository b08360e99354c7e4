use actix_web::http::header::RETRY_AFTER;
use application::{Error, Refusal, Thing};
use kernel::SlotId;

use super::{Code, Problem, ProblemExtensions};

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        match error {
            Error::Refused(refusal) => refusal.into(),
            Error::Store(error) => error.into(),
            Error::Credentials(failure) => failure.into(),
        }
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        let detail = refusal.to_string();
        match refusal {
            Refusal::Scheduling(refusal) => refusal.into(),
            Refusal::Clinic(refusal) => refusal.into(),
            Refusal::Identity(refusal) => refusal.into(),
            Refusal::Unauthenticated => Self::new(Code::Unauthenticated, detail),
            Refusal::Forbidden => Self::new(Code::Forbidden, detail),
            Refusal::Unknown(thing) => Self::new(unknown(thing), detail),
            Refusal::UnknownSlots(ids) => {
                let unknown_slots = Some(ids.into_iter().map(SlotId::uuid).collect());
                Self::new(Code::UnknownSlots, detail)
                    .with_extensions(ProblemExtensions { unknown_slots, ..ProblemExtensions::default() })
            }
            Refusal::UnknownSpecialty { index, .. } => {
                Self::invalid_field(&format!("/specialties/{index}"), "unknown_specialty", "there is no such specialty")
            }
            Refusal::PatientMissing => Self::invalid_field("/patient_id", "required", detail),
            Refusal::DoctorMissing => Self::invalid_field("/doctor_id", "required", detail),
            Refusal::BornInFuture => Self::invalid_field("/date_of_birth", "in_future", detail),
            Refusal::BornTooEarly { .. } => Self::invalid_field("/date_of_birth", "too_early", detail),
            Refusal::TooManyEmergencyReadings { retry_after_seconds, .. } => {
                Self::new(Code::RateLimited, detail).with_header(RETRY_AFTER, retry_after_seconds.into())
            }
            Refusal::IdempotencyKeyReused => Self::new(Code::IdempotencyKeyReused, detail),
            Refusal::NotReady(_) => Self::new(Code::NotReady, detail),
        }
    }
}

const fn unknown(thing: Thing) -> Code {
    match thing {
        Thing::Doctor => Code::UnknownDoctor,
        Thing::Patient => Code::UnknownPatient,
        Thing::Location => Code::UnknownLocation,
        Thing::Specialty => Code::UnknownSpecialty,
        Thing::Slot => Code::UnknownSlot,
        Thing::Appointment => Code::UnknownAppointment,
        Thing::Account => Code::UnknownAccount,
        Thing::Message => Code::UnknownMessage,
    }
}
