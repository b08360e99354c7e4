//! Opening and closing accounts, also when everyone does it at once.

use chrono::TimeDelta;
use identity_core::activating::{self, Switched};
use identity_core::ports::AccountFilter;
use identity_core::{Account, AccountStatus, Error, Refusal, Session};
use kernel::{AccountId, Role, SessionId};

use super::rivals::{Patience, race};
use super::support::all_pages;
use crate::clinic::{read, write};
use crate::{Shared, sample};

fn add(store: &Shared, role: Role, status: AccountStatus) -> Account {
    let account = Account { status, ..sample::account(role, "Grace") };
    write(store, |store| store.add_account(&account));
    account
}

fn status(store: &Shared, id: AccountId) -> AccountStatus {
    read(store, |store| store.account(id)).unwrap().status
}

/// Leaves the store without an active administrator.
fn close_all_admins(store: &Shared) {
    let filter = AccountFilter {
        roles: [Role::Admin].into(),
        statuses: [AccountStatus::Active].into(),
        ..AccountFilter::default()
    };
    for admin in all_pages(store, 100, |store, page| store.accounts(&filter, page)) {
        let closed = Account { status: AccountStatus::Inactive, revision: admin.revision.next(), ..admin };
        write(store, |store| store.change_account(&closed));
    }
}

pub fn a_closed_account_has_no_sessions_and_can_be_opened_again(store: &Shared) {
    let patience = Patience::default();
    let account = add(store, Role::Patient, AccountStatus::Waiting);
    let opened = patience.write(store, |store| activating::activate(store, account.id, 0));
    assert!(matches!(opened, Ok(Some(Switched::Now(_)))), "{opened:?}");
    let session = Session {
        id: SessionId::new(sample::fresh()),
        account: account.id,
        created_at: sample::now(),
        expires_at: sample::now() + TimeDelta::days(7),
        ended_at: None,
        user_agent: None,
    };
    write(store, |store| store.add_session(&session));

    let close = || patience.write(store, |store| activating::deactivate(store, account.id, None, sample::now()));
    assert!(matches!(close(), Ok(Some(Switched::Now(_)))));
    assert!(matches!(close(), Ok(Some(Switched::Before(_)))));
    assert_eq!(status(store, account.id), AccountStatus::Inactive);
    assert_eq!(read(store, |store| store.live_sessions_of(account.id, sample::now())), []);

    let again = patience.write(store, |store| activating::activate(store, account.id, 0));
    assert!(matches!(again, Ok(Some(Switched::Now(_)))), "{again:?}");
    assert_eq!(read(store, |store| store.live_sessions_of(account.id, sample::now())), []);
    let nobody = AccountId::new(sample::fresh());
    assert_eq!(patience.write(store, |store| activating::activate(store, nobody, 0)), Ok(None));
    assert_eq!(patience.write(store, |store| activating::deactivate(store, nobody, None, sample::now())), Ok(None));
}

pub fn of_8_administrators_opened_at_once_no_more_than_allowed_are_active(store: &Shared) {
    close_all_admins(store);
    let waiting: Vec<AccountId> = (0..8).map(|_| add(store, Role::Admin, AccountStatus::Waiting).id).collect();
    let patience = Patience::default();
    let results = race(waiting, |id| patience.write(store, |store| activating::activate(store, id, 2)));
    assert_eq!(read(store, |store| store.count_active_admins()), 2);
    assert_eq!(results.iter().flatten().count(), 2, "{results:?}");
    for error in results.into_iter().filter_map(Result::err) {
        assert_eq!(error, Error::Refused(Refusal::TooManyAdmins { most: 2 }));
    }
    close_all_admins(store);
}

pub fn of_two_administrators_who_close_each_other_one_stays(store: &Shared) {
    for _ in 0..5 {
        close_all_admins(store);
        let [one, other] = [(); 2].map(|()| add(store, Role::Admin, AccountStatus::Active).id);
        let patience = Patience::default();
        let results = race(vec![(one, other), (other, one)], |(by, id)| {
            patience.write(store, |store| activating::deactivate(store, id, Some(by), sample::now()))
        });
        assert_eq!(read(store, |store| store.count_active_admins()), 1, "{results:?}");
        let refused: Vec<Error> = results.into_iter().filter_map(Result::err).collect();
        assert_eq!(refused, [Error::Refused(Refusal::LastAdmin)]);
    }
    close_all_admins(store);
}
