//! Whether the node that we talk to is part of its Galera cluster.

use std::collections::BTreeMap;
use std::time::Duration;

use application::node::{Node, Standing, Unready};
#[cfg(feature = "mysql")]
use diesel::prelude::*;
#[cfg(feature = "mysql")]
use diesel::sql_types::Text;
use kernel::StoreError;
use r2d2::Pool;

use crate::classify;
use crate::connection::AnyConnection;
use crate::database::IDLE_MAX;
use crate::manager::Manager;

/// How long connecting may take, or another question.
const CONNECT_MS_MAX: u64 = 1_000;

/// What a node says (1047) that answers nothing else: even the question how it is.
const UNPREPARED: &str = "WSREP has not yet prepared node";

/// What must be said of a node, and how; in the order in which it is looked at.
const WANTED: [(&str, &[&str]); 3] = [
    ("wsrep_ready", &["ON"]),
    ("wsrep_cluster_status", &["Primary"]),
    // A donor can be read from and written to, unless the copy itself forbids it, and then it does not answer.
    ("wsrep_local_state_comment", &["Synced", "Donor/Desynced"]),
];

/// The node at the other end. It is asked over a connection of its own, because all others may be waiting for the cluster.
pub struct ClusterNode(Pool<Manager>);

impl ClusterNode {
    /// The node at this address, which is connected to when it is first asked.
    ///
    /// # Errors
    /// `Failed` when the address names no engine that was built in.
    pub fn at(url: &str) -> Result<Self, StoreError> {
        let manager = Manager::of(url)?.reading();
        let pool = Pool::builder().max_size(1).min_idle(Some(0)).idle_timeout(Some(IDLE_MAX)).test_on_check_out(false);
        Ok(Self(pool.connection_timeout(Duration::from_millis(CONNECT_MS_MAX)).build_unchecked(manager)))
    }
}

impl Node for ClusterNode {
    fn standing(&self) -> Result<Standing, StoreError> {
        let told = self.0.get().map_err(|error| error.to_string()).and_then(|mut link| {
            link.connection.told_of_node().map_err(|error| {
                link.broken = true;
                classify::reason(&error)
            })
        });
        match told {
            Ok(told) => Ok(judge(&told)),
            Err(reason) if reason.contains(UNPREPARED) => {
                Ok(Standing::Unready(Unready { name: "wsrep_ready".to_owned(), found: "OFF".to_owned() }))
            }
            Err(reason) => Err(StoreError::Unavailable { reason }),
        }
    }
}

/// How a node stands that says this of itself. One that is in no cluster says nothing, or that it is off.
fn judge(told: &BTreeMap<String, String>) -> Standing {
    if told.get("wsrep_on").is_none_or(|on| on != "ON") {
        return Standing::Alone;
    }
    let unready = WANTED.iter().find_map(|(name, wanted)| {
        let found = told.get(*name).map_or("", String::as_str);
        (!wanted.contains(&found)).then(|| Unready { name: (*name).to_owned(), found: found.to_owned() })
    });
    unready.map_or(Standing::Member, Standing::Unready)
}

impl AnyConnection {
    /// Settings and state of the node, by name. None of it waits for other nodes.
    fn told_of_node(&mut self) -> diesel::QueryResult<BTreeMap<String, String>> {
        match self {
            #[cfg(feature = "sqlite")]
            Self::Sqlite(_) => Ok(BTreeMap::new()),
            #[cfg(feature = "mysql")]
            Self::Mysql(connection) => {
                let mut told = BTreeMap::new();
                for sql in ["SHOW GLOBAL VARIABLES LIKE 'wsrep\\_on'", "SHOW GLOBAL STATUS LIKE 'wsrep\\_%'"] {
                    let rows = diesel::sql_query(sql).load::<Said>(connection)?;
                    told.extend(rows.into_iter().map(|said| (said.name, said.value)));
                }
                Ok(told)
            }
        }
    }
}

#[cfg(feature = "mysql")]
#[derive(QueryableByName)]
struct Said {
    #[diesel(sql_type = Text, column_name = "Variable_name")]
    name: String,
    #[diesel(sql_type = Text, column_name = "Value")]
    value: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(changes: &[(&str, &str)]) -> BTreeMap<String, String> {
        let synced = [
            ("wsrep_on", "ON"),
            ("wsrep_ready", "ON"),
            ("wsrep_cluster_status", "Primary"),
            ("wsrep_local_state_comment", "Synced"),
        ];
        synced.iter().chain(changes).map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn a_node_that_is_part_of_its_cluster_is_a_member() {
        assert_eq!(judge(&told(&[])), Standing::Member);
        assert_eq!(judge(&told(&[("wsrep_local_state_comment", "Donor/Desynced")])), Standing::Member);
    }

    #[test]
    fn what_keeps_a_node_from_its_work_is_named() {
        let unready =
            |name: &str, found: &str| Standing::Unready(Unready { name: name.to_owned(), found: found.to_owned() });
        for (name, found) in [
            ("wsrep_ready", "OFF"),
            ("wsrep_cluster_status", "non-Primary"),
            ("wsrep_local_state_comment", "Joined"),
            ("wsrep_local_state_comment", "Initialized"),
        ] {
            assert_eq!(judge(&told(&[(name, found)])), unready(name, found));
        }
        let mut silent = told(&[]);
        silent.remove("wsrep_cluster_status");
        assert_eq!(judge(&silent), unready("wsrep_cluster_status", ""));
    }

    #[test]
    fn a_server_that_is_in_no_cluster_is_alone() {
        assert_eq!(judge(&BTreeMap::new()), Standing::Alone);
        let off = [("wsrep_on", "OFF"), ("wsrep_ready", "OFF"), ("wsrep_cluster_status", "Disconnected")];
        assert_eq!(judge(&told(&off)), Standing::Alone);
    }
}
