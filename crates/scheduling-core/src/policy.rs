//! What an installation decides for itself.

use kernel::words;

words! {
    /// Whether a new booking stands at once.
    pub enum Confirmation {
        /// It does.
        Automatic = "automatic",
        /// It is pending until the doctor confirms it.
        ByDoctor = "by_doctor",
    }
}

/// When and how much may be booked, moved and cancelled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BookingPolicy {
    /// Whether a new booking stands at once.
    pub confirmation: Confirmation,
    /// How long before its start a slot can last be booked.
    pub notice_minutes_min: u32,
    /// How far ahead a slot can be booked.
    pub horizon_days_max: u32,
    /// How long before its start a patient can last cancel.
    pub cancel_notice_minutes_min: u32,
    /// How long after a booking was made a patient can still cancel it, however soon it starts.
    pub cancel_grace_minutes: u32,
    /// How many active appointments that are not over a patient may have; no limit without.
    pub patient_upcoming_max: Option<u32>,
    /// How many active appointments a doctor may have on one local day; no limit without.
    pub doctor_day_max: Option<u32>,
}

impl Default for BookingPolicy {
    fn default() -> Self {
        Self {
            confirmation: Confirmation::Automatic,
            notice_minutes_min: 0,
            horizon_days_max: 400,
            cancel_notice_minutes_min: 0,
            cancel_grace_minutes: 10,
            patient_upcoming_max: None,
            doctor_day_max: None,
        }
    }
}

/// How much may be published.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PublishingPolicy {
    /// How far ahead a slot may start.
    pub horizon_days_max: u32,
    /// How many slots a doctor may have on one local day.
    pub doctor_day_max: u32,
}

impl Default for PublishingPolicy {
    fn default() -> Self {
        Self { horizon_days_max: 400, doctor_day_max: 96 }
    }
}
