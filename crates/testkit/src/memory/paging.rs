//! Pages of rows by key, then id.

use kernel::{Order, Page, PageRequest, Position, SearchWords, Total};

/// The wanted rows behind `request.after`, in this order.
pub(super) fn page<T, K: Ord + Clone>(
    rows: impl Iterator<Item = T>,
    request: &PageRequest<K>,
    order: Order,
    position: impl Fn(&T) -> Position<K>,
) -> Page<T, K> {
    let mut rows: Vec<(Position<K>, T)> = rows.map(|row| (position(&row), row)).collect();
    rows.sort_by(|(a, _), (b, _)| a.cmp(b));
    if order == Order::Descending {
        rows.reverse();
    }
    let total = (request.total == Total::Counted).then(|| u64::try_from(rows.len()).unwrap());
    if let Some(after) = &request.after {
        rows.retain(|(position, _)| match order {
            Order::Ascending => after < position,
            Order::Descending => position < after,
        });
    }
    rows.truncate(usize::from(request.limit.rows()) + 1);
    Page::of(rows, request.limit, |(position, _)| position.clone()).map(|(_, row)| row).with_total(total)
}

/// Whether what was typed, if anything, finds this name.
pub(super) fn is_found(typed: Option<&str>, name: &str) -> bool {
    typed.is_none_or(|typed| SearchWords::typed(typed).find(name))
}
