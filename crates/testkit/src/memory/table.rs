//! A table.

use std::collections::BTreeMap;
use std::ops::{Deref, DerefMut};
use std::sync::Arc;

/// Rows by key. A copy shares them until one of the two is written, so that everything can be copied for next to nothing.
#[derive(Clone, Debug)]
pub(crate) struct Table<K, V>(Arc<BTreeMap<K, V>>);

/// What becomes of the rows of a table when a transaction is committed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Keeping {
    /// They are kept, unless somebody else has written one of them meanwhile.
    FirstWins,
    /// They are kept over whatever somebody else has written.
    LastWins,
    /// They are lost.
    Lost,
}

impl<K: Ord + Clone, V: Clone + PartialEq> Table<K, V> {
    /// What was written here since `base`, over what others have made of it; nothing if both wrote the same row.
    pub(crate) fn rebased(&self, base: &Self, onto: &Self, keeping: Keeping) -> Option<Self> {
        if keeping == Keeping::Lost || self.is_same(base) {
            return Some(onto.clone());
        }
        if onto.is_same(base) {
            return Some(self.clone());
        }
        let mut rebased = onto.clone();
        for key in self.written_since(base) {
            if keeping == Keeping::FirstWins && onto.get(key) != base.get(key) {
                return None;
            }
            match self.get(key) {
                Some(row) => rebased.insert(key.clone(), row.clone()),
                None => rebased.remove(key),
            };
        }
        Some(rebased)
    }

    /// Whether a row was written both here since `base` and there since `other_base`.
    pub(crate) fn collides(&self, base: &Self, other: &Self, other_base: &Self) -> bool {
        !other.is_same(other_base)
            && self.written_since(base).into_iter().any(|key| other.get(key) != other_base.get(key))
    }

    /// Whether nothing was written into either since one was copied from the other; if not, they may still be equal.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }

    fn written_since<'a>(&'a self, base: &'a Self) -> Vec<&'a K> {
        if self.is_same(base) {
            return Vec::new();
        }
        let changed = self.iter().filter(|(key, row)| base.get(key) != Some(row)).map(|(key, _)| key);
        changed.chain(base.keys().filter(|key| !self.contains_key(key))).collect()
    }
}

impl<K, V> Default for Table<K, V> {
    fn default() -> Self {
        Self(Arc::default())
    }
}

impl<K, V> From<BTreeMap<K, V>> for Table<K, V> {
    fn from(rows: BTreeMap<K, V>) -> Self {
        Self(Arc::new(rows))
    }
}

impl<K, V> Deref for Table<K, V> {
    type Target = BTreeMap<K, V>;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl<K: Clone, V: Clone> DerefMut for Table<K, V> {
    fn deref_mut(&mut self) -> &mut Self::Target {
        Arc::make_mut(&mut self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    type Write = fn(&mut BTreeMap<u8, char>) -> Option<char>;

    fn table(rows: &[(u8, char)]) -> Table<u8, char> {
        rows.iter().copied().collect::<BTreeMap<_, _>>().into()
    }

    #[test]
    fn rows_that_only_one_has_written_are_all_kept() {
        let base = table(&[(1, 'a'), (2, 'b'), (3, 'c')]);
        let (mut ours, mut theirs) = (base.clone(), base.clone());
        ours.insert(1, 'x');
        ours.remove(&2);
        theirs.insert(4, 'y');
        let rebased = ours.rebased(&base, &theirs, Keeping::FirstWins).unwrap();
        assert_eq!(*rebased, *table(&[(1, 'x'), (3, 'c'), (4, 'y')]));
        assert!(!ours.collides(&base, &theirs, &base));
        assert!(ours.rebased(&base, &theirs, Keeping::Lost).unwrap().is_same(&theirs));
    }

    #[test]
    fn a_row_that_both_have_written_collides() {
        let base = table(&[(1, 'a')]);
        let writes: [Write; 3] = [|rows| rows.insert(1, 'x'), |rows| rows.remove(&1), |rows| rows.insert(2, 'x')];
        for write in writes {
            let (mut ours, mut theirs) = (base.clone(), base.clone());
            write(&mut ours);
            theirs.insert(1, 'y');
            theirs.insert(2, 'y');
            assert!(ours.rebased(&base, &theirs, Keeping::FirstWins).is_none());
            assert!(ours.collides(&base, &theirs, &base) && theirs.collides(&base, &ours, &base));
            assert!(ours.rebased(&base, &theirs, Keeping::LastWins).is_some());
        }
    }
}
