//! The one place that looks at the process's environment.

use std::env;

use super::Variables;
use super::reader::PREFIX;

/// The variables of this process that concern us. What is not Unicode keeps its place as U+FFFD, which no setting takes.
#[expect(clippy::disallowed_methods, reason = "this is where the configuration is read")]
pub(crate) fn process_variables() -> Variables {
    env::vars_os()
        .map(|(name, value)| (name.to_string_lossy().into_owned(), value.to_string_lossy().into_owned()))
        .filter(|(name, _)| name == "PORT" || name.starts_with(PREFIX))
        .collect()
}
