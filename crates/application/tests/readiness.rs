//! Whether work may be sent here.

use std::sync::Arc;

use application::node::{Node, Unready};
use application::{App, Error, Refusal, Settings};
use kernel::StoreError;
use testkit::{FixedClock, MemoryStore, PlainPasswords, PlainTokens, SequentialIds};

struct Says(Result<Option<Unready>, StoreError>);

impl Node for Says {
    fn unready(&self) -> Result<Option<Unready>, StoreError> {
        self.0.clone()
    }
}

fn app() -> App {
    App::new(
        MemoryStore::shared(),
        Arc::new(FixedClock::default()),
        Arc::new(SequentialIds::default()),
        Arc::new(PlainPasswords),
        Arc::new(PlainTokens::default()),
        Settings::default(),
    )
}

fn ready_where_the_node_says(told: Result<Option<Unready>, StoreError>) -> Result<(), Error> {
    app().on_node(Arc::new(Says(told))).ready()
}

#[test]
fn a_store_that_answers_is_ready_unless_its_node_says_no() {
    let joined = Unready { name: "wsrep_local_state_comment".to_owned(), found: "Joined".to_owned() };
    let away = StoreError::Unavailable { reason: "gone".to_owned() };
    assert_eq!(app().ready(), Ok(()));
    assert_eq!(ready_where_the_node_says(Ok(None)), Ok(()));
    assert_eq!(ready_where_the_node_says(Ok(Some(joined.clone()))), Err(Refusal::NotReady(joined).into()));
    assert_eq!(ready_where_the_node_says(Err(away.clone())), Err(away.into()));
}
