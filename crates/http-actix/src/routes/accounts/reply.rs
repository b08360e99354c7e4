use application::accounts::Me;
use application::administering::Closed;
use application::ports::AppointmentEntry;
use identity_core::{Account, NationalId, Phone, Username};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::routes::appointments::AppointmentStatusWord;
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

/// An account that is closed, and what has to be decided about it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ClosedAccountReply {
    /// The account.
    #[serde(flatten)]
    account: AccountDetail,
    /// The visits still ahead with this doctor, or of this patient, earliest first; 100 at the most. `GET /appointments`
    /// with `scope=upcoming` lists all of them.
    needs_attention: Vec<UpcomingAppointmentReply>,
}

/// A visit that somebody has to decide about.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct UpcomingAppointmentReply {
    /// The appointment.
    appointment_id: Uuid,
    /// How far it has come.
    status: AppointmentStatusWord,
    /// The patient.
    patient_id: Uuid,
    /// The doctor.
    doctor_id: Uuid,
    /// The doctor's name.
    doctor_name: String,
    /// The location.
    location_id: Uuid,
    /// The location's name.
    location_name: String,
    /// The location's city.
    city: String,
    /// The location's time zone (IANA), in which people read the times.
    #[schema(example = "Africa/Lagos")]
    time_zone: &'static str,
    /// When it starts.
    starts_at: Instant,
    /// When it ends.
    ends_at: Instant,
}

impl From<AppointmentEntry> for UpcomingAppointmentReply {
    fn from(AppointmentEntry { appointment, labels, patient: _ }: AppointmentEntry) -> Self {
        Self {
            appointment_id: appointment.id.uuid(),
            status: Spelled(appointment.status),
            patient_id: appointment.patient.uuid(),
            doctor_id: appointment.doctor.uuid(),
            doctor_name: labels.doctor_name,
            location_id: appointment.location.uuid(),
            location_name: labels.location_name,
            city: labels.city,
            time_zone: labels.zone.name(),
            starts_at: Instant(appointment.interval.start()),
            ends_at: Instant(appointment.interval.end()),
        }
    }
}

impl From<Closed> for ClosedAccountReply {
    fn from(Closed { me, needs_attention }: Closed) -> Self {
        let needs_attention = needs_attention.into_iter().map(UpcomingAppointmentReply::from).collect();
        Self { account: me.into(), needs_attention }
    }
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
