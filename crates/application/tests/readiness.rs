//! Whether work may be sent here.

use std::sync::Arc;

use application::node::{Node, Standing, Unready};
use application::ports::{AnyStore, Store};
use application::{App, Refusal, Settings};
use kernel::{Access, StoreError, UnitOfWork, Verdict};
use testkit::{FixedClock, MemoryStore, PlainPasswords, PlainTokens, SequentialIds, Shared};

struct Says(Result<Standing, StoreError>);

impl Node for Says {
    fn standing(&self) -> Result<Standing, StoreError> {
        self.0.clone()
    }
}

/// A store that answers nothing.
struct Away;

impl UnitOfWork<dyn Store> for Away {
    fn attempt(&self, _: Access, _: &mut dyn FnMut(&mut AnyStore) -> Verdict) -> Result<(), StoreError> {
        Err(away())
    }
}

fn away() -> StoreError {
    StoreError::Unavailable { reason: "gone".to_owned() }
}

fn app(store: Shared) -> App {
    App::new(
        store,
        Arc::new(FixedClock::default()),
        Arc::new(SequentialIds::default()),
        Arc::new(PlainPasswords),
        Arc::new(PlainTokens::default()),
        Settings::default(),
    )
}

#[test]
fn a_store_that_is_no_cluster_is_ready_when_it_answers() {
    let alone = || Arc::new(Says(Ok(Standing::Alone)));
    for (store, expected) in [(MemoryStore::shared(), Ok(())), (Arc::new(Away), Err(away().into()))] {
        assert_eq!(app(store.clone()).ready(), expected);
        assert_eq!(app(store).on_node(alone()).ready(), expected);
    }
}

#[test]
fn a_node_of_a_cluster_is_ready_when_it_says_so_and_nothing_else_is_asked() {
    let joined = Unready { name: "wsrep_local_state_comment".to_owned(), found: "Joined".to_owned() };
    for (told, expected) in [
        (Ok(Standing::Member), Ok(())),
        (Ok(Standing::Unready(joined.clone())), Err(Refusal::NotReady(joined).into())),
        (Err(away()), Err(away().into())),
    ] {
        assert_eq!(app(Arc::new(Away)).on_node(Arc::new(Says(told))).ready(), expected);
    }
}
