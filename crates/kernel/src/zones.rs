//! The time zone database of one release.

use std::collections::BTreeMap;
use std::fmt::{self, Debug, Formatter};

use crate::{NotAZone, Zone};

/// Every time zone there is, by its IANA name, with the rules of one release of the time zone database.
#[derive(Clone)]
pub struct TimeZones {
    version: String,
    zones: BTreeMap<&'static str, Zone>,
}

impl TimeZones {
    /// Reads the files of a release: `2026f`, and names with `TZif` data. UTC is always there.
    ///
    /// The rules stay in memory until the process ends: read them once.
    ///
    /// # Errors
    /// `NotAZone` for the first file that has no rules.
    pub fn from_tzif<'a>(
        version: &str,
        files: impl IntoIterator<Item = (&'a str, &'a [u8])>,
    ) -> Result<Self, NotAZone> {
        let read = files.into_iter().map(|(name, data)| Zone::from_tzif(name, data));
        let mut zones: BTreeMap<_, _> =
            read.map(|zone| zone.map(|zone| (zone.name(), zone))).collect::<Result<_, _>>()?;
        zones.insert(Zone::UTC.name(), Zone::UTC);
        Ok(Self { version: version.to_owned(), zones })
    }

    /// The release: `2026f`; empty where there is UTC alone.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// The zone of this name, spelled as it is kept.
    pub fn zone(&self, name: &str) -> Option<Zone> {
        self.zones.get(name).copied()
    }

    /// Every zone, by name.
    pub fn iter(&self) -> impl Iterator<Item = Zone> {
        self.zones.values().copied()
    }
}

impl Default for TimeZones {
    fn default() -> Self {
        Self { version: String::new(), zones: BTreeMap::from([(Zone::UTC.name(), Zone::UTC)]) }
    }
}

impl Debug for TimeZones {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.debug_struct("TimeZones").field("version", &self.version).finish_non_exhaustive()
    }
}
