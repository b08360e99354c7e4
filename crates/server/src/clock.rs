//! The real clock and the real source of ids: the only two places where the world gets in.

use application::{Clock, Ids};
use chrono::{DateTime, SubsecRound, Utc};
use uuid::Uuid;

/// The machine's clock.
pub(crate) struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is the clock that everyone else is given")]
    fn now(&self) -> DateTime<Utc> {
        Utc::now().trunc_subsecs(6)
    }
}

/// Random ids in order of time.
pub(crate) struct RandomIds;

impl Ids for RandomIds {
    #[expect(clippy::disallowed_methods, reason = "this is the source of ids that everyone else is given")]
    fn fresh(&self) -> Uuid {
        Uuid::now_v7()
    }
}
