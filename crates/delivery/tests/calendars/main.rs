//! Everybody's calendar as it comes from their mails, against the book, over random histories.
#![expect(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test stops at the first thing that is not as it should be"
)]

mod calendar;
mod history;
mod mailbox;

use proptest::prelude::*;

use history::{History, step};

proptest! {
    #![proptest_config(ProptestConfig { cases: ProptestConfig::default().cases / 4, ..ProptestConfig::default() })]
    #[test]
    fn calendars_show_what_the_book_says_whatever_happened_on_the_way(
        by_doctor in any::<bool>(),
        steps in proptest::collection::vec(step(), 1..40),
    ) {
        let mut history = History::begin(by_doctor);
        for step in steps {
            history.take(&step);
        }
        history.end();
    }
}
