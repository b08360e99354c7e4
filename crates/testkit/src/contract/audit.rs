//! The audit log, and the chain over it.

use std::collections::BTreeSet;
use std::sync::Arc;

use application::audit::{AuditAction, AuditEntry, AuditFilter, AuditLine, Seal, Search, chain};
use application::{App, Settings};
use chrono::{DateTime, TimeDelta, Utc};
use kernel::{AccountId, Order, Role, StoreError};
use uuid::Uuid;

use super::rivals::race;
use super::support::{all_pages, assert_lost, odd_line};
use crate::clinic::{read, write};
use crate::{FixedClock, PlainPasswords, PlainTokens, SequentialIds, Shared, sample};

fn app(store: &Shared) -> App {
    App::new(
        Shared::clone(store),
        Arc::new(FixedClock::at(sample::now())),
        Arc::new(SequentialIds::default()),
        Arc::new(PlainPasswords),
        Arc::new(PlainTokens::default()),
        Settings::default(),
    )
}

fn entry(actor: AccountId, at: DateTime<Utc>) -> AuditEntry {
    AuditEntry {
        id: sample::fresh(),
        at,
        actor: Some(actor),
        role: Some(Role::Receptionist),
        action: AuditAction::AppointmentBooked,
        subject: Some(sample::fresh()),
        address: Some("2001:db8::7".to_owned()),
        detail: Some(odd_line("detail")),
        shown: BTreeSet::new(),
        state: None,
    }
}

/// Entries of somebody, a second apart and long ago, so that they should be sealed.
fn add(store: &Shared, actor: AccountId, entries: u32) -> Vec<AuditEntry> {
    let at = |n: u32| sample::now() - TimeDelta::hours(1) + TimeDelta::seconds(n.into());
    let entries: Vec<AuditEntry> = (0..entries).map(|n| entry(actor, at(n))).collect();
    write(store, |store| entries.iter().try_for_each(|entry| store.add_audit(entry)));
    entries
}

fn somebody() -> AccountId {
    AccountId::new(sample::fresh())
}

fn lines(entries: &[AuditEntry]) -> Vec<AuditLine> {
    entries.iter().map(AuditLine::from).collect()
}

fn found(store: &Shared, filter: &AuditFilter) -> Vec<AuditLine> {
    all_pages(store, 3, |store, page| store.audit_page(filter, page))
}

fn of(actor: AccountId) -> AuditFilter {
    AuditFilter { actor: Some(actor), order: Order::Ascending, ..AuditFilter::default() }
}

/// How often each of these entries was sealed.
fn seals_of(store: &Shared, entries: &[AuditEntry]) -> Vec<usize> {
    let mut seals: Vec<Seal> = Vec::new();
    loop {
        let seq = seals.last().map_or(0, |seal| seal.seq);
        let more = read(store, |store| store.seals_after(seq, 7));
        if more.is_empty() {
            break;
        }
        seals.extend(more.into_iter().map(|sealed| sealed.seal));
    }
    entries.iter().map(|entry| seals.iter().filter(|seal| seal.entry == entry.id).count()).collect()
}

pub fn every_field_of_an_entry_comes_back(store: &Shared) {
    let full = entry(somebody(), sample::now() + TimeDelta::microseconds(1));
    let injected = AuditEntry {
        detail: Some(
            "x\r\n{\"action\":\"logged_in\"}\n2026-11-20 INFO admin logged in\u{1b}[2J 🩺 '; DROP TABLE audit; --"
                .to_owned(),
        ),
        ..entry(somebody(), sample::now())
    };
    let bare = AuditEntry {
        actor: None,
        role: None,
        subject: Some(sample::fresh()),
        address: None,
        detail: None,
        ..entry(somebody(), sample::now())
    };
    for entry in [full, injected, bare] {
        write(store, |store| store.add_audit(&entry));
        let filter = AuditFilter { about: entry.subject.into_iter().collect(), ..AuditFilter::default() };
        assert_eq!(found(store, &filter), lines(&[entry]));
    }
}

pub fn entries_are_filtered(store: &Shared) {
    let actor = somebody();
    let mut entries = add(store, actor, 4);
    let read_at = sample::now();
    entries.push(AuditEntry { action: AuditAction::PatientRecordRead, ..entry(actor, read_at) });
    write(store, |store| store.add_audit(entries.last().unwrap()));
    add(store, somebody(), 2);

    assert_eq!(found(store, &of(actor)), lines(&entries));
    let subject = AuditFilter { about: entries[1].subject.into_iter().collect(), ..of(actor) };
    assert_eq!(found(store, &subject), lines(&entries[1..2]));
    let action = AuditFilter { actions: [AuditAction::PatientRecordRead].into(), ..of(actor) };
    assert_eq!(found(store, &action), lines(&entries[4..]));
    let actions = [AuditAction::PatientRecordRead, AuditAction::AppointmentBooked, AuditAction::LoggedIn].into();
    let several = AuditFilter { actions, ..of(actor) };
    assert_eq!(found(store, &several), lines(&entries));
    let about = entries.iter().filter_map(|entry| entry.subject).collect();
    assert_eq!(found(store, &AuditFilter { about, ..several.clone() }), lines(&entries));
    let of_anybody = AuditFilter { actor: None, from: Some(entries[0].at), order: Order::Descending, ..several };
    let mut latest = found(store, &of_anybody);
    latest.retain(|line| line.actor == Some(actor.uuid()));
    latest.reverse();
    assert_eq!(latest, lines(&entries));
    let range = AuditFilter { from: Some(entries[1].at), to: Some(entries[3].at), ..of(actor) };
    assert_eq!(found(store, &range), lines(&entries[1..3]), "from then, and before then");
    assert_eq!(found(store, &AuditFilter { about: vec![Uuid::nil()], ..of(actor) }), []);
}

pub fn entries_come_in_pages_in_both_orders(store: &Shared) {
    let actor = somebody();
    let mut entries = add(store, actor, 5);
    // Some at the same moment.
    let twins: Vec<AuditEntry> = (0..5).map(|_| entry(actor, entries[2].at)).collect();
    write(store, |store| twins.iter().try_for_each(|entry| store.add_audit(entry)));
    entries.extend(twins);
    entries.sort_by_key(|entry| (entry.at, entry.id));
    assert_eq!(found(store, &of(actor)), lines(&entries));
    entries.reverse();
    assert_eq!(found(store, &AuditFilter { order: Order::Descending, ..of(actor) }), lines(&entries));
}

/// Readings of somebody, a second apart, which show so many people of these each.
fn readings(actor: AccountId, people: &[Uuid], shown: &[usize]) -> Vec<AuditEntry> {
    let at = |n: usize| sample::now() - TimeDelta::hours(1) + TimeDelta::seconds(i64::try_from(n).unwrap());
    let reading = |(n, shown): (usize, &usize)| AuditEntry {
        action: AuditAction::PatientsListed,
        subject: None,
        shown: people[..*shown].iter().copied().collect(),
        ..entry(actor, at(n))
    };
    shown.iter().enumerate().map(reading).collect()
}

pub fn readings_are_added_at_once_and_come_back_with_whom_they_show(store: &Shared) {
    let actor = somebody();
    let people: Vec<Uuid> = (0..100).map(|_| sample::fresh()).collect();
    // More rows than one statement adds.
    let entries = readings(actor, &people, &[100, 1, 0, 100, 100, 2, 100, 100, 100]);
    write(store, |store| store.add_entries(&entries));
    assert_eq!(found(store, &of(actor)), lines(&entries));
    write(store, |store| store.add_entries(&[]));
}

pub fn a_reading_is_found_by_everybody_whom_it_shows(store: &Shared) {
    let actor = somebody();
    let people: Vec<Uuid> = (0..3).map(|_| sample::fresh()).collect();
    let mut entries = readings(actor, &people, &[3, 1, 2, 0, 3]);
    // What was done to the first, at the moment of a reading, and what was read of them alone.
    entries.push(AuditEntry { subject: Some(people[0]), ..entry(actor, entries[2].at) });
    entries.push(AuditEntry { subject: Some(people[0]), ..readings(actor, &people, &[0, 0, 0, 0, 0, 3]).remove(5) });
    write(store, |store| {
        store.add_entries(&entries[..5])?;
        store.add_audit(&entries[5])?;
        store.add_entries(&entries[6..])
    });
    let wanted = |about: &[usize]| {
        let mut wanted: Vec<&AuditEntry> = entries.iter().collect();
        wanted.retain(|entry| {
            let mut ids = about.iter().map(|n| people[*n]);
            ids.any(|id| entry.subject == Some(id) || entry.shown.contains(&id))
        });
        wanted.sort_by_key(|entry| (entry.at, entry.id));
        wanted.into_iter().map(AuditLine::from).collect::<Vec<_>>()
    };
    for about in [&[0][..], &[1], &[2], &[0, 1], &[1, 2]] {
        let filter = AuditFilter { about: about.iter().map(|n| people[*n]).collect(), ..AuditFilter::default() };
        let mut expected = wanted(about);
        assert_eq!(found(store, &AuditFilter { order: Order::Ascending, ..filter.clone() }), expected, "{about:?}");
        expected.reverse();
        assert_eq!(found(store, &AuditFilter { order: Order::Descending, ..filter }), expected, "{about:?}");
    }
    let changes = AuditFilter { actions: [AuditAction::AppointmentBooked].into(), about: people.clone(), ..of(actor) };
    assert_eq!(found(store, &changes), lines(&entries[5..6]));
    let range = AuditFilter { from: Some(entries[1].at), to: Some(entries[2].at), about: people, ..of(actor) };
    assert_eq!(found(store, &range), lines(&entries[1..2]));
    assert_eq!(found(store, &AuditFilter { about: vec![Uuid::nil()], ..of(somebody()) }), []);
}

pub fn what_is_sealed_is_a_whole_chain_and_changes_no_entry(store: &Shared) {
    let actor = somebody();
    let entries = add(store, actor, 12);
    let app = app(store);
    let unsealed = app.verify_audit().unwrap();
    assert!(
        matches!(unsealed.findings.as_slice(), [application::audit::Finding::Unsealed { entries: 12.., .. }]),
        "{unsealed:?}"
    );
    assert!(12 <= app.seal_audit(Search::Everything).unwrap());
    assert_eq!(app.seal_audit(Search::Everything), Ok(0), "everything is sealed");
    let verified = app.verify_audit().unwrap();
    assert_eq!(verified.findings, []);
    assert_eq!(verified.head, read(store, |store| store.last_seal()).map(|sealed| sealed.seal));

    let more = [entry(actor, sample::now())];
    write(store, |store| store.add_audit(&more[0]));
    app.seal_audit(Search::Recent).unwrap();
    let verified = app.verify_audit().unwrap();
    assert_eq!(verified.findings, []);
    assert_eq!(seals_of(store, &[entries.as_slice(), &more].concat()), [1; 13]);
    app.sweep().unwrap();
    let showing = readings(actor, &[sample::fresh(), sample::fresh()], &[2, 0]);
    write(store, |store| store.add_entries(&showing));
    app.seal_audit(Search::Everything).unwrap();
    assert_eq!(app.verify_audit().unwrap().findings, [], "with whom they show");
    let mut all = [entries.as_slice(), &more, &showing].concat();
    all.sort_by_key(|entry| (entry.at, entry.id));
    assert_eq!(found(store, &of(actor)), lines(&all), "neither sealing nor sweeping changes an entry");
}

pub fn an_entry_from_long_ago_is_sealed_by_a_search_of_everything(store: &Shared) {
    let app = app(store);
    write(store, |store| store.add_audit(&entry(somebody(), sample::now())));
    app.seal_audit(Search::Everything).unwrap();
    let late = entry(somebody(), sample::now() - TimeDelta::days(3));
    write(store, |store| store.add_audit(&late));
    assert_eq!(app.seal_audit(Search::Recent), Ok(0));
    assert_eq!(app.seal_audit(Search::Everything), Ok(1));
    assert_eq!(seals_of(store, &[late]), [1]);
}

pub fn an_entry_that_was_committed_late_is_sealed_by_a_search_of_what_is_recent(store: &Shared) {
    let app = app(store);
    // Whatever was written before, this is the last that is sealed.
    let last = entry(somebody(), sample::now() + TimeDelta::seconds(1));
    write(store, |store| store.add_audit(&last));
    app.seal_audit(Search::Everything).unwrap();
    let [late, later] = [20, 1].map(|seconds| entry(somebody(), sample::now() - TimeDelta::seconds(seconds)));
    write(store, |store| store.add_audit(&late));
    assert_eq!(app.seal_audit(Search::Latest), Ok(0));
    write(store, |store| store.add_audit(&later));
    assert_eq!(app.seal_audit(Search::Latest), Ok(1));
    assert_eq!(app.seal_audit(Search::Recent), Ok(1));
    assert_eq!(seals_of(store, &[late, later]), [1; 2]);
}

pub fn a_place_in_the_chain_is_taken_once_and_so_is_an_entry(store: &Shared) {
    let entries = add(store, somebody(), 2);
    app(store).seal_audit(Search::Everything).unwrap();
    let last = read(store, |store| store.last_seal()).unwrap().seal;
    let fresh = AuditLine::from(&entry(somebody(), sample::now()));
    let same_place = Seal { entry: fresh.id, ..last.clone() };
    assert_lost(store, |store| store.add_seals(std::slice::from_ref(&same_place)));
    let keyed = Seal { seq: last.seq + 1, entry: fresh.id, mac: Some([7; 32]), ..last.clone() };
    write(store, |store| store.add_seals(std::slice::from_ref(&keyed)));
    assert_eq!(read(store, |store| store.last_seal()).unwrap().seal, keyed, "with what it is authenticated by");
    let last = keyed;
    let same_entry = chain::seal(Some(&last), &lines(&entries[..1]));
    assert_lost(store, |store| store.add_seals(&same_entry));
    assert_eq!(read(store, |store| store.last_seal()).unwrap().seal, last);
}

pub fn sealers_at_once_make_one_chain(store: &Shared) {
    let rivals: Vec<AccountId> = (0..8).map(|_| somebody()).collect();
    let app = app(store);
    let written = race(rivals, |actor| {
        let mut entries = Vec::new();
        for _ in 0..6 {
            entries.extend(add(store, actor, 3));
            match app.seal_audit(Search::Everything) {
                // Somebody else seals, or every connection is in use: the next round is soon.
                Ok(_) | Err(StoreError::Contended { .. } | StoreError::Unavailable { .. }) => {}
                Err(error) => panic!("the store failed in a race: {error:?}"),
            }
        }
        entries
    });
    app.seal_audit(Search::Everything).unwrap();
    let verified = app.verify_audit().unwrap();
    assert_eq!(verified.findings, []);
    let written = written.concat();
    assert_eq!(seals_of(store, &written), vec![1; written.len()]);
}
