//! What letters do to calendars, by what their readers were told before.

use application::messages::MessageFilter;
use application::preferences::PreferencesEdit;
use application::settings::setting;
use chrono::TimeDelta;
use kernel::{Expected, PageRequest};
use messaging_core::MessageKind::{Booked, Cancelled, Confirmed, Moved, Pending, Refused};
use messaging_core::ports::DeliveryFailure;
use messaging_core::{
    CalendarEntry, ChangedBy, Happening, Letter, MessageKind, MessageStatus, Method, Preferences, Wording,
};
use scheduling_core::Confirmation::{Automatic, ByDoctor};
use scheduling_core::booking::Target;
use scheduling_core::visiting::Step;

use crate::practice::{Desk, Practice, visit};

type Row = (MessageKind, String, Option<(Method, u32)>);

fn row(kind: MessageKind, name: &str, invitation: Option<(Method, u32)>) -> Row {
    (kind, name.to_owned(), invitation)
}

fn entry(letter: &Letter) -> Option<CalendarEntry> {
    visit(letter).calendar
}

/// What was told to whom, and what it does to their calendars at which SEQUENCE.
fn invitations(letters: &[Letter]) -> Vec<Row> {
    let row = |letter: &Letter| {
        let calendar = entry(letter).map(|entry| (entry.method, entry.revision.number()));
        (letter.kind, letter.to.name.clone(), calendar)
    };
    letters.iter().map(row).collect()
}

#[test]
fn a_request_is_entered_at_once_and_goes_when_it_is_refused_or_cancelled() {
    for (kind, is_pending) in [(Refused, false), (Cancelled, true)] {
        let practice = Practice::open(ByDoctor);
        let id = practice.book(&practice.as_ada(), practice.slot(practice.grace, 9));
        let letters = practice.letters();
        let asked = Some((Method::Request, 1));
        assert_eq!(invitations(&letters), [row(Pending, "Ada", asked), row(Pending, "Grace", asked)]);
        assert!(letters.iter().all(|letter| visit(letter).is_pending));
        if kind == Refused {
            practice.app.advance(&practice.as_grace(), id, Step::Refuse, None, None).unwrap();
        } else {
            practice.app.cancel(&practice.as_ada(), id, None, None, None).unwrap();
        }
        let letters = practice.letters();
        let gone = Some((Method::Cancel, 2));
        assert_eq!(invitations(&letters), [row(kind, "Ada", gone), row(kind, "Grace", gone)]);
        assert!(letters.iter().all(|letter| visit(letter).is_pending == is_pending));
    }
    let practice = Practice::open(ByDoctor);
    let id = practice.book(&practice.as_ada(), practice.slot(practice.grace, 9));
    practice.letters();
    practice.app.advance(&practice.as_grace(), id, Step::Confirm, None, None).unwrap();
    let letters = practice.letters();
    let agreed = Some((Method::Request, 2));
    assert_eq!(invitations(&letters), [row(Confirmed, "Ada", agreed), row(Confirmed, "Grace", agreed)]);
    assert!(letters.iter().all(|letter| !visit(letter).is_pending));
}

#[test]
fn who_was_not_told_of_a_visit_has_nothing_cancelled() {
    // Skipped, because Ada did not want it then.
    let practice = Practice::open(Automatic);
    practice.wants_no_mail(&practice.as_ada());
    let id = practice.book(&practice.as_ada(), practice.slot(practice.grace, 9));
    assert_eq!(invitations(&practice.letters()), [row(Booked, "Grace", Some((Method::Request, 1)))]);
    let account = practice.as_ada().account;
    practice.clinic.write(|store| store.put_preferences(account, &Preferences::default()));
    practice.app.cancel(&practice.as_ada(), id, None, None, None).unwrap();
    let told = [row(Cancelled, "Ada", None), row(Cancelled, "Grace", Some((Method::Cancel, 2)))];
    assert_eq!(invitations(&practice.letters()), told);

    // Given up.
    let practice = Practice::open(Automatic);
    let id = practice.book(&practice.as_ada(), practice.slot(practice.grace, 9));
    practice.round(&Desk::refusing(DeliveryFailure::Permanent("no".to_owned())));
    practice.app.cancel(&practice.as_ada(), id, None, None, None).unwrap();
    assert_eq!(invitations(&practice.letters()), [row(Cancelled, "Ada", None), row(Cancelled, "Grace", None)]);
    practice.app.reinstate(&practice.as_admin(), id, None, None).unwrap();
    let letters = practice.letters();
    let again = Some((Method::Request, 3));
    assert_eq!(invitations(&letters), [row(Booked, "Ada", again), row(Booked, "Grace", again)]);
    assert!(letters.iter().all(|letter| visit(letter).happening == Happening::TakesPlaceAgain));
}

#[test]
fn a_visit_that_goes_to_another_doctor_goes_from_one_calendar_into_the_other() {
    let practice = Practice::open(Automatic);
    let id = practice.book(&practice.as_ada(), practice.slot(practice.grace, 9));
    practice.letters();
    let target = Target::Slot(practice.slot(practice.john, 9));
    practice.app.reschedule(&practice.as_desk(), id, target, None, None).unwrap();
    let letters = practice.letters();
    assert_eq!(
        invitations(&letters),
        [
            row(Moved, "Ada", Some((Method::Request, 2))),
            row(Booked, "John", Some((Method::Request, 2))),
            row(Cancelled, "Grace", Some((Method::Cancel, 2))),
        ]
    );
    let Happening::MovedFrom(before) = visit(&letters[0]).happening else { unreachable!("it was moved") };
    assert_eq!((before.doctor.as_str(), before.start), ("Grace", visit(&letters[0]).start));
    assert_eq!(visit(&letters[2]).happening, Happening::MovedAway);
    assert!(entry(&letters[0]).unwrap().uid.ends_with("@clinic.example"));
}

#[test]
fn a_letter_says_by_which_side_a_visit_was_changed() {
    let practice = Practice::open(Automatic);
    let (ada, grace, desk) = (practice.as_ada(), practice.as_grace(), practice.as_desk());
    for (caller, by_ada, by_grace) in [
        (&ada, ChangedBy::Reader, ChangedBy::Patient),
        (&grace, ChangedBy::Clinic, ChangedBy::Reader),
        (&desk, ChangedBy::Clinic, ChangedBy::Clinic),
    ] {
        let id = practice.book(&ada, practice.slot(practice.grace, 9));
        practice.letters();
        practice.app.cancel(caller, id, None, None, None).unwrap();
        let letters = practice.letters();
        assert_eq!([0, 1].map(|n| visit(&letters[n]).changed_by), [by_ada, by_grace]);
    }
    let practice = Practice::open(ByDoctor);
    practice.book(&practice.as_ada(), practice.slot(practice.grace, 9));
    practice.letters();
    practice.clock.advance(TimeDelta::days(7));
    assert_eq!(practice.app.expire_requests(), Ok(1));
    assert!(practice.letters().iter().all(|letter| visit(letter).changed_by == ChangedBy::Expiry));
}

#[test]
fn later_changes_wait_for_the_first_and_are_told_in_order() {
    let practice = Practice::open(Automatic);
    practice.wants_no_mail(&practice.as_grace());
    let id = practice.book(&practice.as_ada(), practice.slot(practice.grace, 9));
    assert_eq!(practice.round(&Desk::away()).failed, 1);
    practice.app.cancel(&practice.as_ada(), id, None, None, None).unwrap();
    let desk = Desk::default();
    let round = practice.round(&desk);
    assert_eq!((round.sent, round.failed, desk.letters().len()), (0, 0, 0), "the first is tried again later");
    let waiting = MessageFilter { statuses: [MessageStatus::Waiting].into(), ..MessageFilter::default() };
    let page = practice.app.messages(&practice.as_admin(), &waiting, &PageRequest::default()).unwrap();
    let to_ada = |kind| {
        let kind = |entry: &&application::messages::MessageEntry| entry.posted.message.kind == kind;
        page.items.iter().find(kind).unwrap().posted.clone()
    };
    let (booked, cancelled) = (to_ada(Booked), to_ada(Cancelled));
    assert_eq!(cancelled.message.due_at, booked.message.due_at);
    assert_eq!((cancelled.attempts, cancelled.failures, cancelled.last_error), (0, 0, None));
    practice.clock.advance(TimeDelta::minutes(2));
    let told = [row(Booked, "Ada", Some((Method::Request, 1))), row(Cancelled, "Ada", Some((Method::Cancel, 2)))];
    assert_eq!(invitations(&practice.letters()), told);
}

#[test]
fn a_later_change_waits_while_another_worker_has_the_first_in_hand() {
    let practice = Practice::open(Automatic);
    practice.wants_no_mail(&practice.as_grace());
    let id = practice.book(&practice.as_ada(), practice.slot(practice.grace, 9));
    let now = testkit::sample::now();
    let claim = testkit::sample::fresh();
    let until = now + TimeDelta::minutes(5);
    practice.clinic.write(|store| store.claim_messages(claim, now, until, 2));
    practice.app.cancel(&practice.as_ada(), id, None, None, None).unwrap();
    assert_eq!(practice.told(), []);
    practice.clock.advance(TimeDelta::seconds(2));
    assert_eq!(practice.told(), [], "that worker is still at it, or has ended");
    practice.clock.advance(TimeDelta::minutes(5));
    let told = [row(Booked, "Ada", Some((Method::Request, 1))), row(Cancelled, "Ada", Some((Method::Cancel, 2)))];
    assert_eq!(invitations(&practice.letters()), told);
}

#[test]
fn what_is_sent_again_after_a_later_change_leaves_calendars_alone() {
    let practice = Practice::open(Automatic);
    practice.wants_no_mail(&practice.as_grace());
    let id = practice.book(&practice.as_ada(), practice.slot(practice.grace, 9));
    let booked = practice.letters();
    practice.app.cancel(&practice.as_ada(), id, None, None, None).unwrap();
    let cancelled = practice.letters();
    for (letter, invitation) in [(&booked[0], None), (&cancelled[0], Some((Method::Cancel, 2)))] {
        practice.app.send_message_again(&practice.as_admin(), letter.id).unwrap();
        assert_eq!(invitations(&practice.letters()), [row(letter.kind, "Ada", invitation)]);
    }
}

#[test]
fn who_wants_invitations_only_gets_those_in_few_words_and_nothing_else() {
    let practice = Practice::open(Automatic);
    let edit = |invitations_only| PreferencesEdit { invitations_only: Some(invitations_only), ..Default::default() };
    practice.app.change_preferences(&practice.as_ada(), &edit(true)).unwrap();
    let id = practice.book(&practice.as_ada(), practice.slot(practice.grace, 9));
    let wordings = |letters: &[Letter]| letters.iter().map(|letter| letter.wording).collect::<Vec<_>>();
    let letters = practice.letters();
    assert_eq!(invitations(&letters).len(), 2);
    assert_eq!(wordings(&letters), [Wording::Brief, Wording::Full]);
    practice.app.cancel(&practice.as_ada(), id, None, None, None).unwrap();
    let cancelled = practice.letters();
    assert_eq!(invitations(&cancelled)[0], row(Cancelled, "Ada", Some((Method::Cancel, 2))));
    // Sent again after the visit was cancelled, it has no invitation.
    practice.app.send_message_again(&practice.as_admin(), letters[0].id).unwrap();
    assert_eq!(invitations(&practice.letters()), []);
    practice.app.change_preferences(&practice.as_ada(), &edit(false)).unwrap();
    practice.app.send_message_again(&practice.as_admin(), letters[0].id).unwrap();
    assert_eq!(wordings(&practice.letters()), [Wording::Full]);
}

#[test]
fn calendars_remind_as_the_clinic_wants() {
    let practice = Practice::open(Automatic);
    for (hour, text, minutes) in [(9, None, 60), (10, Some("0"), 0), (11, Some("1440"), 1_440)] {
        if let Some(text) = text {
            let edit = setting("calendar_alarm_minutes").unwrap().to(text).unwrap();
            practice.app.change_settings(&practice.as_admin(), &[edit], &Expected::Any).unwrap();
        }
        practice.book(&practice.as_ada(), practice.slot(practice.grace, hour));
        assert_eq!(entry(&practice.letters()[0]).unwrap().alarm_minutes, minutes);
        practice.clock.advance(TimeDelta::minutes(1));
    }
}
