//! Passwords: hashed by bcrypt, judged by zxcvbn.

use std::ops::Range;
use std::sync::atomic::{AtomicU32, Ordering};

use bcrypt::HashParts;
use identity_core::password::PASSWORD_BYTES_MAX;
use identity_core::ports::{CredentialFailure, Passwords};
use identity_core::{Password, PasswordHash, WeakPassword};
use zxcvbn::Score;

/// Salt and hash of no password, in bcrypt's base64: 22 and 31 characters.
const NOBODY: &str = "abcdefghijklmnopqrstuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuu";

/// The shortest part of a person's data that is worth guessing on its own.
const PART_CHARS_MIN: usize = 3;

/// What everybody guesses first at an appointment book, whosever it is (OWASP ASVS 5.0, 6.1.2).
const CONTEXT: [&str; 16] = [
    "slotkeeper",
    "clinic",
    "hospital",
    "medical",
    "health",
    "healthcare",
    "doctor",
    "patient",
    "nurse",
    "reception",
    "receptionist",
    "administrator",
    "appointment",
    "booking",
    "schedule",
    "calendar",
];

/// The greatest cost that an installation can set; no stored hash makes refusals slower than that.
const COST_MAX: u32 = 16;

/// bcrypt at one cost, which compares hashes of any: a refusal takes as long as the greatest cost in use.
#[derive(Debug)]
pub struct BcryptPasswords {
    cost: u32,
    cost_in_use: AtomicU32,
}

impl BcryptPasswords {
    /// Hashes with `2^cost` rounds. Each step up doubles the time; 12 is about a quarter of a second.
    pub fn new(cost: u32) -> Self {
        Self { cost, cost_in_use: AtomicU32::new(cost) }
    }

    /// The same, where this hash is stored; one that is met later counts from then on.
    #[must_use]
    pub fn beside(self, stored: &PasswordHash) -> Self {
        self.cost_beside(cost_of(stored));
        self
    }

    /// The greatest cost in use.
    fn cost_beside(&self, cost: Option<u32>) -> u32 {
        let cost = cost.unwrap_or(0).min(COST_MAX);
        self.cost_in_use.fetch_max(cost, Ordering::Relaxed).max(cost)
    }
}

/// The cost of a hash, unless it is none.
fn cost_of(hash: &PasswordHash) -> Option<u32> {
    hash.reveal().parse::<HashParts>().ok().map(|parts| parts.get_cost())
}

/// What is left to do so that a refusal is as much work as one comparison at the greatest cost, where one was made at
/// `done`: each step up doubles the work, so 9 and 9, 10, 11 are as much as 12.
fn left(done: Option<u32>, greatest: u32) -> Range<u32> {
    done.map_or(greatest..greatest + 1, |done| done..greatest)
}

impl Passwords for BcryptPasswords {
    fn judge(&self, password: &Password, known: &[&str]) -> Result<(), WeakPassword> {
        let guesses: Vec<&str> = known.iter().flat_map(|text| parts_of(text)).chain(CONTEXT).collect();
        let judgement = zxcvbn::zxcvbn(password.reveal(), &guesses);
        if Score::Three <= judgement.score() {
            return Ok(());
        }
        Err(WeakPassword::Guessable { advice: judgement.feedback().map(ToString::to_string) })
    }

    // The library's `non_truncating_hash` counts a closing NUL and refuses 72 bytes, of which none would be lost;
    // a `Password` has no more than that and no NUL, so nothing is ever cut.
    fn hash(&self, password: &Password) -> Result<PasswordHash, CredentialFailure> {
        bcrypt::hash(password.reveal(), self.cost)
            .map(PasswordHash::new)
            .map_err(|error| CredentialFailure { reason: format!("bcrypt: {error}") })
    }

    fn verify(&self, password: &str, hash: Option<&PasswordHash>) -> bool {
        let stored = hash.and_then(|hash| cost_of(hash).map(|cost| (hash, cost)));
        let greatest = self.cost_beside(stored.map(|(_, cost)| cost));
        let matches = stored.is_some_and(|(hash, _)| bcrypt::verify(password, hash.reveal()).unwrap_or(false));
        if matches && password.len() <= PASSWORD_BYTES_MAX && !password.contains('\0') {
            return true;
        }
        for cost in left(stored.map(|(_, cost)| cost), greatest) {
            // The work is what counts: nobody's password has this hash.
            let _ = bcrypt::verify(password, &format!("$2b${cost:02}${NOBODY}"));
        }
        false
    }

    fn is_outdated(&self, hash: &PasswordHash) -> bool {
        cost_of(hash) != Some(self.cost)
    }
}

/// A text, and the words in it: whoever knows `ada.lovelace@example.org` tries `lovelace`.
fn parts_of(text: &str) -> impl Iterator<Item = &str> {
    let words = text.split(|c: char| !c.is_alphanumeric());
    std::iter::once(text).chain(words).filter(|part| PART_CHARS_MIN <= part.chars().count())
}

#[cfg(test)]
mod tests {
    use super::*;

    const COST: u32 = 4;

    fn password(text: &str) -> Password {
        Password::new(text.to_owned()).unwrap()
    }

    #[test]
    fn the_right_password_is_recognised_and_no_other() {
        let passwords = BcryptPasswords::new(COST);
        let hash = passwords.hash(&password("correct horse")).unwrap();
        assert!(hash.reveal().starts_with("$2b$04$"));
        assert!(passwords.verify("correct horse", Some(&hash)));
        for wrong in ["", "correct hors", "correct horse ", " correct horse", "Correct horse", "correct horse\0"] {
            assert!(!passwords.verify(wrong, Some(&hash)), "{wrong:?}");
        }
    }

    #[test]
    fn all_72_bytes_count_and_a_73rd_is_never_dropped() {
        let passwords = BcryptPasswords::new(COST);
        let longest = "é".repeat(36);
        let hash = passwords.hash(&password(&longest)).unwrap();
        assert!(passwords.verify(&longest, Some(&hash)));
        assert!(!passwords.verify(&format!("{}è", "é".repeat(35)), Some(&hash)));
        assert!(!passwords.verify(&format!("{longest}x"), Some(&hash)));

        let nearly = passwords.hash(&password(&"x".repeat(71))).unwrap();
        assert!(!passwords.verify(&format!("{}\0", "x".repeat(71)), Some(&nearly)));
    }

    #[test]
    fn the_same_password_never_has_the_same_hash() {
        let passwords = BcryptPasswords::new(COST);
        let of = || passwords.hash(&password("correct horse")).unwrap();
        assert_ne!(of(), of());
    }

    #[test]
    fn the_work_of_a_refusal_is_that_of_the_greatest_cost() {
        for (done, greatest) in [(None, 12), (Some(9), 12), (Some(12), 12), (Some(4), 5)] {
            let work = |cost: u32| 1_u64 << cost;
            let whole = done.map_or(0, work) + left(done, greatest).map(work).sum::<u64>();
            assert_eq!(whole, work(greatest), "{done:?} beside {greatest}");
        }
    }

    #[test]
    fn the_greatest_cost_in_use_is_learnt_and_bounded() {
        let passwords = BcryptPasswords::new(5);
        let of = |cost: u32| PasswordHash::new(format!("$2b${cost:02}${NOBODY}"));
        assert_eq!(passwords.cost_beside(None), 5);
        assert!(!passwords.verify("correct horse", Some(&of(6))));
        assert_eq!(passwords.cost_beside(cost_of(&of(4))), 6);
        assert_eq!(passwords.beside(&of(31)).cost_beside(None), COST_MAX);
        assert_eq!(cost_of(&PasswordHash::unset()), None);
    }

    #[test]
    fn a_hash_of_another_cost_is_outdated() {
        let hash = BcryptPasswords::new(5).hash(&password("correct horse")).unwrap();
        for (cost, outdated) in [(4, true), (5, false), (6, true)] {
            assert_eq!(BcryptPasswords::new(cost).is_outdated(&hash), outdated, "{cost}");
        }
    }

    /// Compares a wrong password's time with that of another account.
    fn assert_takes_as_long(none: Option<&PasswordHash>) {
        let passwords = BcryptPasswords::new(6);
        let hash = passwords.hash(&password("correct horse")).unwrap();
        let taken = |hash: Option<&PasswordHash>| {
            let begun = std::time::Instant::now();
            assert!(!passwords.verify("not the right one", hash));
            begun.elapsed()
        };
        // In turns, so that whatever else the machine does falls on both; ranks, so that a pause does not count.
        let (mut wrong, mut none): (Vec<_>, Vec<_>) = (0..61).map(|_| (taken(Some(&hash)), taken(none))).unzip();
        wrong.sort_unstable();
        none.sort_unstable();
        for rank in [15, 30, 45] {
            let ratio = wrong[rank].as_secs_f64() / none[rank].as_secs_f64();
            assert!((0.5..2.0).contains(&ratio), "{ratio} at rank {rank}: {wrong:?} and {none:?}");
        }
    }

    #[test]
    fn an_unknown_account_takes_as_long_as_a_wrong_password() {
        assert_takes_as_long(None);
    }

    #[test]
    fn an_account_without_a_password_takes_as_long_as_a_wrong_password() {
        assert_takes_as_long(Some(&PasswordHash::unset()));
    }

    #[test]
    fn an_account_with_a_hash_of_a_lower_cost_takes_as_long_as_one_of_todays() {
        let old = BcryptPasswords::new(4).hash(&password("correct horse")).unwrap();
        assert_takes_as_long(Some(&old));
    }

    #[test]
    fn what_is_no_hash_is_nobodys_password() {
        let passwords = BcryptPasswords::new(COST);
        for broken in ["", "correct horse", "$2b$04$", "$2b$99$abcdefghijklmnopqrstuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuu"] {
            assert!(!passwords.verify("correct horse", Some(&PasswordHash::new(broken.to_owned()))), "{broken:?}");
        }
    }

    #[test]
    fn a_cost_that_bcrypt_does_not_know_is_a_failure() {
        assert!(BcryptPasswords::new(3).hash(&password("correct horse")).is_err());
    }

    #[test]
    fn a_password_made_of_the_persons_own_data_is_guessable() {
        let passwords = BcryptPasswords::new(COST);
        let known = ["Wilhelmina Abernathy", "w.abernathy@example.org", "+15550100"];
        let judge = |text: &str| passwords.judge(&password(text), &known);
        for weak in ["password1234", "1234567890", "WilhelminaAbernathy", "abernathy2026", "w.abernathy@example.org"] {
            assert!(matches!(judge(weak), Err(WeakPassword::Guessable { advice: Some(_) })), "{weak:?}");
        }
        assert_eq!(judge("violet tractor humming"), Ok(()));
        assert_eq!(passwords.judge(&password("wilhelmina tractor abernathy"), &[]), Ok(()));
    }

    #[test]
    fn a_password_made_of_what_the_place_is_about_is_guessable() {
        let passwords = BcryptPasswords::new(COST);
        for weak in ["slotkeeper1", "Receptionist1", "Slotk33per!", "hospitalclinic"] {
            let judged = passwords.judge(&password(weak), &[]);
            assert!(matches!(judged, Err(WeakPassword::Guessable { .. })), "{weak:?}: {judged:?}");
        }
    }
}
