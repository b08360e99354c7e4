//! Words that every core shares, and nothing else: identities, guards, the unit of work and when it is run again, pages,
//! values that filters accept, money, time zones and the days in them.
//!
//! Small on purpose, and meant to stay so: a word moves here only when two cores need it and neither owns it.

mod any_of;
mod guard;
mod id;
mod local_days;
mod money;
mod page;
mod retrying;
mod revision;
mod role;
mod search;
mod store_error;
mod text;
mod unit_of_work;
mod word;
mod zone;
mod zones;

pub use any_of::AnyOf;
pub use guard::{Guard, Held, Holds};
pub use id::{
    AccountId, AppointmentId, DeviceId, DoctorId, LocationId, MessageId, PatientId, ScheduleId, SessionId, SlotId,
};
pub use local_days::{Bounds, LocalDays, Starts};
pub use money::{Currency, Money, NotMoney, Price};
pub use page::{Limit, Order, Page, PageRequest, Position, Total};
pub use retrying::{ATTEMPTS_MAX, Trouble, carry_out, run_again};
pub use revision::{Expected, Revision};
pub use role::Role;
pub use search::{SearchWords, name_beginnings, name_forms, tidy};
pub use store_error::StoreError;
pub use text::{compose, fold, is_blank, is_one_line};
pub use unit_of_work::{Access, UnitOfWork, UnitOfWorkExt, Verdict};
pub use word::Word;
pub use zone::{NotAZone, Zone, ZoneOffset};
pub use zones::TimeZones;

/// What `words!` names in its expansion.
#[doc(hidden)]
pub mod __words {
    pub use crate::word::Word;
}
