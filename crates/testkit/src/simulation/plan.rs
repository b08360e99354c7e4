//! What kind of day it is.

use application::Settings;
use scheduling_core::Confirmation;

use super::NODES;
use super::dice::Dice;
use crate::memory::Keeping;

/// Whose way of running transactions side by side the store has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// One writer at a time, and readers who see one moment (SQLite).
    File,
    /// Whoever writes a row first keeps others from it (one MariaDB, READ COMMITTED).
    Locks,
    /// As `Locks` on a node; between nodes whoever commits first wins (Galera).
    Cluster,
}

impl Kind {
    /// How many processes serve the clinic: a file is one process's own.
    pub(crate) fn nodes(self) -> usize {
        if self == Self::File { 1 } else { NODES }
    }
}

/// How often something goes wrong, in a thousand, each time it could.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Rates {
    /// A statement, or COMMIT, is told that another transaction was first.
    pub(crate) conflict: u16,
    /// The connection is lost before COMMIT.
    pub(crate) unreachable: u16,
    /// The connection is lost after COMMIT was sent; half of them have committed.
    pub(crate) unknown: u16,
    /// The disk is full, and stays so for a while.
    pub(crate) full: u16,
    /// The process ends.
    pub(crate) crash: u16,
    /// An answer does not reach the client.
    pub(crate) cut: u16,
    /// The post does not take a letter.
    pub(crate) undelivered: u16,
    /// A unit of work has run out of time when it is to be run again.
    pub(crate) late: u16,
    /// A transaction on a node begins on what was committed a while ago, as without `wsrep_sync_wait`.
    pub(crate) stale: u16,
}

/// A part of the store that was taken away, so that it is seen that the checker misses it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sabotage {
    /// Two may hold a guard at once, as when holding writes nothing.
    GuardsHoldNobody,
    /// A slot is written over what another transaction has written meanwhile, and no key says who has it.
    SlotsHoldNobody,
    /// A message that one worker has claimed can be claimed by another one.
    ClaimsHoldNobody,
    /// Answers are not kept.
    AnswersForgotten,
    /// The history is not kept.
    HistoryForgotten,
    /// Messages are not kept.
    MessagesForgotten,
    /// Entries of the audit log are not kept.
    AuditForgotten,
    /// Now and then what was said to be committed is gone, as without a write to disk.
    CommitsLost,
    /// What is rolled back is kept.
    RollbackKeeps,
    /// A commit of which nobody knows whether it was kept counts as a lost race, and is run again.
    UnknownTakenForLost,
    /// A transaction that the node has ended in silence seems to end well.
    SilenceBelieved,
    /// Nobody waits until the node has what others have committed.
    NoSyncWait,
}

impl Sabotage {
    /// Every one of them.
    pub const ALL: [Self; 12] = [
        Self::GuardsHoldNobody,
        Self::SlotsHoldNobody,
        Self::ClaimsHoldNobody,
        Self::AnswersForgotten,
        Self::HistoryForgotten,
        Self::MessagesForgotten,
        Self::AuditForgotten,
        Self::CommitsLost,
        Self::RollbackKeeps,
        Self::UnknownTakenForLost,
        Self::SilenceBelieved,
        Self::NoSyncWait,
    ];

    /// What it makes of the rows of a table.
    fn keeping(self, table: &str) -> Keeping {
        match (self, table) {
            (Self::GuardsHoldNobody, "guards")
            | (Self::SlotsHoldNobody, "slots")
            | (Self::ClaimsHoldNobody, "messages" | "delivery_attempts") => Keeping::LastWins,
            (Self::AnswersForgotten, "answers")
            | (Self::HistoryForgotten, "changes")
            | (Self::MessagesForgotten, "messages")
            | (Self::AuditForgotten, "audit") => Keeping::Lost,
            _ => Keeping::FirstWins,
        }
    }
}

/// All that is decided before the day begins.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    pub(crate) kind: Kind,
    pub(crate) rates: Rates,
    /// How often somebody else is at work, in a thousand, between two statements.
    pub(crate) others: u16,
    pub(crate) settings: Settings,
    pub(crate) sabotage: Option<Sabotage>,
}

impl Plan {
    pub(crate) fn of(dice: &mut Dice, sabotage: Option<Sabotage>) -> Self {
        let kind = dice.pick([Kind::File, Kind::Locks, Kind::Cluster, Kind::Cluster]).expect("there are four");
        let mut rate = |most: &[u16]| dice.pick(most.iter().copied()).expect("there are some");
        let rates = Rates {
            conflict: rate(&[0, 3, 30]),
            unreachable: rate(&[0, 3, 10]),
            unknown: rate(&[0, 20, 150]),
            full: rate(&[0, 0, 2]),
            crash: rate(&[0, 0, 2, 8]),
            cut: rate(&[0, 20, 200]),
            undelivered: rate(&[0, 100, 500]),
            late: rate(&[0, 10, 300]),
            stale: if sabotage == Some(Sabotage::NoSyncWait) { 300 } else { rate(&[0, 0, 0, 100]) },
        };
        let others = rate(&[10, 40, 120]);
        let mut settings = Settings::default();
        settings.booking.confirmation =
            dice.pick([Confirmation::Automatic, Confirmation::ByDoctor]).expect("there are two");
        settings.booking.patient_upcoming_max = dice.pick([None, None, Some(2)]).flatten();
        settings.booking.doctor_day_max = dice.pick([None, None, Some(4)]).flatten();
        settings.no_show_grace_minutes = Some(10);
        settings.expired_slots_retention_days = 0;
        Self { kind, rates, others, settings, sabotage }
    }

    pub(crate) fn is_sabotaged_by(&self, sabotage: Sabotage) -> bool {
        self.sabotage == Some(sabotage)
    }

    pub(crate) fn keeping(&self, table: &str) -> Keeping {
        self.sabotage.map_or(Keeping::FirstWins, |sabotage| sabotage.keeping(table))
    }

    /// Whether who was answered sees what was done.
    pub(crate) fn is_causal(&self) -> bool {
        self.rates.stale == 0 || self.kind != Kind::Cluster || self.is_sabotaged_by(Sabotage::NoSyncWait)
    }
}
