//! A server that people work with, to be disturbed.

use std::sync::Arc;
use std::time::{Duration, Instant};

use acceptance::invariants::{assert_whole, told_later};
use acceptance::proof::Sum;
use acceptance::server::free_address;
use acceptance::workload::{ACTIVE_AT_ONCE, Dice};
use acceptance::{Data, Evidence, Server, Workload};

/// How many people act at a time.
pub(crate) const CLIENTS: usize = 8;

/// After so many rounds there are new data, lest each round check all that the ones before it have done.
const ROUNDS_PER_LIFE: u32 = 20;

/// Data, a server that may be there, people who work with it, and what they say.
pub(crate) struct Life {
    pub(crate) data: Arc<Data>,
    pub(crate) evidence: Arc<Evidence>,
    pub(crate) workload: Workload,
    server: Option<Server>,
    address: String,
}

impl Life {
    /// On these data, which nobody has used.
    pub(crate) fn begin(data: Arc<Data>, seed: u64) -> Self {
        let (evidence, address) = (evidence_of(&data), free_address());
        let server = serve(&data, &address);
        let workload = Workload::start(&evidence, &[server.url()], CLIENTS, seed);
        Self { data, evidence, workload, server: Some(server), address }
    }

    /// The server, which must be there.
    pub(crate) fn server(&self) -> &Server {
        self.server.as_ref().unwrap()
    }

    /// Ends the server without a word.
    pub(crate) fn kill(&mut self) {
        self.server = None;
    }

    /// Serves again, at the same address; says how long it took until it was ready.
    pub(crate) fn serve(&mut self) -> Duration {
        let begun = Instant::now();
        self.server = Some(serve(&self.data, &self.address));
        begun.elapsed()
    }

    /// Asserts that everything is as it must be, once everything is answered.
    #[track_caller]
    pub(crate) fn assert_whole(&self) {
        self.workload.pause();
        assert_whole(&self.data, &self.evidence);
        self.workload.resume();
    }
}

/// A new file of evidence beside these data.
pub(crate) fn evidence_of(data: &Data) -> Arc<Evidence> {
    Arc::new(Evidence::create(&data.folder().join("evidence")))
}

/// A server at an address that it keeps.
pub(crate) fn serve(data: &Arc<Data>, address: &str) -> Server {
    Server::start_on(data, &[ACTIVE_AT_ONCE, ("bind", address)])
}

/// Disturbs a life again and again, and asserts each time that nothing was lost; says what has come of it.
#[track_caller]
pub(crate) fn rounds(
    rounds: u32,
    new_data: impl Fn() -> Arc<Data>,
    mut disturb: impl FnMut(&mut Life, &mut Dice),
) -> Sum {
    let mut sum = Sum::of(rounds);
    let mut dice = Dice::new(rounds.into());
    let mut left = rounds;
    while 0 < left {
        let mut life = Life::begin(new_data(), left.into());
        for _ in 0..left.min(ROUNDS_PER_LIFE) {
            life.workload.let_pass(20 + u64::try_from(dice.roll(100)).unwrap());
            disturb(&mut life, &mut dice);
            life.assert_whole();
            left -= 1;
        }
        sum.add(&life.workload.stop());
        sum.told_later += told_later(&life.data, &life.evidence.read());
    }
    sum
}
