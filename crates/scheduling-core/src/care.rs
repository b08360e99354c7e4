//! The care relation: how much a doctor may see of a patient, decided by the visits between the two.

use kernel::Role;

use crate::{Appointment, AppointmentStatus};

/// How much of a patient may be seen; each one allows what those before it allow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PatientAccess {
    /// Not even that there is such a patient.
    None,
    /// Name, date of birth and contact data.
    Contact,
    /// The medical record too.
    Record,
}

/// The part of a visit that the care relation depends on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct VisitFacts {
    /// How far the visit has come.
    pub status: AppointmentStatus,
    /// The role of the account that booked it.
    pub booked_by: Role,
    /// The role of the account that recorded the patient's arrival.
    pub received_by: Option<Role>,
}

impl From<&Appointment> for VisitFacts {
    fn from(appointment: &Appointment) -> Self {
        let Appointment { status, booked_by, received_by, .. } = *appointment;
        Self { status, booked_by, received_by }
    }
}

/// An installation's decisions about the care relation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CarePolicy {
    /// Whether an arrival that a doctor recorded opens the record where a doctor made the visit too: for practices
    /// without a front desk.
    pub own_visits_open_records: bool,
}

/// How much a doctor may see of a patient by the visits between them, in any order.
///
/// No visit that doctors alone have made and recorded opens the record: otherwise an account of a doctor would be enough
/// to read everybody's.
pub fn access_by_visits(visits: impl IntoIterator<Item = VisitFacts>, policy: &CarePolicy) -> PatientAccess {
    visits.into_iter().map(|visit| access_by(visit, policy)).max().unwrap_or(PatientAccess::None)
}

fn access_by(visit: VisitFacts, policy: &CarePolicy) -> PatientAccess {
    if !keeps_contact(visit.status) {
        return PatientAccess::None;
    }
    let is_vouched_for = match (visit.booked_by, visit.received_by) {
        (Role::Patient | Role::Receptionist | Role::Admin, _)
        | (Role::Doctor, Some(Role::Patient | Role::Receptionist | Role::Admin)) => true,
        (Role::Doctor, Some(Role::Doctor)) => policy.own_visits_open_records,
        (Role::Doctor, None) => false,
    };
    if visit.status.is_active() && is_vouched_for { PatientAccess::Record } else { PatientAccess::Contact }
}

/// Whether a visit in this status keeps the patient's contact data open to its doctor, who has, or had, an appointment
/// with them.
pub const fn keeps_contact(status: AppointmentStatus) -> bool {
    !matches!(status, AppointmentStatus::EnteredInError)
}

/// Whether a doctor may read the reason and the notes of a visit of theirs. Those of an active visit are addressed to
/// them, or are their own; those of one that is off are part of the record.
pub fn may_read_notes(status: AppointmentStatus, access: PatientAccess) -> bool {
    status.is_active() || access == PatientAccess::Record
}

/// The role that counts as the one that recorded the arrival, after one more record by `by`: a doctor's word gives way to
/// anybody else's.
pub(crate) fn received(before: Option<Role>, by: Role) -> Option<Role> {
    match before {
        None | Some(Role::Doctor) => Some(by),
        Some(Role::Patient | Role::Receptionist | Role::Admin) => before,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use AppointmentStatus::*;
    use kernel::Role::{Admin, Doctor, Patient, Receptionist};
    use kernel::Word;

    const STRICT: CarePolicy = CarePolicy { own_visits_open_records: false };
    const WITHOUT_DESK: CarePolicy = CarePolicy { own_visits_open_records: true };

    /// Status, who booked, who recorded the arrival; what that opens, and what it opens without a front desk.
    const CASES: [(AppointmentStatus, Role, Option<Role>, PatientAccess, PatientAccess); 24] = {
        use PatientAccess::{Contact, None as Nothing, Record};
        [
            // Booked by anybody but a doctor: from the first moment.
            (Pending, Patient, None, Record, Record),
            (Booked, Patient, None, Record, Record),
            (Booked, Receptionist, None, Record, Record),
            (Booked, Admin, None, Record, Record),
            (Arrived, Patient, Some(Doctor), Record, Record),
            (Fulfilled, Patient, Some(Doctor), Record, Record),
            // Booked by a doctor: once somebody else has received the patient.
            (Pending, Doctor, None, Contact, Contact),
            (Booked, Doctor, None, Contact, Contact),
            (Arrived, Doctor, Some(Doctor), Contact, Record),
            (CheckedIn, Doctor, Some(Doctor), Contact, Record),
            (Fulfilled, Doctor, Some(Doctor), Contact, Record),
            (Fulfilled, Doctor, None, Contact, Contact),
            (Arrived, Doctor, Some(Receptionist), Record, Record),
            (CheckedIn, Doctor, Some(Admin), Record, Record),
            (Fulfilled, Doctor, Some(Receptionist), Record, Record),
            // Off: the name stays, the record does not.
            (Cancelled, Patient, None, Contact, Contact),
            (Cancelled, Receptionist, Some(Receptionist), Contact, Contact),
            (NoShow, Patient, None, Contact, Contact),
            (NoShow, Doctor, None, Contact, Contact),
            (Proposed, Patient, None, Contact, Contact),
            (Waitlist, Patient, None, Contact, Contact),
            // It never was.
            (EnteredInError, Patient, None, Nothing, Nothing),
            (EnteredInError, Receptionist, Some(Receptionist), Nothing, Nothing),
            (EnteredInError, Doctor, Some(Doctor), Nothing, Nothing),
        ]
    };

    #[test]
    fn each_visit_opens_what_the_table_says() {
        for (status, booked_by, received_by, strict, without_desk) in CASES {
            let visit = VisitFacts { status, booked_by, received_by };
            assert_eq!(access_by_visits([visit], &STRICT), strict, "{visit:?}");
            assert_eq!(access_by_visits([visit], &WITHOUT_DESK), without_desk, "{visit:?} without a front desk");
        }
    }

    #[test]
    fn of_many_visits_the_one_that_opens_most_counts_and_no_visit_opens_nothing() {
        assert_eq!(access_by_visits([], &WITHOUT_DESK), PatientAccess::None);
        let visit = |status| VisitFacts { status, booked_by: Patient, received_by: None };
        for (visits, expected) in [
            ([EnteredInError, Cancelled, Booked], PatientAccess::Record),
            ([Fulfilled, NoShow, EnteredInError], PatientAccess::Record),
            ([EnteredInError, NoShow, Cancelled], PatientAccess::Contact),
        ] {
            assert_eq!(access_by_visits(visits.map(visit), &STRICT), expected, "{visits:?}");
        }
    }

    #[test]
    fn whatever_doctors_do_alone_opens_no_record() {
        for status in AppointmentStatus::ALL {
            for received_by in [None, Some(Doctor)] {
                let visit = VisitFacts { status: *status, booked_by: Doctor, received_by };
                assert!(access_by_visits([visit], &STRICT) < PatientAccess::Record, "{visit:?}");
            }
        }
    }

    #[test]
    fn a_doctors_word_about_an_arrival_gives_way_to_anybody_elses() {
        for (before, by, after) in [
            (None, Doctor, Doctor),
            (None, Receptionist, Receptionist),
            (Some(Doctor), Admin, Admin),
            (Some(Doctor), Doctor, Doctor),
            (Some(Receptionist), Doctor, Receptionist),
            (Some(Receptionist), Admin, Receptionist),
        ] {
            assert_eq!(received(before, by), Some(after), "{before:?}, then {by}");
        }
    }

    #[test]
    fn notes_of_a_visit_that_is_off_are_part_of_the_record() {
        for status in AppointmentStatus::ALL {
            assert!(may_read_notes(*status, PatientAccess::Record));
            for access in [PatientAccess::None, PatientAccess::Contact] {
                assert_eq!(may_read_notes(*status, access), status.is_active(), "{status}");
            }
        }
    }
}
