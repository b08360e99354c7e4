use uuid::Uuid;

/// How many rows a page may have: 1 to 100, 10 unless told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Limit(u8);

impl Limit {
    /// The most rows of a page.
    pub const MAX: u8 = 100;

    /// `None` under 1 and over [`Limit::MAX`].
    pub const fn new(rows: u8) -> Option<Self> {
        if rows == 0 || Self::MAX < rows { None } else { Some(Self(rows)) }
    }

    /// The number of rows.
    pub const fn rows(self) -> u8 {
        self.0
    }
}

impl Default for Limit {
    fn default() -> Self {
        Self(10)
    }
}

/// Where a row stands in a list: what the list is sorted by, then the id, so that no two rows share a position.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position<K> {
    /// What the list is sorted by.
    pub key: K,
    /// The row's identity.
    pub id: Uuid,
}

/// Which rows of a list are wanted.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct PageRequest<K> {
    /// How many at the most.
    pub limit: Limit,
    /// Only those behind this position; from the beginning without.
    pub after: Option<Position<K>>,
}

impl<K> Default for PageRequest<K> {
    fn default() -> Self {
        Self { limit: Limit::default(), after: None }
    }
}

/// Some rows of a list, in its order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page<T, K> {
    /// The rows.
    pub items: Vec<T>,
    /// Where the next page begins; nothing at the end of the list.
    pub next: Option<Position<K>>,
}

impl<T, K> Page<T, K> {
    /// A page of a list that has no rows.
    pub const fn empty() -> Self {
        Self { items: Vec::new(), next: None }
    }

    /// Makes a page of rows that were asked for with one more than the limit, which tells whether there is a next page.
    pub fn of(mut rows: Vec<T>, limit: Limit, position: impl Fn(&T) -> Position<K>) -> Self {
        let most = usize::from(limit.rows());
        let more = most < rows.len();
        rows.truncate(most);
        let next = if more { rows.last().map(position) } else { None };
        Self { items: rows, next }
    }

    /// The same page with other rows.
    pub fn map<U>(self, row: impl FnMut(T) -> U) -> Page<U, K> {
        Page { items: self.items.into_iter().map(row).collect(), next: self.next }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(rows: u8, limit: u8) -> Page<u8, u8> {
        Page::of((0..rows).collect(), Limit::new(limit).unwrap(), |row| Position { key: *row, id: Uuid::nil() })
    }

    #[test]
    fn the_last_page_has_no_next() {
        assert_eq!(page(3, 3).next, None);
        assert_eq!(page(4, 3).next, Some(Position { key: 2, id: Uuid::nil() }));
        assert_eq!(page(4, 3).items, [0, 1, 2]);
        assert_eq!(page(0, 3).next, None);
    }

    #[test]
    fn a_page_has_1_to_100_rows() {
        assert_eq!(Limit::new(0), None);
        assert_eq!(Limit::new(100).map(Limit::rows), Some(100));
        assert_eq!(Limit::new(101), None);
        assert_eq!(Limit::default().rows(), 10);
    }
}
