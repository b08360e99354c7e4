//! The chain of seals over the audit log: pure functions, which anybody can repeat ([ADR
//! 7](../../../../docs/adr/0007-audit-chain.md)).

use std::fmt;

use chrono::{DateTime, Utc};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::AuditLine;

/// What stands before the first seal.
const BEGINNING: [u8; 32] = [0; 32];

/// One link of the chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seal {
    /// Its place: 1, 2, 3 …
    pub seq: u64,
    /// Which entry it seals.
    pub entry: Uuid,
    /// SHA-256 of the hash before it and the entry's canonical bytes.
    pub hash: [u8; 32],
    /// The authentication code of number and hash, under a key that is not in the store; none of an earlier version, or
    /// where there is no key.
    pub mac: Option<[u8; 32]>,
}

impl fmt::Display for Seal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:", self.seq)?;
        self.hash.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// A seal with the entry that it seals, if that is still there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SealedLine {
    /// The seal.
    pub seal: Seal,
    /// The entry.
    pub line: Option<AuditLine>,
}

/// The hash that follows `previous` when this entry is sealed.
pub fn hash_after(previous: &[u8; 32], line: &AuditLine) -> [u8; 32] {
    Sha256::new().chain_update(previous).chain_update(line.canonical_bytes()).finalize().into()
}

/// Seals entries, in their order, behind the last seal, without a key.
pub fn seal(last: Option<&Seal>, lines: &[AuditLine]) -> Vec<Seal> {
    let (mut seq, mut hash) = last.map_or((0, BEGINNING), |last| (last.seq, last.hash));
    let next = |line: &AuditLine| {
        (seq, hash) = (seq + 1, hash_after(&hash, line));
        Seal { seq, entry: line.id, hash, mac: None }
    };
    lines.iter().map(next).collect()
}

/// What is wrong with the audit log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Finding {
    /// The entry is not what was sealed; or it was sealed behind a seal that was made anew since.
    Changed {
        /// At which seal.
        seq: u64,
        /// Which entry.
        entry: Uuid,
    },
    /// The entry was sealed and is gone.
    MissingEntry {
        /// At which seal.
        seq: u64,
        /// Which entry.
        entry: Uuid,
    },
    /// Seals are gone.
    MissingSeals {
        /// The first of them.
        first: u64,
        /// The last of them.
        last: u64,
    },
    /// The seal was changed: its entry is what the next seal says.
    BrokenLink {
        /// Which seal.
        seq: u64,
    },
    /// Seals were not made with the key, and should have been.
    ForeignSeals {
        /// The first of them.
        first: u64,
        /// The last of them.
        last: u64,
    },
    /// The log ended with this seal, and now ends before it.
    CutOff {
        /// Which seal.
        seq: u64,
    },
    /// The log had this seal as its end, and now has another one in its place.
    AnotherEnd {
        /// Which seal.
        seq: u64,
    },
    /// Entries that should have been sealed long ago.
    Unsealed {
        /// How many, at least.
        entries: usize,
        /// The oldest of them.
        oldest: Uuid,
        /// When it was written.
        at: DateTime<Utc>,
    },
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Changed { seq, entry } => write!(f, "entry {entry} is not what seal {seq} says"),
            Self::MissingEntry { seq, entry } => write!(f, "entry {entry} of seal {seq} is gone"),
            Self::MissingSeals { first, last } if first == last => write!(f, "seal {first} is gone"),
            Self::MissingSeals { first, last } => write!(f, "seals {first} to {last} are gone"),
            Self::BrokenLink { seq } => write!(f, "seal {seq} was changed"),
            Self::ForeignSeals { first, last } if first == last => {
                write!(f, "seal {first} was not made with audit.key")
            }
            Self::ForeignSeals { first, last } => write!(f, "seals {first} to {last} were not made with audit.key"),
            Self::CutOff { seq } => {
                write!(
                    f,
                    "the log went on to seal {seq}, which is kept beside the keys: its end was cut off, or this is an older copy"
                )
            }
            Self::AnotherEnd { seq } => write!(f, "seal {seq} is not the one that is kept beside the keys"),
            Self::Unsealed { entries, oldest, at } => {
                write!(f, "{entries} entries are not sealed, the oldest of them {oldest} of {}", at.to_rfc3339())
            }
        }
    }
}

/// An entry that does not fit its seal, until the next one says which of the two is wrong.
#[derive(Debug)]
struct Doubt {
    seq: u64,
    entry: Uuid,
    computed: [u8; 32],
}

/// Follows the chain from its beginning.
#[derive(Debug, Default)]
pub struct Verifier {
    head: Option<Seal>,
    doubt: Option<Doubt>,
    findings: Vec<Finding>,
}

impl Verifier {
    /// Looks at the next seal, in the order of their numbers.
    pub fn follow(&mut self, SealedLine { seal, line }: SealedLine) {
        let (expected, previous) = self.head.as_ref().map_or((1, BEGINNING), |head| (head.seq + 1, head.hash));
        if expected < seal.seq {
            self.settle();
            self.findings.push(Finding::MissingSeals { first: expected, last: seal.seq - 1 });
        }
        match line {
            None => {
                self.settle();
                self.findings.push(Finding::MissingEntry { seq: seal.seq, entry: seal.entry });
            }
            // What stood before it is gone, so nothing can be said of it but that it is there.
            Some(_) if expected < seal.seq => {}
            Some(line) => self.compare(&seal, &previous, &line),
        }
        self.head = Some(seal);
    }

    fn compare(&mut self, seal: &Seal, previous: &[u8; 32], line: &AuditLine) {
        let computed = hash_after(previous, line);
        let by_earlier_version =
            || seal.mac.is_none() && hash_after(previous, &line.in_earlier_versions()) == seal.hash;
        if computed == seal.hash || by_earlier_version() {
            return self.settle();
        }
        match self.doubt.take() {
            Some(doubt) if hash_after(&doubt.computed, line) == seal.hash => {
                self.findings.push(Finding::BrokenLink { seq: doubt.seq });
            }
            doubt => {
                self.doubt = doubt;
                self.settle();
                self.doubt = Some(Doubt { seq: seal.seq, entry: seal.entry, computed });
            }
        }
    }

    /// The seal in doubt stands, so its entry does not.
    fn settle(&mut self) {
        if let Some(Doubt { seq, entry, .. }) = self.doubt.take() {
            self.findings.push(Finding::Changed { seq, entry });
        }
    }

    /// The last seal, and what is wrong.
    pub fn finish(mut self) -> (Option<Seal>, Vec<Finding>) {
        self.settle();
        (self.head, self.findings)
    }
}

#[cfg(test)]
mod tests;
