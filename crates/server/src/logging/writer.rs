//! Writes the log behind the threads that add to it: a line is copied into memory, and a thread of the log's own writes
//! all that came together. No thread waits for another one's write.

use std::io::{self, Write};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

/// How much may wait to be written; whoever adds more waits.
const PENDING_BYTES_MAX: usize = 1024 * 1024;

/// How long lines are collected before they are written, so that a busy server writes rarely.
const COLLECTING: Duration = Duration::from_millis(5);

/// Takes lines; a clone writes to the same place.
#[derive(Clone)]
pub(super) struct LogWriter(Arc<Shared>);

/// Writes what is still pending when it is dropped.
#[must_use = "the last lines are written when this is dropped"]
pub(crate) struct LogGuard(LogWriter);

#[derive(Default)]
struct Shared {
    pending: Mutex<Pending>,
    has_lines: Condvar,
    is_written: Condvar,
}

#[derive(Default)]
struct Pending {
    lines: Vec<u8>,
    is_writing: bool,
}

impl Shared {
    /// A thread that panicked has left whole lines, or the beginning of one.
    fn lock(&self) -> MutexGuard<'_, Pending> {
        self.pending.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wait<'a>(condition: &Condvar, pending: MutexGuard<'a, Pending>) -> MutexGuard<'a, Pending> {
        condition.wait(pending).unwrap_or_else(PoisonError::into_inner)
    }

    fn write_for_ever(&self, mut out: impl Write) {
        loop {
            let mut pending = self.lock();
            while pending.lines.is_empty() {
                pending = Self::wait(&self.has_lines, pending);
            }
            drop(pending);
            thread::sleep(COLLECTING);
            let mut pending = self.lock();
            let lines = std::mem::take(&mut pending.lines);
            pending.is_writing = true;
            drop(pending);
            // Nobody can be told that the log cannot be written.
            let _ = out.write_all(&lines).and_then(|()| out.flush());
            self.lock().is_writing = false;
            self.is_written.notify_all();
        }
    }
}

impl LogWriter {
    /// Writes to `out` from now on, in a thread that ends with the process.
    ///
    /// # Errors
    /// When there is no thread left.
    pub(super) fn start(out: impl Write + Send + 'static) -> io::Result<(Self, LogGuard)> {
        let writer = Self(Arc::default());
        let shared = Arc::clone(&writer.0);
        thread::Builder::new().name("log".to_owned()).spawn(move || shared.write_for_ever(out))?;
        Ok((writer.clone(), LogGuard(writer)))
    }
}

impl Write for LogWriter {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        let mut pending = self.0.lock();
        while PENDING_BYTES_MAX < pending.lines.len() {
            pending = Shared::wait(&self.0.is_written, pending);
        }
        if pending.lines.is_empty() {
            self.0.has_lines.notify_one();
        }
        pending.lines.extend_from_slice(line);
        Ok(line.len())
    }

    /// Waits for nothing: the logger flushes after each line.
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Drop for LogGuard {
    fn drop(&mut self) {
        let shared = &self.0.0;
        let mut pending = shared.lock();
        while !pending.lines.is_empty() || pending.is_writing {
            pending = Shared::wait(&shared.is_written, pending);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Clone, Default)]
    struct Sink(Arc<Mutex<Vec<u8>>>);

    impl Write for Sink {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn every_line_of_every_thread_is_written_whole_and_in_its_order() {
        let sink = Sink::default();
        let (writer, guard) = LogWriter::start(sink.clone()).unwrap();
        let line = |thread: usize, n: usize| format!("{thread} {n} {}\n", "x".repeat(300));
        thread::scope(|scope| {
            for thread in 0..8 {
                let mut writer = writer.clone();
                // More than may wait.
                scope.spawn(move || (0..1_000).for_each(|n| writer.write_all(line(thread, n).as_bytes()).unwrap()));
            }
        });
        drop(guard);
        let text = String::from_utf8(sink.0.lock().unwrap().clone()).unwrap();
        for thread in 0..8 {
            let own = text.lines().filter(|written| written.starts_with(&format!("{thread} ")));
            let expected: Vec<String> = (0..1_000).map(|n| line(thread, n).trim_end().to_owned()).collect();
            assert_eq!(own.collect::<Vec<_>>(), expected);
        }
        assert_eq!(text.lines().count(), 8_000);
    }

    #[test]
    fn whoever_adds_a_line_does_not_wait_until_it_is_written() {
        let sink = Sink::default();
        let (mut writer, guard) = LogWriter::start(sink.clone()).unwrap();
        let held_up = sink.0.lock().unwrap();
        for _ in 0..3 {
            writer.write_all(b"a line\n").unwrap();
            writer.flush().unwrap();
        }
        drop(held_up);
        drop(guard);
        assert_eq!(sink.0.lock().unwrap().len(), 3 * "a line\n".len());
    }

    #[test]
    fn what_was_logged_is_written_when_the_guard_goes() {
        let sink = Sink::default();
        let (mut writer, guard) = LogWriter::start(sink.clone()).unwrap();
        writer.write_all(b"the last line\n").unwrap();
        drop(guard);
        assert_eq!(sink.0.lock().unwrap().as_slice(), b"the last line\n");
    }
}
