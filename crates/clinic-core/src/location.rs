//! Places.

use chrono_tz::Tz;
use kernel::LocationId;

/// A place with one time zone, in which all its hours are read (FHIR Location).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Location {
    /// Its identity.
    pub id: LocationId,
    /// What people call it.
    pub name: String,
    /// Street and number.
    pub address: String,
    /// Where doctors are searched for.
    pub city: String,
    /// One IANA time zone.
    pub zone: Tz,
}
