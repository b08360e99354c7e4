//! What is stored: one map for each table.

use std::collections::BTreeMap;
use std::sync::Arc;

use application::audit::{AuditEntry, Seal};
use application::leases::Lease;
use application::ports::Answer;
use application::settings::StoredSettings;
use clinic_core::{Doctor, Location, Patient};
use identity_core::{Account, Failures, LoginName, OneTimeToken, RefreshToken, Session, Subject, TokenHash};
use kernel::{AccountId, AppointmentId, DoctorId, Guard, MessageId, PatientId, Revision, SessionId, SlotId};
use messaging_core::{Attempt, Preferences};
use scheduling_core::{Appointment, Change, Schedule, Slot};
use uuid::Uuid;

use super::outbox::Row as MessageRow;
use super::table::{Keeping, Table};

/// Makes the state, and what is done with all tables alike.
macro_rules! state {
    ($($(#[$doc:meta])* $table:ident: $key:ty => $row:ty,)*) => {
        #[derive(Clone, Debug, Default)]
        pub(crate) struct State {
            $($(#[$doc])* pub(crate) $table: Table<$key, $row>,)*
            /// Oldest first.
            pub(crate) locations: Arc<Vec<Location>>,
            pub(crate) settings: StoredSettings,
        }

        impl State {
            /// What was written here since `base`, over what others have committed meanwhile; nothing if they have
            /// written the same rows. Locations and settings are not looked at: the last who writes them wins.
            pub(crate) fn rebased(&self, base: &Self, onto: &Self, keeping: &dyn Fn(&str) -> Keeping) -> Option<Self> {
                let is_ours = !Arc::ptr_eq(&self.locations, &base.locations);
                Some(Self {
                    $($table: self.$table.rebased(&base.$table, &onto.$table, keeping(stringify!($table)))?,)*
                    locations: Arc::clone(if is_ours { &self.locations } else { &onto.locations }),
                    settings: if self.settings == base.settings { &onto.settings } else { &self.settings }.clone(),
                })
            }

            /// Whether a row that only one can write was written both here since `base` and there since `other_base`.
            pub(crate) fn collides(
                &self,
                base: &Self,
                (other, other_base): (&Self, &Self),
                keeping: &dyn Fn(&str) -> Keeping,
            ) -> bool {
                false $(|| keeping(stringify!($table)) == Keeping::FirstWins
                    && self.$table.collides(&base.$table, &other.$table, &other_base.$table))*
            }
        }
    };
}

state! {
    /// How often each guard was held.
    guards: Guard => u64,
    accounts: AccountId => Account,
    sessions: SessionId => Session,
    refresh_tokens: TokenHash => RefreshToken,
    /// Names by code.
    specialties: String => String,
    doctors: DoctorId => Doctor,
    patients: PatientId => Patient,
    schedules: DoctorId => Schedule,
    slots: SlotId => Slot,
    appointments: AppointmentId => Appointment,
    changes: (AppointmentId, Revision) => Change,
    answers: (AccountId, String) => Answer,
    one_time_tokens: TokenHash => OneTimeToken,
    messages: MessageId => MessageRow,
    delivery_attempts: (MessageId, u32) => Attempt,
    preferences: AccountId => Preferences,
    /// The domain of invitations.
    installation: () => String,
    audit: Uuid => AuditEntry,
    audit_seals: u64 => Seal,
    login_failures: Subject => Failures,
    login_names: LoginName => AccountId,
    /// By name.
    leases: String => Lease,
}

impl State {
    pub(crate) fn seeded() -> Self {
        let specialties = super::SPECIALTIES.map(|(code, name)| (code.to_owned(), name.to_owned()));
        Self {
            guards: BTreeMap::from([(Guard::Admins, 0), (Guard::Places, 0)]).into(),
            specialties: BTreeMap::from(specialties).into(),
            ..Self::default()
        }
    }
}
