use application::accounts::{Me, Profile};
use identity_core::{Account, AccountStatus, EmailAddress, NationalId, Phone, Username};
use kernel::Role;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::routes::doctors::OwnDoctorReply;
use crate::routes::patients::PatientReply;
use crate::time::Instant;
use crate::words::Spelled;

pub(crate) type RoleWord = Spelled<Role>;
pub(crate) type AccountStatusWord = Spelled<AccountStatus>;

/// An account at a glance.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AccountReply {
    /// Its identity.
    id: Uuid,
    /// What it is for.
    role: RoleWord,
    /// As it was written.
    email: String,
    /// The person's name.
    full_name: String,
    /// Whether it may come in.
    status: AccountStatusWord,
    /// The doctor's or patient's profile; null for front desk and administrators.
    #[schema(required = true)]
    profile_id: Option<Uuid>,
}

/// An account with its profile.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OwnAccountReply {
    /// The account at a glance.
    #[serde(flatten)]
    account: AccountReply,
    /// The address that is wanted instead, until its link is opened.
    #[schema(required = true)]
    pending_email: Option<String>,
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
    /// The profile; null for front desk and administrators.
    #[schema(required = true)]
    profile: Option<ProfileReply>,
}

/// The profile of an account.
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
pub(crate) enum ProfileReply {
    /// A patient's.
    Patient(PatientReply),
    /// A doctor's.
    Doctor(OwnDoctorReply),
}

impl From<&Me> for AccountReply {
    fn from(me: &Me) -> Self {
        let Account { id, role, status, email, full_name, .. } = &me.account;
        Self {
            id: id.uuid(),
            role: Spelled(*role),
            email: email.as_str().to_owned(),
            full_name: full_name.clone(),
            status: Spelled(*status),
            profile_id: me.profile.id(),
        }
    }
}

impl From<Me> for OwnAccountReply {
    fn from(me: Me) -> Self {
        let text = |text: &str| text.to_owned();
        Self {
            account: AccountReply::from(&me),
            pending_email: me.account.pending_email.as_ref().map(EmailAddress::as_str).map(text),
            phone: me.account.phone.as_ref().map(Phone::as_str).map(text),
            username: me.account.username.as_ref().map(Username::as_str).map(text),
            national_id: me.account.national_id.as_ref().map(NationalId::as_str).map(text),
            profile_pic: me.account.profile_pic,
            created_at: Instant(me.account.created_at),
            profile: match me.profile {
                Profile::Patient(entry) => Some(ProfileReply::Patient(entry.into())),
                Profile::Doctor(entry) => Some(ProfileReply::Doctor(entry.into())),
                Profile::None => None,
            },
        }
    }
}
