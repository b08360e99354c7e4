//! Whether a connection is waiting for an answer, which decides what its silence means.

use std::cell::Cell;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};

use actix_web::Error;
use actix_web::body::{BodySize, BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::middleware::Next;
use actix_web::web::Bytes;

/// How many requests of one connection are being answered.
#[derive(Clone, Debug, Default)]
pub(super) struct InFlight(Rc<Cell<u32>>);

impl InFlight {
    /// Whether none is.
    pub(super) fn is_none(&self) -> bool {
        self.0.get() == 0
    }

    fn begin(&self) -> Request {
        self.0.set(self.0.get().saturating_add(1));
        Request(self.clone())
    }
}

/// One request, until it is dropped.
struct Request(InFlight);

impl Drop for Request {
    fn drop(&mut self) {
        let count = &self.0.0;
        count.set(count.get().saturating_sub(1));
    }
}

/// Counts a request as in flight until its answer is made: with a body that is made piece by piece, until its end.
pub(super) async fn count(request: ServiceRequest, next: Next<BoxBody>) -> Result<ServiceResponse<BoxBody>, Error> {
    let counted = request.conn_data::<InFlight>().map(InFlight::begin);
    let response = next.call(request).await?;
    Ok(response.map_body(|_, body| match body.size() {
        BodySize::None | BodySize::Sized(_) => body,
        BodySize::Stream => BoxBody::new(Stream { body, _counted: counted }),
    }))
}

/// A body that is made piece by piece.
struct Stream {
    body: BoxBody,
    _counted: Option<Request>,
}

impl MessageBody for Stream {
    type Error = <BoxBody as MessageBody>::Error;

    fn size(&self) -> BodySize {
        self.body.size()
    }

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Bytes, Self::Error>>> {
        Pin::new(&mut self.get_mut().body).poll_next(context)
    }
}
