//! Partial changes (RFC 7396): what is absent stays, null clears.

use application::Edit;
use serde::de::{Deserialize, Deserializer};

/// Reads a field that can be cleared: `None` when it is absent (with `#[serde(default)]`), `Some(None)` for null.
///
/// # Errors
/// When the value cannot be read.
pub fn clearable<'de, T, D>(deserializer: D) -> Result<Option<Option<T>>, D::Error>
where
    T: Deserialize<'de>,
    D: Deserializer<'de>,
{
    Option::deserialize(deserializer).map(Some)
}

/// Reads a field that cannot be cleared: `None` only when it is absent (with `#[serde(default)]`); null is refused.
///
/// # Errors
/// When the value cannot be read.
pub fn present<'de, T, D>(deserializer: D) -> Result<Option<T>, D::Error>
where
    T: Deserialize<'de>,
    D: Deserializer<'de>,
{
    T::deserialize(deserializer).map(Some)
}

/// What a field that can be cleared says.
pub fn edit<T>(field: Option<Option<T>>) -> Edit<T> {
    match field {
        None => Edit::Keep,
        Some(None) => Edit::Clear,
        Some(Some(value)) => Edit::Set(value),
    }
}

/// What a field that can be cleared says, once its value is read.
///
/// # Errors
/// Those of the reader.
pub fn try_edit<T, U, E>(field: Option<Option<T>>, read: impl FnOnce(T) -> Result<U, E>) -> Result<Edit<U>, E> {
    match edit(field) {
        Edit::Keep => Ok(Edit::Keep),
        Edit::Clear => Ok(Edit::Clear),
        Edit::Set(value) => read(value).map(Edit::Set),
    }
}
