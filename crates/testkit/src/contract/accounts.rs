//! Accounts and their unique names.

use identity_core::{
    Account, AccountStatus, Error, IdentifierKind, LoginName, PasswordHash, Refusal, UniqueField, login_names,
    registering,
};
use kernel::{AccountId, Role, StoreError, Word};

use super::rivals::{Patience, race};
use super::support::{assert_lost, odd_line, token, try_write};
use crate::clinic::{read, write};
use crate::{Shared, sample};

/// An account with every field, none of them unusual.
fn full_account(role: Role) -> Account {
    let token = token();
    Account {
        username: Some(format!("A{}", &token[8..32]).parse().unwrap()),
        national_id: Some(format!("N-1{}", &token[8..32]).parse().unwrap()),
        ..sample::account(role, "Ada Lovelace")
    }
}

fn found(store: &Shared, identifier: &str, kind: IdentifierKind) -> Option<AccountId> {
    read(store, |store| store.account_known_as(identifier, kind)).map(|account| account.id)
}

pub fn every_field_of_an_account_comes_back(store: &Shared) {
    for role in Role::ALL {
        let full = Account {
            full_name: odd_line("Ada"),
            status: AccountStatus::Inactive,
            profile_pic: Some("https://example.org/🩺?a=%20".to_owned()),
            password_set_at: Some(sample::instant("2127-12-30T23:59:59.999999Z")),
            pending_email: Some("Zo\u{eb}+new@example.org".parse().unwrap()),
            email_verified_at: Some(sample::instant("2127-12-31T23:59:59.999999Z")),
            created_at: sample::instant("2126-12-31T23:59:59.999999Z"),
            ..full_account(*role)
        };
        let bare = Account {
            phone: None,
            status: AccountStatus::Waiting,
            email_verified_at: None,
            ..sample::account(*role, "B")
        };
        for account in [full, bare] {
            write(store, |store| store.add_account(&account));
            assert_eq!(read(store, |store| store.account(account.id)), Some(account));
        }
    }
    assert_eq!(read(store, |store| store.account(AccountId::new(sample::fresh()))), None);
}

pub fn an_account_is_known_by_each_of_its_names(store: &Shared) {
    let account = full_account(Role::Patient);
    write(store, |store| store.add_account(&account));
    let names = [
        (IdentifierKind::Email, account.email.as_str()),
        (IdentifierKind::Username, account.username.as_ref().unwrap().as_str()),
        (IdentifierKind::NationalId, account.national_id.as_ref().unwrap().as_str()),
    ];
    for (kind, name) in names {
        let spaced = format!("\u{a0}{name}\t ");
        for spelling in [name.to_owned(), name.to_uppercase(), name.to_lowercase(), spaced] {
            assert_eq!(found(store, &spelling, kind), Some(account.id), "{kind} {spelling}");
        }
        for other in IdentifierKind::ALL.iter().filter(|other| **other != kind) {
            assert_eq!(found(store, name, *other), None, "{kind} as {other}");
        }
        for wrong in [format!("{name}x"), format!("{name}%"), name.replacen(char::is_alphanumeric, "_", 1)] {
            assert_eq!(found(store, &wrong, kind), None, "{wrong}");
        }
    }
    for kind in IdentifierKind::ALL {
        assert_eq!(found(store, "", *kind), None);
    }
}

pub fn a_login_name_belongs_to_one_account(store: &Shared) {
    let [ada, bea] = ["Ada", "Bea"].map(|name| sample::account(Role::Patient, name).id);
    let name = LoginName::typed(&format!("ZOË\u{2126}-{}@example.org", token()));
    let owner = || read(store, |store| store.login_name_owner(&name));
    assert_eq!(owner(), None);
    write(store, |store| store.add_login_name(&name, ada));
    assert_eq!(owner(), Some(ada));
    for rival in [ada, bea] {
        assert_lost(store, |store| store.add_login_name(&name, rival));
    }
    write(store, |store| store.remove_login_name(&name, bea));
    assert_eq!(owner(), Some(ada));
    write(store, |store| store.remove_login_name(&name, ada).and_then(|()| store.add_login_name(&name, bea)));
    assert_eq!(owner(), Some(bea));
}

pub fn a_name_is_nobody_elses_of_whichever_kind(store: &Shared) {
    let name = || format!("x1{}", &token()[8..32]);
    let register =
        |account: &Account| Patience::default().write(store, |store| registering::register(store, account, 0));
    let refused = |field| Err(Error::Refused(Refusal::Taken { field }));
    let [username, number, free] = [name(), name(), name()];
    let ada = Account {
        username: username.parse().ok(),
        national_id: number.parse().ok(),
        ..sample::account(Role::Patient, "Ada")
    };
    assert_eq!(register(&ada), Ok(()));
    let as_number =
        Account { national_id: username.to_uppercase().parse().ok(), ..sample::account(Role::Patient, "Eve") };
    assert_eq!(register(&as_number), refused(UniqueField::NationalId));
    let as_username = Account { username: number.to_uppercase().parse().ok(), ..sample::account(Role::Patient, "Eve") };
    assert_eq!(register(&as_username), refused(UniqueField::Username));

    let eve = Account { username: free.parse().ok(), national_id: free.parse().ok(), ..as_username };
    assert_eq!(register(&eve), Ok(()), "a name may be one's own twice");
    let amend = |before: &Account, after: &Account| {
        let after = Account { revision: before.revision.next(), ..after.clone() };
        Patience::default().write(store, |store| registering::amend(store, before, &after)).map(|()| after)
    };
    let taking = Account { username: number.parse().ok(), ..eve.clone() };
    assert_eq!(amend(&eve, &taking), refused(UniqueField::Username).map(|()| eve.clone()));
    let giving = amend(&eve, &Account { username: None, ..eve.clone() }).unwrap();
    let given = Account { username: free.parse().ok(), ..ada.clone() };
    assert!(amend(&ada, &given).is_err(), "it is a number still");
    let giving = amend(&giving, &Account { national_id: None, ..giving.clone() }).unwrap();
    let given = amend(&ada, &given).unwrap();
    let find = |typed: &str| read(store, |store| login_names::find(store, typed, IdentifierKind::ALL));
    assert_eq!((find(&free), find(&username), find(&number)), (Some(given.clone()), None, Some(given)));
    assert_eq!(find(giving.email.as_str()), Some(giving));
}

pub fn of_two_who_have_shared_a_name_since_long_its_owner_is_meant_and_both_go_on(store: &Shared) {
    let name = format!("x1{}", &token()[8..32]);
    let older = Account { username: name.parse().ok(), ..sample::account(Role::Patient, "Ada") };
    let newer = Account { national_id: name.parse().ok(), ..sample::account(Role::Patient, "Bea") };
    // As before names were written down: only within its kind is each unique.
    write(store, |store| store.add_account(&newer).and_then(|()| store.add_account(&older)));
    let find =
        |kinds: &[IdentifierKind]| read(store, |store| login_names::find(store, &name, kinds)).map(|found| found.id);
    assert_eq!(find(IdentifierKind::ALL), Some(older.id));
    assert_eq!(find(&[IdentifierKind::NationalId]), Some(newer.id));
    write(store, |store| store.add_login_name(&LoginName::typed(&name), newer.id));
    assert_eq!(find(IdentifierKind::ALL), Some(newer.id));
    let renamed = Account { full_name: "Ada L.".to_owned(), revision: older.revision.next(), ..older.clone() };
    let amended = Patience::default().write(store, |store| registering::amend(store, &older, &renamed));
    assert_eq!(amended, Ok(()), "what was not changed is not refused");
}

pub fn names_are_reconciled_with_what_another_version_has_written(store: &Shared) {
    let [kept, taken, left] = [(); 3].map(|()| format!("x1{}", &token()[8..32]));
    let reconcile = || write(store, |store| store.reconcile_login_names());
    reconcile();
    let older = Account { username: taken.parse().ok(), ..sample::account(Role::Patient, "Ada") };
    let newer = Account {
        username: kept.to_uppercase().parse().ok(),
        national_id: taken.to_uppercase().parse().ok(),
        ..sample::account(Role::Patient, "Bea")
    };
    write(store, |store| {
        store.add_account(&newer)?;
        store.add_account(&older)?;
        store.add_login_name(&LoginName::typed(&left), older.id)
    });
    assert_eq!(reconcile(), 5, "one is left, four are missing");
    let owner = |name: &str| read(store, |store| store.login_name_owner(&LoginName::typed(name)));
    assert_eq!([owner(&kept), owner(&taken), owner(&left)], [Some(newer.id), Some(older.id), None]);
    assert_eq!([owner(newer.email.as_str()), owner(older.email.as_str())], [Some(newer.id), Some(older.id)]);
    assert_eq!(reconcile(), 0);
}

pub fn of_8_accounts_with_one_name_of_two_kinds_one_is_kept(store: &Shared) {
    for _ in 0..5 {
        let name = format!("x1{}", &token()[8..32]);
        let account = |n: usize| {
            let (username, national_id) =
                if n.is_multiple_of(2) { (name.parse().ok(), None) } else { (None, name.parse().ok()) };
            Account { username, national_id, ..sample::account(Role::Patient, "Ada") }
        };
        let accounts: Vec<Account> = (0..8).map(account).collect();
        let patience = Patience::default();
        let results =
            race(accounts.clone(), |account| patience.write(store, |store| registering::register(store, &account, 0)));
        let kept: Vec<&Account> =
            accounts.iter().filter(|account| read(store, |store| store.account(account.id)).is_some()).collect();
        assert_eq!((kept.len(), results.iter().flatten().count()), (1, 1), "{results:?}");
        let owner = read(store, |store| store.login_name_owner(&LoginName::typed(&name)));
        assert_eq!(owner, kept.first().map(|account| account.id));
        for error in results.into_iter().filter_map(Result::err) {
            assert!(matches!(error, Error::Refused(Refusal::Taken { .. })), "{error:?}");
        }
    }
}

pub fn the_fields_that_others_have_are_named_in_order(store: &Shared) {
    let first = full_account(Role::Patient);
    write(store, |store| store.add_account(&first));
    let taken = |account: &Account| read(store, |store| store.taken_fields(account));

    assert_eq!(taken(&first), [], "its own");
    let second = Account {
        email: first.email.as_str().to_uppercase().parse().unwrap(),
        username: Some(first.username.as_ref().unwrap().as_str().to_uppercase().parse().unwrap()),
        phone: first.phone.clone(),
        national_id: Some(first.national_id.as_ref().unwrap().as_str().to_uppercase().parse().unwrap()),
        ..full_account(Role::Doctor)
    };
    assert_eq!(taken(&second), UniqueField::ALL);
    let by_phone = Account { phone: first.phone.clone(), ..full_account(Role::Doctor) };
    assert_eq!(taken(&by_phone), [UniqueField::Phone]);
    let crossed = Account {
        username: first.national_id.as_ref().map(|id| format!("x{}", id.as_str())).and_then(|name| name.parse().ok()),
        national_id: first.username.as_ref().and_then(|name| name.as_str().to_uppercase().parse().ok()),
        ..full_account(Role::Doctor)
    };
    assert_eq!(taken(&crossed), [UniqueField::NationalId]);
    let bare = sample::account(Role::Receptionist, "nothing but an address");
    write(store, |store| store.add_account(&bare));
    assert_eq!(taken(&sample::account(Role::Receptionist, "nobody has nothing")), []);
}

pub fn no_two_accounts_share_a_unique_field(store: &Shared) {
    let token = token();
    let first =
        Account { email: format!("zoë\u{2126}-{token}@example.org").parse().unwrap(), ..full_account(Role::Patient) };
    write(store, |store| store.add_account(&first));
    let other = full_account(Role::Patient);
    write(store, |store| store.add_account(&other));
    let upper = |text: &str| text.to_uppercase();

    let rivals = |own: &Account| {
        [
            Account { email: format!("ZOË\u{3c9}-{token}@example.org").parse().unwrap(), ..own.clone() },
            Account { username: upper(first.username.as_ref().unwrap().as_str()).parse().ok(), ..own.clone() },
            Account { phone: first.phone.clone(), ..own.clone() },
            Account { national_id: upper(first.national_id.as_ref().unwrap().as_str()).parse().ok(), ..own.clone() },
        ]
    };
    for rival in rivals(&full_account(Role::Patient)) {
        assert_lost(store, |store| store.add_account(&rival));
        assert_eq!(read(store, |store| store.account(rival.id)), None);
    }
    for rival in rivals(&Account { revision: other.revision.next(), ..other.clone() }) {
        assert_lost(store, |store| store.change_account(&rival));
        assert_eq!(read(store, |store| store.account(other.id)).as_ref(), Some(&other));
    }
}

pub fn a_stale_account_is_not_written(store: &Shared) {
    let first = full_account(Role::Patient);
    write(store, |store| store.add_account(&first));
    let second =
        Account { full_name: "Zoë".to_owned(), phone: None, revision: first.revision.next(), ..first.clone() };
    write(store, |store| store.change_account(&second));
    let stale = Account { full_name: "too late".to_owned(), ..second.clone() };
    assert_lost(store, |store| store.change_account(&stale));
    let too_far = Account { revision: second.revision.next().next(), ..stale };
    assert_lost(store, |store| store.change_account(&too_far));
    let unknown = Account { revision: first.revision.next(), ..full_account(Role::Patient) };
    assert_lost(store, |store| store.change_account(&unknown));
    assert_eq!(read(store, |store| store.account(first.id)), Some(second));
}

pub fn only_active_administrators_are_counted(store: &Shared) {
    let count = |store: &mut dyn application::ports::Store| {
        Ok::<_, StoreError>((store.count_active_admins()?, store.count_admins_with_password()?))
    };
    let (active, with_password) = read(store, count);
    let admin = sample::account(Role::Admin, "Grace");
    let closed = Account { status: AccountStatus::Inactive, ..sample::account(Role::Admin, "Joan") };
    let receptionist = sample::account(Role::Receptionist, "Rosa");
    let waiting = Account { status: AccountStatus::Waiting, ..sample::account(Role::Admin, "Ida") };
    let invited = Account { password: PasswordHash::unset(), ..sample::account(Role::Admin, "Mary") };
    for account in [&admin, &closed, &waiting, &receptionist, &invited] {
        try_write(store, |store| store.add_account(account)).unwrap();
    }
    assert_eq!(read(store, count), (active + 2, with_password + 1));
    for admin in [admin, invited] {
        let closed = Account { status: AccountStatus::Inactive, revision: admin.revision.next(), ..admin };
        try_write(store, |store| store.change_account(&closed)).unwrap();
    }
    assert_eq!(read(store, count), (active, with_password));
}
