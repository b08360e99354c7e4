//! Days in a clinic whose store goes wrong end well; and where a safety line is taken away, they do not.
//!
//! `make test-sim` simulates many more, and `make test-sim SEED=7` the day of seed 7 again.
#![expect(clippy::panic, reason = "a day that goes wrong ends the test that had it")]

use testkit::simulation::{Sabotage, Tally, simulate};

/// How many days each of the tests simulates that run beside each other.
const DAYS: u64 = 1_000;

/// Within how many days it must be seen that a safety line is missing.
const DAYS_UNTIL_SEEN_MAX: u64 = 400;

fn days_from(first: u64) -> Tally {
    let mut tally = Tally::default();
    for seed in first..first + DAYS {
        match simulate(seed, None) {
            Ok(day) => tally += day,
            Err(failure) => panic!("{failure}\nsee `make test-sim SEED={seed}`"),
        }
    }
    tally
}

#[test]
fn days_end_well_however_the_store_goes_wrong() {
    let tally = days_from(0);
    for (what, count) in tally.named() {
        assert!(count != 0, "in {DAYS} days there is something of everything, but nothing {what}");
    }
}

#[test]
fn more_days_end_well() {
    days_from(DAYS);
}

/// On day 929,965 a slot was moved to an earlier time, and swept when that was over.
#[test]
fn days_that_the_checker_has_misread_end_well() {
    simulate(929_965, None).unwrap_or_else(|failure| panic!("{failure}"));
}

#[test]
fn the_same_seed_is_the_same_day() {
    for seed in 0..20 {
        assert_eq!(simulate(seed, None), simulate(seed, None), "{seed}");
        let sabotage = Some(Sabotage::SlotsHoldNobody);
        assert_eq!(simulate(seed, sabotage), simulate(seed, sabotage), "{seed}");
    }
}

/// What is said where this safety line is missing.
fn blamed_on(sabotage: Sabotage) -> &'static [&'static str] {
    match sabotage {
        Sabotage::GuardsHoldNobody => &["I3", "I4"],
        // Or a slot is free that a visit has: whoever wants it loses to the unique key, again and again.
        Sabotage::SlotsHoldNobody => &["I1", "I2", "I5", "I6", "never settled"],
        Sabotage::ClaimsHoldNobody => &["was handed over by"],
        // Or whoever asks again is refused because of what was done for them.
        Sabotage::AnswersForgotten => &["I7", "I9"],
        Sabotage::HistoryForgotten | Sabotage::MessagesForgotten | Sabotage::AuditForgotten => &["I8"],
        // That a letter was handed over may be among what is lost: then it goes out again.
        Sabotage::CommitsLost => &["I6", "was handed over by"],
        Sabotage::SilenceBelieved => &["I6"],
        Sabotage::RollbackKeeps => &["I5", "I6", "I7", "I8", "I11"],
        Sabotage::UnknownTakenForLost => &["I7", "I8"],
        Sabotage::NoSyncWait => &["was answered at"],
    }
}

#[test]
fn it_is_seen_when_a_safety_line_is_missing() {
    for sabotage in Sabotage::ALL {
        let failure = (0..DAYS_UNTIL_SEEN_MAX).find_map(|seed| simulate(seed, Some(sabotage)).err());
        let failure = failure.unwrap_or_else(|| panic!("{sabotage:?} was not seen"));
        let is_it = blamed_on(sabotage).iter().any(|what| failure.wrong.contains(what));
        assert!(is_it, "{sabotage:?}: {failure}");
    }
}
