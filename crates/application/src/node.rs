//! The node of the store that this process talks to.

use std::sync::Arc;

use kernel::{StoreError, UnitOfWorkExt};
use thiserror::Error;

use crate::{App, Error, Refusal};

/// Where a store is a cluster: says whether work may be sent to the node that is ours.
pub trait Node: Send + Sync {
    /// Why not, by the node's own account; none where it can work, or where there are no nodes.
    ///
    /// # Errors
    /// When the store does not answer.
    fn unready(&self) -> Result<Option<Unready>, StoreError>;
}

/// What keeps a node from its work.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{name} is {found}")]
pub struct Unready {
    /// What the store calls it.
    pub name: String,
    /// As the node says it is.
    pub found: String,
}

/// A store that is no cluster.
pub(crate) struct Alone;

impl Node for Alone {
    fn unready(&self) -> Result<Option<Unready>, StoreError> {
        Ok(None)
    }
}

impl App {
    /// The same application, on a store that may be a cluster.
    #[must_use]
    pub fn on_node(self, node: Arc<dyn Node>) -> Self {
        Self { node, ..self }
    }

    /// Whether work may be sent here: the store answers, and its node is part of its cluster.
    ///
    /// # Errors
    /// When it may not.
    pub fn ready(&self) -> Result<(), Error> {
        if let Some(unready) = self.node.unready()? {
            return Err(Refusal::NotReady(unready).into());
        }
        Ok(self.store.read(|store| store.locations().map(|_| ()))?)
    }
}
