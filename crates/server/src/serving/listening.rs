//! From a connection to requests.

use std::future::ready;
use std::io::ErrorKind;
use std::net::{SocketAddr, TcpListener};
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::time::Duration;

use actix_http::HttpService;
use actix_http::error::DispatchError;
use actix_server::{Server, ServerBuilder};
use actix_service::{IntoServiceFactory as _, ServiceFactoryExt as _, fn_service, map_config};
use actix_web::dev::AppConfig;
use actix_web::middleware::from_fn;
use actix_web::rt::net::TcpStream;
use actix_web::{Error, web};
use http_actix::{State, service};

use super::in_flight;
use super::per_address::PerAddress;
use super::timed_stream::TimedStream;

/// How long a connection is kept on which nothing is asked.
const IDLE_MAX: Duration = Duration::from_secs(5);

/// How long what a client goes on to send is read and thrown away, so that it hears why nobody wants it.
const FAREWELL_MAX: Duration = Duration::from_secs(1);

/// How many clients may wait to be accepted.
const WAITING_MAX: i32 = 2_048;

/// What there is only so much of.
pub(super) struct Limits {
    /// The threads that answer.
    pub(super) workers: NonZeroUsize,
    /// The connections of all clients together.
    pub(super) connections: usize,
    /// Those of each.
    pub(super) per_address: Arc<PerAddress>,
}

/// A server that listens at this address already, and says at which it does.
///
/// It is what `actix_web::HttpServer` puts together, with connections that are counted and timed.
pub(super) fn listen(
    address: SocketAddr,
    limits: Limits,
    state: web::Data<State>,
) -> std::io::Result<(ServerBuilder, SocketAddr)> {
    let listener = TcpListener::bind(address)?;
    // The standard library asks for 128.
    rustix::net::listen(&listener, WAITING_MAX)?;
    let bound = listener.local_addr()?;
    let Limits { workers, connections, per_address } = limits;
    let server = Server::build().workers(workers.get()).max_concurrent_connections((connections / workers).max(1));
    let stopping = server.graceful_shutdown_signal();
    let server = server.listen("http", listener, move || {
        let app = service(state.clone()).wrap(from_fn(in_flight::count));
        let app = app.into_factory().map_err(|error: Error| error.error_response());
        let stopping = stopping.clone();
        let http = HttpService::build()
            .graceful_shutdown_signal(move || {
                let stopping = stopping.clone();
                async move { stopping.notified().await }
            })
            // The stream has deadlines of its own.
            .client_request_timeout(Duration::ZERO)
            .keep_alive(IDLE_MAX)
            .client_disconnect_timeout(FAREWELL_MAX)
            .local_addr(bound)
            .on_connect_ext(|stream: &TimedStream, data| {
                data.insert(stream.in_flight());
            })
            .h1(map_config(app, |()| AppConfig::default()));
        let per_address = Arc::clone(&per_address);
        fn_service(move |stream| ready(accept(stream, &per_address))).and_then(http)
    })?;
    Ok((server, bound))
}

/// Lets a connection in, or drops it where its client has too many.
fn accept(stream: TcpStream, places: &Arc<PerAddress>) -> Result<(TimedStream, Option<SocketAddr>), DispatchError> {
    let client = stream.peer_addr().map_err(DispatchError::Io)?;
    if let Some(seat) = places.enter(client.ip()) {
        return Ok((TimedStream::new(stream, seat), Some(client)));
    }
    log::debug!("{} has as many connections as a client may have", client.ip());
    Err(DispatchError::Io(ErrorKind::ConnectionRefused.into()))
}
