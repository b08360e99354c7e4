//! What the cases have in common.

use application::ports::Store;
use kernel::{Limit, Page, PageRequest, Position, StoreError, Total, UnitOfWorkExt};

use crate::Shared;
use crate::clinic::read;

/// 10,000 characters of one to four bytes.
pub(super) fn long_text() -> String {
    "aé€🩺\n".repeat(2_000)
}

/// A line with a four-byte character and whatever else a store may stumble over, ending in something unique.
pub(super) fn odd_line(word: &str) -> String {
    format!("{word} O'Neil \"Zoë\" \\ 100% 🩺 {}", token())
}

/// A word that stands nowhere else.
pub(super) fn token() -> String {
    crate::sample::fresh().simple().to_string()
}

/// What came of a write that may be refused by the store.
pub(super) fn try_write<T>(
    store: &Shared,
    mut work: impl FnMut(&mut dyn Store) -> Result<T, StoreError>,
) -> Result<T, StoreError> {
    store.write(|store| work(store))
}

/// Asserts that a write loses its race however often it is run.
#[track_caller]
pub(super) fn assert_lost<T: std::fmt::Debug>(
    store: &Shared,
    work: impl FnMut(&mut dyn Store) -> Result<T, StoreError>,
) {
    let result = try_write(store, work);
    assert!(matches!(result, Err(StoreError::Contended { .. })), "{result:?}");
}

/// Every row of a list, read page by page; asserts that each page but the last is full, and that every second page, which
/// asks how many rows there are, is told.
#[track_caller]
pub(super) fn all_pages<T, K: Clone + PartialEq + std::fmt::Debug>(
    store: &Shared,
    rows: u8,
    mut page: impl FnMut(&mut dyn Store, &PageRequest<K>) -> Result<Page<T, K>, StoreError>,
) -> Vec<T> {
    let limit = Limit::new(rows).expect("1 to 100");
    let mut request = PageRequest { limit, after: None::<Position<K>>, total: Total::Counted };
    let (mut all, mut totals) = (Vec::new(), Vec::new());
    loop {
        let found = read(store, |store| page(store, &request));
        assert_eq!(found.total.is_some(), request.total == Total::Counted);
        totals.extend(found.total);
        request.total = if request.total == Total::Counted { Total::Omitted } else { Total::Counted };
        assert!(found.next.is_none() || found.items.len() == usize::from(rows), "a page with a next one is full");
        all.extend(found.items);
        match found.next {
            Some(next) => {
                assert_ne!(request.after.as_ref(), Some(&next), "each page begins behind the one before");
                request.after = Some(next);
            }
            None => break,
        }
    }
    let total = u64::try_from(all.len()).expect("they are few");
    assert!(totals.iter().all(|told| *told == total), "{totals:?} of {total}");
    all
}
