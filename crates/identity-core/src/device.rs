//! Devices that an account has logged in from (OWASP: device cookies).

use chrono::{DateTime, TimeDelta, Utc};
use kernel::DeviceId;

use crate::Account;

/// How long a device is known after its last login.
pub const DEVICE_DAYS: i64 = 180;

/// What a device token says; a signature binds it to one account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Device {
    /// Its identity.
    pub id: DeviceId,
    /// When the token was issued.
    pub issued_at: DateTime<Utc>,
}

impl Device {
    /// Whether the account still knows the device: not for ever, and not from before its password was set anew.
    pub fn is_known(&self, account: &Account, now: DateTime<Utc>) -> bool {
        now < self.issued_at + TimeDelta::days(DEVICE_DAYS)
            && account.password_set_at.is_none_or(|set_at| set_at <= self.issued_at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::account;
    use kernel::Role;
    use uuid::Uuid;

    #[test]
    fn a_device_is_known_for_half_a_year_and_until_the_password_is_set_anew() {
        let issued_at: DateTime<Utc> = "2026-11-21T08:00:00Z".parse().unwrap();
        let moment = TimeDelta::microseconds(1);
        let device = Device { id: DeviceId::new(Uuid::from_u128(1)), issued_at };
        let bea = account(Role::Patient);
        let end = issued_at + TimeDelta::days(DEVICE_DAYS);
        assert!(device.is_known(&bea, issued_at) && device.is_known(&bea, end - moment) && !device.is_known(&bea, end));
        let reset = |at| Account { password_set_at: Some(at), ..bea.clone() };
        assert!(
            device.is_known(&reset(issued_at), issued_at) && !device.is_known(&reset(issued_at + moment), issued_at)
        );
    }
}
