//! Days in a clinic whose store goes wrong in every way that engines do, each made from one number.
//!
//! What is simulated is the store ([`crate::memory`], with transactions that are open side by side), the clock, the post
//! and the people. All the rest is what runs in a clinic: the cores, the application with its idempotency and its
//! deliveries, and the rules by which a unit of work is run again.

mod answering;
mod asking;
mod cast;
mod dice;
mod engine;
mod plan;
mod tally;
mod verdict;
mod watch;
mod world;

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use chrono::TimeDelta;
use messaging_core::MessageStatus;

use asking::{Ask, Asked, Said};
use cast::CAST;
use dice::Dice;
use plan::Plan;
use verdict::Day;
use world::World;

pub use plan::Sabotage;
pub use tally::Tally;

/// How many processes serve the clinic, each on a node of the store where that has several.
const NODES: usize = 2;

/// How many requests are made on a day at least, and how many more at most.
const REQUESTS: (u32, usize) = (20, 60);

/// How often in a row what is left over is done before it counts as something that never ends.
const ROUNDS_MAX: u32 = 40;

/// Longer than a message waits after it has failed, and than a claim keeps it.
const LONG_HOURS: i64 = 15;

/// A day that was not as it must be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// From which it is made again.
    pub seed: u64,
    /// What was wrong.
    pub wrong: String,
    /// Every request of the day, and what was said to it.
    pub story: Vec<String>,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the day of seed {} went wrong: {}", self.seed, self.wrong)
    }
}

/// Simulates one day, and looks whether all was as it must be.
///
/// # Errors
/// When it was not.
pub fn simulate(seed: u64, sabotage: Option<Sabotage>) -> Result<Tally, Box<Failure>> {
    let mut dice = Dice::of(seed);
    let plan = Plan::of(&mut dice, sabotage);
    let (least, more) = REQUESTS;
    let requests = least + u32::try_from(dice.below(more)).expect("this fits");
    let world = World::new(dice, plan, requests);
    let lived = catch_unwind(AssertUnwindSafe(|| live(&world)));
    let lived = lived.unwrap_or_else(|payload| {
        let said = payload.downcast_ref::<String>().map_or("without a word", String::as_str);
        Err(format!("a panic: {said}"))
    });
    let inside = world.inside();
    let day = Day {
        state: inside.engine.committed(),
        asked: &inside.asked,
        watch: &inside.watch,
        end: inside.now,
        is_causal: world.plan.is_causal(),
    };
    lived.and_then(|()| day.check()).map(|()| inside.tally).map_err(|wrong| {
        let plan = format!("{:?}", world.plan);
        let requests = inside.asked.iter().enumerate().map(|(number, asked)| format!("{number}: {asked:?}"));
        Box::new(Failure { seed, wrong, story: std::iter::once(plan).chain(requests).collect() })
    })
}

/// The day itself, and then what is left over, when nothing goes wrong any more.
fn live(world: &Arc<World>) -> Result<(), String> {
    while world.inside().left != 0 {
        pass_time(world);
        world.request();
    }
    world.calm_down();
    for _ in 0..ROUNDS_MAX {
        let unsettled = std::mem::take(&mut world.inside().unsettled);
        if unsettled.is_empty() {
            return deliver_all(world);
        }
        for number in unsettled {
            let asked = world.inside().asked[number].clone();
            world.make(&Asked { said: Said::Nothing, ..asked });
        }
    }
    Err("a request is never settled".to_owned())
}

fn pass_time(world: &World) {
    let inside = &mut *world.inside();
    if inside.dice.happens(300) {
        let minutes = inside.dice.below(12);
        inside.now += TimeDelta::minutes(i64::try_from(minutes).expect("this fits"));
    }
}

fn deliver_all(world: &World) -> Result<(), String> {
    for _ in 0..ROUNDS_MAX {
        let is_waiting =
            world.inside().engine.committed().messages.values().any(|row| row.posted.status == MessageStatus::Waiting);
        if !is_waiting {
            return Ok(());
        }
        let (first, at) = {
            let inside = &mut *world.inside();
            inside.now += TimeDelta::hours(LONG_HOURS);
            (inside.asked.len(), inside.now)
        };
        world.make(&Asked {
            who: CAST.admin,
            node: 0,
            ask: Ask::Deliver(u32::MAX),
            first,
            has_key: false,
            at,
            said: Said::Nothing,
        });
    }
    Err("a message is never sent".to_owned())
}
