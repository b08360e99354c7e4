use thiserror::Error;

/// Why a store could not do what it was asked. A refusal by a rule is not one of these.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum StoreError {
    /// It cannot be reached, or has no connection to spare; nothing was written.
    #[error("the store is unavailable: {reason}")]
    Unavailable {
        /// What the driver or the pool said.
        reason: String,
    },
    /// Others won the race each time; nothing was written.
    #[error("the race was lost {attempts} times")]
    Contended {
        /// How often it was tried.
        attempts: u32,
    },
    /// The connection broke while the transaction was being committed; it may or may not have been.
    #[error("the outcome is unknown: {reason}")]
    OutcomeUnknown {
        /// What the driver said.
        reason: String,
    },
    /// A stored value has no meaning; it is never guessed at.
    #[error("{table}.{column} holds a value without a meaning")]
    Corrupt {
        /// Where it stands.
        table: &'static str,
        /// In which column.
        column: &'static str,
    },
    /// Anything else; nothing was written.
    #[error("the store failed: {reason}")]
    Failed {
        /// What the driver said.
        reason: String,
    },
}
