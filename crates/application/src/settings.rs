//! What an installation decides for itself: the configuration, and over it what an administrator has stored.

mod cache;
mod changing;
mod kept_defaults;
mod port;
mod shape;
mod table;

use identity_core::{IdentifierKind, Identifiers, Lifetimes};
use kernel::{Currency, Role, Word, words};
use scheduling_core::care::CarePolicy;
use scheduling_core::{BookingPolicy, PublishingPolicy};

pub(crate) use cache::SettingsCache;
pub use changing::Installed;
pub use port::{SettingsStore, StoredSettings};
pub use shape::Shape;
pub use table::{SETTINGS, Setting, SettingEdit, setting};

words! {
    /// Which patients a doctor finds.
    pub enum DoctorsSee {
        /// Everyone's.
        All = "all",
        /// Those who have or had an appointment with them.
        Own = "own",
    }
}

/// What an installation decides for itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// When and how much may be booked, moved and cancelled.
    pub booking: BookingPolicy,
    /// How much may be published.
    pub publishing: PublishingPolicy,
    /// How long tokens live.
    pub lifetimes: Lifetimes,
    /// What people may log in with; the earlier kind wins.
    pub identifiers: Identifiers,
    /// How many active administrators there may be.
    pub admins_max: u32,
    /// How long after its start a visit that nobody attended is marked as missed; never without.
    pub no_show_grace_minutes: Option<u32>,
    /// How long a free slot is kept after it has ended.
    pub expired_slots_retention_days: u32,
    /// Whose new accounts wait for an administrator.
    pub activation_by_admin: Vec<Role>,
    /// Whether an account waits until its e-mail address is proved.
    pub email_verification: bool,
    /// Which patients a doctor finds.
    pub doctors_see: DoctorsSee,
    /// Which visits open a patient's record to their doctor.
    pub care: CarePolicy,
    /// What the clinic calls itself.
    pub clinic_name: String,
    /// How long before its start a calendar that was invited reminds of a visit; 0 where it does not.
    pub calendar_alarm_minutes: u32,
    /// The earliest year of birth that is accepted: an earlier one is mistyped.
    pub birth_year_min: u32,
    /// Of what has a price and names no currency.
    pub currency: Currency,
    /// Whether failed logins delay others from the same network address; only the configuration says so.
    pub delays_by_address: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            booking: BookingPolicy::default(),
            publishing: PublishingPolicy::default(),
            lifetimes: Lifetimes::default(),
            identifiers: IdentifierKind::ALL.to_vec(),
            admins_max: 2,
            no_show_grace_minutes: None,
            expired_slots_retention_days: 30,
            activation_by_admin: vec![Role::Doctor],
            email_verification: false,
            doctors_see: DoctorsSee::All,
            care: CarePolicy::default(),
            clinic_name: "Clinic".to_owned(),
            calendar_alarm_minutes: 60,
            birth_year_min: 1_900,
            currency: Currency::EUR,
            delays_by_address: true,
        }
    }
}
