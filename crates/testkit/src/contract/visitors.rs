//! Who is calling.

use application::ports::Visitor;
use chrono::TimeDelta;
use identity_core::{Account, AccountStatus, Session};
use kernel::{Role, SessionId, Zone};

use crate::clinic::{read, write};
use crate::{Clinic, Shared, sample};

pub fn a_visitor_is_who_the_account_says_now(store: &Shared) {
    let clinic = Clinic::open(store, Zone::UTC);
    let doctor = clinic.doctor("Ada");
    let patient = clinic.patient("Bea");
    let callers = [
        (clinic.doctor_actor(doctor), Some(doctor.uuid())),
        (clinic.patient_actor(patient), Some(patient.uuid())),
        (
            scheduling_core::Actor { account: clinic.account(Role::Receptionist, "Rosa"), role: Role::Receptionist },
            None,
        ),
    ];
    for (caller, profile) in callers {
        let session = Session {
            id: SessionId::new(sample::fresh()),
            account: caller.account,
            created_at: sample::now(),
            expires_at: sample::now() + TimeDelta::days(7),
            ended_at: Some(sample::now()),
            user_agent: Some("a browser".to_owned()),
        };
        write(store, |store| store.add_session(&session));
        let visitor = || read(store, |store| store.visitor(session.id));
        let expected = Visitor { session: session.clone(), role: caller.role, active: true, profile };
        assert_eq!(visitor().as_ref(), Some(&expected));

        write(store, |store| {
            let account = store.account(caller.account)?.unwrap();
            let revision = account.revision.next();
            store.change_account(&Account { status: AccountStatus::Inactive, revision, ..account })
        });
        assert_eq!(visitor(), Some(Visitor { active: false, ..expected }));
    }
    assert_eq!(read(store, |store| store.visitor(SessionId::new(sample::fresh()))), None);
}
