use application::accounts::Me;
use identity_core::{Account, NationalId, Phone, Username};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::routes::auth::{AccountStatusWord, RoleWord};
use crate::time::Instant;
use crate::words::Spelled;

/// An account in a list.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AccountRow {
    /// Its identity.
    id: Uuid,
    /// What it is for.
    role: RoleWord,
    /// Whether it may come in.
    status: AccountStatusWord,
    /// As it was written.
    email: String,
    /// When the address was proved, or taken on trust; null when it was not yet.
    #[schema(required = true)]
    email_verified_at: Option<Instant>,
    /// The person's name.
    full_name: String,
    /// E.164.
    #[schema(required = true)]
    phone: Option<String>,
    /// For logging in.
    #[schema(required = true)]
    username: Option<String>,
    /// For logging in.
    #[schema(required = true)]
    national_id: Option<String>,
    /// Where a picture is.
    #[schema(required = true)]
    profile_pic: Option<String>,
    /// When it was made.
    created_at: Instant,
}

/// An account as administrators see it, without what its profile says.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AccountDetail {
    /// The account.
    #[serde(flatten)]
    account: AccountRow,
    /// The doctor's or patient's profile; null for front desk and administrators.
    #[schema(required = true)]
    profile_id: Option<Uuid>,
}

impl From<Account> for AccountRow {
    fn from(account: Account) -> Self {
        let text = |text: &str| text.to_owned();
        Self {
            id: account.id.uuid(),
            role: Spelled(account.role),
            status: Spelled(account.status),
            email: account.email.as_str().to_owned(),
            email_verified_at: account.email_verified_at.map(Instant),
            full_name: account.full_name,
            phone: account.phone.as_ref().map(Phone::as_str).map(text),
            username: account.username.as_ref().map(Username::as_str).map(text),
            national_id: account.national_id.as_ref().map(NationalId::as_str).map(text),
            profile_pic: account.profile_pic,
            created_at: Instant(account.created_at),
        }
    }
}

impl From<Me> for AccountDetail {
    fn from(me: Me) -> Self {
        Self { profile_id: me.profile.id(), account: me.account.into() }
    }
}
