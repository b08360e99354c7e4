//! Letters with a link that works once.

use chrono::TimeDelta;
use identity_core::TokenPurpose;
use identity_core::one_time::redeem;
use identity_core::ports::Tokens;
use kernel::{AccountId, MessageId, UnitOfWorkExt};
use messaging_core::{Addressee, Contents, Message, MessageKind, Preferences};
use scheduling_core::Confirmation::Automatic;
use testkit::{PlainTokens, sample};

use crate::practice::{Desk, Practice};

fn owe(practice: &Practice, kind: MessageKind, account: AccountId) {
    let (id, now) = (MessageId::new(sample::fresh()), sample::now());
    let message = Message { id, kind, to: Addressee::Account(account), about: None, created_at: now, due_at: now };
    practice.clinic.write(|store| store.add_messages(&[message]));
}

fn token(desk: &Desk, n: usize) -> (String, String) {
    let Contents::Link { url, .. } = desk.letters()[n].contents.clone() else { unreachable!("it has a link") };
    let (page, token) = url.split_once("?token=").unwrap();
    (page.to_owned(), token.to_owned())
}

#[test]
fn a_link_is_made_when_it_is_sent_and_good_for_its_purpose_until_it_expires() {
    for (kind, page, purpose, hours) in [
        (MessageKind::VerifyEmail, "verify-email", TokenPurpose::VerifyEmail, 72),
        (MessageKind::ResetPassword, "reset-password", TokenPurpose::ResetPassword, 1),
        (MessageKind::Invitation, "reset-password", TokenPurpose::ResetPassword, 168),
    ] {
        let practice = Practice::open(Automatic);
        let quiet = Preferences { email_appointments: false, ..Preferences::default() };
        practice.clinic.write(|store| store.put_preferences(practice.desk, &quiet));
        owe(&practice, kind, practice.desk);
        let later = sample::now() + TimeDelta::hours(5);
        practice.clock.set(later);
        let desk = Desk::default();
        practice.round(&desk);
        let (found, token) = token(&desk, 0);
        assert_eq!(found, format!("https://clinic.example/{page}"));
        let hash = PlainTokens::default().hash_of(&token);
        let end = later + TimeDelta::hours(hours);
        let redeemed = |purpose, now| practice.clinic.store().write(|store| redeem(store, &hash, purpose, now));
        let other =
            if kind == MessageKind::VerifyEmail { TokenPurpose::ResetPassword } else { TokenPurpose::VerifyEmail };
        assert!(redeemed(other, later).is_err());
        assert!(redeemed(purpose, end).is_err());
        assert_eq!(redeemed(purpose, end - TimeDelta::microseconds(1)), Ok(practice.desk));
        assert!(redeemed(purpose, later).is_err(), "once");
    }
}

#[test]
fn each_attempt_has_a_link_of_its_own() {
    let practice = Practice::open(Automatic);
    owe(&practice, MessageKind::ResetPassword, practice.desk);
    let away = Desk::away();
    practice.round(&away);
    practice.clock.advance(TimeDelta::minutes(2));
    practice.round(&away);
    assert_ne!(token(&away, 0).1, token(&away, 1).1);
}

#[test]
fn nobody_is_sent_what_an_account_that_is_not_there_is_owed() {
    let practice = Practice::open(Automatic);
    owe(&practice, MessageKind::ResetPassword, AccountId::new(sample::fresh()));
    let round = practice.round(&Desk::default());
    assert_eq!((round.sent, round.failed, round.skipped), (0, 0, 1));
}
