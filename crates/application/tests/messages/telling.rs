//! Who is told what.

use application::settings::setting;
use chrono::TimeDelta;
use kernel::Expected;
use messaging_core::MessageKind::{Booked, Cancelled, Confirmed, Moved, Pending, Refused};
use messaging_core::{MessageKind, Preferences, Side};
use scheduling_core::Confirmation::{Automatic, ByDoctor};
use scheduling_core::booking::Target;
use scheduling_core::visiting::Step;

use crate::practice::{Practice, visit};

fn to(kind: MessageKind, names: &[&str]) -> Vec<(MessageKind, String)> {
    names.iter().map(|name| (kind, (*name).to_owned())).collect()
}

#[test]
fn both_sides_are_told_what_the_patient_or_the_front_desk_does() {
    let practice = Practice::open(Automatic);
    for caller in [practice.as_ada(), practice.as_desk()] {
        let [one, other] = [9, 10].map(|hour| practice.slot(practice.grace, hour));
        let id = practice.book(&caller, one);
        assert_eq!(practice.told(), to(Booked, &["Ada", "Grace"]));
        practice.app.reschedule(&caller, id, Target::Slot(other), Some("late".to_owned()), None).unwrap();
        assert_eq!(practice.told(), to(Moved, &["Ada", "Grace"]));
        practice.app.cancel(&caller, id, None, None, None).unwrap();
        assert_eq!(practice.told(), to(Cancelled, &["Ada", "Grace"]));
        practice.app.reinstate(&practice.as_admin(), id, None, None).unwrap();
        assert_eq!(practice.told(), to(Booked, &["Ada", "Grace"]));
        practice.app.advance(&practice.as_admin(), id, Step::EnterInError, None, None).unwrap();
        assert_eq!(practice.told(), to(Cancelled, &["Ada", "Grace"]));
    }
}

#[test]
fn both_sides_are_told_what_the_doctor_decides() {
    let practice = Practice::open(ByDoctor);
    for (step, kind) in [(Step::Confirm, Confirmed), (Step::Refuse, Refused)] {
        let id = practice.book(&practice.as_ada(), practice.slot(practice.grace, 9));
        assert_eq!(practice.told(), to(Pending, &["Ada", "Grace"]));
        practice.app.advance(&practice.as_grace(), id, step, None, None).unwrap();
        assert_eq!(practice.told(), to(kind, &["Ada", "Grace"]));
        if step == Step::Confirm {
            practice.app.cancel(&practice.as_grace(), id, None, None, None).unwrap();
            assert_eq!(practice.told(), to(Cancelled, &["Ada", "Grace"]));
        }
    }
}

#[test]
fn coming_and_being_seen_are_no_news() {
    let practice = Practice::open(Automatic);
    let id = practice.book(&practice.as_ada(), practice.slot(practice.grace, 9));
    practice.letters();
    practice.clock.advance(TimeDelta::days(3));
    for step in [Step::Arrive, Step::CheckIn] {
        practice.app.advance(&practice.as_desk(), id, step, None, None).unwrap();
    }
    assert_eq!(practice.told(), []);
}

#[test]
fn a_letter_tells_what_happened_then_and_not_what_is_now() {
    let practice = Practice::open(Automatic);
    let [one, other] = [(practice.grace, 9), (practice.john, 10)].map(|(doctor, hour)| practice.slot(doctor, hour));
    let id = practice.book(&practice.as_ada(), one);
    practice.app.reschedule(&practice.as_ada(), id, Target::Slot(other), None, None).unwrap();
    let letters = practice.letters();
    let seen: Vec<_> = letters
        .iter()
        .map(|letter| {
            let facts = visit(letter);
            let start = facts.start.format("%H:%M").to_string();
            (letter.kind, letter.to.name.as_str(), facts.doctor, start, facts.calendar.unwrap().revision.number())
        })
        .collect();
    let row =
        |kind, name, doctor: &str, start: &str, revision| (kind, name, doctor.to_owned(), start.to_owned(), revision);
    assert_eq!(
        seen,
        [
            row(Booked, "Ada", "Grace", "10:00", 1),
            row(Booked, "Grace", "Grace", "10:00", 1),
            row(Moved, "Ada", "John", "11:00", 2),
            row(Booked, "John", "John", "11:00", 2),
            row(Cancelled, "Grace", "Grace", "10:00", 2),
        ]
    );
    assert_eq!((visit(&letters[0]).reader, visit(&letters[1]).reader), (Side::Patient, Side::Doctor));
    assert_eq!((letters[0].clinic.as_str(), visit(&letters[0]).patient.as_str()), ("The clinic", "Ada"));
    assert_eq!(visit(&letters[0]).address, "Uferstraße 1, Berlin");
    assert!(!format!("{letters:?}").contains("Secret"));
}

#[test]
fn a_letter_bears_the_name_that_the_clinic_has_when_it_is_sent() {
    let practice = Practice::open(Automatic);
    practice.book(&practice.as_ada(), practice.slot(practice.grace, 9));
    let edit = setting("clinic_name").unwrap().to("The new clinic").unwrap();
    practice.app.change_settings(&practice.as_admin(), &[edit], &Expected::Any).unwrap();
    assert!(practice.letters().iter().all(|letter| letter.clinic == "The new clinic"));
}

#[test]
fn a_letter_is_written_though_its_slot_is_gone() {
    let practice = Practice::open(Automatic);
    let slot = practice.slot(practice.grace, 9);
    let id = practice.book(&practice.as_ada(), slot);
    practice.app.cancel(&practice.as_ada(), id, None, None, None).unwrap();
    practice.clinic.write(|store| {
        let slots = store.slots(&[slot])?;
        store.remove_slot(slot, slots[0].revision)
    });
    assert_eq!(practice.letters().len(), 4);
}

#[test]
fn what_was_refused_is_no_news() {
    let practice = Practice::open(Automatic);
    let slot = practice.slot(practice.grace, 9);
    practice.book(&practice.as_ada(), slot);
    practice.letters();
    let again =
        application::appointments::Booking { target: Target::Slot(slot), patient: None, reason: None, notes: None };
    assert!(practice.app.book(&practice.as_ada(), &again, None).is_err());
    assert_eq!(practice.told(), []);
}

#[test]
fn who_wants_no_mails_about_appointments_gets_none() {
    let practice = Practice::open(Automatic);
    let ada = practice.as_ada().account;
    let quiet = Preferences { email_appointments: false, ..Preferences::default() };
    practice.clinic.write(|store| store.put_preferences(ada, &quiet));
    practice.book(&practice.as_ada(), practice.slot(practice.grace, 9));
    assert_eq!(practice.told(), to(Booked, &["Grace"]));
}
