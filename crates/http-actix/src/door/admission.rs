//! Whether one more may stand in line (ADR 11).

use std::time::Duration;

/// How long a line may be, and how long anybody stands in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Patience {
    /// The most that wait.
    pub(crate) waiting_max: usize,
    /// A line whose first has waited longer takes nobody in.
    pub(crate) stuck_after: Duration,
    /// Whoever has waited so long is sent away.
    pub(crate) wait_max: Duration,
}

/// Before the store: whoever is let in behind a first who has waited for half of the time has all of it before them.
pub(crate) const STORE: Patience =
    Patience { waiting_max: 1_000, stuck_after: Duration::from_millis(500), wait_max: Duration::from_secs(1) };

/// Before the hashing of passwords, where a quarter of a second is a short time.
pub(crate) const HASHING: Patience =
    Patience { waiting_max: 8, stuck_after: Duration::from_secs(2), wait_max: Duration::from_secs(3) };

/// For who watches the server.
pub(crate) const WATCHING: Patience = Patience { waiting_max: 16, ..STORE };

impl Patience {
    /// Whether one more may join a line of so many, whose first has waited so long.
    pub(crate) fn admits(self, waiting: usize, first_waited: Option<Duration>) -> bool {
        waiting < self.waiting_max && first_waited.is_none_or(|waited| waited <= self.stuck_after)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_takes_one_more_while_it_is_short_and_moves() {
        let line = Patience { waiting_max: 3, ..STORE };
        for (waiting, first_waited_ms, admitted) in [
            (0, None, true),
            (1, Some(0), true),
            (2, Some(500), true),
            (2, Some(501), false),
            (1, Some(10_000), false),
            (3, Some(0), false),
            (4, Some(0), false),
        ] {
            let first_waited = first_waited_ms.map(Duration::from_millis);
            assert_eq!(line.admits(waiting, first_waited), admitted, "{waiting} waiting, {first_waited_ms:?}");
        }
    }

    #[test]
    fn a_line_shuts_long_before_anybody_has_waited_in_vain() {
        assert_eq!((STORE.stuck_after * 2, STORE.wait_max), (STORE.wait_max, Duration::from_secs(1)));
        assert!(HASHING.stuck_after < HASHING.wait_max);
    }
}
