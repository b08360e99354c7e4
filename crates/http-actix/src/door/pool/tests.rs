//! With real threads, held at a gate so that nothing depends on how fast they are.

use std::sync::mpsc::{Receiver, Sender, channel};

use actix_web::rt::time::sleep;
use futures_util::future::{join, join_all};
use futures_util::{FutureExt as _, pin_mut};

use super::*;

/// A long time, which no test takes.
const LONG: Duration = Duration::from_secs(60);

/// What is long enough to be too long.
const SHORT: Duration = Duration::from_millis(20);

const PATIENT: Patience = Patience { places: 3, expected_max: LONG, wait_max: LONG };

fn pool(threads: u32, patience: Patience) -> Pool {
    Pool::start("test", threads, patience, || {}).unwrap()
}

/// What threads have begun, in order.
fn record() -> (Sender<u32>, Receiver<u32>) {
    channel()
}

/// Holds the only thread of a pool until the sender is dropped; comes back when it is held.
async fn hold(pool: &Arc<Pool>) -> Sender<()> {
    let (gate, opened) = channel::<()>();
    let (begun, has_begun) = oneshot::channel();
    let pool = Arc::clone(pool);
    actix_web::rt::spawn(async move {
        let held = move || {
            begun.send(()).unwrap();
            let _ = opened.recv();
        };
        pool.run(held).await.unwrap();
    });
    has_begun.await.unwrap();
    gate
}

fn waiting(pool: &Pool) -> usize {
    pool.line.standing().jobs.len()
}

#[actix_web::test]
async fn work_is_done_in_the_order_in_which_it_came() {
    let pool = Arc::new(pool(1, PATIENT));
    let (begin, begun) = record();
    let gate = hold(&pool).await;
    let each = (0..3).map(|n| {
        let begin = begin.clone();
        pool.run(move || begin.send(n).map(|()| n * 10))
    });
    let (results, ()) = join(join_all(each), async { drop(gate) }).await;
    assert_eq!(results.into_iter().map(|result| result.unwrap().unwrap()).collect::<Vec<_>>(), [0, 10, 20]);
    assert_eq!(begun.try_iter().collect::<Vec<_>>(), [0, 1, 2]);
}

#[actix_web::test]
async fn as_many_are_served_at_once_as_there_are_threads() {
    let pool = pool(3, PATIENT);
    let together = Arc::new(std::sync::Barrier::new(3));
    let each = (0..3).map(|_| {
        let together = Arc::clone(&together);
        pool.run(move || together.wait().is_leader())
    });
    let leaders = join_all(each).await;
    assert_eq!(leaders.iter().filter(|leader| **leader == Ok(true)).count(), 1, "{leaders:?}");
}

#[actix_web::test]
async fn a_full_line_refuses_at_once_and_loses_nobody() {
    let pool = Arc::new(pool(1, PATIENT));
    let gate = hold(&pool).await;
    let accepted = join_all((0..3).map(|n| pool.run(move || n)));
    pin_mut!(accepted);
    assert!(accepted.as_mut().now_or_never().is_none());
    assert_eq!(waiting(&pool), 3);
    assert_eq!(pool.run(|| 4).now_or_never(), Some(Err(NoResult::Busy)), "without waiting");
    drop(gate);
    assert_eq!(accepted.await, [Ok(0), Ok(1), Ok(2)]);
    assert_eq!(pool.run(|| 5).await, Ok(5));
}

#[actix_web::test]
async fn behind_a_first_who_has_waited_long_nobody_is_let_in() {
    let pool = Arc::new(pool(1, Patience { expected_max: SHORT, ..PATIENT }));
    let gate = hold(&pool).await;
    let first = pool.run(|| 1);
    pin_mut!(first);
    assert!(first.as_mut().now_or_never().is_none());
    sleep(SHORT * 2).await;
    assert_eq!(pool.run(|| 2).now_or_never(), Some(Err(NoResult::Busy)));
    drop(gate);
    assert_eq!(first.await, Ok(1));
    assert_eq!(pool.run(|| 3).await, Ok(3));
}

#[actix_web::test]
async fn a_line_takes_in_no_more_than_it_serves_at_its_pace() {
    let pool = Arc::new(pool(1, Patience { expected_max: SHORT, ..PATIENT }));
    let gate = hold(&pool).await;
    let slowly = async {
        sleep(SHORT * 2).await;
        drop(gate);
    };
    let (gate, ()) = join(hold(&pool), slowly).await;
    let next = pool.run(|| 1);
    pin_mut!(next);
    assert!(next.as_mut().now_or_never().is_none());
    assert_eq!(pool.run(|| 2).now_or_never(), Some(Err(NoResult::Busy)), "they would have two such waits before them");
    drop(gate);
    assert_eq!(next.await, Ok(1));
    assert_eq!(pool.run(|| 3).await, Ok(3));
}

#[actix_web::test]
async fn what_has_waited_too_long_is_refused_and_never_begun() {
    let pool = Arc::new(pool(1, Patience { wait_max: SHORT, ..PATIENT }));
    let (begin, begun) = record();
    let gate = hold(&pool).await;
    let late = begin.clone();
    assert_eq!(pool.run(move || late.send(1)).await, Err(NoResult::Busy));
    drop(gate);
    pool.run(move || begin.send(2)).await.unwrap().unwrap();
    assert_eq!(begun.iter().collect::<Vec<_>>(), [2]);
}

#[actix_web::test]
async fn what_was_begun_in_time_is_finished_however_long_it_takes() {
    let pool = pool(1, Patience { wait_max: SHORT, ..PATIENT });
    let slow = pool.run(|| {
        thread::sleep(SHORT * 3);
        7
    });
    assert_eq!(slow.await, Ok(7));
}

#[actix_web::test]
async fn what_nobody_waits_for_any_more_is_never_begun() {
    let pool = Arc::new(pool(1, PATIENT));
    let (begin, begun) = record();
    let gate = hold(&pool).await;
    let gone = begin.clone();
    assert!(pool.run(move || gone.send(1)).now_or_never().is_none(), "polled once, and dropped");
    assert_eq!(waiting(&pool), 1);
    drop(gate);
    pool.run(move || begin.send(2)).await.unwrap().unwrap();
    assert_eq!(begun.iter().collect::<Vec<_>>(), [2]);
}

#[actix_web::test]
async fn work_that_panics_is_told_and_its_thread_goes_on() {
    let pool = pool(1, PATIENT);
    for _ in 0..3 {
        assert_eq!(pool.run(|| -> u32 { panic!("as a test wants it") }).await, Err(NoResult::Panicked));
    }
    assert_eq!(pool.run(|| 1).await, Ok(1));
    assert_eq!(pool.line.standing().threads, 1);
}

#[actix_web::test]
async fn the_end_comes_after_what_was_accepted() {
    let pool = Arc::new(pool(2, PATIENT));
    let gates = [hold(&pool).await, hold(&pool).await];
    let accepted = join_all((0..3).map(|n| pool.run(move || n)));
    pin_mut!(accepted);
    assert!(accepted.as_mut().now_or_never().is_none());
    assert!(!pool.finish(Duration::from_millis(1)), "they are held");
    assert_eq!(pool.run(|| 4).now_or_never(), Some(Err(NoResult::Busy)), "the line is closed");
    drop(gates);
    assert!(pool.finish(LONG));
    assert_eq!(accepted.now_or_never(), Some(vec![Ok(0), Ok(1), Ok(2)]), "all of it is done by then");
}

#[actix_web::test]
async fn each_thread_is_prepared_before_it_works() {
    thread_local! { static PREPARED: std::cell::Cell<bool> = const { std::cell::Cell::new(false) }; }
    let pool = Pool::start("test", 2, PATIENT, || PREPARED.set(true)).unwrap();
    assert_eq!(join_all([(); 2].map(|()| pool.run(|| PREPARED.get()))).await, [Ok(true), Ok(true)]);
}
