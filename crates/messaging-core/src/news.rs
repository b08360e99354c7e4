//! Who is told when something happens to a visit.

use kernel::{DoctorId, PatientId};

use crate::{Addressee, MessageKind};

/// Something that happened to a visit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct News {
    /// What.
    pub kind: MessageKind,
    /// Who comes.
    pub patient: PatientId,
    /// To whom.
    pub doctor: DoctorId,
    /// To whom the patient would have come before; the same doctor unless the visit went to another one.
    pub doctor_before: DoctorId,
    /// The doctor who did it, if a doctor did.
    pub by: Option<DoctorId>,
}

/// The most messages that one change of a visit makes.
pub const MESSAGES_PER_CHANGE_MAX: usize = 3;

impl News {
    /// Who is told what, each at most once, at most [`MESSAGES_PER_CHANGE_MAX`] in all.
    ///
    /// The patient is always told, whoever did it, so that there is a confirmation to show. A doctor is not told of what
    /// they did themself. For a doctor whose visit went to another one it is cancelled, and for that other one booked.
    pub fn owed(&self) -> Vec<(MessageKind, Addressee)> {
        let went = self.doctor_before != self.doctor;
        let kind = if went { MessageKind::Booked } else { self.kind };
        let doctors = [(kind, Some(self.doctor)), (MessageKind::Cancelled, went.then_some(self.doctor_before))];
        let doctors = doctors.into_iter().filter_map(|(kind, doctor)| Some((kind, doctor?)));
        let others = doctors.filter(|(_, doctor)| self.by != Some(*doctor));
        let patient = (self.kind, Addressee::Patient(self.patient));
        std::iter::once(patient).chain(others.map(|(kind, doctor)| (kind, Addressee::Doctor(doctor)))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::Word;

    const ADA: PatientId = PatientId::new(uuid::Uuid::from_u128(1));
    const GRACE: DoctorId = DoctorId::new(uuid::Uuid::from_u128(2));
    const JOHN: DoctorId = DoctorId::new(uuid::Uuid::from_u128(3));

    fn news(kind: MessageKind, by: Option<DoctorId>) -> News {
        News { kind, patient: ADA, doctor: GRACE, doctor_before: GRACE, by }
    }

    #[test]
    fn both_sides_are_told_of_what_a_patient_or_the_front_desk_did() {
        for kind in MessageKind::ALL {
            let owed = news(*kind, None).owed();
            assert_eq!(owed, [(*kind, Addressee::Patient(ADA)), (*kind, Addressee::Doctor(GRACE))]);
        }
    }

    #[test]
    fn a_doctor_is_not_told_of_what_they_did_themself() {
        for kind in MessageKind::ALL {
            assert_eq!(news(*kind, Some(GRACE)).owed(), [(*kind, Addressee::Patient(ADA))]);
        }
    }

    #[test]
    fn a_visit_that_goes_to_another_doctor_is_cancelled_for_the_one_and_booked_for_the_other() {
        let moved = News { doctor: JOHN, ..news(MessageKind::Moved, None) };
        let owed = [
            (MessageKind::Moved, Addressee::Patient(ADA)),
            (MessageKind::Booked, Addressee::Doctor(JOHN)),
            (MessageKind::Cancelled, Addressee::Doctor(GRACE)),
        ];
        assert_eq!(moved.owed(), owed);
        assert_eq!(owed.len(), MESSAGES_PER_CHANGE_MAX);
        assert_eq!(News { by: Some(GRACE), ..moved }.owed(), owed[..2]);
        assert_eq!(News { by: Some(JOHN), ..moved }.owed(), [owed[0], owed[2]]);
    }
}
