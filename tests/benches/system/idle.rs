//! A server that nobody asks, and how long it takes to be there.

use std::thread;
use std::time::{Duration, Instant};

use acceptance::figures::{Figure, Goal, median};
use acceptance::{Data, Server};

use crate::memory::Memory;
use crate::part::{ENGINES, Part};

const STARTS: usize = 10;
const SETTLING: Duration = Duration::from_secs(2);
const READY_MS_MAX: f64 = 200.0;
const MEMORY_MB_MAX: f64 = 40.0;

pub(crate) fn measure() -> Part {
    let mut part = Part::default();
    for (engine, name) in ENGINES {
        let data = Data::new(engine);
        // The tables and the keys are made once.
        Server::start_on(&data, &[]).stop();
        let (mut starts_ms, mut memories) = (Vec::new(), Vec::new());
        for _ in 0..STARTS {
            let begun = Instant::now();
            let server = Server::start_on(&data, &[]);
            starts_ms.push(begun.elapsed().as_secs_f64() * 1_000.0);
            thread::sleep(SETTLING);
            memories.push(Memory::of(&server));
            server.stop();
        }
        let pick = |of: fn(&Memory) -> f64| median(&memories.iter().map(of).collect::<Vec<_>>());
        let figure = |what: &str, value, unit| Figure::new(format!("idle, {name}: {what}"), value, unit);
        part.add(figure("from start to ready", median(&starts_ms), "ms").should_be(Goal::AtMost(READY_MS_MAX)));
        part.add(
            figure("resident memory", pick(|memory| memory.resident), "MB").should_be(Goal::AtMost(MEMORY_MB_MAX)),
        );
        part.add(figure("proportional memory", pick(|memory| memory.proportional), "MB"));
    }
    part
}
