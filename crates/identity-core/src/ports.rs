//! What the rules need of a store and of cryptography.

use chrono::{DateTime, Utc};
use kernel::{AccountId, AnyOf, Order, Page, PageRequest, Role, SessionId, StoreError};
use thiserror::Error;

use crate::{
    Account, AccountStatus, Claims, Device, Failures, IdentifierKind, LoginName, OneTimeToken, Password, PasswordHash,
    Phone, RefreshToken, Session, Subject, TokenHash, UniqueField, WeakPassword,
};

/// Accounts.
pub trait Accounts {
    /// This account.
    ///
    /// # Errors
    /// When the store fails.
    fn account(&mut self, id: AccountId) -> Result<Option<Account>, StoreError>;

    /// The account that has this identifier as its own of this kind.
    ///
    /// # Errors
    /// When the store fails.
    fn account_known_as(&mut self, identifier: &str, kind: IdentifierKind) -> Result<Option<Account>, StoreError>;

    /// Which of this account's unique fields another account has, in the order of [`UniqueField`]; a username may be
    /// nobody's national id, and the other way round.
    ///
    /// # Errors
    /// When the store fails.
    fn taken_fields(&mut self, account: &Account) -> Result<Vec<UniqueField>, StoreError>;

    /// How many active administrators there are.
    ///
    /// # Errors
    /// When the store fails.
    fn count_active_admins(&mut self) -> Result<u32, StoreError>;

    /// How many active administrators have a password; the others were invited and have not chosen one yet.
    ///
    /// # Errors
    /// When the store fails.
    fn count_admins_with_password(&mut self) -> Result<u32, StoreError>;

    /// Adds a new account.
    ///
    /// # Errors
    /// When the store fails, or when another account took a unique field meanwhile.
    fn add_account(&mut self, account: &Account) -> Result<(), StoreError>;

    /// Writes an account over the revision before it.
    ///
    /// # Errors
    /// When the store fails, when the account is no longer at that revision, or when a unique field was taken.
    fn change_account(&mut self, account: &Account) -> Result<(), StoreError>;
}

/// Login names of every kind, each of which belongs to one account.
pub trait LoginNames {
    /// The account that a name belongs to.
    ///
    /// # Errors
    /// When the store fails.
    fn login_name_owner(&mut self, name: &LoginName) -> Result<Option<AccountId>, StoreError>;

    /// Gives a name to an account.
    ///
    /// # Errors
    /// When the store fails, or when another account has it.
    fn add_login_name(&mut self, name: &LoginName, owner: AccountId) -> Result<(), StoreError>;

    /// Takes a name from an account, if it has it.
    ///
    /// # Errors
    /// When the store fails.
    fn remove_login_name(&mut self, name: &LoginName, owner: AccountId) -> Result<(), StoreError>;

    /// Gives accounts their names, the oldest first, where a version of the program that knew nothing of this has made or
    /// changed them, and takes away what it left behind; says how many names.
    ///
    /// # Errors
    /// When the store fails.
    fn reconcile_login_names(&mut self) -> Result<usize, StoreError>;
}

/// Sessions and their refresh tokens.
pub trait Sessions {
    /// This session.
    ///
    /// # Errors
    /// When the store fails.
    fn session(&mut self, id: SessionId) -> Result<Option<Session>, StoreError>;

    /// The sessions of an account that are live at `now`, newest first.
    ///
    /// # Errors
    /// When the store fails.
    fn live_sessions_of(&mut self, account: AccountId, now: DateTime<Utc>) -> Result<Vec<Session>, StoreError>;

    /// A page of the sessions of an account that are live then, newest first, later ids first.
    ///
    /// # Errors
    /// When the store fails.
    fn live_sessions_page(
        &mut self,
        account: AccountId,
        now: DateTime<Utc>,
        page: &PageRequest<DateTime<Utc>>,
    ) -> Result<Page<Session, DateTime<Utc>>, StoreError>;

    /// Adds a new session.
    ///
    /// # Errors
    /// When the store fails.
    fn add_session(&mut self, session: &Session) -> Result<(), StoreError>;

    /// Lets a session live until `expires_at`; ended ones stay ended.
    ///
    /// # Errors
    /// When the store fails, or when the session was ended meanwhile.
    fn prolong_session(&mut self, id: SessionId, expires_at: DateTime<Utc>) -> Result<(), StoreError>;

    /// Ends a session; one that has ended keeps its first end.
    ///
    /// # Errors
    /// When the store fails.
    fn end_session(&mut self, id: SessionId, now: DateTime<Utc>) -> Result<(), StoreError>;

    /// The refresh token with this hash.
    ///
    /// # Errors
    /// When the store fails.
    fn refresh_token(&mut self, hash: &TokenHash) -> Result<Option<RefreshToken>, StoreError>;

    /// Adds a fresh token.
    ///
    /// # Errors
    /// When the store fails.
    fn add_refresh_token(&mut self, token: &RefreshToken) -> Result<(), StoreError>;

    /// Marks a token as used.
    ///
    /// # Errors
    /// When the store fails, or when the token was used meanwhile.
    fn use_refresh_token(&mut self, hash: &TokenHash, now: DateTime<Utc>) -> Result<(), StoreError>;
}

/// Failed logins and refusals of taken names, by whom.
pub trait LoginFailures {
    /// What is remembered of this subject.
    ///
    /// # Errors
    /// When the store fails.
    fn login_failures(&mut self, subject: &Subject) -> Result<Option<Failures>, StoreError>;

    /// The same, held: whoever else holds this subject waits, or loses, until this transaction ends. Where nothing is
    /// remembered, `first` is from now on, and the answer is none. What is held is changed before the commit.
    ///
    /// # Errors
    /// When the store fails, or when somebody else was the first meanwhile.
    fn hold_login_failures(&mut self, subject: &Subject, first: Failures) -> Result<Option<Failures>, StoreError>;

    /// Writes what is to be remembered of a subject that is held.
    ///
    /// # Errors
    /// When the store fails, or when the subject was forgotten meanwhile.
    fn change_login_failures(&mut self, subject: &Subject, failures: Failures) -> Result<(), StoreError>;

    /// Forgets this subject's.
    ///
    /// # Errors
    /// When the store fails.
    fn forget_login_failures(&mut self, subject: &Subject) -> Result<(), StoreError>;

    /// Forgets at most `most` subjects that last failed before `cutoff`; says how many.
    ///
    /// # Errors
    /// When the store fails.
    fn remove_login_failures(&mut self, cutoff: DateTime<Utc>, most: u32) -> Result<u32, StoreError>;
}

/// Tokens that are sent by mail and work once.
pub trait OneTimeTokens {
    /// The token with this hash.
    ///
    /// # Errors
    /// When the store fails.
    fn one_time_token(&mut self, hash: &TokenHash) -> Result<Option<OneTimeToken>, StoreError>;

    /// Adds a fresh token.
    ///
    /// # Errors
    /// When the store fails.
    fn add_one_time_token(&mut self, token: &OneTimeToken) -> Result<(), StoreError>;

    /// Marks a token as used.
    ///
    /// # Errors
    /// When the store fails, or when the token was used meanwhile.
    fn use_one_time_token(&mut self, hash: &TokenHash, now: DateTime<Utc>) -> Result<(), StoreError>;

    /// Marks every unused token of an account as used: what was mailed before works no more.
    ///
    /// # Errors
    /// When the store fails.
    fn retire_one_time_tokens(&mut self, account: AccountId, now: DateTime<Utc>) -> Result<(), StoreError>;
}

/// Which accounts are wanted; every filter that is set must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AccountFilter {
    /// Of one of these roles.
    pub roles: AnyOf<Role>,
    /// In one of these statuses.
    pub statuses: AnyOf<AccountStatus>,
    /// What words of the name begin with ([`kernel::SearchWords`]), or what was typed of the e-mail address
    /// ([`crate::EmailSearch`]).
    pub part: Option<String>,
    /// In which order of their names.
    pub order: Order,
}

/// The list of accounts.
pub trait Roster {
    /// Accounts by name, then id.
    ///
    /// # Errors
    /// When the store fails.
    fn accounts(
        &mut self,
        filter: &AccountFilter,
        page: &PageRequest<String>,
    ) -> Result<Page<Account, String>, StoreError>;

    /// Lets accounts be found by the names that they have, where a version of the program that knew nothing of this has
    /// made or changed them: of the `most` accounts behind `after`, by id. Says which was the last, and how many it were;
    /// nothing at the end.
    ///
    /// # Errors
    /// When the store fails.
    fn reconcile_search_keys(
        &mut self,
        after: Option<AccountId>,
        most: u32,
    ) -> Result<Option<(AccountId, usize)>, StoreError>;
}

/// All that identity needs of a store.
pub trait IdentityStore:
    kernel::Holds + Accounts + LoginNames + Sessions + LoginFailures + OneTimeTokens + Roster
{
}

impl<S: kernel::Holds + Accounts + LoginNames + Sessions + LoginFailures + OneTimeTokens + Roster + ?Sized>
    IdentityStore for S
{
}

/// Cryptography did not do its work; never the caller's fault.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("credentials: {reason}")]
pub struct CredentialFailure {
    /// What went wrong, without any secret.
    pub reason: String,
}

/// Telephone numbers as people write them.
pub trait PhoneNumbers: Send + Sync {
    /// The number that this text means, if it can be dialled from abroad.
    fn read(&self, text: &str) -> Option<Phone>;
}

/// Slow, salted hashing of passwords. Called outside any transaction.
pub trait Passwords: Send + Sync {
    /// Judges how easily a password is guessed by someone who knows `known` about its owner.
    ///
    /// # Errors
    /// `Guessable`.
    fn judge(&self, password: &Password, known: &[&str]) -> Result<(), WeakPassword>;

    /// Hashes a password with a fresh salt.
    ///
    /// # Errors
    /// When there is no randomness.
    fn hash(&self, password: &Password) -> Result<PasswordHash, CredentialFailure>;

    /// Whether this is the password that was hashed. Without a hash it does the same work and says no, so that time
    /// does not tell whether there is such an account.
    fn verify(&self, password: &str, hash: Option<&PasswordHash>) -> bool;

    /// Whether a hash is not as this would make it today.
    fn is_outdated(&self, hash: &PasswordHash) -> bool;
}

/// Signed access tokens, opaque refresh tokens, and what else is made with the installation's keys.
pub trait Tokens: Send + Sync {
    /// Signs an access token.
    ///
    /// # Errors
    /// When the key cannot sign.
    fn sign(&self, claims: &Claims) -> Result<String, CredentialFailure>;

    /// What a token says, if we signed it, for us, and it has not expired at `now`.
    fn verify(&self, token: &str, now: DateTime<Utc>) -> Option<Claims>;

    /// A random token, as it is handed out, and what is kept of it.
    ///
    /// # Errors
    /// When there is no randomness.
    fn fresh_refresh_token(&self) -> Result<(String, TokenHash), CredentialFailure>;

    /// What would have been kept of this refresh token.
    fn hash_of(&self, refresh_token: &str) -> TokenHash;

    /// The refresh token that follows this one, the same on every node, and what is kept of it. Nobody can tell it from
    /// the one before without the key.
    fn next_refresh_token(&self, presented: &str) -> (String, TokenHash);

    /// A token by which a device of this account is known.
    fn sign_device(&self, account: AccountId, device: &Device) -> String;

    /// What a device token says, if it was signed for this account.
    fn verify_device(&self, account: AccountId, token: &str) -> Option<Device>;

    /// A keyed hash of a name that somebody typed: nobody can tell the name from it without the key.
    fn hash_name(&self, name: &LoginName) -> [u8; 32];
}
