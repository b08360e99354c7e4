//! By what accounts are found. One row for each beginning of a word, with the name that lists are sorted by: a page of those
//! who have it is read in its order, from where the page before ended, and nothing else is read.

use diesel::prelude::*;
use identity_core::{Account, EmailAddress, email_keys};
use kernel::{AccountId, Role, StoreError, name_beginnings, tidy};

use crate::convert::{Column, bytes, coalesce, key};
use crate::schema::{accounts, search_keys, searched_names};
use crate::transaction::Transaction;

diesel::alias!(search_keys as too: KeysToo);

/// As many are looked at quickly, one by one.
const FEW: i64 = 500;

/// The word by which a search is led, and the others.
pub(crate) type Led<'a> = (&'a String, Vec<&'a String>);

/// The key of those with this role who have a word that begins so.
pub(crate) fn key_of_name(role: Role, beginning: &str) -> String {
    format!("{role} {beginning}")
}

/// The key of those with such an address.
pub(crate) fn key_of_email(key: &str) -> String {
    format!("email {key}")
}

#[derive(Insertable)]
#[diesel(table_name = search_keys)]
pub(crate) struct SearchKeyRow {
    search_key: String,
    name_key: String,
    account_id: Vec<u8>,
}

/// What the keys of an account are made of.
#[derive(Clone, PartialEq, Eq, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = searched_names)]
struct SearchedRow {
    account_id: Vec<u8>,
    full_name: String,
    email: String,
}

/// An account, and what its keys were made of, if there are any.
type NamesRow = (Vec<u8>, String, String, String, Option<String>, Option<String>);

impl SearchedRow {
    fn keys(&self, role: Role) -> Result<Vec<SearchKeyRow>, StoreError> {
        let email: EmailAddress = Column("searched_names", "email").parsed(&self.email)?;
        let name_key = key(&self.full_name);
        let row =
            |search_key| SearchKeyRow { search_key, name_key: name_key.clone(), account_id: self.account_id.clone() };
        let of_name = name_beginnings(&self.full_name).into_iter().map(|beginning| key_of_name(role, &beginning));
        Ok(of_name.chain(email_keys(&email).iter().map(|key| key_of_email(key))).map(row).collect())
    }
}

impl From<&Account> for SearchedRow {
    fn from(account: &Account) -> Self {
        Self {
            account_id: bytes(account.id.uuid()),
            full_name: account.full_name.clone(),
            email: account.email.as_str().to_owned(),
        }
    }
}

impl Transaction {
    /// The word by which a search is led, and the others; nothing where there is no word. It is the longest of those that
    /// few have, so that few are looked at for the others; where many have each of them, the longest.
    pub(crate) fn leading_word<'a>(&mut self, role: Role, words: &'a [String]) -> Result<Option<Led<'a>>, StoreError> {
        let mut leading = words.first();
        for word in words.iter().filter(|_| 1 < words.len()) {
            let many = search_keys::table
                .filter(search_keys::search_key.eq(key_of_name(role, word)))
                .order((search_keys::name_key, search_keys::account_id))
                .offset(FEW)
                .select(search_keys::account_id);
            if self.run(|c| many.first::<Vec<u8>>(c).optional())?.is_none() {
                leading = Some(word);
                break;
            }
        }
        let others = |leading| words.iter().filter(|word| *word != leading).collect();
        Ok(leading.map(|leading| (leading, others(leading))))
    }

    /// Writes down by what a new account is found.
    pub(crate) fn add_search_keys(&mut self, account: &Account) -> Result<(), StoreError> {
        let searched = SearchedRow::from(account);
        self.add_keys(&searched, account.role)
    }

    /// Writes down by what an account is found now; nothing where that is what it was before.
    pub(crate) fn change_search_keys(&mut self, account: &Account) -> Result<(), StoreError> {
        let now = SearchedRow::from(account);
        let row = searched_names::table.find(now.account_id.clone()).select(SearchedRow::as_select());
        match self.run(|c| row.first(c).optional())? {
            Some(before) if before == now => Ok(()),
            before => self.replace_keys(before, &now, account.role),
        }
    }

    fn replace_keys(&mut self, before: Option<SearchedRow>, now: &SearchedRow, role: Role) -> Result<(), StoreError> {
        if let Some(before) = before {
            self.remove_keys(&before, role)?;
        }
        self.add_keys(now, role)
    }

    fn add_keys(&mut self, searched: &SearchedRow, role: Role) -> Result<(), StoreError> {
        let keys = searched.keys(role)?;
        self.run_on_one(|c| diesel::insert_into(searched_names::table).values(searched.clone()).execute(c))?;
        self.run(|c| c.add_search_keys(&keys))
    }

    /// Whoever removed them before has won.
    fn remove_keys(&mut self, searched: &SearchedRow, role: Role) -> Result<(), StoreError> {
        let keys = searched.keys(role)?;
        let row = searched_names::table
            .find(searched.account_id.clone())
            .filter(searched_names::full_name.eq(searched.full_name.clone()))
            .filter(searched_names::email.eq(searched.email.clone()));
        self.run_on_one(|c| diesel::delete(row).execute(c))?;
        let rows = search_keys::table
            .filter(search_keys::search_key.eq_any(keys.into_iter().map(|key| key.search_key)))
            .filter(search_keys::name_key.eq(key(&searched.full_name)))
            .filter(search_keys::account_id.eq(searched.account_id.clone()));
        self.run(|c| diesel::delete(rows).execute(c)).map(drop)
    }

    /// Writes down by what those accounts behind `after` are found that another version of the program has made or changed,
    /// `most` of them; says which was the last, and how many it wrote. Of all the others the program reads nothing.
    pub(crate) fn reconcile_some(
        &mut self,
        after: Option<AccountId>,
        most: u32,
    ) -> Result<Option<(AccountId, usize)>, StoreError> {
        let after = after.map_or_else(Vec::new, |after| bytes(after.uuid()));
        let has_others = searched_names::account_id
            .is_null()
            .or(searched_names::full_name.ne(accounts::full_name))
            .or(searched_names::email.ne(accounts::email));
        let some = accounts::table
            .left_join(searched_names::table.on(searched_names::account_id.eq(accounts::id)))
            .filter(accounts::id.gt(after))
            .filter(coalesce(has_others.nullable(), true))
            .order(accounts::id)
            .limit(i64::from(most))
            .select((
                accounts::id,
                accounts::role,
                accounts::full_name,
                accounts::email,
                searched_names::full_name.nullable(),
                searched_names::email.nullable(),
            ));
        let rows: Vec<NamesRow> = self.run(|c| some.load(c))?;
        let Some((last, ..)) = rows.last() else { return Ok(None) };
        let last = Column("accounts", "id").id(last, AccountId::new)?;
        let mut written = 0;
        for (account_id, role, full_name, email, old_name, old_email) in rows {
            let role = Column("accounts", "role").word(&role)?;
            let before = old_name.zip(old_email).map(|(full_name, email)| SearchedRow {
                account_id: account_id.clone(),
                full_name,
                email,
            });
            let full_name = self.tidy_name(&account_id, full_name)?;
            let now = SearchedRow { account_id, full_name, email };
            if before.as_ref() != Some(&now) {
                self.replace_keys(before, &now, role)?;
                written += 1;
            }
        }
        Ok(Some((last, written)))
    }

    /// The name of an account without needless white space, which earlier versions kept.
    fn tidy_name(&mut self, account: &[u8], full_name: String) -> Result<String, StoreError> {
        let tidied = tidy(&full_name);
        if tidied == full_name {
            return Ok(full_name);
        }
        let row = accounts::table.find(account.to_vec()).filter(accounts::full_name.eq(full_name));
        let named = (
            accounts::full_name.eq(tidied.clone()),
            accounts::name_key.eq(key(&tidied)),
            accounts::revision.eq(accounts::revision + 1),
        );
        self.run_on_one(|c| diesel::update(row).set(named).execute(c))?;
        Ok(tidied)
    }
}

/// Narrows a query over accounts of this role to those who have each of these words, too; of a table with their names and
/// ids, best of the first one, so that nothing else is read of those who do not.
macro_rules! with_words_too {
    ($query:expr, $name_key:expr, $id:expr, $role:expr, $words:expr) => {{
        let mut query = $query;
        for word in $words {
            let has = too
                .filter(too.field(search_keys::search_key).eq(key_of_name($role, word)))
                .filter(too.field(search_keys::name_key).eq($name_key))
                .filter(too.field(search_keys::account_id).eq($id))
                .select(too.field(search_keys::account_id));
            query = query.filter(coalesce(diesel::dsl::exists(has).nullable(), false));
        }
        query
    }};
}

pub(crate) use with_words_too;
