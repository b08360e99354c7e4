//! Who may do what: one table of role × action, and how far each permission reaches.

use kernel::Role;

/// Something a caller may or may not do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Action {
    /// See and change one's own account, and end one's own sessions.
    UseOwnAccount,
    /// See and change the doctor's profile.
    ChangeDoctor,
    /// List patients, and read their names and contact data.
    ReadPatients,
    /// Read what only the patient and those who treat them should know.
    ReadClinicalData,
    /// Read anybody's clinical data once, in an emergency, with a reason.
    ReadInEmergency,
    /// Change a patient's name and contact data.
    ChangePatientContact,
    /// Change all that a patient says of themself.
    ChangePatient,
    /// See slots that can be booked.
    ReadFreeSlots,
    /// See every slot; make, change and remove slots.
    ManageSlots,
    /// Book, move, cancel and annotate appointments, and read them with their history.
    Book,
    /// Confirm or refuse a pending appointment.
    Confirm,
    /// Say that the patient has arrived or is checked in.
    Receive,
    /// Say that the visit took place.
    Complete,
    /// Say that the patient did not come.
    MarkNoShow,
    /// Undo a cancellation or a no-show, or enter an appointment in error.
    Correct,
    /// Read the audit log, and take it out of the house.
    ReadAudit,
    /// See and change what the installation decides for itself.
    ManageSettings,
    /// Keep the lists of locations and specialties.
    ManagePlaces,
    /// List, make, open, close and change anybody's account.
    ManageAccounts,
    /// See what was sent to whom, and send it again.
    ManageMessages,
}

/// How far a permission reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// Nowhere: the role never may.
    None,
    /// To what is the caller's own: their profile, their slots, their appointments, patients in their care.
    Own,
    /// To everyone's.
    All,
}

/// The table of the product description, section 1.
#[expect(clippy::match_same_arms, reason = "a row an action, as in the table that people read")]
pub const fn reach(role: Role, action: Action) -> Reach {
    use Action as A;
    use Reach::{All, None, Own};

    match action {
        A::UseOwnAccount => Own,
        A::ReadFreeSlots => All,
        A::Book => by_role(role, Own, Own, All, All),
        A::ChangeDoctor => by_role(role, None, Own, None, All),
        A::ReadPatients => by_role(role, Own, All, All, All),
        A::ReadClinicalData => by_role(role, Own, Own, None, All),
        A::ReadInEmergency => by_role(role, None, All, None, None),
        A::ChangePatientContact => by_role(role, None, None, All, All),
        A::ChangePatient => by_role(role, Own, None, None, None),
        A::ManageSlots => by_role(role, None, Own, All, All),
        A::Confirm | A::Receive | A::MarkNoShow => by_role(role, None, Own, All, All),
        A::Complete => by_role(role, None, Own, None, All),
        A::ManageAccounts => by_role(role, None, None, None, All),
        A::Correct => by_role(role, None, None, None, All),
        A::ReadAudit => by_role(role, None, None, None, All),
        A::ManageSettings => by_role(role, None, None, None, All),
        A::ManagePlaces => by_role(role, None, None, None, All),
        A::ManageMessages => by_role(role, None, None, None, All),
    }
}

/// One row of the table, in the order of its columns.
const fn by_role(role: Role, patient: Reach, doctor: Reach, receptionist: Reach, admin: Reach) -> Reach {
    match role {
        Role::Patient => patient,
        Role::Doctor => doctor,
        Role::Receptionist => receptionist,
        Role::Admin => admin,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_patient_reaches_only_what_is_their_own() {
        for action in [Action::Book, Action::ReadPatients, Action::ReadClinicalData, Action::ChangePatient] {
            assert_eq!(reach(Role::Patient, action), Reach::Own, "{action:?}");
        }
        for action in [Action::ManageSlots, Action::Confirm, Action::Complete, Action::Correct, Action::ChangeDoctor] {
            assert_eq!(reach(Role::Patient, action), Reach::None, "{action:?}");
        }
    }

    #[test]
    fn the_front_desk_neither_completes_visits_nor_reads_records() {
        assert_eq!(reach(Role::Receptionist, Action::Complete), Reach::None);
        assert_eq!(reach(Role::Receptionist, Action::ReadClinicalData), Reach::None);
        assert_eq!(reach(Role::Receptionist, Action::Confirm), Reach::All);
    }

    #[test]
    fn only_a_doctor_reads_in_an_emergency() {
        for role in [Role::Patient, Role::Receptionist, Role::Admin] {
            assert_eq!(reach(role, Action::ReadInEmergency), Reach::None, "{role}");
        }
        assert_eq!(reach(Role::Doctor, Action::ReadInEmergency), Reach::All);
    }

    #[test]
    fn only_an_administrator_corrects_and_manages_accounts() {
        for action in [Action::Correct, Action::ManageAccounts] {
            let may: Vec<_> = [Role::Patient, Role::Doctor, Role::Receptionist, Role::Admin]
                .into_iter()
                .filter(|role| reach(*role, action) != Reach::None)
                .collect();
            assert_eq!(may, [Role::Admin]);
        }
    }
}
