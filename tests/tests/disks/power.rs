//! The power goes under load, at any moment: what was answered is on the disk, and a disk that lies is found out.

use std::sync::Arc;

use acceptance::disk::Disk;
use acceptance::evidence::{self, Exchange, as_of};
use acceptance::invariants::violations;
use acceptance::mariadb_on::MariaDbOn;
use acceptance::workload::{ACTIVE_AT_ONCE, Dice};
use acceptance::{Data, Engine, Evidence, Server, Workload, on_each_engine, preload, proof};

on_each_engine!(what_was_answered_outlives_the_power, what_did_not_wait_for_the_disk_goes_with_the_power);

/// How often the power goes, unless `make test-power` says otherwise.
const ROUNDS: u32 = 2;

/// How often it goes until everything begins anew, and a long run has a row of figures.
const ROUNDS_PER_CLINIC: usize = 25;

const CLIENTS: usize = 8;

/// Before how many changes it goes.
const CHANGES_MAX: usize = 300;

/// Whether what is answered waits for the disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Durability {
    /// As it is served.
    Full,
    /// What the server refuses, or cannot know: something must be lost, or nothing could be seen.
    Weak,
}

/// What came of all rounds.
#[derive(Clone, Copy, Debug, Default)]
struct Outcome {
    rounds: u32,
    /// How many changes had been answered when the power went.
    answered: usize,
    rounds_with_loss: u32,
}

fn what_was_answered_outlives_the_power(engine: Engine) {
    let outcome = lose_power_often(engine, Durability::Full);
    assert_eq!(outcome.rounds_with_loss, 0, "{outcome:?}");
    assert!(0 < outcome.answered, "{outcome:?}");
}

fn what_did_not_wait_for_the_disk_goes_with_the_power(engine: Engine) {
    let outcome = lose_power_often(engine, Durability::Weak);
    assert!(3 * outcome.rounds <= 10 * outcome.rounds_with_loss, "{outcome:?}");
}

fn lose_power_often(engine: Engine, durability: Durability) -> Outcome {
    let mut all = Outcome::default();
    let mut dice = Dice::new(evidence::moment().timestamp_micros().unsigned_abs());
    let mut place = Place::new(engine, durability);
    let rounds: Vec<u32> = (0..proof::rounds(ROUNDS)).collect();
    for rounds in rounds.chunks(ROUNDS_PER_CLINIC) {
        let mut outcome = Outcome::default();
        let mut clinic = place.open();
        for round in rounds {
            outcome.add(place.lose_power(&mut clinic, *round, &mut dice));
            if durability == Durability::Weak {
                // What was lost once is missed in every later round.
                clinic = place.open();
            }
        }
        let Outcome { rounds, answered, rounds_with_loss } = outcome;
        let figures =
            format!("{rounds} cuts, {answered} changes answered before them, {rounds_with_loss} cuts with loss");
        proof::report("power.md", &format!("{engine:?}, durability {durability:?}"), &figures);
        all.add(outcome);
    }
    all
}

impl Outcome {
    fn add(&mut self, other: Self) {
        self.rounds += other.rounds;
        self.answered += other.answered;
        self.rounds_with_loss += other.rounds_with_loss;
    }
}

/// Where the power goes.
struct Place {
    engine: Engine,
    durability: Durability,
    /// Ends before its disk does.
    mariadb: Option<MariaDbOn>,
    disk: Disk,
    folder: tempfile::TempDir,
}

/// A database, and what has to be in it.
struct Clinic {
    data: Arc<Data>,
    known: Vec<Exchange>,
}

impl Place {
    fn new(engine: Engine, durability: Durability) -> Self {
        let disk = Disk::new();
        let mariadb =
            (engine == Engine::MariaDb).then(|| MariaDbOn::start(&disk.path().join("mariadb"), flush(durability)));
        Self { engine, durability, mariadb, disk, folder: tempfile::tempdir().unwrap() }
    }

    fn open(&self) -> Clinic {
        let data = match &self.mariadb {
            Some(mariadb) => Data::on_mariadb(&mariadb.url()),
            None => Data::within(self.disk.path(), self.engine),
        };
        let data = match self.durability {
            Durability::Weak if self.mariadb.is_none() => data.with_environment(preload::without_sync()),
            Durability::Full | Durability::Weak => data,
        };
        Clinic { data, known: Vec::new() }
    }

    fn serve(&self, clinic: &Clinic) -> Server {
        let settings = [ACTIVE_AT_ONCE, ("allow_weak_durability", "on")];
        Server::start_on(&clinic.data, if self.durability == Durability::Weak { &settings } else { &settings[..1] })
    }

    /// Loses the power under load, comes back, and looks for what is not as it was promised.
    fn lose_power(&mut self, clinic: &mut Clinic, round: u32, dice: &mut Dice) -> Outcome {
        let evidence = Arc::new(Evidence::create(&self.folder.path().join(round.to_string())));
        let server = self.serve(clinic);
        if self.durability == Durability::Weak {
            // What was there before the load stays, so that something can be asked afterwards.
            self.disk.settle();
        }
        let load = Workload::start(&evidence, &[server.url()], CLIENTS, u64::from(round));
        load.let_pass(u64::try_from(1 + dice.roll(CHANGES_MAX)).unwrap());
        let moment = evidence::moment();
        self.disk.lose_power();
        drop(server);
        self.mariadb.iter_mut().for_each(MariaDbOn::kill);
        let _ = load.stop();
        self.disk.come_back();
        self.mariadb.iter_mut().for_each(|mariadb| mariadb.start_again(flush(self.durability)));

        let before = as_of(&evidence.read(), moment);
        let is_change = |exchange: &&Exchange| exchange.asked.method != "GET" && exchange.success().is_some();
        let answered = before.iter().filter(is_change).count();
        clinic.known.extend(before);
        let _ = self.serve(clinic).stop();
        let found = violations(&clinic.data, &clinic.known);
        if let (Durability::Full, Some(first)) = (self.durability, found.first()) {
            let figures = format!("cut {round}: {} violations, the first: {first:.300}", found.len());
            proof::report("power.md", &format!("{:?}, loss", self.engine), &figures);
        }
        Outcome { rounds: 1, answered, rounds_with_loss: u32::from(!found.is_empty()) }
    }
}

/// When MariaDB waits for the disk.
fn flush(durability: Durability) -> &'static [&'static str] {
    match durability {
        Durability::Full => &[],
        Durability::Weak => &["--innodb-flush-log-at-trx-commit=2"],
    }
}
