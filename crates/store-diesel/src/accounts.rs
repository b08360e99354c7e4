//! Accounts.

use diesel::prelude::*;
use identity_core::ports::Accounts;
use identity_core::{
    Account, AccountStatus, EmailAddress, IdentifierKind, NationalId, PasswordHash, UniqueField, Username,
};
use kernel::{AccountId, Role, StoreError, Word};

use crate::convert::{Column, bytes, key, number, number_before};
use crate::database::Database;
use crate::instant::Instant;
use crate::schema::accounts;
use crate::transaction::Transaction;

#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = accounts, treat_none_as_null = true, treat_none_as_default_value = false)]
pub(crate) struct AccountRow {
    id: Vec<u8>,
    role: String,
    status: String,
    email: String,
    email_key: String,
    full_name: String,
    name_key: String,
    phone: Option<String>,
    username: Option<String>,
    username_key: Option<String>,
    national_id: Option<String>,
    national_id_key: Option<String>,
    profile_pic: Option<String>,
    password_hash: String,
    email_verified_at: Option<Instant>,
    created_at: Instant,
    revision: i64,
    password_set_at: Option<Instant>,
    pending_email: Option<String>,
}

/// The keys under which an account is unique.
#[derive(Queryable, Selectable)]
#[diesel(table_name = accounts)]
struct KeysRow {
    email_key: String,
    phone: Option<String>,
    username_key: Option<String>,
    national_id_key: Option<String>,
}

impl KeysRow {
    /// Whether this is its username or its national id.
    fn has_name(&self, name: Option<&String>) -> bool {
        name.is_some() && (self.username_key.as_ref() == name || self.national_id_key.as_ref() == name)
    }
}

impl AccountRow {
    /// Where it stands in lists.
    pub(crate) fn position(&self) -> (&String, &Vec<u8>) {
        (&self.name_key, &self.id)
    }
}

impl From<&Account> for AccountRow {
    fn from(account: &Account) -> Self {
        Self {
            id: bytes(account.id.uuid()),
            role: account.role.to_string(),
            status: account.status.to_string(),
            email: account.email.as_str().to_owned(),
            email_key: account.email.key(),
            full_name: account.full_name.clone(),
            name_key: key(&account.full_name),
            phone: account.phone.as_ref().map(|phone| phone.as_str().to_owned()),
            username: account.username.as_ref().map(|username| username.as_str().to_owned()),
            username_key: account.username.as_ref().map(Username::key),
            national_id: account.national_id.as_ref().map(|national_id| national_id.as_str().to_owned()),
            national_id_key: account.national_id.as_ref().map(NationalId::key),
            profile_pic: account.profile_pic.clone(),
            password_hash: account.password.reveal().to_owned(),
            email_verified_at: account.email_verified_at.map(Instant::new),
            created_at: Instant::new(account.created_at),
            revision: number(account.revision),
            password_set_at: account.password_set_at.map(Instant::new),
            pending_email: account.pending_email.as_ref().map(|email| email.as_str().to_owned()),
        }
    }
}

impl TryFrom<AccountRow> for Account {
    type Error = StoreError;

    fn try_from(row: AccountRow) -> Result<Self, StoreError> {
        let column = |name| Column("accounts", name);
        Ok(Self {
            id: column("id").id(&row.id, AccountId::new)?,
            role: column("role").word(&row.role)?,
            status: column("status").word(&row.status)?,
            email: column("email").parsed(&row.email)?,
            full_name: row.full_name,
            phone: row.phone.map(|text| column("phone").parsed(&text)).transpose()?,
            username: row.username.map(|text| column("username").parsed(&text)).transpose()?,
            national_id: row.national_id.map(|text| column("national_id").parsed(&text)).transpose()?,
            profile_pic: row.profile_pic,
            password: PasswordHash::new(row.password_hash),
            password_set_at: row.password_set_at.map(Instant::utc),
            pending_email: row.pending_email.map(|text| column("pending_email").parsed(&text)).transpose()?,
            email_verified_at: row.email_verified_at.map(Instant::utc),
            created_at: row.created_at.utc(),
            revision: column("revision").revision(row.revision)?,
        })
    }
}

impl Accounts for Transaction {
    fn account(&mut self, id: AccountId) -> Result<Option<Account>, StoreError> {
        let row =
            self.run(|c| accounts::table.find(bytes(id.uuid())).select(AccountRow::as_select()).first(c).optional())?;
        row.map(Account::try_from).transpose()
    }

    fn account_known_as(&mut self, identifier: &str, kind: IdentifierKind) -> Result<Option<Account>, StoreError> {
        let all = accounts::table.select(AccountRow::as_select());
        let row = match kind {
            IdentifierKind::Email => match identifier.parse::<EmailAddress>() {
                Ok(email) => self.run(|c| all.filter(accounts::email_key.eq(email.key())).first(c).optional())?,
                Err(_) => None,
            },
            IdentifierKind::Username => match identifier.parse::<Username>() {
                Ok(name) => self.run(|c| all.filter(accounts::username_key.eq(name.key())).first(c).optional())?,
                Err(_) => None,
            },
            IdentifierKind::NationalId => match identifier.parse::<NationalId>() {
                Ok(id) => self.run(|c| all.filter(accounts::national_id_key.eq(id.key())).first(c).optional())?,
                Err(_) => None,
            },
        };
        row.map(Account::try_from).transpose()
    }

    fn taken_fields(&mut self, account: &Account) -> Result<Vec<UniqueField>, StoreError> {
        let own = AccountRow::from(account);
        // A comparison with null is never true, so a field that is missing here is taken by nobody. Usernames and national
        // ids are one set of names.
        let same = accounts::email_key
            .nullable()
            .eq(Some(&own.email_key))
            .or(accounts::username_key.eq(own.username_key.as_ref()))
            .or(accounts::username_key.eq(own.national_id_key.as_ref()))
            .or(accounts::phone.eq(own.phone.as_ref()))
            .or(accounts::national_id_key.eq(own.national_id_key.as_ref()))
            .or(accounts::national_id_key.eq(own.username_key.as_ref()));
        let others: Vec<KeysRow> = self.run(|c| {
            accounts::table.filter(accounts::id.ne(&own.id)).filter(same).select(KeysRow::as_select()).load(c)
        })?;
        let is_taken = |field: UniqueField| {
            others.iter().any(|other| match field {
                UniqueField::Email => other.email_key == own.email_key,
                UniqueField::Username => other.has_name(own.username_key.as_ref()),
                UniqueField::Phone => own.phone.is_some() && other.phone == own.phone,
                UniqueField::NationalId => other.has_name(own.national_id_key.as_ref()),
            })
        };
        Ok(UniqueField::ALL.iter().copied().filter(|field| is_taken(*field)).collect())
    }

    fn count_active_admins(&mut self) -> Result<u32, StoreError> {
        let admins = accounts::table
            .filter(accounts::role.eq(Role::Admin.as_str()))
            .filter(accounts::status.eq(AccountStatus::Active.as_str()));
        let count: i64 = self.run(|c| admins.count().get_result(c))?;
        Column("accounts", "role").number(count)
    }

    fn count_admins_with_password(&mut self) -> Result<u32, StoreError> {
        let admins = accounts::table
            .filter(accounts::role.eq(Role::Admin.as_str()))
            .filter(accounts::status.eq(AccountStatus::Active.as_str()))
            .filter(accounts::password_hash.ne(PasswordHash::unset().reveal().to_owned()));
        let count: i64 = self.run(|c| admins.count().get_result(c))?;
        Column("accounts", "role").number(count)
    }

    fn add_account(&mut self, account: &Account) -> Result<(), StoreError> {
        let row = AccountRow::from(account);
        self.run_on_one(|c| diesel::insert_into(accounts::table).values(row).execute(c))?;
        self.add_search_keys(account)
    }

    fn change_account(&mut self, account: &Account) -> Result<(), StoreError> {
        let row = AccountRow::from(account);
        let before = accounts::table
            .find(bytes(account.id.uuid()))
            .filter(accounts::revision.eq(number_before(account.revision)));
        self.run_on_one(|c| diesel::update(before).set(row).execute(c))?;
        self.change_search_keys(account)
    }
}

impl Database {
    /// The password hash that is the greatest as a text, and so the one of the greatest cost.
    ///
    /// # Errors
    /// When the store fails.
    pub fn greatest_password_hash(&self) -> Result<Option<PasswordHash>, StoreError> {
        let greatest = accounts::table.select(accounts::password_hash).order(accounts::password_hash.desc());
        Ok(self.ask(|c| greatest.first::<String>(c).optional())?.map(PasswordHash::new))
    }
}
