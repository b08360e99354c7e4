#[cfg(feature = "sqlite")]
mod sqlite;

use std::sync::{Arc, Mutex};

use super::*;

type Told = Option<Result<(), Trouble>>;
type PartOf<T> = Box<dyn FnOnce(&mut T) -> Result<Verdict, Trouble> + Send>;
type Log = Arc<Mutex<Vec<&'static str>>>;

/// A connection on which nothing happens but what is written down, and which fails where it is told to.
struct Fake {
    log: Log,
    depth: usize,
    /// The entry that does not come to pass.
    fails: Option<&'static str>,
}

impl Fake {
    fn write(&self, entry: &'static str) -> Result<(), Trouble> {
        self.log.lock().unwrap().push(entry);
        if self.fails == Some(entry) { Err(full()) } else { Ok(()) }
    }
}

impl Shared for Fake {
    fn begin(&mut self) -> Result<(), Trouble> {
        self.depth = 1;
        self.write("begin")
    }

    fn mark(&mut self) -> Result<(), Trouble> {
        self.depth += 1;
        self.write("mark")
    }

    fn keep(&mut self) -> Result<(), Trouble> {
        self.depth -= 1;
        self.write(if self.depth == 0 { "commit" } else { "release" })
    }

    fn forget(&mut self) -> Result<(), Trouble> {
        self.depth -= 1;
        self.write(if self.depth == 0 { "roll back" } else { "roll back to mark" })
    }
}

const LONG: Duration = Duration::from_secs(3_600);

fn turns<T>() -> Turns<T> {
    Turns { age_max: LONG, ..Turns::default() }
}

fn full() -> Trouble {
    Trouble::Failed(StoreError::Unavailable { reason: "full".to_owned() })
}

fn wait_until_waiting<T: Shared>(turns: &Turns<T>, count: usize) {
    while turns.queue().waiting.len() != count {
        std::thread::yield_now();
    }
}

/// What a part comes to.
#[derive(Clone)]
enum Part {
    Ends(Result<Verdict, Trouble>),
    Panics,
}

const KEEPS: Part = Part::Ends(Ok(Verdict::Commit));
const FORGETS: Part = Part::Ends(Ok(Verdict::RollBack));

/// Lets writers come one after the other while the first has the turn; says what each of them was told (`None`: it
/// panicked). Calls `answered` when it was.
fn gather<T: Shared + Send>(
    turns: &Turns<T>,
    open: impl Fn() -> Result<T, Trouble> + Sync,
    parts: Vec<PartOf<T>>,
    answered: impl Fn() + Sync,
) -> Vec<Told> {
    let others = parts.len() - 1;
    let (open, answered) = (&open, &answered);
    let told = std::thread::scope(|scope| {
        let mut writers = Vec::new();
        for (n, part) in parts.into_iter().enumerate() {
            writers.push(scope.spawn(move || {
                let wait_and_part = |shared: &mut T| {
                    if n == 0 {
                        wait_until_waiting(turns, others);
                    }
                    part(shared)
                };
                let told = turns.take_part(LONG, |_| open(), wait_and_part);
                answered();
                told
            }));
            while n == 0 && 0 < others && !turns.queue().is_taken {
                std::thread::yield_now();
            }
            if n < others {
                wait_until_waiting(turns, n);
            }
        }
        writers.into_iter().map(|writer| writer.join().ok()).collect()
    });
    let queue = turns.queue();
    assert!(!queue.is_taken && queue.waiting.is_empty(), "nobody has or wants the turn any more");
    told
}

/// The same with a connection that fails where it is told to; says what was done, too.
fn together(fails: Option<&'static str>, parts: &[Part]) -> (Vec<Told>, Vec<&'static str>) {
    let log = Log::default();
    let open = || Ok(Fake { log: Arc::clone(&log), depth: 0, fails });
    let part = |part: &Part| -> PartOf<Fake> {
        let part = part.clone();
        Box::new(move |_| match part {
            Part::Ends(done) => done,
            Part::Panics => panic!("half way"),
        })
    };
    let told = gather(&turns(), open, parts.iter().map(part).collect(), || log.lock().unwrap().push("answer"));
    let log = log.lock().unwrap().clone();
    (told, log)
}

fn all(outcome: &Result<(), Trouble>, count: usize) -> Vec<Told> {
    vec![Some(outcome.clone()); count]
}

#[test]
fn who_is_alone_commits_at_once() {
    assert_eq!(together(None, &[KEEPS]), (all(&Ok(()), 1), vec!["begin", "commit", "answer"]));
}

#[test]
fn writers_who_wait_share_one_commit_and_none_is_answered_before_it() {
    let (told, log) = together(None, &[KEEPS, KEEPS, KEEPS]);
    assert_eq!(told, all(&Ok(()), 3));
    let commit = ["begin", "mark", "release", "mark", "release", "commit", "answer", "answer", "answer"];
    assert_eq!(log, commit);
}

#[test]
fn a_part_that_is_forgotten_leaves_the_others_and_waits_for_them() {
    let (told, log) = together(None, &[KEEPS, FORGETS, KEEPS]);
    assert_eq!(told, all(&Ok(()), 3));
    let commit = ["begin", "mark", "roll back to mark", "mark", "release", "commit", "answer", "answer", "answer"];
    assert_eq!(log, commit);
}

#[test]
fn who_begins_and_forgets_leaves_the_next_one_to_begin() {
    let (told, log) = together(None, &[FORGETS, KEEPS]);
    assert_eq!(told, all(&Ok(()), 2));
    let log: Vec<_> = log.into_iter().filter(|entry| *entry != "answer").collect();
    assert_eq!(log, ["begin", "roll back", "begin", "commit"]);
}

#[test]
fn a_part_in_trouble_hears_of_its_own_and_the_others_do_not() {
    let (told, log) = together(None, &[KEEPS, Part::Ends(Err(full())), KEEPS]);
    assert_eq!(told, [Some(Ok(())), Some(Err(full())), Some(Ok(()))]);
    assert_eq!(log.iter().filter(|entry| **entry == "commit").count(), 1);
}

#[test]
fn a_commit_that_fails_fails_for_everyone() {
    let (told, _) = together(Some("commit"), &[KEEPS, FORGETS, KEEPS]);
    assert_eq!(told, all(&Err(full()), 3));
}

#[test]
fn a_transaction_that_ends_with_a_part_is_lost_to_the_others() {
    let lost = Err(Trouble::LostRace);
    let (told, log) = together(Some("roll back to mark"), &[KEEPS, Part::Ends(Err(full()))]);
    assert_eq!(told, [Some(lost.clone()), Some(Err(full()))]);
    assert!(!log.contains(&"commit"), "{log:?}");
    for fails in ["mark", "release"] {
        let (told, log) = together(Some(fails), &[KEEPS, KEEPS]);
        assert_eq!(told, [Some(lost.clone()), Some(Err(full()))], "{fails}");
        assert!(!log.contains(&"commit"), "{log:?}");
    }
    // What it refused may rest on what the first had written.
    let (told, _) = together(Some("roll back to mark"), &[KEEPS, FORGETS]);
    assert_eq!(told, all(&lost, 2));
}

#[test]
fn who_panics_is_rolled_back_and_the_turn_goes_on() {
    let (told, log) = together(None, &[KEEPS, Part::Panics, KEEPS]);
    assert_eq!(told, [Some(Ok(())), None, Some(Ok(()))]);
    assert_eq!(log[..6], ["begin", "mark", "roll back to mark", "mark", "release", "commit"]);
    let (told, _) = together(None, &[Part::Panics, KEEPS]);
    assert_eq!(told, [None, Some(Ok(()))]);
}

#[test]
fn who_cannot_begin_lets_the_next_one_try() {
    let (told, log) = together(Some("begin"), &[KEEPS]);
    assert_eq!((told, log), (all(&Err(full()), 1), vec!["begin", "answer"]));
}

#[test]
fn who_waits_too_long_is_turned_away() {
    let (turns, log) = (turns::<Fake>(), Log::default());
    let open = |_| Ok(Fake { log: Arc::clone(&log), depth: 0, fails: None });
    let mut within = Ok(());
    let outer = turns.take_part(LONG, open, |_| {
        within = turns.take_part(Duration::from_millis(1), open, |_| Ok(Verdict::Commit));
        Ok(Verdict::Commit)
    });
    assert_eq!(outer, Ok(()));
    assert!(matches!(within, Err(Trouble::Failed(StoreError::Unavailable { .. }))), "{within:?}");
    assert_eq!(*log.lock().unwrap(), ["begin", "commit"]);
}

#[test]
fn a_group_has_no_more_members_than_it_may() {
    let (told, log) = together(None, &vec![KEEPS; MEMBERS_MAX + 2]);
    assert_eq!(told, all(&Ok(()), MEMBERS_MAX + 2));
    let groups: Vec<_> = log.iter().filter(|entry| ["begin", "commit"].contains(entry)).collect();
    assert_eq!(groups, [&"begin", &"commit", &"begin", &"commit"]);
    assert_eq!(log.iter().filter(|entry| **entry == "mark").count(), MEMBERS_MAX);
}

#[test]
fn a_group_that_is_old_is_joined_by_nobody() {
    let (turns, log) = (Turns { age_max: Duration::ZERO, ..Turns::default() }, Log::default());
    let open = |_| Ok(Fake { log: Arc::clone(&log), depth: 0, fails: None });
    std::thread::scope(|scope| {
        let first = |_: &mut Fake| {
            scope.spawn(|| turns.take_part(LONG, open, |_| Ok(Verdict::Commit)));
            wait_until_waiting(&turns, 1);
            Ok(Verdict::Commit)
        };
        turns.take_part(LONG, open, first).unwrap();
    });
    assert_eq!(*log.lock().unwrap(), ["begin", "commit", "begin", "commit"]);
}
