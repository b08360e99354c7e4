//! What has happened.

use std::ops::AddAssign;

macro_rules! tally {
    ($($(#[$doc:meta])* $name:ident,)*) => {
        /// How often what has happened in the days that were simulated.
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
        pub struct Tally {
            $($(#[$doc])* pub $name: u64,)*
        }

        impl Tally {
            /// Each with its name.
            pub fn named(&self) -> Vec<(&'static str, u64)> {
                vec![$((stringify!($name), self.$name)),*]
            }
        }

        impl AddAssign for Tally {
            fn add_assign(&mut self, other: Self) {
                $(self.$name += other.$name;)*
            }
        }
    };
}

tally! {
    /// Requests, with those that were repeated.
    requests,
    /// Requests that were answered with what was done.
    answered,
    /// Answers that had been given before.
    replayed,
    /// Requests that a rule refused.
    refused,
    /// Requests that the store failed.
    failed,
    /// Requests whose outcome nobody knew.
    unsure,
    /// Requests whose answer did not come.
    cut,
    /// Transactions that were committed.
    commits,
    /// Conflicts that a statement was told of.
    conflicts_at_statement,
    /// Conflicts that COMMIT was told of.
    conflicts_at_commit,
    /// Conflicts that ROLLBACK was told of.
    conflicts_at_rollback,
    /// Transactions that a node ended without a word.
    ended_in_silence,
    /// Commits of which nobody knew whether they were kept.
    unknown,
    /// Connections that were lost.
    unreachable,
    /// Writes that found the disk full.
    full,
    /// Transactions that began on what was committed a while ago.
    stale,
    /// Processes that ended.
    crashes,
    /// Letters that were handed over.
    letters,
    /// Letters that were handed over once more, because a worker had ended before it could say so.
    copies,
    /// Letters that the post did not take.
    undelivered,
}
