//! Sealing what was written, a little later, and checking what was sealed.

use chrono::{DateTime, TimeDelta, Utc};
use kernel::{StoreError, UnitOfWork, UnitOfWorkExt};

use super::chain::{Verifier, seal};
use super::keeping::{KeyVerifier, first_keyed, is_ours};
use super::{AuditTrail, Finding, Head, Seal, SealKeeper, SealedLine};
use crate::editions::Concern;
use crate::{App, Store};

/// How many entries one transaction seals, and one query reads for checking.
const SEALS_PER_BATCH: u32 = 500;

/// How long before the last sealed entry one may have been written that is still not sealed, as nearly all transactions
/// go.
const LATEST_SECONDS: i64 = 2;

/// The same for all transactions that are run again, or wait for a lost node. What is older is found by a search of
/// everything.
const RECENT_SECONDS: i64 = 30;

/// How old an entry may be without a seal.
const UNSEALED_MINUTES_MAX: i64 = 1;

/// Where entries without a seal are looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Search {
    /// Just before the last seal and later, which is cheap however much is written.
    Latest,
    /// Some time before the last seal and later.
    Recent,
    /// Everywhere: what another clock dated long ago is found too.
    Everything,
}

/// What checking the audit log has shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified {
    /// The end of the chain. Kept somewhere else, it is the anchor by which a log that was cut off or made anew is
    /// known.
    pub head: Option<Seal>,
    /// The first seal that was made with the key, if one was.
    pub keyed_from: Option<u64>,
    /// What is wrong.
    pub findings: Vec<Finding>,
}

impl App {
    /// Writes the readings that wait, and seals what is not sealed yet; says how many entries. Two who do it at once make
    /// one chain.
    ///
    /// # Errors
    /// When the store fails; what was sealed before stays sealed.
    pub fn seal_audit(&self, search: Search) -> Result<usize, StoreError> {
        let written = self.write_readings();
        let since = self.readings.unsealed_since();
        let sealed = match search {
            Search::Latest | Search::Recent => self.seal_found(search)?,
            // The chain follows the clock as far as it can.
            Search::Everything => self.seal_found(Search::Recent)? + self.seal_found(search)?,
        };
        self.readings.sealed_since(since);
        written.map(|()| sealed)
    }

    fn seal_found(&self, search: Search) -> Result<usize, StoreError> {
        let now = self.clock.now();
        let mut sealed = 0;
        let mut searched_until = None;
        loop {
            // Entries do not change, so they are read before anybody has to wait for the writer.
            let readings = self.readings.unsealed_since();
            let (last, lines) = self.store.read(|store| next(store, search, searched_until, readings, now))?;
            let mut seals = seal(last.as_ref(), &lines);
            for seal in &mut seals {
                seal.mac = self.seal_keeper.mac(seal.seq, &seal.hash);
            }
            if seals.is_empty() || self.append(last.as_ref(), &seals)? {
                self.keep_head(last.as_ref(), &seals)?;
                sealed += seals.len();
                searched_until = lines.last().map(|line| line.at);
                if u32::try_from(seals.len()).is_ok_and(|seals| seals < SEALS_PER_BATCH) {
                    return Ok(sealed);
                }
            }
        }
    }

    /// Appends seals, unless somebody else was first.
    fn append(&self, last: Option<&Seal>, seals: &[Seal]) -> Result<bool, StoreError> {
        self.store.write_about(Concern::of_nothing, |store| {
            let now_last = store.last_seal()?.map(|sealed| sealed.seal);
            if now_last.as_ref() != last {
                return Ok(false);
            }
            store.add_seals(seals)?;
            Ok(true)
        })
    }

    /// Keeps the new end of the chain outside the store, unless the chain has not come from the one that is kept: that is
    /// what shows it.
    fn keep_head(&self, before: Option<&Seal>, seals: &[Seal]) -> Result<(), StoreError> {
        let (Some(first), Some(last)) = (seals.first(), seals.last().filter(|last| last.mac.is_some())) else {
            return Ok(());
        };
        let keyed_from = match self.seal_keeper.head() {
            None => first_keyed(&*self.seal_keeper, before, first.seq),
            // Somebody else has sealed more by now; or the end was cut off.
            Some(kept) if last.seq <= kept.seq => return Ok(()),
            Some(kept) => {
                let there = match before {
                    Some(before) if before.seq == kept.seq => Some(before.clone()),
                    _ => self
                        .store
                        .read(|store| store.seals_after(kept.seq.saturating_sub(1), 1))?
                        .pop()
                        .map(|row| row.seal),
                };
                if there.is_none_or(|there| (there.seq, there.hash) != (kept.seq, kept.hash)) {
                    self.seal_keeper.differs(&kept);
                    return Ok(());
                }
                kept.keyed_from
            }
        };
        self.seal_keeper.keep(&Head { seq: last.seq, hash: last.hash, keyed_from });
        Ok(())
    }

    /// Keeps where the chain ends now, if nothing is kept yet: seals that were made with a key that is lost with it are not
    /// doubted any more.
    ///
    /// # Errors
    /// When the store fails.
    pub fn begin_head(&self) -> Result<(), StoreError> {
        if self.seal_keeper.head().is_none()
            && let Some(SealedLine { seal, .. }) = self.store.read(AuditTrail::last_seal)?
        {
            let keyed_from = first_keyed(&*self.seal_keeper, Some(&seal), seal.seq + 1);
            self.seal_keeper.keep(&Head { seq: seal.seq, hash: seal.hash, keyed_from });
        }
        Ok(())
    }

    /// Whether the log goes on with our key: not where its last seal was made with another one.
    ///
    /// # Errors
    /// When the store fails.
    pub fn has_seal_key(&self) -> Result<bool, StoreError> {
        let last = self.store.read(AuditTrail::last_seal)?;
        Ok(last.and_then(|last| is_ours(&*self.seal_keeper, &last.seal)) != Some(false))
    }

    /// Follows the chain from its beginning, and looks for entries that were not sealed in time.
    ///
    /// # Errors
    /// When the store fails.
    pub fn verify_audit(&self) -> Result<Verified, StoreError> {
        verify(&self.store, self.clock.now(), &*self.seal_keeper)
    }
}

/// [`App::verify_audit`] for those who have a store only.
///
/// # Errors
/// When the store fails.
pub fn verify(
    store: &dyn UnitOfWork<dyn Store>,
    now: DateTime<Utc>,
    keeper: &dyn SealKeeper,
) -> Result<Verified, StoreError> {
    let mut verifier = Verifier::default();
    // Read before the chain, which only grows.
    let mut keys = KeyVerifier::new(keeper);
    let mut seq = 0;
    loop {
        let seals = store.read(|store| store.seals_after(seq, SEALS_PER_BATCH))?;
        let Some(last) = seals.last() else { break };
        seq = last.seal.seq;
        for sealed in seals {
            keys.follow(&sealed.seal);
            verifier.follow(sealed);
        }
    }
    let (head, mut findings) = verifier.finish();
    let keyed_from = keys.keyed_from();
    findings.extend(keys.finish());
    let mut late = store.read(|store| store.unsealed(None, SEALS_PER_BATCH))?;
    late.retain(|line| line.at < now - TimeDelta::minutes(UNSEALED_MINUTES_MAX));
    if let Some(oldest) = late.first() {
        findings.push(Finding::Unsealed { entries: late.len(), oldest: oldest.id, at: oldest.at });
    }
    Ok(Verified { head, keyed_from, findings })
}

/// The last seal, and what is to be sealed next; what was read, and is written later, is looked for from when it was.
fn next<S: AuditTrail + ?Sized>(
    store: &mut S,
    search: Search,
    searched_until: Option<DateTime<Utc>>,
    readings: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
) -> Result<(Option<Seal>, Vec<super::AuditLine>), StoreError> {
    let last = store.last_seal()?;
    let since = match search {
        Search::Latest => since(last.as_ref(), LATEST_SECONDS, now),
        Search::Recent => since(last.as_ref(), RECENT_SECONDS, now),
        Search::Everything => searched_until,
    };
    let since = since.map(|since| readings.map_or(since, |readings| since.min(readings)));
    let lines = store.unsealed(since, SEALS_PER_BATCH)?;
    Ok((last.map(|sealed| sealed.seal), lines))
}

/// So many seconds before the last seal; from the beginning where nothing is sealed yet. A clock that once ran ahead must
/// not hide what came after it.
fn since(last: Option<&SealedLine>, seconds: i64, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let last = last?.line.as_ref().map_or(now, |line| line.at);
    Some(last.min(now) - TimeDelta::seconds(seconds))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::line::tests::line;

    #[test]
    fn the_search_begins_before_the_last_seal_and_never_in_the_future() {
        let line = line(1);
        let sealed = SealedLine { seal: seal(None, std::slice::from_ref(&line)).remove(0), line: Some(line.clone()) };
        let seconds = TimeDelta::seconds;
        assert_eq!(since(Some(&sealed), 30, line.at + seconds(60)), Some(line.at - seconds(30)));
        assert_eq!(since(Some(&sealed), 30, line.at - seconds(60)), Some(line.at - seconds(90)));
        assert_eq!(since(Some(&SealedLine { line: None, ..sealed }), 30, line.at), Some(line.at - seconds(30)));
        assert_eq!(since(None, 30, line.at), None);
    }
}
