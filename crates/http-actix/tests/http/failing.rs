//! What is told when something in here does not work.

use std::sync::Arc;

use actix_web::test::TestRequest;
use application::node::{Node, Standing, Unready};
use application::ports::{AnyStore, Store};
use application::{App, Settings};
use kernel::{Access, StoreError, UnitOfWork, Verdict};
use testkit::{FixedClock, MemoryStore, PlainPasswords, PlainTokens, SequentialIds};

use crate::ask::Answer;
use crate::house::serve;

/// A store that answers nothing.
enum Broken {
    Failing(StoreError),
    Panicking,
}

impl UnitOfWork<dyn Store> for Broken {
    fn attempt(&self, _: Access, _: &mut dyn FnMut(&mut AnyStore) -> Verdict) -> Result<(), StoreError> {
        match self {
            Self::Failing(error) => Err(error.clone()),
            Self::Panicking => panic!("secret"),
        }
    }
}

fn app(store: Arc<dyn UnitOfWork<dyn Store>>) -> App {
    App::new(
        store,
        Arc::new(FixedClock::default()),
        Arc::new(SequentialIds::default()),
        Arc::new(PlainPasswords),
        Arc::new(PlainTokens::default()),
        Settings::default(),
    )
}

async fn doctors(store: Broken) -> Answer {
    serve(app(Arc::new(store))).await(TestRequest::with_uri("/api/v1/doctors")).await
}

/// A node that has been thrown out of its cluster.
struct Outcast;

impl Node for Outcast {
    fn standing(&self) -> Result<Standing, StoreError> {
        let (name, found) = ("wsrep_cluster_status".to_owned(), "non-Primary".to_owned());
        Ok(Standing::Unready(Unready { name, found }))
    }
}

#[actix_web::test]
async fn a_server_whose_node_is_no_part_of_its_cluster_is_not_ready_and_says_why() {
    let app = app(MemoryStore::shared()).on_node(Arc::new(Outcast));
    let answer = serve(app).await(TestRequest::with_uri("/readyz")).await.expect_problem(503, "not_ready");
    assert_eq!(answer.json()["detail"], "the node of the store is not ready: wsrep_cluster_status is non-Primary");
    assert_eq!(answer.header("retry-after"), Some("1"));
}

#[actix_web::test]
async fn a_store_that_is_away_is_tried_again_later() {
    let away = StoreError::Unavailable { reason: "secret".to_owned() };
    let answer = doctors(Broken::Failing(away)).await.expect_problem(503, "unavailable");
    assert_eq!(answer.header("retry-after"), Some("1"));
    assert!(!String::from_utf8_lossy(&answer.body).contains("secret"));
    doctors(Broken::Failing(StoreError::Contended { attempts: 8 })).await.expect_problem(503, "contended");
}

#[actix_web::test]
async fn our_own_mistake_is_told_without_its_cause() {
    for broken in [Broken::Failing(StoreError::Failed { reason: "secret".to_owned() }), Broken::Panicking] {
        let answer = doctors(broken).await.expect_problem(500, "internal");
        assert!(!String::from_utf8_lossy(&answer.body).contains("secret"));
    }
}
