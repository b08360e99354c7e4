use application::Settings;
use kernel::Guard;

use super::*;
use crate::simulation::cast::CAST;

/// An engine with its dice, and somebody who keeps the tally.
struct Bench {
    engine: Engine,
    dice: Dice,
    tally: Tally,
}

impl Bench {
    fn new(kind: Kind, rates: Rates, sabotage: Option<Sabotage>) -> Self {
        let plan = Plan { kind, rates, others: 0, settings: Settings::default(), sabotage };
        Self { engine: Engine::new(CAST.state.clone(), plan), dice: Dice::of(1), tally: Tally::default() }
    }

    fn steady(kind: Kind) -> Self {
        Self::new(kind, Rates::default(), None)
    }

    fn begin(&mut self, node: usize) -> Result<(usize, State), Trouble> {
        self.engine.begin(node, Access::Write, &mut self.dice, &mut self.tally)
    }

    fn end(&mut self, number: usize, verdict: Verdict, seen: &State) -> Result<(), Trouble> {
        self.engine.end(number, verdict, seen, &mut self.dice, &mut self.tally)
    }

    /// Two transactions, of which the second comes within the first: what came of each.
    fn two(&mut self, nodes: [usize; 2], guards: [Guard; 2]) -> [Result<(), Trouble>; 2] {
        let (first, mut seen) = self.begin(nodes[0]).unwrap();
        hold(&mut seen, guards[0]);
        self.engine.pause(first, &seen);
        let inner = self.begin(nodes[1]).and_then(|(second, mut seen)| {
            hold(&mut seen, guards[1]);
            self.end(second, Verdict::Commit, &seen)
        });
        let outer = self.engine.statement(first, &mut seen, &mut self.dice, &mut self.tally);
        [outer.and_then(|()| self.end(first, Verdict::Commit, &seen)), inner]
    }

    fn held(&self, guard: Guard) -> u64 {
        self.engine.committed().guards[&guard]
    }
}

fn hold(seen: &mut State, guard: Guard) {
    *seen.guards.get_mut(&guard).unwrap() += 1;
}

const LOST: Result<(), Trouble> = Err(Trouble::LostRace);

#[test]
fn of_two_nodes_the_first_to_commit_wins() {
    for _ in 0..20 {
        let mut bench = Bench::steady(Kind::Cluster);
        assert_eq!(bench.two([0, 1], [Guard::Admins, Guard::Admins]), [LOST, Ok(())]);
        assert_eq!(bench.held(Guard::Admins), 1);
    }
}

#[test]
fn on_one_node_the_first_to_write_wins() {
    for (kind, nodes) in [(Kind::Cluster, [0, 0]), (Kind::Locks, [0, 1])] {
        let mut bench = Bench::steady(kind);
        assert_eq!(bench.two(nodes, [Guard::Admins, Guard::Admins]), [Ok(()), LOST], "{kind:?}");
        assert_eq!(bench.held(Guard::Admins), 1);
    }
}

#[test]
fn a_file_has_one_writer() {
    let mut bench = Bench::steady(Kind::File);
    let [outer, inner] = bench.two([0, 1], [Guard::Admins, Guard::Places]);
    assert!(outer.is_ok() && matches!(inner, Err(Trouble::Failed(StoreError::Unavailable { .. }))));
}

#[test]
fn what_two_have_written_side_by_side_is_all_kept() {
    for kind in [Kind::Cluster, Kind::Locks] {
        let mut bench = Bench::steady(kind);
        assert_eq!(bench.two([0, 1], [Guard::Admins, Guard::Places]), [Ok(()), Ok(())]);
        assert_eq!((bench.held(Guard::Admins), bench.held(Guard::Places)), (1, 1));
    }
}

#[test]
fn nothing_is_kept_of_what_is_rolled_back() {
    let mut bench = Bench::steady(Kind::Locks);
    let (number, mut seen) = bench.begin(0).unwrap();
    hold(&mut seen, Guard::Admins);
    assert_eq!(bench.end(number, Verdict::RollBack, &seen), Ok(()));
    assert_eq!((bench.held(Guard::Admins), bench.engine.depth()), (0, 0));
}

#[test]
fn of_a_commit_that_nobody_knows_of_now_all_and_now_nothing_is_kept() {
    let mut bench = Bench::new(Kind::Locks, Rates { unknown: 1_000, ..Rates::default() }, None);
    for _ in 0..100 {
        let (number, mut seen) = bench.begin(0).unwrap();
        hold(&mut seen, Guard::Admins);
        let told = bench.end(number, Verdict::Commit, &seen);
        assert!(matches!(told, Err(Trouble::Failed(StoreError::OutcomeUnknown { .. }))), "{told:?}");
    }
    assert!((20..80).contains(&bench.held(Guard::Admins)), "{}", bench.held(Guard::Admins));
}

#[test]
fn a_full_disk_is_full_for_a_while_and_keeps_nothing() {
    let mut bench = Bench::new(Kind::Locks, Rates { full: 1_000, ..Rates::default() }, None);
    let (number, mut seen) = bench.begin(0).unwrap();
    hold(&mut seen, Guard::Admins);
    let told = bench.end(number, Verdict::Commit, &seen);
    assert!(matches!(told, Err(Trouble::Failed(StoreError::Unavailable { .. }))), "{told:?}");
    assert_eq!(bench.held(Guard::Admins), 0);
}

#[test]
fn guards_that_hold_nobody_let_both_in() {
    let mut bench = Bench::new(Kind::Cluster, Rates::default(), Some(Sabotage::GuardsHoldNobody));
    assert_eq!(bench.two([0, 1], [Guard::Admins, Guard::Admins]), [Ok(()), Ok(())]);
}
