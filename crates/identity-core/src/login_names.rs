//! Names to log in with: of whichever kind, each belongs to one account.

use kernel::{StoreError, fold};

use crate::ports::{Accounts, LoginNames};
use crate::{Account, Error, IdentifierKind, NationalId, Refusal, UniqueField, Username};

/// An e-mail address, a username or a national id, folded: equal where it would be the same in a login form.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct LoginName(String);

impl LoginName {
    /// A name as it was typed; white space around it does not matter.
    pub fn typed(text: &str) -> Self {
        Self(fold(text.trim()))
    }

    /// The folded text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The account that is meant by a name of one of these kinds.
///
/// Two accounts may share a name since the time when names were unique within their kind only; then it means the one that
/// owns it, and the older one where nobody does.
///
/// # Errors
/// When the store fails.
pub fn find<S: Accounts + LoginNames + ?Sized>(
    store: &mut S,
    typed: &str,
    kinds: &[IdentifierKind],
) -> Result<Option<Account>, StoreError> {
    let known_as = |kind: &IdentifierKind| store.account_known_as(typed, *kind).transpose();
    let mut found = kinds.iter().filter_map(known_as).collect::<Result<Vec<_>, _>>()?;
    found.dedup_by_key(|account| account.id);
    if found.len() < 2 {
        return Ok(found.pop());
    }
    let owner = store.login_name_owner(&LoginName::typed(typed))?;
    Ok(found.into_iter().min_by_key(|account| (Some(account.id) != owner, account.created_at, account.id)))
}

/// Refuses an account one of whose unique fields another account has; what it has had `before` is left aside.
///
/// # Errors
/// `Taken` names the first such field; or the store fails.
pub(crate) fn refuse_taken<S: Accounts + LoginNames + ?Sized>(
    store: &mut S,
    before: Option<&Account>,
    account: &Account,
) -> Result<(), Error> {
    let mut taken = store.taken_fields(account)?;
    for (field, name) in names_of(account) {
        if store.login_name_owner(&name)?.is_some_and(|owner| owner != account.id) {
            taken.push(field);
        }
    }
    taken.retain(|field| before.is_none_or(|before| is_changed(*field, before, account)));
    match taken.into_iter().min() {
        Some(field) => Err(Refusal::Taken { field }.into()),
        None => Ok(()),
    }
}

/// Writes down which names are this account's from now on, and which of `before` are not any more.
///
/// # Errors
/// When the store fails, or when somebody else took a name meanwhile.
pub(crate) fn write<S: LoginNames + ?Sized>(
    store: &mut S,
    before: Option<&Account>,
    account: &Account,
) -> Result<(), StoreError> {
    let of = |account: &Account| -> Vec<LoginName> { names_of(account).into_iter().map(|(_, name)| name).collect() };
    let (mut old, mut new) = (before.map(of).unwrap_or_default(), of(account));
    new.sort();
    new.dedup();
    old.retain(|name| !new.contains(name));
    new.retain(|name| before.is_none_or(|before| !of(before).contains(name)));
    old.iter().try_for_each(|name| store.remove_login_name(name, account.id))?;
    new.iter().try_for_each(|name| store.add_login_name(name, account.id))
}

/// The names of an account, with the field that each stands in.
fn names_of(account: &Account) -> Vec<(UniqueField, LoginName)> {
    let username = account.username.as_ref().map(Username::key);
    let national_id = account.national_id.as_ref().map(NationalId::key);
    [
        (UniqueField::Email, Some(account.email.key())),
        (UniqueField::Username, username),
        (UniqueField::NationalId, national_id),
    ]
    .into_iter()
    .filter_map(|(field, key)| key.map(|key| (field, LoginName(key))))
    .collect()
}

fn is_changed(field: UniqueField, before: &Account, account: &Account) -> bool {
    match field {
        UniqueField::Email => before.email.key() != account.email.key(),
        UniqueField::Username => {
            before.username.as_ref().map(Username::key) != account.username.as_ref().map(Username::key)
        }
        UniqueField::Phone => before.phone != account.phone,
        UniqueField::NationalId => {
            before.national_id.as_ref().map(NationalId::key) != account.national_id.as_ref().map(NationalId::key)
        }
    }
}
