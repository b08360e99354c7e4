//! What an error of the driver means. diesel gives most of them no kind, so the text decides; sessions speak English.

use diesel::result::{DatabaseErrorKind, Error};

/// What a failed statement means for its transaction, of which nothing was kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Failure {
    /// Another transaction was first; this one may be run again.
    LostRace,
    /// The connection is gone or the node not ready; the transaction may be run again on another connection.
    Unreachable,
    /// There is no room; running it again would not help now.
    Full,
    /// Anything else: a mistake of ours, or of the schema's.
    Broken,
}

/// What a failed COMMIT means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CommitFailure {
    /// Another transaction was first; nothing was kept, and the transaction may be run again.
    LostRace,
    /// There is no room; nothing was kept.
    Full,
    /// The engine may have kept everything or nothing.
    Unknown,
}

/// Texts by which an error is known, in lower case. Each is provoked in a golden test, or was seen on Galera.
const TEXTS: [(&str, Failure); 24] = [
    // MySQL and MariaDB: 1213, 1205, 1020, 1213 on Galera, 1317, and 1305 of the savepoint of ours.
    ("deadlock found", Failure::LostRace),
    ("lock wait timeout exceeded", Failure::LostRace),
    ("record has changed since last read", Failure::LostRace),
    ("wsrep detected deadlock", Failure::LostRace),
    ("query execution was interrupted", Failure::LostRace),
    (LOST_SAVEPOINT, Failure::LostRace),
    // SQLite: BUSY, BUSY_SNAPSHOT, LOCKED.
    ("database is locked", Failure::LostRace),
    ("database table is locked", Failure::LostRace),
    ("database schema is locked", Failure::LostRace),
    // MySQL and MariaDB: 1047, 2006, 2013, 1927, 1053, 4031, 2002 and 2003, 1040, 1290 and 1836.
    ("wsrep has not yet prepared node", Failure::Unreachable),
    ("server has gone away", Failure::Unreachable),
    ("lost connection to", Failure::Unreachable),
    ("connection was killed", Failure::Unreachable),
    ("server shutdown in progress", Failure::Unreachable),
    ("disconnected by the server", Failure::Unreachable),
    ("can't connect to", Failure::Unreachable),
    ("too many connections", Failure::Unreachable),
    ("--read-only option", Failure::Unreachable),
    ("running in read-only mode", Failure::Unreachable),
    // SQLite: FULL; MySQL and MariaDB: 1114, 1021, 1041.
    ("database or disk is full", Failure::Full),
    ("' is full", Failure::Full),
    ("disk full", Failure::Full),
    ("disk got full", Failure::Full),
    ("out of memory", Failure::Full),
];

/// What is said when a transaction that was ended in silence is to end.
const LOST_SAVEPOINT: &str = "savepoint unit does not exist";

/// What the error of a statement before COMMIT means.
pub(crate) fn of_statement(error: &Error) -> Failure {
    use DatabaseErrorKind as Kind;

    let Error::DatabaseError(kind, information) = error else {
        let is_gone = matches!(error, Error::BrokenTransactionManager);
        return if is_gone { Failure::Unreachable } else { Failure::Broken };
    };
    if matches!(kind, Kind::SerializationFailure | Kind::UniqueViolation) {
        Failure::LostRace
    } else if matches!(kind, Kind::ClosedConnection | Kind::UnableToSendCommand) {
        Failure::Unreachable
    } else if matches!(kind, Kind::Unknown) {
        by_text(information.message())
    } else {
        Failure::Broken
    }
}

/// What the error of COMMIT means. Only what is known to have kept nothing is said to have kept nothing.
pub(crate) fn of_commit(error: &Error) -> CommitFailure {
    // The commit was refused, and so was the ROLLBACK that diesel sent after it.
    let error = if let Error::RollbackErrorOnCommit { commit_error, .. } = error { commit_error } else { error };
    match of_statement(error) {
        Failure::LostRace if is_interruption(error) => CommitFailure::Unknown,
        Failure::LostRace => CommitFailure::LostRace,
        Failure::Full => CommitFailure::Full,
        Failure::Unreachable | Failure::Broken => CommitFailure::Unknown,
    }
}

/// Whether the transaction of this error had been ended before, without a word; see `connection::Peer`.
pub(crate) fn is_silent_end(error: &Error) -> bool {
    matches!(error, Error::DatabaseError(_, said) if said.message().to_ascii_lowercase() == LOST_SAVEPOINT)
}

/// What the driver said, for a log.
pub(crate) fn reason(error: &Error) -> String {
    error.to_string()
}

fn by_text(text: &str) -> Failure {
    let text = text.to_ascii_lowercase();
    TEXTS.iter().find(|(part, _)| text.contains(part)).map_or(Failure::Broken, |(_, failure)| *failure)
}

/// A COMMIT that an operator interrupted may have gone through.
fn is_interruption(error: &Error) -> bool {
    matches!(error, Error::DatabaseError(_, information) if information.message().contains("interrupted"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(kind: DatabaseErrorKind, text: &str) -> Error {
        Error::DatabaseError(kind, Box::new(text.to_owned()))
    }

    fn unknown(text: &str) -> Error {
        error(DatabaseErrorKind::Unknown, text)
    }

    #[test]
    fn a_statement_that_lost_a_race_may_run_again() {
        for lost in [
            error(DatabaseErrorKind::SerializationFailure, "Deadlock found when trying to get lock"),
            error(DatabaseErrorKind::UniqueViolation, "UNIQUE constraint failed: appointments.active_slot_id"),
            unknown("Deadlock found when trying to get lock; try restarting transaction"),
            unknown("WSREP detected deadlock/conflict and aborted the transaction. Try restarting the transaction"),
            unknown("Lock wait timeout exceeded; try restarting transaction"),
            unknown("Record has changed since last read in table 'guards'"),
            unknown("SAVEPOINT unit does not exist"),
            unknown("database is locked"),
        ] {
            assert_eq!(of_statement(&lost), Failure::LostRace, "{lost:?}");
            assert_eq!(of_commit(&lost), CommitFailure::LostRace, "{lost:?}");
        }
    }

    #[test]
    fn only_a_lost_savepoint_is_a_silent_end() {
        assert!(is_silent_end(&unknown("SAVEPOINT unit does not exist")));
        for said in ["Deadlock found when trying to get lock; try restarting transaction", "Server has gone away"] {
            assert!(!is_silent_end(&unknown(said)), "{said}");
        }
        assert!(!is_silent_end(&Error::BrokenTransactionManager));
    }

    #[test]
    fn a_connection_that_is_lost_at_commit_leaves_the_outcome_unknown() {
        for lost in [
            error(DatabaseErrorKind::ClosedConnection, ""),
            Error::BrokenTransactionManager,
            unknown("Server has gone away"),
            unknown("Lost connection to server during query"),
            unknown("Connection was killed"),
            unknown("WSREP has not yet prepared node for application use"),
        ] {
            assert_eq!(of_statement(&lost), Failure::Unreachable, "{lost:?}");
            assert_eq!(of_commit(&lost), CommitFailure::Unknown, "{lost:?}");
        }
    }

    #[test]
    fn a_full_disk_is_not_a_race() {
        for full in [
            "database or disk is full",
            "The table 'slots' is full",
            "Disk full (/tmp/x); waiting",
            "Disk got full writing '.(temporary)' (Errcode: 28 \"No space left on device\")",
        ] {
            assert_eq!(of_statement(&unknown(full)), Failure::Full, "{full}");
            assert_eq!(of_commit(&unknown(full)), CommitFailure::Full, "{full}");
        }
    }

    #[test]
    fn what_nobody_has_seen_before_is_broken_and_at_commit_unknown() {
        for strange in [
            error(DatabaseErrorKind::ForeignKeyViolation, "FOREIGN KEY constraint failed"),
            error(DatabaseErrorKind::NotNullViolation, "Column 'status' cannot be null"),
            unknown("You have an error in your SQL syntax"),
            Error::NotFound,
        ] {
            assert_eq!(of_statement(&strange), Failure::Broken, "{strange:?}");
            assert_eq!(of_commit(&strange), CommitFailure::Unknown, "{strange:?}");
        }
    }

    #[test]
    fn an_interrupted_commit_may_have_gone_through() {
        let interrupted = unknown("Query execution was interrupted");
        assert_eq!(of_statement(&interrupted), Failure::LostRace);
        assert_eq!(of_commit(&interrupted), CommitFailure::Unknown);
    }

    #[test]
    fn a_commit_error_counts_and_not_that_of_the_rollback_after_it() {
        let error = Error::RollbackErrorOnCommit {
            rollback_error: Box::new(unknown("Server has gone away")),
            commit_error: Box::new(unknown("Deadlock found when trying to get lock")),
        };
        assert_eq!(of_commit(&error), CommitFailure::LostRace);
    }
}
