//! Time zones whose rules come as data.

mod foreseen;

use std::fmt::{self, Debug, Display, Formatter};
use std::hash::{Hash, Hasher};
use std::ops::Range;

use chrono::{
    DateTime, Datelike, FixedOffset, MappedLocalTime, NaiveDate, NaiveDateTime, NaiveTime, Offset, TimeDelta, TimeZone,
    Timelike, Utc,
};
use thiserror::Error;
use tz::datetime::FoundDateTimeKind;
use tz::timezone::{LocalTimeType, TimeZoneRef, TransitionRule};

/// A time zone with its name and its rules, as `chrono` knows time zones.
///
/// The rules stay in memory until the process ends, so that a zone is copied like a number. Two zones are equal if their
/// names are, whatever their rules.
///
/// ```
/// use chrono::{TimeZone, Utc};
/// use kernel::Zone;
///
/// // Eight hours ahead all year, as TZif (RFC 8536).
/// let header = |version: u8| [b"TZif".as_slice(), &[version], &[0; 15], &[0; 16], &[0, 0, 0, 1, 0, 0, 0, 4]].concat();
/// let body = [[0, 0, 0x70, 0x80, 0, 0].as_slice(), b"+08\0"].concat();
/// let file = [header(b'2'), body.clone(), header(b'2'), body, b"\n<+08>-8\n".to_vec()].concat();
///
/// let singapore = Zone::from_tzif("Asia/Singapore", &file)?;
/// let noon = Utc.with_ymd_and_hms(2027, 1, 4, 4, 0, 0).unwrap().with_timezone(&singapore);
/// assert_eq!(noon.to_string(), "2027-01-04 12:00:00 +08");
/// # Ok::<(), kernel::NotAZone>(())
/// ```
#[derive(Clone, Copy)]
pub struct Zone(&'static Rules);

struct Rules {
    name: &'static str,
    tzif: TimeZoneRef<'static>,
}

/// Data that is not the rules of a time zone.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{name} is not a time zone: {reason}")]
pub struct NotAZone {
    /// The name of the zone.
    pub name: String,
    /// What is wrong with its data.
    pub reason: String,
}

/// How far ahead of UTC a zone is at some time, and what that is called: `CET`, or `+08` where it has no name.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct ZoneOffset {
    zone: Zone,
    local: LocalTimeType,
}

/// UTC, for which no data is needed.
static UTC: Rules = {
    const TYPES: &[LocalTimeType] = &[match LocalTimeType::new(0, false, Some(b"UTC")) {
        Ok(utc) => utc,
        Err(_) => LocalTimeType::utc(),
    }];
    const TZIF: TimeZoneRef<'static> = match TimeZoneRef::new(&[], TYPES, &[], &None) {
        Ok(tzif) => tzif,
        Err(_) => TimeZoneRef::utc(),
    };
    Rules { name: "UTC", tzif: TZIF }
};

/// No zone is farther ahead of UTC or behind, and no change of its clocks takes longer.
const SECONDS_OF_A_DAY: i64 = 24 * 60 * 60;

/// A time exists once, twice, or, in the oddest of data, more often.
const TIMES_MAX: usize = 8;

impl Zone {
    /// Coordinated universal time.
    pub const UTC: Self = Self(&UTC);

    /// Reads the rules of a zone from a file of the time zone database (`TZif`, RFC 8536 and 9636, with its footer). After
    /// the last rule the last offset stays in force.
    ///
    /// # Errors
    /// `NotAZone` when the data is damaged, counts leap seconds or is a day or more ahead of UTC.
    pub fn from_tzif(name: &str, data: &[u8]) -> Result<Self, NotAZone> {
        let refused = |reason: String| NotAZone { name: name.to_owned(), reason };
        let read = tz::TimeZone::from_tz_data(data).map_err(|error| refused(error.to_string()))?;
        let file = read.as_ref();
        if !file.leap_seconds().is_empty() {
            return Err(refused("it counts leap seconds".to_owned()));
        }
        let mut types = file.local_time_types().to_vec();
        if let Some(TransitionRule::Alternate(rule)) = file.extra_rule() {
            types.extend([*rule.std(), *rule.dst()]);
        }
        if let Some(far) = types.iter().find(|local| FixedOffset::east_opt(local.ut_offset()).is_none()) {
            return Err(refused(format!("it is {} seconds ahead of UTC", far.ut_offset())));
        }
        let (changes, types) = (file.transitions(), file.local_time_types());
        let last = changes.last().and_then(|last| types.get(last.local_time_type_index()));
        let rule = file.extra_rule().or_else(|| last.copied().map(TransitionRule::Fixed));
        let kept_rule: &'static _ = Box::leak(Box::new(rule));
        let keep = |changes: Vec<_>, types: Vec<_>| TimeZoneRef::new(changes.leak(), types.leak(), &[], kept_rule);
        let extended = match &rule {
            Some(TransitionRule::Alternate(rule)) => foreseen::extend(changes, types, rule),
            Some(TransitionRule::Fixed(_)) | None => None,
        };
        let tzif = match extended.and_then(|(changes, types)| keep(changes, types).ok()) {
            Some(tzif) => tzif,
            None => keep(changes.to_vec(), types.to_vec()).map_err(|error| refused(error.to_string()))?,
        };
        Ok(Self(Box::leak(Box::new(Rules { name: name.to_owned().leak(), tzif }))))
    }

    /// The name in the IANA time zone database: `Europe/Lisbon`.
    pub const fn name(self) -> &'static str {
        self.0.name
    }

    /// The instant that a local time means.
    ///
    /// A time that happens twice means the first; one that is skipped is read with the offset before the gap
    /// (RFC 5545, 3.3.5). `None` only at the ends of the calendar.
    pub fn instant(self, local: NaiveDateTime) -> Option<DateTime<Utc>> {
        match self.from_local_datetime(&local) {
            MappedLocalTime::Single(at) | MappedLocalTime::Ambiguous(at, _) => Some(at.to_utc()),
            MappedLocalTime::None => {
                let ahead = TimeDelta::seconds(self.offset_before_gap(local)?.local_minus_utc().into());
                local.checked_sub_signed(ahead).map(|utc| utc.and_utc())
            }
        }
    }

    /// The offset in force just before the gap that swallows this local time; `None` for a time that exists.
    pub fn offset_before_gap(self, local: NaiveDateTime) -> Option<FixedOffset> {
        let found = self.find(local);
        if found.iter().flatten().any(|found| matches!(found, FoundDateTimeKind::Normal(_))) {
            return None;
        }
        found.iter().flatten().find_map(|found| match found {
            FoundDateTimeKind::Skipped { before_transition, .. } => {
                FixedOffset::east_opt(before_transition.local_time_type().ut_offset())
            }
            FoundDateTimeKind::Normal(_) => None,
        })
    }

    /// What a local time can mean, by the changes within two days of it.
    fn find(self, local: NaiveDateTime) -> [Option<FoundDateTimeKind>; TIMES_MAX] {
        let mut found = [None; TIMES_MAX];
        let (tzif, changes) = (self.0.tzif, self.changes_near(local));
        let (near, rule) = match tzif.transitions().get(changes.start.saturating_sub(1)..changes.end + 1) {
            Some(near) => (near, &None),
            None => (tzif.transitions().get(changes.start.saturating_sub(1)..).unwrap_or_default(), tzif.extra_rule()),
        };
        let (date, time) = (local.date(), local.time());
        let small = |number: u32| u8::try_from(number).unwrap_or(u8::MAX);
        // It only fails at the ends of its calendar, which are far behind those of chrono's.
        let _ = TimeZoneRef::new(near, tzif.local_time_types(), &[], rule).and_then(|near| {
            let [month, day] = [date.month(), date.day()].map(small);
            let [hour, minute, second] = [time.hour(), time.minute(), time.second()].map(small);
            tz::DateTime::find_n(&mut found, date.year(), month, day, hour, minute, second, 0, near).map(drop)
        });
        found
    }

    /// Which changes of the table come within two days of a local time.
    fn changes_near(self, local: NaiveDateTime) -> Range<usize> {
        let (changes, at) = (self.0.tzif.transitions(), local.and_utc().timestamp());
        let until = |limit: i64| changes.partition_point(|change| change.unix_leap_time() <= limit);
        until(at - 2 * SECONDS_OF_A_DAY)..until(at + 2 * SECONDS_OF_A_DAY)
    }
}

impl PartialEq for Zone {
    fn eq(&self, other: &Self) -> bool {
        self.name() == other.name()
    }
}

impl Eq for Zone {}

impl Hash for Zone {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.name().hash(state);
    }
}

impl Debug for Zone {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl Display for Zone {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl TimeZone for Zone {
    type Offset = ZoneOffset;

    fn from_offset(offset: &ZoneOffset) -> Self {
        offset.zone
    }

    fn offset_from_local_date(&self, local: &NaiveDate) -> MappedLocalTime<ZoneOffset> {
        self.offset_from_local_datetime(&local.and_time(NaiveTime::MIN))
    }

    fn offset_from_local_datetime(&self, local: &NaiveDateTime) -> MappedLocalTime<ZoneOffset> {
        let changes = self.changes_near(*local);
        let is_computed = matches!(self.0.tzif.extra_rule(), Some(TransitionRule::Alternate(_)))
            && changes.end == self.0.tzif.transitions().len();
        if changes.is_empty() && !is_computed {
            return MappedLocalTime::Single(self.offset_from_utc_datetime(local));
        }
        let found = self.find(*local);
        let mut times = found.iter().flatten().filter_map(|found| match found {
            FoundDateTimeKind::Normal(at) => Some(ZoneOffset { zone: *self, local: *at.local_time_type() }),
            FoundDateTimeKind::Skipped { .. } => None,
        });
        match (times.next(), times.next_back()) {
            (Some(earliest), Some(latest)) => MappedLocalTime::Ambiguous(earliest, latest),
            (Some(only), None) => MappedLocalTime::Single(only),
            (None, _) => MappedLocalTime::None,
        }
    }

    fn offset_from_utc_date(&self, utc: &NaiveDate) -> ZoneOffset {
        self.offset_from_utc_datetime(&utc.and_time(NaiveTime::MIN))
    }

    fn offset_from_utc_datetime(&self, utc: &NaiveDateTime) -> ZoneOffset {
        // It only fails at the ends of its calendar, which are far behind those of chrono's.
        let in_force = self.0.tzif.find_local_time_type(utc.and_utc().timestamp()).copied();
        ZoneOffset { zone: *self, local: in_force.unwrap_or(LocalTimeType::utc()) }
    }
}

impl Offset for ZoneOffset {
    fn fix(&self) -> FixedOffset {
        FixedOffset::east_opt(self.local.ut_offset()).unwrap_or(Utc.fix())
    }
}

impl Display for ZoneOffset {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self.local.time_zone_designation() {
            "" => Display::fmt(&self.fix(), f),
            abbreviation => f.write_str(abbreviation),
        }
    }
}

impl Debug for ZoneOffset {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests;
