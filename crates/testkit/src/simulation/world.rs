//! The clinic with its nodes, in which everybody is at work at once and yet one after the other.
//!
//! There is one thread. Whoever is about to run a statement may be kept waiting while somebody else makes a whole request,
//! within which a third one may come; so everything that can happen between two statements does, and a seed says when.

use std::panic::resume_unwind;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use application::App;
use application::app::{Clock, Ids};
use application::ports::AnyStore;
use chrono::{DateTime, TimeDelta, Utc};
use kernel::{Access, StoreError, Trouble, UnitOfWork, Verdict, carry_out, run_again};
use uuid::{Builder, Uuid};

use super::NODES;
use super::asking::Asked;
use super::cast::CAST;
use super::dice::Dice;
use super::engine::Engine;
use super::plan::Plan;
use super::tally::Tally;
use super::watch::Watch;
use crate::memory::{Between, State, Transaction};
use crate::{PlainPasswords, PlainTokens};

/// How many requests may be under way at once.
const DEPTH_MAX: usize = 4;

/// How many ids a request may need.
const IDS_PER_REQUEST: u64 = 4_096;

/// That a process has ended while it did something.
pub(super) struct Ended;

/// A request that is under way.
#[derive(Clone, Copy)]
struct Running {
    number: usize,
    node: usize,
    /// Which life of the node it belongs to.
    life: u32,
    at: DateTime<Utc>,
    ids_made: u64,
}

/// What everybody has to do with.
pub(super) struct Inside {
    pub(super) dice: Dice,
    pub(super) engine: Engine,
    pub(super) tally: Tally,
    pub(super) watch: Watch,
    /// Every request so far, by its number, which is its place.
    pub(super) asked: Vec<Asked>,
    /// Those that are to be made again.
    pub(super) unsettled: Vec<usize>,
    /// How many requests are still to be made.
    pub(super) left: u32,
    pub(super) now: DateTime<Utc>,
    others: u16,
    running: Vec<Running>,
    nodes: Vec<App>,
    lives: Vec<u32>,
}

impl Inside {
    /// The request that is being made.
    pub(super) fn under_way(&self) -> Option<usize> {
        self.running.last().map(|running| running.number)
    }
}

/// See the module.
pub(super) struct World {
    pub(super) plan: Plan,
    inside: Mutex<Inside>,
    me: Weak<Self>,
}

impl World {
    /// A day that begins, on which so many requests are made.
    pub(super) fn new(dice: Dice, plan: Plan, requests: u32) -> Arc<Self> {
        let world = Arc::new_cyclic(|me| Self {
            inside: Mutex::new(Inside {
                dice,
                engine: Engine::new(CAST.state.clone(), plan.clone()),
                tally: Tally::default(),
                watch: Watch::new(&CAST.state),
                asked: Vec::new(),
                unsettled: Vec::new(),
                left: requests,
                now: CAST.opens,
                others: plan.others,
                running: Vec::new(),
                nodes: Vec::new(),
                lives: vec![0; NODES],
            }),
            plan,
            me: Weak::clone(me),
        });
        let nodes = (0..world.plan.kind.nodes()).map(|node| world.app(node)).collect();
        world.inside().nodes = nodes;
        world
    }

    /// What everybody has to do with. Nothing else is called while it is held.
    pub(super) fn inside(&self) -> MutexGuard<'_, Inside> {
        self.inside.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn node(&self, node: usize) -> App {
        self.inside().nodes[node].clone()
    }

    /// From now on nothing goes wrong, and nobody is kept waiting.
    pub(super) fn calm_down(&self) {
        let mut inside = self.inside();
        inside.engine.calm_down();
        inside.others = 0;
    }

    /// Enters a request as under way, and says where in the store those stand that were before it.
    pub(super) fn enter(&self, asked: Asked) -> (usize, usize) {
        let inside = &mut *self.inside();
        // No two requests are made at the same time, so that what was done says who asked for it.
        inside.now += TimeDelta::microseconds(1);
        let number = inside.asked.len();
        inside.running.push(Running {
            number,
            node: asked.node,
            life: inside.lives[asked.node],
            at: inside.now,
            ids_made: 0,
        });
        inside.tally.requests += 1;
        inside.asked.push(Asked { at: inside.now, ..asked });
        (number, inside.engine.depth())
    }

    /// Takes a request off what is under way.
    pub(super) fn leave(&self, depth: usize) {
        let inside = &mut *self.inside();
        inside.running.pop();
        inside.engine.close_down_to(depth);
    }

    /// Lets others be at work, and does not come back if the process has ended meanwhile. What a transaction that is open
    /// has seen and written, they may find in their way.
    pub(super) fn meanwhile(&self, open: Option<(usize, &State)>) {
        let is_crash = {
            let inside = &mut *self.inside();
            let rates = inside.engine.rates;
            inside.dice.happens(rates.crash)
        };
        if is_crash {
            self.end_process();
        }
        let is_busy = {
            let inside = &mut *self.inside();
            inside.running.len() < DEPTH_MAX && inside.dice.happens(inside.others)
        };
        if is_busy && !is_crash {
            if let Some((number, seen)) = open {
                self.inside().engine.pause(number, seen);
            }
            self.request();
        }
        let is_gone = {
            let inside = self.inside();
            inside.running.last().is_some_and(|running| running.life != inside.lives[running.node])
        };
        if is_gone {
            resume_unwind(Box::new(Ended));
        }
    }

    /// Ends the process that makes the current request, with all that it remembers and all that is under way in it, and
    /// starts another one.
    fn end_process(&self) {
        let node = self.inside().running.last().expect("somebody asks").node;
        let app = self.app(node);
        let inside = &mut *self.inside();
        inside.nodes[node] = app;
        inside.lives[node] += 1;
        inside.tally.crashes += 1;
    }

    fn app(&self, node: usize) -> App {
        App::new(
            Arc::new(Link { world: Weak::clone(&self.me), node }),
            Arc::new(Hand(Weak::clone(&self.me))),
            Arc::new(Hand(Weak::clone(&self.me))),
            Arc::new(PlainPasswords),
            Arc::new(PlainTokens::default()),
            self.plan.settings.clone(),
        )
    }

    /// One attempt at a unit of work.
    fn attempt(
        &self,
        node: usize,
        access: Access,
        work: &mut dyn FnMut(&mut AnyStore) -> Verdict,
    ) -> Result<(), Trouble> {
        self.meanwhile(None);
        let (number, seen) = {
            let Inside { engine, dice, tally, .. } = &mut *self.inside();
            engine.begin(node, access, dice, tally)?
        };
        let between = Box::new(Statements { world: Weak::clone(&self.me), number });
        let mut transaction = Transaction::among_others(access, seen, between);
        let done = transaction.attempt(work);
        if access == Access::Read {
            self.inside().engine.close_down_to(number);
            return done.map(drop);
        }
        let seen = transaction.into_state();
        self.meanwhile(Some((number, &seen)));
        let ended = carry_out(done, |verdict| {
            let Inside { engine, dice, tally, watch, .. } = &mut *self.inside();
            let ended = engine.end(number, verdict, &seen, dice, tally);
            watch.look(engine.committed());
            ended
        });
        self.meanwhile(None);
        ended
    }

    fn has_time_left(&self) -> bool {
        let inside = &mut *self.inside();
        let rates = inside.engine.rates;
        !inside.dice.happens(rates.late)
    }
}

/// The store, as a node reaches it.
struct Link {
    world: Weak<World>,
    node: usize,
}

impl UnitOfWork<AnyStore> for Link {
    fn attempt(&self, access: Access, work: &mut dyn FnMut(&mut AnyStore) -> Verdict) -> Result<(), StoreError> {
        let world = self.world.upgrade().expect("nobody works after the day is over");
        run_again(access, || world.attempt(self.node, access, work), |_, _| world.has_time_left())
    }
}

/// What comes between the statements of a transaction.
struct Statements {
    world: Weak<World>,
    number: usize,
}

impl Between for Statements {
    fn statement(&mut self, seen: &mut State) -> Result<(), Trouble> {
        let world = self.world.upgrade().expect("nobody works after the day is over");
        world.meanwhile(Some((self.number, seen)));
        let Inside { engine, dice, tally, .. } = &mut *world.inside();
        engine.statement(self.number, seen, dice, tally)
    }
}

/// Shows each request the time at which it was made, and gives it ids that tell its number.
struct Hand(Weak<World>);

impl Clock for Hand {
    fn now(&self) -> DateTime<Utc> {
        let world = self.0.upgrade().expect("nobody works after the day is over");
        let inside = world.inside();
        inside.running.last().map_or(inside.now, |running| running.at)
    }
}

impl Ids for Hand {
    fn fresh(&self) -> Uuid {
        let world = self.0.upgrade().expect("nobody works after the day is over");
        let mut inside = world.inside();
        let running = inside.running.last_mut().expect("somebody asks");
        running.ids_made += 1;
        assert!(running.ids_made < IDS_PER_REQUEST, "a request makes that many ids");
        // 0 made what was there before the day.
        let millis = u64::try_from(running.number + 1).expect("this fits") * IDS_PER_REQUEST + running.ids_made;
        Builder::from_unix_timestamp_millis(millis, &[0; 10]).into_uuid()
    }
}

/// The number of the request that made this id; nothing if it was there before the day.
pub(super) fn maker(id: Uuid) -> Option<usize> {
    let millis = u64::try_from(id.as_u128() >> 80).expect("48 bits");
    usize::try_from((millis / IDS_PER_REQUEST).checked_sub(1)?).ok()
}
