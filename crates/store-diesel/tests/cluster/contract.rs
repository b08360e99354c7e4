//! What every store must keep, kept where each unit of work comes to another node than the one before.

use testkit::Shared;

use crate::nodes::Nodes;

fn nodes() -> Shared {
    std::sync::Arc::new(Nodes::new())
}

testkit::store_contract!(nodes);
