//! Values of a core to values of a column, and back. What has no meaning is `Corrupt`, never a guess.

use diesel::sql_types::{Bool, Nullable};
use kernel::{Revision, StoreError, Word, fold};
use scheduling_core::Interval;
use uuid::Uuid;

use crate::instant::Instant;

/// The most bytes of a key that names are searched and sorted by; MySQL indexes no more than 3,072.
const KEY_BYTES_MAX: usize = 2_048;

// MariaDB makes an outer join an inner one where a condition cannot hold without its row, and EXISTS a join; then it begins
// with whichever table it likes. Not so with this condition: the first table comes first, in the order of an index, and a
// page reads few more of its rows than it shows.
diesel::define_sql_function! {
    fn coalesce(known: Nullable<Bool>, otherwise: Bool) -> Bool;
}

/// Where a value stands, for the error that says it has no meaning.
#[derive(Clone, Copy)]
pub(crate) struct Column(pub(crate) &'static str, pub(crate) &'static str);

impl Column {
    /// The error.
    pub(crate) const fn corrupt(self) -> StoreError {
        StoreError::Corrupt { table: self.0, column: self.1 }
    }

    /// Reads an id.
    pub(crate) fn id<T>(self, bytes: &[u8], of: impl FnOnce(Uuid) -> T) -> Result<T, StoreError> {
        Uuid::from_slice(bytes).map(of).map_err(|_| self.corrupt())
    }

    /// Reads a word.
    pub(crate) fn word<W: Word>(self, text: &str) -> Result<W, StoreError> {
        W::parse(text).ok_or(self.corrupt())
    }

    /// Reads a word that may be missing.
    pub(crate) fn word_if_any<W: Word>(self, text: Option<&str>) -> Result<Option<W>, StoreError> {
        text.map(|text| self.word(text)).transpose()
    }

    /// Reads whatever is parsed.
    pub(crate) fn parsed<T: std::str::FromStr>(self, text: &str) -> Result<T, StoreError> {
        text.parse().map_err(|_| self.corrupt())
    }

    /// Reads a smaller number.
    pub(crate) fn number<T: TryFrom<i64>>(self, number: i64) -> Result<T, StoreError> {
        T::try_from(number).map_err(|_| self.corrupt())
    }

    /// Reads a revision.
    pub(crate) fn revision(self, number: i64) -> Result<Revision, StoreError> {
        Revision::new(self.number(number)?).ok_or(self.corrupt())
    }

    /// Reads a hash.
    pub(crate) fn hash(self, bytes: &[u8]) -> Result<[u8; 32], StoreError> {
        bytes.try_into().map_err(|_| self.corrupt())
    }

    /// Reads an interval; the column is that of its end.
    pub(crate) fn interval(self, start: Instant, end: Instant) -> Result<Interval, StoreError> {
        Interval::new(start.utc(), end.utc()).ok_or(self.corrupt())
    }
}

/// An id as it is stored.
pub(crate) fn bytes(id: Uuid) -> Vec<u8> {
    id.as_bytes().to_vec()
}

/// A revision as it is stored.
pub(crate) fn number(revision: Revision) -> i64 {
    i64::from(revision.number())
}

/// The revision that a change to this one must find; none for the first.
pub(crate) fn number_before(revision: Revision) -> i64 {
    number(revision) - 1
}

/// The key that a name is searched and sorted by: folded, and cut where an index would cut it.
pub(crate) fn key(name: &str) -> String {
    let mut key = fold(name);
    let end = key.char_indices().map(|(at, c)| at + c.len_utf8()).take_while(|end| *end <= KEY_BYTES_MAX).last();
    key.truncate(end.unwrap_or_default());
    key
}

/// The character that takes its meaning from `%` and `_`; a backslash would mean something to MySQL already.
pub(crate) const ESCAPE: char = '!';

/// The pattern of LIKE for this text and nothing else.
pub(crate) fn literally(text: &str) -> String {
    let mut pattern = String::new();
    for c in text.chars() {
        if matches!(c, '%' | '_' | ESCAPE) {
            pattern.push(ESCAPE);
        }
        pattern.push(c);
    }
    pattern
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_has_no_wildcards_of_its_own() {
        assert_eq!(literally("50%_Ö!"), "50!%!_Ö!!");
    }

    #[test]
    fn a_key_is_cut_between_characters() {
        assert_eq!(key("Zoë"), "zoë");
        assert_eq!(key(&format!("a{}", "é".repeat(2_000))).len(), KEY_BYTES_MAX - 1);
    }

    #[test]
    fn what_has_no_meaning_is_corrupt() {
        let column = Column("slots", "revision");
        let corrupt = StoreError::Corrupt { table: "slots", column: "revision" };
        for number in [0, -1, i64::MAX] {
            assert_eq!(column.revision(number), Err(corrupt.clone()), "{number}");
        }
        assert_eq!(column.id(&[1, 2, 3], |id| id), Err(corrupt.clone()));
        assert_eq!(column.word::<kernel::Role>("Patient"), Err(corrupt));
    }
}
