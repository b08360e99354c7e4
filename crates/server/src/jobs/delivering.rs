//! Sending what is owed, in a thread of its own: a mail server that does not answer keeps nobody else waiting.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::time::Duration;
use std::{io, thread};

use application::App;
use application::delivering::{Round, Stationery};
use messaging_core::ports::Post;

/// How long the worker rests when nothing is due.
const PAUSE: Duration = Duration::from_secs(2);

/// How many messages are on the way at the same time; each has a connection to the mail server of its own.
const AT_ONCE: u32 = 8;

/// How long the server waits for the messages that are being handed over when it is told to stop. What takes longer is
/// sent again when its claim expires.
const STOP_SECONDS_MAX: u64 = 15;

/// The thread that sends.
pub(crate) struct Worker {
    stopping: Arc<AtomicBool>,
    wake: Sender<()>,
    ended: Receiver<()>,
}

impl Worker {
    /// Starts it.
    ///
    /// # Errors
    /// When the system has no thread to spare.
    pub(crate) fn start(app: App, post: impl Post + 'static, stationery: Stationery) -> io::Result<Self> {
        let stopping = Arc::new(AtomicBool::new(false));
        let (wake, woken) = mpsc::channel();
        let (end, ended) = mpsc::channel();
        let told = Arc::clone(&stopping);
        thread::Builder::new().name("delivery".to_owned()).spawn(move || {
            let goes_on = || !told.load(Ordering::Relaxed);
            while goes_on() {
                let round = || app.deliver_due(&post, &stationery, AT_ONCE, &goes_on);
                match catch_unwind(AssertUnwindSafe(round)) {
                    Ok(Ok(round)) => {
                        report(round);
                        if round.is_full() {
                            continue;
                        }
                    }
                    Ok(Err(error)) => log::warn!("messages: {error}"),
                    Err(_) => log::error!("messages: the worker panicked, and goes on"),
                }
                if woken.recv_timeout(PAUSE) != Err(RecvTimeoutError::Timeout) {
                    break;
                }
            }
            drop(end);
        })?;
        Ok(Self { stopping, wake, ended })
    }

    /// Ends it when it has done what it is doing, or leaves it alone when that takes too long.
    pub(crate) fn stop(self) {
        self.stopping.store(true, Ordering::Relaxed);
        drop(self.wake);
        if self.ended.recv_timeout(Duration::from_secs(STOP_SECONDS_MAX)) == Err(RecvTimeoutError::Timeout) {
            log::warn!("messages: the mail server takes too long; the last messages may be sent again");
        }
    }
}

fn report(round: Round) {
    let Round { sent, failed, skipped } = round;
    if round != Round::default() {
        log::info!(sent = sent, failed = failed, skipped = skipped; "messages");
    }
}
