//! Accounts and their unique names.

use identity_core::{Account, AccountStatus, IdentifierKind, PasswordHash, UniqueField};
use kernel::{AccountId, Role, StoreError, Word};

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
        for spelling in [name.to_owned(), name.to_uppercase(), name.to_lowercase()] {
            assert_eq!(found(store, &spelling, kind), Some(account.id), "{kind} {spelling}");
        }
        for other in IdentifierKind::ALL.iter().filter(|other| **other != kind) {
            assert_eq!(found(store, name, *other), None, "{kind} as {other}");
        }
        for wrong in [format!("{name} "), format!("{name}%"), name.replacen(char::is_alphanumeric, "_", 1)] {
            assert_eq!(found(store, &wrong, kind), None, "{wrong}");
        }
    }
    for kind in IdentifierKind::ALL {
        assert_eq!(found(store, "", *kind), None);
    }
}

pub fn a_name_of_one_kind_may_be_anothers_of_another_kind(store: &Shared) {
    let name = format!("x1{}", &token()[8..32]);
    let by_username = Account { username: Some(name.parse().unwrap()), ..sample::account(Role::Patient, "Ada") };
    let by_number = Account { national_id: Some(name.parse().unwrap()), ..sample::account(Role::Patient, "Bea") };
    write(store, |store| store.add_account(&by_username).and_then(|()| store.add_account(&by_number)));
    assert_eq!(found(store, &name, IdentifierKind::Username), Some(by_username.id));
    assert_eq!(found(store, &name, IdentifierKind::NationalId), Some(by_number.id));
    assert_eq!(found(store, &name, IdentifierKind::Email), None);
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
