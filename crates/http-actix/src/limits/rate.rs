//! How often something may be asked, as it is written and as it is told.

use std::fmt;
use std::num::NonZeroU32;
use std::str::FromStr;
use std::time::Duration;

use governor::Quota;

/// So many requests at once, and so many a minute in the long run: `100:1200`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    burst: NonZeroU32,
    per_minute: NonZeroU32,
}

impl Rate {
    /// The most that either number may be.
    pub const MAX: u32 = 1_000_000;

    /// A rate; none is less than one.
    pub const fn new(burst: u32, per_minute: u32) -> Self {
        Self { burst: positive(burst), per_minute: positive(per_minute) }
    }

    /// How many may come at once.
    pub const fn burst(self) -> u32 {
        self.burst.get()
    }

    pub(crate) fn quota(self) -> Quota {
        Quota::per_minute(self.per_minute).allow_burst(self.burst)
    }

    /// After how many seconds so many may come again.
    pub(crate) fn seconds_for(self, requests: u32) -> u64 {
        (u64::from(requests) * 60).div_ceil(u64::from(self.per_minute.get()))
    }
}

const fn positive(number: u32) -> NonZeroU32 {
    match NonZeroU32::new(number) {
        Some(number) => number,
        None => NonZeroU32::MIN,
    }
}

impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.burst, self.per_minute)
    }
}

/// A text that is no rate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoRate;

impl FromStr for Rate {
    type Err = NoRate;

    fn from_str(text: &str) -> Result<Self, NoRate> {
        let number = |text: &str| text.parse().ok().filter(|number| (1..=Self::MAX).contains(number)).ok_or(NoRate);
        let (burst, per_minute) = text.split_once(':').ok_or(NoRate)?;
        Ok(Self::new(number(burst)?, number(per_minute)?))
    }
}

/// A part of a second counts as a whole one.
pub(super) fn whole_seconds(wait: Duration) -> u64 {
    wait.as_secs() + u64::from(0 < wait.subsec_nanos())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_is_a_burst_and_a_number_a_minute() {
        for (text, expected) in [
            ("100:1200", Some(Rate::new(100, 1_200))),
            ("1:1", Some(Rate::new(1, 1))),
            ("1000000:1000000", Some(Rate::new(Rate::MAX, Rate::MAX))),
            ("0:1", None),
            ("1:0", None),
            ("1000001:1", None),
            ("100", None),
            ("100:", None),
            ("1:2:3", None),
            ("-1:5", None),
            ("", None),
        ] {
            assert_eq!(text.parse().ok(), expected, "{text}");
        }
        assert_eq!(Rate::new(400, 4_800).to_string(), "400:4800");
    }

    #[test]
    fn a_part_of_a_second_is_told_as_a_whole_one() {
        for (milliseconds, seconds) in [(1, 1), (999, 1), (1_000, 1), (1_001, 2), (2_500, 3)] {
            assert_eq!(whole_seconds(Duration::from_millis(milliseconds)), seconds, "{milliseconds}");
        }
        let rate = Rate::new(100, 1_200);
        for (requests, seconds) in [(0, 0), (1, 1), (20, 1), (21, 2), (100, 5)] {
            assert_eq!(rate.seconds_for(requests), seconds, "{requests}");
        }
    }
}
