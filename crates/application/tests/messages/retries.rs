//! What happens to letters that cannot be handed over.

use std::sync::Mutex;

use application::delivering::{CLAIM_MINUTES, MESSAGES_PER_ROUND, Round};
use application::messages::MessageFilter;
use chrono::TimeDelta;
use kernel::{Order, PageRequest};
use messaging_core::Letter;
use messaging_core::MessageStatus::{Dead, Sent, Waiting};
use messaging_core::ports::{AttemptOutcome, DeliveryFailure, Post};
use messaging_core::retrying::PAUSE_MINUTES;
use scheduling_core::Confirmation::Automatic;

use crate::practice::{Desk, Practice, stationery};

#[test]
fn a_letter_is_tried_again_with_growing_pauses_and_then_given_up() {
    let practice = Practice::open(Automatic);
    practice.wants_no_mail(&practice.as_grace());
    practice.book(&practice.as_grace(), practice.slot(practice.grace, 9));
    let away = Desk::away();
    for pause in PAUSE_MINUTES {
        assert_eq!(practice.round(&away).failed, 1);
        practice.clock.advance(TimeDelta::minutes(pause) - TimeDelta::seconds(1));
        assert_eq!(practice.round(&away).failed, 0, "not before {pause} minutes");
        practice.clock.advance(TimeDelta::seconds(1) + TimeDelta::minutes(pause) / 5);
    }
    assert_eq!(practice.round(&away).failed, 1);
    practice.clock.advance(TimeDelta::days(365));
    assert_eq!(practice.round(&away).failed, 0);

    let id = away.ids()[0];
    assert!(away.ids().iter().all(|other| *other == id), "it is one message");
    let (entry, log) = practice.app.message(&practice.as_admin(), id).unwrap();
    assert_eq!((entry.posted.status, entry.posted.attempts), (Dead, 6));
    let outcomes: Vec<_> = log.iter().map(|attempt| attempt.outcome).collect();
    assert_eq!(outcomes[..5], [AttemptOutcome::Failed; 5]);
    assert_eq!(outcomes[5..], [AttemptOutcome::Dead]);
    assert_eq!(log[0].detail.as_deref(), Some("nobody answers"));

    practice.app.send_message_again(&practice.as_admin(), id).unwrap();
    assert_eq!(practice.round(&Desk::default()).sent, 1);
}

#[test]
fn what_is_refused_for_good_is_given_up_at_once() {
    let practice = Practice::open(Automatic);
    practice.wants_no_mail(&practice.as_grace());
    practice.book(&practice.as_grace(), practice.slot(practice.grace, 9));
    let reason = "x".repeat(10_000);
    let closed = Desk::refusing(DeliveryFailure::Permanent(reason));
    practice.round(&closed);
    let (entry, _) = practice.app.message(&practice.as_admin(), closed.ids()[0]).unwrap();
    assert_eq!(entry.posted.status, Dead);
    assert_eq!(entry.posted.last_error.unwrap().len(), 500);
}

#[test]
fn one_letter_that_fails_keeps_no_other_waiting() {
    let practice = Practice::open(Automatic);
    for hour in 9..12 {
        practice.book(&practice.as_ada(), practice.slot(practice.grace, hour));
    }
    assert_eq!(practice.round(&Desk::away()).failed, 6);
    practice.book(&practice.as_ada(), practice.slot(practice.grace, 12));
    assert_eq!(practice.round(&Desk::default()).sent, 2);
}

#[test]
fn a_round_is_bounded_and_ends_when_it_is_told_to() {
    let practice = Practice::open(Automatic);
    for n in 0..i64::from(MESSAGES_PER_ROUND) {
        let start = testkit::sample::instant("2026-11-24T09:00:00Z") + TimeDelta::minutes(5 * n);
        practice.book(&practice.as_ada(), practice.clinic.slot(practice.grace, start, 5));
    }
    let stationery = stationery();
    let left = Mutex::new(3);
    let goes_on = || {
        let mut left = left.lock().unwrap();
        *left -= 1;
        0 <= *left
    };
    assert_eq!(practice.app.deliver_due(&Desk::default(), &stationery, 1, &goes_on).unwrap().sent, 3);
    assert_eq!(practice.round(&Desk::default()).sent, MESSAGES_PER_ROUND);
}

/// A post that, while it has a letter in hand, lets another worker look for work; and takes so many minutes.
struct Slow<'a>(&'a Practice, i64, Desk);

impl Post for Slow<'_> {
    fn deliver(&self, letter: &Letter) -> Result<(), DeliveryFailure> {
        self.0.clock.advance(TimeDelta::minutes(self.1));
        self.0.round(&self.2);
        assert!(!letter.to.email.is_empty());
        Ok(())
    }
}

#[test]
fn nobody_else_has_a_letter_until_its_claim_expires() {
    for (minutes, copies) in [(CLAIM_MINUTES - 1, 0), (CLAIM_MINUTES, 1)] {
        let practice = Practice::open(Automatic);
        practice.wants_no_mail(&practice.as_grace());
        practice.book(&practice.as_grace(), practice.slot(practice.grace, 9));
        let slow = Slow(&practice, minutes, Desk::default());
        let stationery = stationery();
        practice.app.deliver_due(&slow, &stationery, 1, &|| true).unwrap();
        assert_eq!(slow.2.letters().len(), copies, "after {minutes} minutes");
        let newest_first = MessageFilter { order: Order::Descending, ..MessageFilter::default() };
        let page = practice.app.messages(&practice.as_admin(), &newest_first, &PageRequest::default()).unwrap();
        let to_ada = &page.items[1].posted;
        assert_eq!(to_ada.status, Sent);
        let (_, log) = practice.app.message(&practice.as_admin(), to_ada.message.id).unwrap();
        assert_eq!(log.len(), 1, "who holds the claim says what became of it");
        assert!(page.items.iter().all(|entry| entry.posted.status != Waiting));
    }
}

/// A post that accepts a letter only when so many are being handed over at the same time.
struct Together(std::sync::Barrier);

impl Post for Together {
    fn deliver(&self, _: &Letter) -> Result<(), DeliveryFailure> {
        self.0.wait();
        Ok(())
    }
}

#[test]
fn several_letters_are_on_the_way_at_the_same_time() {
    let practice = Practice::open(Automatic);
    for hour in 9..12 {
        practice.book(&practice.as_ada(), practice.slot(practice.grace, hour));
    }
    // Each visit is told to both sides; what one of them is told comes in order.
    let together = Together(std::sync::Barrier::new(2));
    let stationery = stationery();
    let round = practice.app.deliver_due(&together, &stationery, 2, &|| true).unwrap();
    assert_eq!((round.sent, round.failed, round.is_full()), (6, 0, false));
}

#[test]
fn a_round_is_full_when_it_has_sent_as_many_as_it_may() {
    let round = |sent, failed, skipped| Round { sent, failed, skipped };
    assert!(!Round::default().is_full());
    assert!(!round(MESSAGES_PER_ROUND - 2, 1, 0).is_full());
    assert!(round(MESSAGES_PER_ROUND - 2, 1, 1).is_full());
}
