use super::*;
use crate::audit::line::tests::line;

fn chain(entries: u128) -> Vec<SealedLine> {
    let lines: Vec<AuditLine> = (1..=entries).map(line).collect();
    seal(None, &lines).into_iter().zip(lines).map(|(seal, line)| SealedLine { seal, line: Some(line) }).collect()
}

fn findings(chain: Vec<SealedLine>) -> Vec<Finding> {
    let mut verifier = Verifier::default();
    for sealed in chain {
        verifier.follow(sealed);
    }
    verifier.finish().1
}

fn change(sealed: &mut SealedLine) {
    sealed.line.as_mut().unwrap().detail = Some("nothing".to_owned());
}

#[test]
fn a_chain_that_nobody_touched_is_whole() {
    assert_eq!(findings(Vec::new()), []);
    assert_eq!(findings(chain(5)), []);
}

#[test]
fn entries_sealed_one_by_one_make_the_same_chain() {
    let whole: Vec<Seal> = chain(5).into_iter().map(|sealed| sealed.seal).collect();
    let mut piecewise: Vec<Seal> = Vec::new();
    for n in 1..=5 {
        let more = seal(piecewise.last(), &[line(n)]);
        piecewise.extend(more);
    }
    assert_eq!(piecewise, whole);
}

#[test]
fn a_changed_entry_is_found_wherever_it_stands() {
    for n in 0..5 {
        let mut chain = chain(5);
        change(&mut chain[n]);
        let SealedLine { seal: Seal { seq, entry, .. }, .. } = chain[n].clone();
        assert_eq!(findings(chain), [Finding::Changed { seq, entry }]);
    }
}

#[test]
fn two_changed_neighbours_are_two_findings() {
    let mut chain = chain(5);
    change(&mut chain[2]);
    change(&mut chain[3]);
    let expected = [3, 4].map(|n| Finding::Changed { seq: n, entry: Uuid::from_u128(n.into()) });
    assert_eq!(findings(chain), expected);
}

#[test]
fn a_missing_entry_is_found_by_its_seal() {
    let mut chain = chain(3);
    chain[1].line = None;
    assert_eq!(findings(chain), [Finding::MissingEntry { seq: 2, entry: Uuid::from_u128(2) }]);
}

#[test]
fn a_gap_between_seals_is_found_also_at_the_beginning() {
    let mut inside = chain(5);
    inside.drain(1..3);
    assert_eq!(findings(inside), [Finding::MissingSeals { first: 2, last: 3 }]);
    let mut first = chain(5);
    first.remove(0);
    assert_eq!(findings(first), [Finding::MissingSeals { first: 1, last: 1 }]);
}

#[test]
fn a_changed_seal_is_told_from_a_changed_entry() {
    let mut chain = chain(3);
    chain[1].seal.hash = [9; 32];
    assert_eq!(findings(chain), [Finding::BrokenLink { seq: 2 }]);
}

#[test]
fn an_entry_sealed_anew_does_not_fit_what_follows() {
    let mut chain = chain(4);
    change(&mut chain[1]);
    let before = chain[0].seal.hash;
    chain[1].seal.hash = hash_after(&before, chain[1].line.as_ref().unwrap());
    assert_eq!(findings(chain), [Finding::Changed { seq: 3, entry: Uuid::from_u128(3) }]);
}

#[test]
fn two_entries_that_changed_places_are_found() {
    let mut chain = chain(4);
    let (second, third) = (chain[1].line.clone(), chain[2].line.clone());
    (chain[1].line, chain[2].line) = (third, second);
    assert_eq!(findings(chain).len(), 2);
}
