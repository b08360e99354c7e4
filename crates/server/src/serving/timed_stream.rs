//! A connection on which nobody can make the server wait for ever.

use std::future::Future as _;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use actix_web::rt::net::TcpStream;
use actix_web::rt::time::{Instant, Sleep, sleep};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::in_flight::InFlight;
use super::per_address::Seat;

/// How long the head of a request may take to come, the first of a connection and every later one.
const HEAD_WAIT_MAX: Duration = Duration::from_secs(5);

/// How long a client may read nothing while there is more to read.
const READING_PAUSE_MAX: Duration = Duration::from_secs(15);

/// What is answered to a head that is late; nothing can be told about a request that is not known.
const LATE: &[u8] = b"HTTP/1.1 408 Request Timeout\r\nconnection: close\r\ncontent-length: 0\r\n\r\n";

/// A connection that ends when a head does not come to its end, or an answer is not read.
///
/// actix-http times the first head of a connection only. How long a body may take is up to whoever reads it.
pub(super) struct TimedStream {
    stream: TcpStream,
    in_flight: InFlight,
    head: Deadline,
    head_begun: bool,
    is_late: bool,
    writing: Deadline,
    _seat: Seat,
}

impl TimedStream {
    /// Around a connection that has just been accepted.
    pub(super) fn new(stream: TcpStream, seat: Seat) -> Self {
        let (head, writing) = (Deadline::default(), Deadline::default());
        Self { stream, in_flight: InFlight::default(), head, head_begun: true, is_late: false, writing, _seat: seat }
    }

    /// What counts the requests of this connection.
    pub(super) fn in_flight(&self) -> InFlight {
        self.in_flight.clone()
    }

    /// Whether a head has been waited for in vain.
    fn head_is_late(&mut self, context: &mut Context<'_>) -> bool {
        // While something is answered, or an answer is read, nobody waits for a head.
        if !self.in_flight.is_none() || self.writing.is_set() {
            self.head.clear();
            self.head_begun = false;
            return false;
        }
        self.is_late = self.is_late || self.head.has_passed(HEAD_WAIT_MAX, context);
        self.is_late
    }

    /// The time of a head runs from its first byte; that of the first one of a connection from the beginning.
    fn head_goes_on(&mut self, context: &mut Context<'_>) {
        if !self.head_begun && self.head.is_set() {
            self.head_begun = true;
            self.head.clear();
            // Not passed: it begins now.
            let _ = self.head.has_passed(HEAD_WAIT_MAX, context);
        }
    }
}

impl AsyncRead for TimedStream {
    fn poll_read(self: Pin<&mut Self>, context: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let was_late = this.is_late;
        if this.head_is_late(context) {
            if this.head_begun && !was_late {
                // As much as fits: whoever does not read it is closed on all the same.
                let _ = Pin::new(&mut this.stream).poll_write(context, LATE);
            }
            // As if the client had ended it.
            return Poll::Ready(Ok(()));
        }
        let before = buffer.filled().len();
        let read = Pin::new(&mut this.stream).poll_read(context, buffer);
        if before < buffer.filled().len() {
            this.head_goes_on(context);
        }
        read
    }
}

impl AsyncWrite for TimedStream {
    fn poll_write(self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let written = Pin::new(&mut this.stream).poll_write(context, bytes);
        if written.is_ready() {
            this.writing.clear();
        } else if this.writing.has_passed(READING_PAUSE_MAX, context) {
            return Poll::Ready(Err(io::ErrorKind::TimedOut.into()));
        }
        written
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_flush(context)
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_shutdown(context)
    }
}

/// A moment up to which something is waited for; the timer is made once and used again.
#[derive(Default)]
struct Deadline {
    sleep: Option<Pin<Box<Sleep>>>,
    is_set: bool,
}

impl Deadline {
    const fn is_set(&self) -> bool {
        self.is_set
    }

    const fn clear(&mut self) {
        self.is_set = false;
    }

    /// Sets it so far ahead where it is not set; wakes whoever asks when it passes.
    fn has_passed(&mut self, wait: Duration, context: &mut Context<'_>) -> bool {
        let sleep = self.sleep.get_or_insert_with(|| Box::pin(sleep(wait)));
        if !self.is_set {
            self.is_set = true;
            sleep.as_mut().reset(Instant::now() + wait);
        }
        sleep.as_mut().poll(context).is_ready()
    }
}
