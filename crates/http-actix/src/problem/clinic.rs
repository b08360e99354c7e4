use clinic_core::Refusal;

use super::{Code, FieldError, Problem};

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        let detail = refusal.to_string();
        match refusal {
            Refusal::SpecialtyTaken { .. } => {
                Self::new(Code::SpecialtyTaken, detail.clone()).at(FieldError::new("/code", "taken", detail))
            }
            Refusal::SpecialtyInUse { .. } => Self::new(Code::SpecialtyInUse, detail),
            Refusal::LocationInUse => Self::new(Code::LocationInUse, detail),
            Refusal::LastLocation => Self::new(Code::LastLocation, detail),
            Refusal::ApprovedFields { fields } => {
                let error = |field| FieldError::new(format!("/{field}"), "approved", detail.clone());
                Self::invalid(fields.into_iter().map(error).collect())
            }
            Refusal::Stale { .. } => Self::new(Code::Stale, detail),
        }
    }
}
