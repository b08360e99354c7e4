//! The rules of an appointment book: schedules, slots and appointments, with no database, no clock and no network.
//!
//! Nouns are values; each verb is one function over the traits in [`ports`] that holds, loads, decides and writes.
//! The decisions themselves (`decide_…`, [`generating::cut`]) are plain functions from values to values.

pub mod actor;
pub mod appointment;
pub mod booking;
pub mod cancelling;
pub mod care;
pub mod generating;
pub mod interval;
pub mod local_time;
#[cfg(test)]
mod mock_store;
pub mod opening;
pub mod policy;
pub mod ports;
pub mod publishing;
mod recording;
pub mod refusal;
pub mod relocating;
pub mod rescheduling;
#[cfg(test)]
mod sample;
pub mod schedule;
pub mod slot;
pub mod visiting;
pub mod withdrawing;
pub mod zone_changes;

pub use actor::Actor;
pub use appointment::{Appointment, AppointmentStatus, CancelReason, Change, ChangeKind};
pub use interval::Interval;
pub use policy::{BookingPolicy, Confirmation, PublishingPolicy};
pub use refusal::{Error, Refusal};
pub use schedule::Schedule;
pub use slot::{Offer, Slot, SlotStatus};

// The examples of the README are tested as those of the documentation are.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
mod readme {}
