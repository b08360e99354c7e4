//! Whether one more may stand in line (ADR 11).

use std::time::Duration;

/// How long a line may be, and how long anybody stands in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Patience {
    /// For how many there is room.
    pub(crate) places: usize,
    /// A line that lets its first wait longer, or would let the next, takes nobody in.
    pub(crate) expected_max: Duration,
    /// Whoever has waited so long is sent away.
    pub(crate) wait_max: Duration,
}

/// What can be seen of a line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Sight {
    /// How many stand in it.
    pub(crate) waiting: usize,
    /// How long its first has waited.
    pub(crate) first_waited: Duration,
    /// How long it last took to come forward by one place.
    pub(crate) per_place: Duration,
}

/// Before the store: whoever is let in is expected to be served in half of the time that they may wait, and to have their
/// answer within a second.
pub(crate) const STORE: Patience =
    Patience { places: 1_000, expected_max: Duration::from_millis(400), wait_max: Duration::from_millis(800) };

/// Before the hashing of passwords, where a quarter of a second is a short time.
pub(crate) const HASHING: Patience =
    Patience { places: 8, expected_max: Duration::from_secs(2), wait_max: Duration::from_secs(3) };

/// For who watches the server: few, who rather wait than hear that it is not ready.
pub(crate) const WATCHING: Patience =
    Patience { places: 16, expected_max: Duration::from_secs(1), wait_max: Duration::from_secs(1) };

impl Patience {
    /// Whether one more may join a line. A short one moves by fits and starts, and its pace says little.
    pub(crate) fn admits(self, line: Sight) -> bool {
        let is_short = line.waiting <= self.places / 4;
        line.waiting < self.places
            && line.first_waited <= self.expected_max
            && (is_short || line.expected_wait() <= self.expected_max)
    }
}

impl Sight {
    /// How long the next is likely to wait: as long as the line before them takes at its last pace.
    fn expected_wait(self) -> Duration {
        self.per_place.saturating_mul(u32::try_from(self.waiting).unwrap_or(u32::MAX))
    }
}

/// How long it took to come forward by one place, for somebody who has waited so long behind so many, while so many at
/// once were served. Those count as places too: a line before threads that are all busy does not move for as long as a
/// piece of work takes, and is no slow line for that.
pub(crate) fn per_place(waited: Duration, before: usize, served_at_once: u32) -> Duration {
    let before = u32::try_from(before).unwrap_or(u32::MAX);
    waited / before.saturating_add(served_at_once).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn ms(ms: u64) -> Duration {
        Duration::from_millis(ms)
    }

    #[test]
    fn a_line_takes_one_more_while_it_is_short_and_moves() {
        let line = Patience { places: 3, ..STORE };
        for (waiting, first_waited, admitted) in [
            (0, 0, true),
            (1, 0, true),
            (2, 400, true),
            (2, 401, false),
            (1, 10_000, false),
            (3, 0, false),
            (4, 0, false),
        ] {
            let sight = Sight { waiting, first_waited: ms(first_waited), per_place: Duration::ZERO };
            assert_eq!(line.admits(sight), admitted, "{sight:?}");
        }
    }

    #[test]
    fn a_line_takes_nobody_in_whom_it_would_keep_too_long() {
        for (waiting, per_place, admitted) in [
            (0, ms(10_000), true),
            (250, ms(10_000), true),
            (251, ms(2), false),
            (400, ms(1), true),
            (401, ms(1), false),
            (999, ms(0), true),
            (usize::MAX, ms(1), false),
        ] {
            let sight = Sight { waiting, first_waited: Duration::ZERO, per_place };
            assert_eq!(STORE.admits(sight), admitted, "{sight:?}");
        }
    }

    #[test]
    fn a_place_takes_its_share_of_the_wait() {
        for (waited, before, served_at_once, each) in [
            (ms(0), 0, 1, ms(0)),
            (ms(600), 584, 16, ms(1)),
            // The line of one thread: what is being done, and what waits.
            (ms(40), 3, 1, ms(10)),
            // Sixteen pieces of work that began together and take 32 ms: the line moves by one each 2 ms.
            (ms(32), 0, 16, ms(2)),
            (ms(5), 0, 0, ms(5)),
        ] {
            assert_eq!(per_place(waited, before, served_at_once), each, "{waited:?}, {before}, {served_at_once}");
        }
    }

    #[test]
    fn a_line_shuts_long_before_anybody_has_waited_in_vain() {
        assert_eq!(STORE.expected_max * 2, STORE.wait_max);
        assert!(STORE.wait_max < Duration::from_secs(1));
        assert!(HASHING.expected_max < HASHING.wait_max);
    }
}
