//! An entry as it stands in the store, and the bytes that are sealed.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::AuditEntry;

/// An entry as it was found. Words are text here: evidence is shown as it stands, also a word that this version of the
/// program does not know, or that somebody has put there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditLine {
    /// Its identity.
    pub id: Uuid,
    /// When.
    pub at: DateTime<Utc>,
    /// Whose account did it.
    pub actor: Option<Uuid>,
    /// In which role.
    pub role: Option<String>,
    /// What.
    pub action: String,
    /// To which account, patient, appointment or other thing.
    pub subject: Option<Uuid>,
    /// From which network address.
    pub address: Option<String>,
    /// What else there is to know.
    pub detail: Option<String>,
    /// Whom a reading has shown besides the subject.
    pub shown: BTreeSet<Uuid>,
    /// A fingerprint of how the subject stands after a change.
    pub state: Option<[u8; 32]>,
}

impl From<&AuditEntry> for AuditLine {
    fn from(entry: &AuditEntry) -> Self {
        Self {
            id: entry.id,
            at: entry.at,
            actor: entry.actor.map(kernel::AccountId::uuid),
            role: entry.role.map(|role| role.to_string()),
            action: entry.action.to_string(),
            subject: entry.subject,
            address: entry.address.clone(),
            detail: entry.detail.clone(),
            shown: entry.shown.clone(),
            state: entry.state,
        }
    }
}

impl AuditLine {
    /// The same bytes on every store and in every later version; no two different lines have the same.
    ///
    /// Each field is there or not (one byte), and what has a length is preceded by it; instants are microseconds since
    /// 1970, numbers have their greatest byte first. Whom a reading has shown is only there where it has shown somebody: a
    /// two, how many, and their ids in order; and a state only where there is one, after a three.
    pub fn canonical_bytes(&self) -> Vec<u8> {
        let mut bytes = Bytes(self.id.as_bytes().to_vec());
        bytes.0.extend(self.at.timestamp_micros().to_be_bytes());
        bytes.field(self.actor.as_ref().map(|id| id.as_bytes().as_slice()));
        bytes.field(self.role.as_deref().map(str::as_bytes));
        bytes.field(Some(self.action.as_bytes()));
        bytes.field(self.subject.as_ref().map(|id| id.as_bytes().as_slice()));
        bytes.field(self.address.as_deref().map(str::as_bytes));
        bytes.field(self.detail.as_deref().map(str::as_bytes));
        if !self.shown.is_empty() {
            bytes.0.push(2);
            bytes.length(self.shown.len());
            bytes.0.extend(self.shown.iter().flat_map(Uuid::as_bytes));
        }
        if let Some(state) = self.state {
            bytes.0.push(3);
            bytes.0.extend(state);
        }
        bytes.0
    }

    /// As nodes of an earlier version see it, which seal what others have written.
    pub(super) fn in_earlier_versions(&self) -> Self {
        Self { shown: BTreeSet::new(), state: None, ..self.clone() }
    }
}

struct Bytes(Vec<u8>);

impl Bytes {
    fn field(&mut self, value: Option<&[u8]>) {
        let Some(value) = value else { return self.0.push(0) };
        self.0.push(1);
        self.length(value.len());
        self.0.extend(value);
    }

    /// Wider than any address space, so that nothing is cut.
    fn length(&mut self, length: usize) {
        self.0.extend(u128::try_from(length).unwrap_or(u128::MAX).to_be_bytes());
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    pub(crate) fn line(n: u128) -> AuditLine {
        AuditLine {
            id: Uuid::from_u128(n),
            at: DateTime::from_timestamp_micros(1_795_000_000_123_456).unwrap(),
            actor: Some(Uuid::from_u128(7)),
            role: Some("doctor".to_owned()),
            action: "slot_changed".to_owned(),
            subject: None,
            address: Some("203.0.113.7".to_owned()),
            detail: Some("starts_at".to_owned()),
            shown: BTreeSet::new(),
            state: None,
        }
    }

    #[test]
    fn whatever_is_changed_changes_the_bytes() {
        type Change = fn(&mut AuditLine);
        let changes: [Change; 16] = [
            |line| line.id = Uuid::from_u128(2),
            |line| line.at += chrono::TimeDelta::microseconds(1),
            |line| line.actor = None,
            |line| line.actor = Some(Uuid::from_u128(8)),
            |line| line.role = Some("admin".to_owned()),
            |line| line.action = "slots_removed".to_owned(),
            |line| line.subject = Some(Uuid::nil()),
            |line| line.address = None,
            |line| line.detail = None,
            |line| line.detail = Some(String::new()),
            |line| line.shown = BTreeSet::from([Uuid::nil()]),
            |line| line.shown = BTreeSet::from([Uuid::nil(), Uuid::from_u128(9)]),
            |line| line.shown = BTreeSet::from([Uuid::from_u128(9)]),
            |line| line.state = Some([0; 32]),
            |line| line.state = Some([1; 32]),
            // The same letters, otherwise divided.
            |line| (line.address, line.detail) = (Some("203.0.113.7s".to_owned()), Some("tarts_at".to_owned())),
        ];
        let mut seen = std::collections::BTreeSet::from([line(1).canonical_bytes()]);
        for change in changes {
            let mut other = line(1);
            change(&mut other);
            assert!(seen.insert(other.canonical_bytes()), "{other:?}");
        }
    }

    #[test]
    fn the_bytes_are_the_same_forever() {
        let line = AuditLine { actor: None, role: None, address: None, detail: Some("é".to_owned()), ..line(1) };
        let hex: Vec<String> = line.canonical_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
        let expected = concat!(
            "00000000000000000000000000000001",
            "0006608b01611240",
            "0000",
            "010000000000000000000000000000000c736c6f745f6368616e676564",
            "0000",
            "0100000000000000000000000000000002c3a9",
        );
        assert_eq!(hex.concat(), expected);
        let showing = AuditLine { shown: BTreeSet::from([Uuid::from_u128(9), Uuid::from_u128(8)]), ..line };
        let hex: Vec<String> = showing.canonical_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
        let shown = concat!(
            "0200000000000000000000000000000002",
            "00000000000000000000000000000008",
            "00000000000000000000000000000009",
        );
        assert_eq!(hex.concat(), format!("{expected}{shown}"));
    }
}
