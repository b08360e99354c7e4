//! Why not.

use kernel::Revision;
use thiserror::Error;

/// Why a rule said no. Nothing failed, and nothing was written.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Refusal {
    /// The list has that code.
    #[error("there is a specialty {code} already")]
    SpecialtyTaken {
        /// The code.
        code: String,
    },
    /// A doctor has it.
    #[error("a doctor has the specialty {code}")]
    SpecialtyInUse {
        /// The code.
        code: String,
    },
    /// A doctor, a schedule, a slot or an appointment is there.
    #[error("the location is in use")]
    LocationInUse,
    /// An installation has at least one location.
    #[error("this is the last location")]
    LastLocation,
    /// The approval of the doctor rests on these fields.
    #[error("only an administrator changes {} of an approved doctor: ask one", .fields.join(" and "))]
    ApprovedFields {
        /// Their names.
        fields: Vec<&'static str>,
    },
    /// Somebody changed it since the caller read it.
    #[error("it is at revision {}", .actual.number())]
    Stale {
        /// The revision that it has.
        actual: Revision,
    },
}
