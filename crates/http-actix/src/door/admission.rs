//! Whether one more may stand in line (ADR 11).

use std::time::Duration;

/// How long a line may be, and how long anybody stands in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Patience {
    /// The most that wait.
    pub(crate) waiting_max: usize,
    /// Nobody is let in behind somebody who has waited longer.
    pub(crate) front_wait_ms_max: u64,
    /// Whoever has waited so long is sent away.
    pub(crate) wait_ms_max: u64,
}

/// Before the store: whoever is let in behind a front that has waited half of the time still gets through in the other.
pub(crate) const STORE: Patience = Patience { waiting_max: 1_000, front_wait_ms_max: 500, wait_ms_max: 1_000 };

/// Before the hashing of passwords, where a quarter of a second is a short time.
pub(crate) const HASHING: Patience = Patience { waiting_max: 8, front_wait_ms_max: 2_000, wait_ms_max: 3_000 };

impl Patience {
    /// Whether one more may join a line of so many, whose first has waited so long.
    pub(crate) const fn admits(self, waiting: usize, front_waited: Option<Duration>) -> bool {
        let front_is_young = match front_waited {
            Some(waited) => waited.as_millis() <= self.front_wait_max().as_millis(),
            None => true,
        };
        waiting < self.waiting_max && front_is_young
    }

    /// How long anybody waits.
    pub(crate) const fn wait_max(self) -> Duration {
        Duration::from_millis(self.wait_ms_max)
    }

    const fn front_wait_max(self) -> Duration {
        Duration::from_millis(self.front_wait_ms_max)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_takes_one_more_while_it_is_short_and_moves() {
        let line = Patience { waiting_max: 3, front_wait_ms_max: 500, wait_ms_max: 1_000 };
        for (waiting, front_waited_ms, admitted) in [
            (0, None, true),
            (1, Some(0), true),
            (2, Some(500), true),
            (2, Some(501), false),
            (1, Some(10_000), false),
            (3, Some(0), false),
            (4, Some(0), false),
        ] {
            let front_waited = front_waited_ms.map(Duration::from_millis);
            assert_eq!(line.admits(waiting, front_waited), admitted, "{waiting} waiting, {front_waited_ms:?}");
        }
    }

    #[test]
    fn whoever_is_let_in_may_wait_as_long_again_as_the_front_has() {
        for line in [STORE, HASHING] {
            assert!(line.front_wait_ms_max < line.wait_ms_max && 0 < line.waiting_max, "{line:?}");
        }
        assert!(STORE.front_wait_ms_max * 2 <= STORE.wait_ms_max && STORE.wait_max() <= Duration::from_secs(1));
    }
}
