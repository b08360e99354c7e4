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

/// From which end a list begins.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Order {
    /// With the earliest, or the first name.
    #[default]
    Ascending,
    /// With the latest, or the last name.
    Descending,
}

/// Whether all rows of a list are counted, whichever of them are wanted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Total {
    /// They are not: a page costs no more than what it shows.
    #[default]
    Omitted,
    /// They are, which takes the longer the more there are.
    Counted,
}

impl Total {
    /// What is counted before anything is: 0, or nothing where nothing is counted.
    pub fn start(self) -> Option<u64> {
        (self == Self::Counted).then_some(0)
    }
}

/// Which rows of a list are wanted.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct PageRequest<K> {
    /// How many at the most.
    pub limit: Limit,
    /// Only those behind this position; from the beginning without.
    pub after: Option<Position<K>>,
    /// Whether it is said how many rows the whole list has.
    pub total: Total,
}

impl<K> PageRequest<K> {
    /// The first rows, as many as a page may have.
    pub fn longest() -> Self {
        Self { limit: Limit(Limit::MAX), ..Self::default() }
    }
}

impl<K> Default for PageRequest<K> {
    fn default() -> Self {
        Self { limit: Limit::default(), after: None, total: Total::default() }
    }
}

/// Some rows of a list, in its order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page<T, K> {
    /// The rows.
    pub items: Vec<T>,
    /// Where the next page begins; nothing at the end of the list.
    pub next: Option<Position<K>>,
    /// How many rows the whole list has, where they were counted.
    pub total: Option<u64>,
}

impl<T, K> Page<T, K> {
    /// The page of a list that has no rows.
    pub fn empty(request: &PageRequest<K>) -> Self {
        Self { items: Vec::new(), next: None, total: request.total.start() }
    }

    /// Makes a page of rows that were asked for with one more than the limit, which tells whether there is a next page.
    /// The rows of the whole list were not counted.
    pub fn of(mut rows: Vec<T>, limit: Limit, position: impl Fn(&T) -> Position<K>) -> Self {
        let most = usize::from(limit.rows());
        let more = most < rows.len();
        rows.truncate(most);
        let next = if more { rows.last().map(position) } else { None };
        Self { items: rows, next, total: None }
    }

    /// The same page with the number of all rows.
    #[must_use]
    pub fn with_total(self, total: Option<u64>) -> Self {
        Self { total, ..self }
    }

    /// The same page with other rows.
    pub fn map<U>(self, row: impl FnMut(T) -> U) -> Page<U, K> {
        Page { items: self.items.into_iter().map(row).collect(), next: self.next, total: self.total }
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
