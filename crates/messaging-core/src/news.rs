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
}

/// The most messages that one change of a visit makes.
pub const MESSAGES_PER_CHANGE_MAX: usize = 3;

impl News {
    /// Who is told what, each at most once, at most [`MESSAGES_PER_CHANGE_MAX`] in all.
    ///
    /// Both sides are always told, whoever did it: each has the visit in a calendar, which learns of a change by a message
    /// alone. For a doctor whose visit went to another one it is cancelled, and for that other one booked.
    pub fn owed(&self) -> Vec<(MessageKind, Addressee)> {
        let went = self.doctor_before != self.doctor;
        let kind = if went { MessageKind::Booked } else { self.kind };
        let mut owed = vec![(self.kind, Addressee::Patient(self.patient)), (kind, Addressee::Doctor(self.doctor))];
        if went {
            owed.push((MessageKind::Cancelled, Addressee::Doctor(self.doctor_before)));
        }
        owed
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::Word;

    const ADA: PatientId = PatientId::new(uuid::Uuid::from_u128(1));
    const GRACE: DoctorId = DoctorId::new(uuid::Uuid::from_u128(2));
    const JOHN: DoctorId = DoctorId::new(uuid::Uuid::from_u128(3));

    fn news(kind: MessageKind) -> News {
        News { kind, patient: ADA, doctor: GRACE, doctor_before: GRACE }
    }

    #[test]
    fn both_sides_are_told_of_each_change_whoever_made_it() {
        for kind in MessageKind::ALL {
            let owed = news(*kind).owed();
            assert_eq!(owed, [(*kind, Addressee::Patient(ADA)), (*kind, Addressee::Doctor(GRACE))]);
        }
    }

    #[test]
    fn a_visit_that_goes_to_another_doctor_is_cancelled_for_the_one_and_booked_for_the_other() {
        let moved = News { doctor: JOHN, ..news(MessageKind::Moved) };
        let owed = [
            (MessageKind::Moved, Addressee::Patient(ADA)),
            (MessageKind::Booked, Addressee::Doctor(JOHN)),
            (MessageKind::Cancelled, Addressee::Doctor(GRACE)),
        ];
        assert_eq!(moved.owed(), owed);
        assert_eq!(owed.len(), MESSAGES_PER_CHANGE_MAX);
    }
}
