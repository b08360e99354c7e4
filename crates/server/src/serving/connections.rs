//! How many clients may be connected, so that there are files left for everything else.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// The most that are ever of use: each takes some kilobytes.
const CONNECTIONS_MAX: u64 = 10_000;

/// However few files there are.
const CONNECTIONS_MIN: u64 = 64;

/// Each connection to an SQLite database has the file, its log and its index open.
const FILES_PER_DATABASE_CONNECTION: u64 = 3;

/// For listening, logs, mails and the runtime.
const OTHER_FILES: u64 = 128;

/// Raises the number of files that this process may have open as far as it is of use and allowed, and says how many
/// clients may be connected beside so many connections to the database.
pub(super) fn room(database_connections: u32) -> usize {
    let kept = OTHER_FILES + FILES_PER_DATABASE_CONNECTION * u64::from(database_connections);
    let limit = getrlimit(Resource::Nofile);
    let wanted = wanted(&limit, kept + CONNECTIONS_MAX);
    let files = match setrlimit(Resource::Nofile, wanted) {
        Ok(()) => wanted.current,
        Err(error) => {
            log::debug!("the limit of open files stays as it is: {error}");
            limit.current
        }
    };
    let room = connections_beside(kept, files);
    log::debug!("up to {room} clients may be connected");
    usize::try_from(room).unwrap_or(usize::MAX)
}

/// The limit with at least so many files where that is allowed; it is never lowered. None is no limit.
fn wanted(limit: &Rlimit, files: u64) -> Rlimit {
    let allowed = limit.maximum.map_or(files, |maximum| maximum.min(files));
    Rlimit { current: limit.current.map(|current| current.max(allowed)), maximum: limit.maximum }
}

fn connections_beside(kept: u64, files: Option<u64>) -> u64 {
    files.map_or(CONNECTIONS_MAX, |files| files.saturating_sub(kept).clamp(CONNECTIONS_MIN, CONNECTIONS_MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_limit_is_raised_as_far_as_it_is_of_use_and_allowed() {
        for (current, maximum, expected) in [
            (Some(1_024), Some(524_288), Some(10_200)),
            (Some(1_024), Some(4_096), Some(4_096)),
            (Some(1_024), Some(1_024), Some(1_024)),
            (Some(1_024), None, Some(10_200)),
            (Some(65_536), Some(65_536), Some(65_536)),
            (None, None, None),
        ] {
            let raised = wanted(&Rlimit { current, maximum }, 10_200);
            assert_eq!((raised.current, raised.maximum), (expected, maximum), "{current:?}");
        }
    }

    #[test]
    fn clients_leave_files_for_the_rest() {
        for (files, expected) in
            [(Some(100_000), 10_000), (Some(1_024), 824), (Some(200), 64), (Some(0), 64), (None, 10_000)]
        {
            assert_eq!(connections_beside(200, files), expected, "{files:?}");
        }
    }
}
