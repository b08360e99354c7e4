//! What an entry says of how its subject stands after a change, as a fingerprint: `check` compares it with what stands in
//! the tables.

use identity_core::Account;
use kernel::{AppointmentId, Revision, Word};
use scheduling_core::Actor;
use scheduling_core::appointment::Standing;
use sha2::{Digest, Sha256};

/// Of an account: its role, its status and its password's hash.
pub(super) fn account_state(account: &Account) -> [u8; 32] {
    Sha256::new()
        .chain_update(b"account")
        .chain_update(account.id.uuid().as_bytes())
        .chain_update(text(account.role.as_str()))
        .chain_update(text(account.status.as_str()))
        .chain_update(text(account.password.reveal()))
        .finalize()
        .into()
}

/// Of an appointment: by whom which of its revisions was made, and where that put it.
pub(super) fn visit_state(appointment: AppointmentId, revision: Revision, by: Actor, to: &Standing) -> [u8; 32] {
    Sha256::new()
        .chain_update(b"visit")
        .chain_update(appointment.uuid().as_bytes())
        .chain_update(revision.number().to_be_bytes())
        .chain_update(by.account.uuid().as_bytes())
        .chain_update(text(by.role.as_str()))
        .chain_update(text(to.status.as_str()))
        .chain_update(to.slot.uuid().as_bytes())
        .chain_update(to.interval.start().timestamp_micros().to_be_bytes())
        .chain_update(to.interval.end().timestamp_micros().to_be_bytes())
        .finalize()
        .into()
}

/// A text, preceded by its length.
fn text(text: &str) -> Vec<u8> {
    let mut bytes = u128::try_from(text.len()).unwrap_or(u128::MAX).to_be_bytes().to_vec();
    bytes.extend(text.as_bytes());
    bytes
}
