//! Login names, each of which belongs to one account.

use std::fmt;

use diesel::prelude::*;
use diesel::sql_types::Text;
use identity_core::LoginName;
use identity_core::ports::LoginNames;
use kernel::{AccountId, StoreError};
use uuid::Uuid;

use crate::convert::{Column, bytes};
use crate::database::Database;
use crate::schema::login_names;
use crate::transaction::Transaction;

impl LoginNames for Transaction {
    fn login_name_owner(&mut self, name: &LoginName) -> Result<Option<AccountId>, StoreError> {
        let row = login_names::table.find(name.as_str()).select(login_names::account_id);
        let owner: Option<Vec<u8>> = self.run(|c| row.first(c).optional())?;
        owner.map(|id| Column("login_names", "account_id").id(&id, AccountId::new)).transpose()
    }

    fn add_login_name(&mut self, name: &LoginName, owner: AccountId) -> Result<(), StoreError> {
        let row = (login_names::name.eq(name.as_str()), login_names::account_id.eq(bytes(owner.uuid())));
        self.run_on_one(|c| diesel::insert_into(login_names::table).values(row).execute(c))
    }

    fn remove_login_name(&mut self, name: &LoginName, owner: AccountId) -> Result<(), StoreError> {
        let row = login_names::table.find(name.as_str()).filter(login_names::account_id.eq(bytes(owner.uuid())));
        self.run(|c| diesel::delete(row).execute(c)).map(|_| ())
    }

    fn reconcile_login_names(&mut self) -> Result<usize, StoreError> {
        let left = self.run(|c| diesel::sql_query(REMOVE_LEFT).execute(c))?;
        let missing = self.run(|c| diesel::sql_query(ADD_MISSING).execute(c))?;
        Ok(left + missing)
    }
}

/// Names that their account does not have any more.
const REMOVE_LEFT: &str = "DELETE FROM login_names WHERE NOT EXISTS (SELECT 1 FROM accounts a \
     WHERE a.id = login_names.account_id AND (a.email_key = login_names.name OR a.username_key = login_names.name \
     OR a.national_id_key = login_names.name))";

/// Names that nobody has yet; ids grow with time, so the least is the oldest account's. The migration says the same.
const ADD_MISSING: &str = "INSERT INTO login_names (name, account_id) \
     SELECT n.name, MIN(n.id) FROM (SELECT email_key AS name, id FROM accounts \
     UNION ALL SELECT username_key, id FROM accounts WHERE username_key IS NOT NULL \
     UNION ALL SELECT national_id_key, id FROM accounts WHERE national_id_key IS NOT NULL) n \
     WHERE NOT EXISTS (SELECT 1 FROM login_names l WHERE l.name = n.name) GROUP BY n.name";

/// Accounts with a name that belongs to another one.
const SHARED: &str = "SELECT HEX(a.id) AS one, HEX(l.account_id) AS owner FROM login_names l \
     JOIN accounts a ON a.username_key = l.name WHERE a.id <> l.account_id \
     UNION SELECT HEX(a.id), HEX(l.account_id) FROM login_names l \
     JOIN accounts a ON a.national_id_key = l.name WHERE a.id <> l.account_id";

#[derive(QueryableByName)]
struct SharedRow {
    #[diesel(sql_type = Text)]
    one: String,
    #[diesel(sql_type = Text)]
    owner: String,
}

/// An account that has a login name in common with another one since the time before names were unique.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SharedLoginName {
    /// The account that cannot log in with it.
    pub account: AccountId,
    /// The account that is meant by it.
    pub owner: AccountId,
}

impl fmt::Display for SharedLoginName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { account, owner } = self;
        write!(f, "account {account} has a username or national id that means account {owner} at a login; change it")
    }
}

impl Database {
    /// Accounts that cannot log in with one of their names because it means another account.
    ///
    /// # Errors
    /// When the store fails.
    pub fn shared_login_names(&self) -> Result<Vec<SharedLoginName>, StoreError> {
        let rows = self.ask(|c| diesel::sql_query(SHARED).load::<SharedRow>(c))?;
        let id = |hex: &str| Uuid::try_parse(hex).map_err(|_| Column("login_names", "account_id").corrupt());
        let shared = |row: SharedRow| {
            Ok(SharedLoginName { account: AccountId::new(id(&row.one)?), owner: AccountId::new(id(&row.owner)?) })
        };
        rows.into_iter().map(shared).collect()
    }
}
