use std::collections::BTreeSet;

use application::messages::MessageFilter;
use application::ports::Store;
use chrono::{DateTime, TimeDelta, Utc};
use kernel::{AccountId, AnyOf, AppointmentId, MessageId, Order, PatientId, Revision, Role, Word, Zone};
use messaging_core::ports::Fate;
use messaging_core::{About, Addressee, Attempt, Language, Message, MessageKind, MessageStatus, Posted, Preferences};
use uuid::Uuid;

use super::rivals::{Patience, race};
use super::support::{all_pages, long_text};
use crate::clinic::{Clinic, read, write};
use crate::{Shared, sample};

const LEASE: TimeDelta = TimeDelta::minutes(5);

/// A time at which nothing is due but what a case adds: whatever others have left is given up.
fn quiet(store: &Shared) -> DateTime<Utc> {
    let now = sample::instant("2001-01-01T00:00:00Z");
    let later = now + TimeDelta::days(1);
    loop {
        let claim = sample::fresh();
        let left = write(store, |store| store.claim_messages(claim, later, later + LEASE, 100));
        if left.is_empty() {
            return now;
        }
        for posted in &left {
            assert!(settle(store, claim, posted, Fate::Dead, later));
        }
    }
}

fn message(due_at: DateTime<Utc>) -> Message {
    Message {
        id: MessageId::new(sample::fresh()),
        kind: MessageKind::Booked,
        to: Addressee::Patient(PatientId::new(sample::fresh())),
        about: Some(About { appointment: AppointmentId::new(sample::fresh()), revision: Revision::FIRST }),
        created_at: due_at,
        due_at,
    }
}

fn messages(store: &Shared, count: usize, due_at: DateTime<Utc>) -> Vec<Message> {
    let messages: Vec<Message> = (0..count).map(|_| message(due_at)).collect();
    write(store, |store| store.add_messages(&messages));
    messages
}

fn claim(store: &Shared, claim: Uuid, now: DateTime<Utc>, most: u32) -> Vec<Posted> {
    write(store, |store| store.claim_messages(claim, now, now + LEASE, most))
}

fn attempt(posted: &Posted, fate: Fate, at: DateTime<Utc>) -> Attempt {
    let detail = (fate != Fate::Sent).then(long_text);
    Attempt { message: posted.message.id, number: posted.attempts, at, outcome: fate.outcome(), detail }
}

fn settle(store: &Shared, claim: Uuid, posted: &Posted, fate: Fate, at: DateTime<Utc>) -> bool {
    write(store, |store| store.settle_message(claim, fate, &attempt(posted, fate, at)))
}

fn posted(store: &Shared, id: MessageId) -> Posted {
    read(store, |store| store.message(id)).unwrap()
}

pub fn every_field_of_a_message_comes_back(store: &Shared) {
    let now = quiet(store);
    let to = [
        Addressee::Account(AccountId::new(sample::fresh())),
        Addressee::Patient(PatientId::new(sample::fresh())),
        Addressee::Doctor(kernel::DoctorId::new(sample::fresh())),
    ];
    for (n, kind) in MessageKind::ALL.iter().enumerate() {
        let about = if n % 2 == 0 { None } else { message(now).about };
        let due_at = now + TimeDelta::microseconds(1);
        let owed = Message { kind: *kind, to: to[n % to.len()], about, due_at, ..message(now) };
        write(store, |store| store.add_messages(&[owed]));
        let expected = Posted {
            message: owed,
            status: MessageStatus::Waiting,
            attempts: 0,
            failures: 0,
            sent_at: None,
            last_error: None,
        };
        assert_eq!(posted(store, owed.id), expected);
    }
    assert_eq!(read(store, |store| store.message(MessageId::new(sample::fresh()))), None);
    write(store, |store| store.add_messages(&[]));
}

pub fn messages_are_claimed_when_they_are_due_the_longest_due_first(store: &Shared) {
    let now = quiet(store);
    let [late, soon, first] = [0, 1, -1].map(|second| messages(store, 1, now + TimeDelta::seconds(second))[0].id);
    assert!(!read(store, |store| store.is_message_due(now - TimeDelta::hours(1))));
    assert!(read(store, |store| store.is_message_due(now)));
    let (one, two) = (sample::fresh(), sample::fresh());
    let ids = |posted: Vec<Posted>| posted.iter().map(|posted| posted.message.id).collect::<Vec<_>>();
    assert_eq!(ids(claim(store, one, now, 1)), [first]);
    assert_eq!(ids(claim(store, two, now, 10)), [late]);
    assert_eq!(ids(claim(store, sample::fresh(), now, 10)), []);
    assert!(!read(store, |store| store.is_message_due(now)), "what is claimed is nobody else's");
    assert_eq!(ids(claim(store, sample::fresh(), now + TimeDelta::seconds(1), 10)), [soon]);
}

pub fn messages_with_links_go_first(store: &Shared) {
    let now = quiet(store);
    let due = |kind, seconds| {
        let message = Message { kind, ..message(now - TimeDelta::seconds(seconds)) };
        write(store, |store| store.add_messages(&[message]));
        message.id
    };
    let booked = due(MessageKind::Booked, 9);
    let [reset, verify, invitation] =
        [(MessageKind::ResetPassword, 3), (MessageKind::VerifyEmail, 2), (MessageKind::Invitation, 1)]
            .map(|(kind, seconds)| due(kind, seconds));
    let cancelled = due(MessageKind::Cancelled, 5);
    due(MessageKind::ResetPassword, -1);
    let next =
        |most| claim(store, sample::fresh(), now, most).iter().map(|posted| posted.message.id).collect::<Vec<_>>();
    assert_eq!(next(2), [reset, verify]);
    assert_eq!(next(10), [invitation, booked, cancelled]);
}

pub fn a_claim_that_has_expired_is_somebody_elses(store: &Shared) {
    let now = quiet(store);
    let owed = messages(store, 1, now)[0];
    let (one, two) = (sample::fresh(), sample::fresh());
    let first = claim(store, one, now, 10);
    assert_eq!(first[0].attempts, 1);
    assert!(claim(store, two, now + LEASE - TimeDelta::microseconds(1), 10).is_empty());
    let second = claim(store, two, now + LEASE, 10);
    assert_eq!((second[0].message, second[0].attempts), (owed, 2));

    assert!(!settle(store, one, &first[0], Fate::Dead, now + LEASE), "it is not theirs any more");
    assert_eq!(read(store, |store| store.attempts_of(owed.id)), []);
    assert!(settle(store, two, &second[0], Fate::Sent, now + LEASE));
    assert!(!settle(store, two, &second[0], Fate::Sent, now + LEASE), "it is settled");
    let log = read(store, |store| store.attempts_of(owed.id));
    assert_eq!(log, [attempt(&second[0], Fate::Sent, now + LEASE)]);
}

pub fn nothing_waits_for_the_time_of_a_clock_that_ran_ahead(store: &Shared) {
    let now = quiet(store);
    let ahead = now + TimeDelta::days(365);
    let owed = messages(store, 1, ahead)[0].id;
    let ids = |at| claim(store, sample::fresh(), at, 10).iter().map(|posted| posted.message.id).collect::<Vec<_>>();
    assert_eq!(ids(ahead), [owed], "it is due by that clock, and claimed by whoever ended then");
    assert!(read(store, |store| store.is_message_due(now)));
    assert_eq!(ids(now), [owed]);
    assert_eq!(ids(now), [], "by this clock it is claimed");
}

pub fn what_became_of_a_message_is_kept_with_its_log(store: &Shared) {
    let now = quiet(store);
    let id = messages(store, 1, now)[0].id;
    let again = now + TimeDelta::minutes(1);
    let mut log = Vec::new();
    let mut take = |at: DateTime<Utc>, fate: Fate| {
        let holder = sample::fresh();
        let taken = claim(store, holder, at, 1);
        assert_eq!(taken.len(), 1);
        assert!(settle(store, holder, &taken[0], fate, at));
        log.push(attempt(&taken[0], fate, at));
        posted(store, id)
    };
    let failed = take(now, Fate::Again(again));
    assert_eq!((failed.status, failed.attempts, failed.failures), (MessageStatus::Waiting, 1, 1));
    assert_eq!((failed.message.due_at, failed.last_error), (again, Some(long_text())));
    assert!(claim(store, sample::fresh(), again - TimeDelta::seconds(1), 1).is_empty());

    let dead = take(again, Fate::Dead);
    assert_eq!((dead.status, dead.attempts, dead.failures, dead.sent_at), (MessageStatus::Dead, 2, 2, None));
    assert!(claim(store, sample::fresh(), again + TimeDelta::days(300), 1).is_empty());

    write(store, |store| store.send_message_again(id, again));
    let waiting = posted(store, id);
    assert_eq!((waiting.status, waiting.attempts, waiting.failures), (MessageStatus::Waiting, 2, 0));
    let sent = take(again, Fate::Sent);
    assert_eq!((sent.status, sent.sent_at, sent.last_error), (MessageStatus::Sent, Some(again), None));

    write(store, |store| store.send_message_again(id, again));
    let skipped = take(again, Fate::Skipped);
    assert_eq!((skipped.status, skipped.attempts), (MessageStatus::Skipped, 4));
    assert_eq!(read(store, |store| store.attempts_of(id)), log);
}

pub fn a_message_that_was_put_off_was_not_tried(store: &Shared) {
    let now = quiet(store);
    let owed = messages(store, 1, now)[0];
    let (one, two, later) = (sample::fresh(), sample::fresh(), now + LEASE * 2);
    let put_off = |claim| write(store, |store| store.put_off_message(claim, owed.id, later));
    assert_eq!(claim(store, one, now, 1).len(), 1);
    assert!(!put_off(two), "it is not theirs");
    assert!(put_off(one));
    assert!(!put_off(one), "it was given back");
    let waiting = posted(store, owed.id);
    assert_eq!((waiting.status, waiting.attempts, waiting.failures), (MessageStatus::Waiting, 0, 0));
    assert_eq!((waiting.message.due_at, waiting.last_error), (later, None));
    assert_eq!(read(store, |store| store.attempts_of(owed.id)), []);
    assert!(claim(store, two, later - TimeDelta::microseconds(1), 1).is_empty());
    let again = claim(store, two, later, 1);
    assert_eq!(again[0].attempts, 1);
    assert!(settle(store, two, &again[0], Fate::Sent, later));
    assert!(!put_off(two), "it is settled");
}

pub fn what_an_addressee_is_owed_about_a_visit_comes_by_revision(store: &Shared) {
    let now = quiet(store);
    let first = message(now);
    let about = first.about.unwrap();
    let revised = |number| Some(About { revision: Revision::new(number).unwrap(), ..about });
    let other = |to| Message { id: MessageId::new(sample::fresh()), to, ..first };
    let same_to = other(first.to);
    // Later ones may be older by their clock, and the largest revisions are not the last as text.
    let ours = [
        first,
        Message { about: revised(2), created_at: now - LEASE, ..other(first.to) },
        Message { about: revised(10), ..other(first.to) },
    ];
    let id = match first.to {
        Addressee::Patient(id) => id.uuid(),
        Addressee::Account(_) | Addressee::Doctor(_) => unreachable!("it is to a patient"),
    };
    let others = [
        other(Addressee::Patient(PatientId::new(sample::fresh()))),
        other(Addressee::Doctor(kernel::DoctorId::new(id))),
        Message { about: message(now).about, ..same_to },
        Message { id: MessageId::new(sample::fresh()), about: None, ..first },
    ];
    let all: Vec<Message> = ours.iter().rev().chain(&others).copied().collect();
    write(store, |store| store.add_messages(&all));
    let found = read(store, |store| store.messages_about(about.appointment, first.to));
    assert_eq!(found.iter().map(|posted| posted.message).collect::<Vec<_>>(), ours);
    let nothing = read(store, |store| store.messages_about(AppointmentId::new(sample::fresh()), first.to));
    assert_eq!(nothing, []);
}

pub fn of_two_workers_neither_is_given_what_the_other_has(store: &Shared) {
    let now = quiet(store);
    let owed: BTreeSet<MessageId> = messages(store, 60, now).iter().map(|message| message.id).collect();
    let patience = Patience::default();
    let worker = |_| {
        let mut taken = Vec::new();
        // A worker that finds nothing may have been too late for what the other took, and looks again.
        while read(store, |store| store.is_message_due(now)) {
            let holder = sample::fresh();
            let claimed =
                patience.write(store, |store: &mut dyn Store| store.claim_messages(holder, now, now + LEASE, 7));
            taken.extend(claimed.expect("a claim is never refused").iter().map(|posted| posted.message.id));
        }
        taken
    };
    let taken = race(vec![1, 2], worker).concat();
    assert_eq!(taken.len(), owed.len(), "each was given to one worker");
    assert_eq!(taken.into_iter().collect::<BTreeSet<_>>(), owed);
    for id in owed {
        assert_eq!(posted(store, id).attempts, 1);
    }
}

pub fn messages_come_in_pages_in_both_orders(store: &Shared) {
    let now = quiet(store);
    let first = now - TimeDelta::days(1);
    let mut owed: Vec<Message> =
        (0..7).map(|n| Message { created_at: first + TimeDelta::hours(n / 2), ..message(now) }).collect();
    write(store, |store| store.add_messages(&owed));
    owed.sort_by_key(|message| std::cmp::Reverse((message.created_at, message.id)));
    let ours = owed.clone();
    let in_order = |statuses: AnyOf<MessageStatus>, order| {
        let filter = MessageFilter { statuses, order };
        let all = all_pages(store, 2, |store, page| store.messages_page(&filter, page));
        all.into_iter().map(|posted| posted.message).filter(|message| ours.contains(message)).collect::<Vec<_>>()
    };
    let (waiting, sent) = (MessageStatus::Waiting, MessageStatus::Sent);
    let newest_first = |statuses| in_order(statuses, Order::Descending);
    assert_eq!(newest_first(AnyOf::default()), owed);
    assert_eq!(newest_first([waiting].into()), owed);
    assert_eq!(newest_first([sent].into()), []);
    let holder = sample::fresh();
    let taken = claim(store, holder, now, 1).remove(0);
    assert!(settle(store, holder, &taken, Fate::Sent, now));
    assert_eq!(newest_first([waiting, sent].into()), owed);
    owed.reverse();
    assert_eq!(in_order([waiting, sent].into(), Order::Ascending), owed);
    assert_eq!(in_order(AnyOf::default(), Order::Ascending), owed);
    owed.retain(|message| *message != taken.message);
    assert_eq!(in_order([waiting, MessageStatus::Dead].into(), Order::Ascending), owed);
}

pub fn an_addressee_is_who_has_the_account_now(store: &Shared) {
    let clinic = Clinic::open(store, Zone::UTC);
    let (patient, doctor) = (clinic.patient("Ada"), clinic.doctor("Grace"));
    let admin = sample::account(Role::Admin, "Eve");
    write(store, |store| store.add_account(&admin));
    let to = [Addressee::Patient(patient), Addressee::Doctor(doctor), Addressee::Account(admin.id)];
    let nobody = [message(sample::now()).to, Addressee::Account(AccountId::new(sample::fresh()))];
    let found = read(store, |store| store.recipients(&[to.as_slice(), &nobody].concat()));
    assert_eq!(found.keys().copied().collect::<BTreeSet<_>>(), BTreeSet::from(to));
    assert_eq!(to.map(|to| found[&to].full_name.clone()), ["Ada", "Grace", "Eve"]);
    assert_eq!(found[&to[2]].email, admin.email.as_str());
    assert_eq!(found[&to[2]].account, admin.id);
    let account = read(store, |store| store.patient(patient)).unwrap().patient.account;
    assert_eq!(found[&to[0]].account, account);
    assert!(read(store, |store| store.recipients(&[])).is_empty());
}

pub fn preferences_are_written_over(store: &Shared) {
    let account = AccountId::new(sample::fresh());
    assert_eq!(read(store, |store| store.preferences_of(account)), None);
    for (email_appointments, invitations_only) in [(false, true), (true, true), (true, false), (false, false)] {
        let wishes = Preferences { email_appointments, invitations_only, language: Language::English };
        write(store, |store| store.put_preferences(account, &wishes));
        assert_eq!(read(store, |store| store.preferences_of(account)), Some(wishes));
    }
}
