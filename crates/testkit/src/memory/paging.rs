//! Pages of rows by key, then id.

use application::ports::Order;
use kernel::{Page, PageRequest, Position, SearchWords};

/// The wanted rows behind `request.after`, in this order.
pub(super) fn page<T, K: Ord + Clone>(
    rows: impl Iterator<Item = T>,
    request: &PageRequest<K>,
    order: Order,
    position: impl Fn(&T) -> Position<K>,
) -> Page<T, K> {
    let mut rows: Vec<(Position<K>, T)> = rows.map(|row| (position(&row), row)).collect();
    rows.sort_by(|(a, _), (b, _)| a.cmp(b));
    if order == Order::Latest {
        rows.reverse();
    }
    if let Some(after) = &request.after {
        rows.retain(|(position, _)| match order {
            Order::Earliest => after < position,
            Order::Latest => position < after,
        });
    }
    rows.truncate(usize::from(request.limit.rows()) + 1);
    Page::of(rows, request.limit, |(position, _)| position.clone()).map(|(_, row)| row)
}

/// Whether what was typed, if anything, finds this name.
pub(super) fn is_found(typed: Option<&str>, name: &str) -> bool {
    typed.is_none_or(|typed| SearchWords::typed(typed).find(name))
}
