//! Whether the node that we talk to is part of its Galera cluster.

use std::collections::BTreeMap;

use application::node::{Node, Unready};
#[cfg(feature = "mysql")]
use diesel::prelude::*;
#[cfg(feature = "mysql")]
use diesel::sql_types::Text;
use kernel::{Access, StoreError};

use crate::classify;
use crate::connection::AnyConnection;
use crate::database::Database;

/// What a node says (1047) that answers nothing else: even the question how it is.
const UNPREPARED: &str = "WSREP has not yet prepared node";

/// What must be said of a node, and how; in the order in which it is looked at.
const WANTED: [(&str, &[&str]); 3] = [
    ("wsrep_ready", &["ON"]),
    ("wsrep_cluster_status", &["Primary"]),
    // A donor can be read from and written to, unless the copy itself forbids it, and then it does not answer.
    ("wsrep_local_state_comment", &["Synced", "Donor/Desynced"]),
];

impl Node for Database {
    fn unready(&self) -> Result<Option<Unready>, StoreError> {
        let told = self.link(Access::Read).and_then(|mut link| {
            link.connection.told_of_node().map_err(|error| {
                link.broken = true;
                StoreError::Unavailable { reason: classify::reason(&error) }
            })
        });
        match told {
            Err(StoreError::Unavailable { reason }) if reason.contains(UNPREPARED) => {
                Ok(Some(Unready { name: "wsrep_ready".to_owned(), found: "OFF".to_owned() }))
            }
            told => Ok(judge(&told?)),
        }
    }
}

/// What is wrong with a node that says this of itself. One that is in no cluster says nothing, or that it is off.
fn judge(told: &BTreeMap<String, String>) -> Option<Unready> {
    if told.get("wsrep_on").is_none_or(|on| on != "ON") {
        return None;
    }
    WANTED.iter().find_map(|(name, wanted)| {
        let found = told.get(*name).map_or("", String::as_str);
        (!wanted.contains(&found)).then(|| Unready { name: (*name).to_owned(), found: found.to_owned() })
    })
}

impl AnyConnection {
    /// Settings and state of the node, by name.
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
    fn a_node_that_is_part_of_its_cluster_is_ready() {
        assert_eq!(judge(&told(&[])), None);
        assert_eq!(judge(&told(&[("wsrep_local_state_comment", "Donor/Desynced")])), None);
    }

    #[test]
    fn what_keeps_a_node_from_its_work_is_named() {
        for (name, found) in [
            ("wsrep_ready", "OFF"),
            ("wsrep_cluster_status", "non-Primary"),
            ("wsrep_local_state_comment", "Joined"),
            ("wsrep_local_state_comment", "Initialized"),
        ] {
            let unready = judge(&told(&[(name, found)])).unwrap();
            assert_eq!((unready.name.as_str(), unready.found.as_str()), (name, found));
        }
        let mut silent = told(&[]);
        silent.remove("wsrep_cluster_status");
        assert_eq!(judge(&silent).unwrap().to_string(), "wsrep_cluster_status is ");
    }

    #[test]
    fn a_server_that_is_in_no_cluster_is_ready() {
        assert_eq!(judge(&BTreeMap::new()), None);
        let off = [("wsrep_on", "OFF"), ("wsrep_ready", "OFF"), ("wsrep_cluster_status", "Disconnected")];
        assert_eq!(judge(&told(&off)), None);
    }
}
