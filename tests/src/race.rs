//! Doing things at once.

use std::sync::Barrier;
use std::thread;

/// Does all of these on threads of their own that begin together; gives what came of them, in order.
pub fn at_once<T: Send, F: FnOnce() -> T + Send>(works: Vec<F>) -> Vec<T> {
    let barrier = &Barrier::new(works.len());
    thread::scope(|scope| {
        let begin = |work: F| {
            move || {
                barrier.wait();
                work()
            }
        };
        let threads: Vec<_> = works.into_iter().map(|work| scope.spawn(begin(work))).collect();
        threads.into_iter().map(|thread| thread.join().expect("no thread panics")).collect()
    })
}
