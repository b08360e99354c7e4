//! What becomes of accounts, told over a store in memory.
#![expect(clippy::unwrap_used, reason = "what was not given stops the test that needs it")]

use chrono::TimeDelta;
use identity_core::activating::{self, Switched};
use identity_core::{
    Account, AccountStatus, Error, OneTimeToken, PasswordHash, Refusal, Session, TokenHash, TokenPurpose, UniqueField,
    recovering, registering, sessions,
};
use kernel::{AccountId, Role, SessionId, UnitOfWorkExt};
use testkit::{AnyStore, MemoryStore, Shared, sample};

const ADMINS_MAX: u32 = 2;
const LINK: TokenHash = TokenHash([1; 32]);
const OTHER_LINK: TokenHash = TokenHash([2; 32]);

fn write<T>(store: &Shared, mut work: impl FnMut(&mut AnyStore) -> Result<T, Error>) -> Result<T, Error> {
    store.write(|store: &mut AnyStore| work(store))
}

fn register(store: &Shared, account: &Account) -> Result<(), Error> {
    write(store, |store| registering::register(store, account, ADMINS_MAX))
}

fn stored(store: &Shared, id: AccountId) -> Option<Account> {
    write(store, |store| Ok(store.account(id)?)).unwrap()
}

/// The sessions of this account that are live.
fn live(store: &Shared, account: AccountId) -> Vec<SessionId> {
    let sessions = write(store, |store| Ok(store.live_sessions_of(account, sample::now())?)).unwrap();
    sessions.into_iter().map(|session| session.id).collect()
}

/// A session of this account.
fn came_in(store: &Shared, account: AccountId) -> SessionId {
    let session = Session {
        id: SessionId::new(sample::fresh()),
        account,
        created_at: sample::now(),
        expires_at: sample::now() + TimeDelta::days(7),
        ended_at: None,
        user_agent: None,
    };
    let mut hash = [0; 32];
    hash[..16].copy_from_slice(session.id.uuid().as_bytes());
    write(store, |store| sessions::open(store, &session, TokenHash(hash))).unwrap();
    session.id
}

fn mail(store: &Shared, account: AccountId, hash: TokenHash, purpose: TokenPurpose) {
    let expires_at = sample::now() + TimeDelta::hours(1);
    let token = OneTimeToken { hash, purpose, account, issued_at: sample::now(), expires_at, used_at: None };
    write(store, |store| Ok(store.add_one_time_token(&token)?)).unwrap();
}

/// Which of these links were used, or work no more.
fn used(store: &Shared, links: [TokenHash; 2]) -> [bool; 2] {
    links.map(|hash| write(store, |store| Ok(store.one_time_token(&hash)?)).unwrap().unwrap().used_at.is_some())
}

#[test]
fn an_account_is_added_and_changed_unless_somebody_has_what_is_to_be_unique() {
    let store = MemoryStore::shared();
    let (ada, bea) = (sample::account(Role::Patient, "Ada"), sample::account(Role::Patient, "Bea"));
    assert_eq!(register(&store, &ada), Ok(()));
    let double = Account { email: ada.email.clone(), ..bea.clone() };
    let taken = Err(Refusal::Taken { field: UniqueField::Email }.into());
    assert_eq!(register(&store, &double), taken);
    assert_eq!(stored(&store, bea.id), None);
    assert_eq!(register(&store, &bea), Ok(()));

    let amend = |account: &Account| write(&store, |store| registering::amend(store, &bea, account));
    let next = |account: Account| Account { revision: bea.revision.next(), ..account };
    assert_eq!(amend(&next(double)), taken);
    assert_eq!(stored(&store, bea.id), Some(bea.clone()));
    let renamed = next(Account { full_name: "Beatrice".to_owned(), ..bea.clone() });
    assert_eq!(amend(&renamed), Ok(()));
    assert_eq!(stored(&store, bea.id), Some(renamed));
}

#[test]
fn administrators_are_made_while_there_is_room_and_others_always() {
    let store = MemoryStore::shared();
    let admins: Vec<Account> = (0..3).map(|_| sample::account(Role::Admin, "Ann")).collect();
    assert_eq!(register(&store, &admins[0]), Ok(()));
    assert_eq!(register(&store, &admins[1]), Ok(()));
    let too_many = Err(Refusal::TooManyAdmins { most: ADMINS_MAX }.into());
    assert_eq!(register(&store, &admins[2]), too_many);
    assert_eq!(register(&store, &sample::account(Role::Receptionist, "Rosa")), Ok(()));
    let waiting = Account { status: AccountStatus::Waiting, ..admins[2].clone() };
    assert_eq!(register(&store, &waiting), Ok(()));
}

#[test]
fn an_account_is_opened_once_and_stays_so() {
    let store = MemoryStore::shared();
    let waiting = Account { status: AccountStatus::Waiting, ..sample::account(Role::Doctor, "Dora") };
    register(&store, &waiting).unwrap();
    let activate = |id| write(&store, |store| activating::activate(store, id, ADMINS_MAX));
    let open = Account { status: AccountStatus::Active, revision: waiting.revision.next(), ..waiting.clone() };
    assert_eq!(activate(waiting.id), Ok(Some(Switched::Now(open.clone()))));
    assert_eq!(stored(&store, waiting.id), Some(open.clone()));
    assert_eq!(activate(waiting.id), Ok(Some(Switched::Before(open))));
    assert_eq!(activate(AccountId::new(sample::fresh())), Ok(None));
}

#[test]
fn whose_account_is_closed_is_out_and_has_no_link_that_works() {
    let store = MemoryStore::shared();
    let dora = sample::account(Role::Doctor, "Dora");
    register(&store, &dora).unwrap();
    came_in(&store, dora.id);
    mail(&store, dora.id, LINK, TokenPurpose::ResetPassword);
    mail(&store, dora.id, OTHER_LINK, TokenPurpose::VerifyEmail);
    let deactivate = |id| write(&store, |store| activating::deactivate(store, id, None, sample::now()));
    let closed = Account { status: AccountStatus::Inactive, revision: dora.revision.next(), ..dora.clone() };
    assert_eq!(deactivate(dora.id), Ok(Some(Switched::Now(closed.clone()))));
    assert_eq!(stored(&store, dora.id), Some(closed.clone()));
    assert_eq!(live(&store, dora.id), []);
    assert_eq!(used(&store, [LINK, OTHER_LINK]), [true, true]);
    assert_eq!(deactivate(dora.id), Ok(Some(Switched::Before(closed))));
    assert_eq!(deactivate(AccountId::new(sample::fresh())), Ok(None));
}

#[test]
fn a_link_sets_the_password_proves_the_address_and_ends_whatever_went_on() {
    let store = MemoryStore::shared();
    let bea = Account { email_verified_at: None, ..sample::account(Role::Patient, "Bea") };
    register(&store, &bea).unwrap();
    came_in(&store, bea.id);
    mail(&store, bea.id, LINK, TokenPurpose::ResetPassword);
    mail(&store, bea.id, OTHER_LINK, TokenPurpose::ResetPassword);
    let password = PasswordHash::new("new".to_owned());
    let reset = || write(&store, |store| recovering::reset_password(store, &LINK, &password, sample::now()));
    let after = Account {
        password: password.clone(),
        password_set_at: Some(sample::now()),
        email_verified_at: Some(sample::now()),
        revision: bea.revision.next(),
        ..bea.clone()
    };
    assert_eq!(reset(), Ok(after.clone()));
    assert_eq!(stored(&store, bea.id), Some(after));
    assert_eq!(live(&store, bea.id), []);
    assert_eq!(used(&store, [LINK, OTHER_LINK]), [true, true]);
    assert_eq!(reset(), Err(Refusal::OneTimeTokenInvalid.into()));
}

#[test]
fn who_changes_the_password_stays_and_everybody_else_is_out() {
    let store = MemoryStore::shared();
    let bea = sample::account(Role::Patient, "Bea");
    register(&store, &bea).unwrap();
    let [kept, _other] = [came_in(&store, bea.id), came_in(&store, bea.id)];
    mail(&store, bea.id, LINK, TokenPurpose::ResetPassword);
    mail(&store, bea.id, OTHER_LINK, TokenPurpose::VerifyEmail);
    let password = PasswordHash::new("new".to_owned());
    let now = sample::now();
    let set = |account: &Account, kept| {
        write(&store, |store| recovering::set_password(store, account.clone(), &password, kept, now)).unwrap()
    };
    let revision = bea.revision.next();
    let after = Account { password: password.clone(), password_set_at: Some(now), revision, ..bea.clone() };
    assert_eq!(set(&bea, Some(kept)), after);
    assert_eq!(stored(&store, bea.id), Some(after.clone()));
    assert_eq!(live(&store, bea.id), [kept]);
    assert_eq!(used(&store, [LINK, OTHER_LINK]), [true, true]);
    set(&after, None);
    assert_eq!(live(&store, bea.id), []);
}

#[test]
fn a_link_proves_an_address_once() {
    let store = MemoryStore::shared();
    let bea = Account { email_verified_at: None, ..sample::account(Role::Patient, "Bea") };
    register(&store, &bea).unwrap();
    mail(&store, bea.id, LINK, TokenPurpose::VerifyEmail);
    let verify = || write(&store, |store| recovering::verify_email(store, &LINK, sample::now()));
    let proved = Account { email_verified_at: Some(sample::now()), revision: bea.revision.next(), ..bea.clone() };
    assert_eq!(verify(), Ok(proved.clone()));
    assert_eq!(stored(&store, bea.id), Some(proved));
    assert_eq!(verify(), Err(Refusal::OneTimeTokenInvalid.into()));
}
