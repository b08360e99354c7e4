//! The node of the store that this process talks to.

use std::sync::Arc;

use kernel::{StoreError, UnitOfWorkExt};
use thiserror::Error;

use crate::{App, Error, Refusal};

/// Where a store is a cluster: knows the node that is ours.
pub trait Node: Send + Sync {
    /// How the node stands, by its own account. It is asked nothing that would make it wait for the others.
    ///
    /// # Errors
    /// When it does not answer.
    fn standing(&self) -> Result<Standing, StoreError>;
}

/// How a node stands to its cluster.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// There is no cluster.
    Alone,
    /// It is a working part of its cluster.
    Member,
    /// It is not, at present.
    Unready(Unready),
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

/// The node of a store that has none.
pub(crate) struct Nowhere;

impl Node for Nowhere {
    fn standing(&self) -> Result<Standing, StoreError> {
        Ok(Standing::Alone)
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
        match self.node.standing()? {
            Standing::Alone => Ok(self.store.read(|store| store.locations().map(|_| ()))?),
            // A read would wait for a node that is gone as long as the others do, and no server would be ready.
            Standing::Member => Ok(()),
            Standing::Unready(unready) => Err(Refusal::NotReady(unready).into()),
        }
    }
}
