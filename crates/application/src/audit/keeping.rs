//! What is kept of the audit log where who can write to the database cannot: a key for its seals, and its end.

use std::fmt;
use std::str::FromStr;

use super::{Finding, Seal};

/// The end of the chain as it is kept beside the keys, and from where on seals are made with their key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// The number of the last seal; the log may have gone on.
    pub seq: u64,
    /// Its hash.
    pub hash: [u8; 32],
    /// The first seal that can have been made with the key; those before are of another key, or of none.
    pub keyed_from: u64,
}

/// Keeps the key of the seals, and the end of the chain, outside the store.
pub trait SealKeeper: Send + Sync {
    /// The authentication code of a seal (HMAC-SHA-256 of its number and its hash); none where there is no key.
    fn mac(&self, seq: u64, hash: &[u8; 32]) -> Option<[u8; 32]>;

    /// The end of the chain as it was kept last; none where it never was, or cannot be read.
    fn head(&self) -> Option<Head>;

    /// Keeps it instead of the one before. Where that fails, the older one stands, which the log has left behind.
    fn keep(&self, head: &Head);

    /// Says that the log does not go on from the kept end.
    fn differs(&self, head: &Head);
}

/// Keeps nothing.
pub(crate) struct Nothing;

impl SealKeeper for Nothing {
    fn mac(&self, _: u64, _: &[u8; 32]) -> Option<[u8; 32]> {
        None
    }

    fn head(&self) -> Option<Head> {
        None
    }

    fn keep(&self, _: &Head) {}

    fn differs(&self, _: &Head) {}
}

/// Whether this seal was made with the key; `None` where it was made without one.
pub(super) fn is_ours(keeper: &dyn SealKeeper, seal: &Seal) -> Option<bool> {
    seal.mac.map(|mac| keeper.mac(seal.seq, &seal.hash) == Some(mac))
}

/// The first seal that can have been made with our key, where nothing says so: `next` follows `before`, which may have been
/// made with another one that is lost.
pub(super) fn first_keyed(keeper: &dyn SealKeeper, before: Option<&Seal>, next: u64) -> u64 {
    match before.and_then(|before| is_ours(keeper, before)) {
        Some(false) => next,
        Some(true) | None => 0,
    }
}

/// Looks at what seals were made with, and whether they lead to the end that is kept.
///
/// A seal without a key is vouched for by a later one with it, for each is made of all before it: nodes of an earlier
/// version may seal beside ours.
pub(super) struct KeyVerifier<'a> {
    keeper: &'a dyn SealKeeper,
    head: Option<Head>,
    has_head: bool,
    keyed_from: Option<u64>,
    unkeyed: Option<(u64, u64)>,
    last: u64,
    findings: Vec<Finding>,
}

impl<'a> KeyVerifier<'a> {
    /// Before the first seal is read: the log goes on after the end that is kept now.
    pub(super) fn new(keeper: &'a dyn SealKeeper) -> Self {
        let head = keeper.head();
        Self { keeper, head, has_head: false, keyed_from: None, unkeyed: None, last: 0, findings: Vec::new() }
    }

    /// Looks at the next seal, in the order of their numbers.
    pub(super) fn follow(&mut self, seal: &Seal) {
        self.last = seal.seq;
        if let Some(head) = self.head.as_ref().filter(|head| head.seq == seal.seq) {
            self.has_head = head.hash == seal.hash;
        }
        let could_be_keyed = self.head.as_ref().is_none_or(|head| head.keyed_from <= seal.seq);
        match is_ours(self.keeper, seal) {
            Some(true) => {
                self.keyed_from.get_or_insert(seal.seq);
                self.unkeyed = None;
            }
            Some(false) if could_be_keyed => self.is_foreign(seal.seq),
            Some(false) => {}
            None => self.unkeyed = Some((self.unkeyed.map_or(seal.seq, |(first, _)| first), seal.seq)),
        }
    }

    fn is_foreign(&mut self, seq: u64) {
        match self.findings.last_mut() {
            Some(Finding::ForeignSeals { last, .. }) if *last + 1 == seq => *last = seq,
            _ => self.findings.push(Finding::ForeignSeals { first: seq, last: seq }),
        }
    }

    /// The first seal that was made with the key.
    pub(super) const fn keyed_from(&self) -> Option<u64> {
        self.keyed_from
    }

    /// What is wrong.
    pub(super) fn finish(mut self) -> Vec<Finding> {
        match (&self.head, self.unkeyed, self.keyed_from) {
            (Some(head), ..) if self.last < head.seq => self.findings.push(Finding::CutOff { seq: head.seq }),
            (Some(head), ..) if !self.has_head => self.findings.push(Finding::AnotherEnd { seq: head.seq }),
            // Nothing says that the log once had an end with a key which it does not have now.
            (None, Some((first, last)), Some(_)) => self.findings.push(Finding::ForeignSeals { first, last }),
            _ => {}
        }
        self.findings
    }
}

impl fmt::Display for Head {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:", self.seq)?;
        self.hash.iter().try_for_each(|byte| write!(f, "{byte:02x}"))?;
        write!(f, " keyed from {}", self.keyed_from)
    }
}

/// Why a text is no head.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotAHead;

impl FromStr for Head {
    type Err = NotAHead;

    fn from_str(text: &str) -> Result<Self, NotAHead> {
        let (end, keyed_from) = text.trim_end().split_once(" keyed from ").ok_or(NotAHead)?;
        let (seq, hex) = end.split_once(':').ok_or(NotAHead)?;
        Ok(Self {
            seq: seq.parse().map_err(|_| NotAHead)?,
            hash: hash(hex).ok_or(NotAHead)?,
            keyed_from: keyed_from.parse().map_err(|_| NotAHead)?,
        })
    }
}

fn hash(hex: &str) -> Option<[u8; 32]> {
    let digits = hex.as_bytes();
    let byte = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok();
    let bytes: Option<Vec<u8>> = digits.chunks(2).map(byte).collect();
    bytes?.try_into().ok().filter(|_| digits.len() == 64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_is_read_as_it_is_written_and_nothing_else_is() {
        let head = Head { seq: 7, hash: std::array::from_fn(|n| u8::try_from(n * 8).unwrap()), keyed_from: 3 };
        assert_eq!(head.to_string().parse(), Ok(head.clone()));
        assert_eq!(format!("{head}\n").parse(), Ok(head.clone()));
        let text = head.to_string();
        for torn in [&text[..10], &text[1..], &text[..text.len() - 1], "", "7: keyed from 3", "é:é keyed from 1"] {
            assert_eq!(torn.parse::<Head>(), Err(NotAHead), "{torn}");
        }
    }
}
