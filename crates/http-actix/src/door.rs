//! The way from a handler to the application: one hop to a thread that may wait.

use std::future::{Ready, ready};
use std::net::IpAddr;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest, web};
use application::{App, Caller};
use kernel::{Page, PageRequest};

use crate::bearer::Bearer;
use crate::cursor::{self, Key};
use crate::paging::{PageBody, PageInfo, PageLimit};
use crate::problem::Problem;
use crate::state::State;

/// The door to the application.
#[derive(Clone)]
pub struct Door {
    state: web::Data<State>,
    address: Option<IpAddr>,
}

impl Door {
    /// Asks the application something, off the event loop.
    ///
    /// # Errors
    /// The application's no; a panic is an internal problem.
    pub async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&App) -> Result<T, application::Error> + Send + 'static,
    ) -> Result<T, Problem> {
        let app = self.state.app.clone();
        match web::block(move || work(&app)).await {
            Ok(result) => result.map_err(Problem::from),
            Err(_) => Err(Problem::internal("the work was cancelled or panicked")),
        }
    }

    /// Asks the application something on somebody's behalf: who they are is looked up in the same hop.
    ///
    /// # Errors
    /// `unauthenticated` when the session is not live any more; else as [`Door::run`].
    pub async fn run_as<T: Send + 'static>(
        &self,
        Bearer(claims): Bearer,
        work: impl FnOnce(&App, &Caller) -> Result<T, application::Error> + Send + 'static,
    ) -> Result<T, Problem> {
        let address = self.address;
        self.run(move |app| {
            let caller = app.caller(&claims, address)?;
            work(app, &caller)
        })
        .await
    }

    /// Who is calling: at once if that is known, else by a hop.
    ///
    /// # Errors
    /// `unauthenticated` when the session is not live any more; else as [`Door::run`].
    pub async fn caller(&self, Bearer(claims): Bearer) -> Result<Caller, Problem> {
        let address = self.address;
        match self.state.app.known_caller(&claims, address) {
            Some(caller) => Ok(caller),
            None => self.run(move |app| app.caller(&claims, address)).await,
        }
    }

    /// Which page of this list is wanted; a cursor of another list is refused.
    ///
    /// # Errors
    /// `invalid` names the cursor.
    pub fn page_request<K: Key>(
        &self,
        list: &'static str,
        limit: Option<PageLimit>,
        cursor: Option<&str>,
    ) -> Result<PageRequest<K>, Problem> {
        let after = match cursor {
            None => None,
            Some(text) => Some(cursor::open(&self.state.cursor_key, list, text).ok_or_else(|| {
                Problem::invalid_field("/query/cursor", "cursor", "this is not a cursor of this list")
            })?),
        };
        Ok(PageRequest { limit: limit.map_or_else(Default::default, |PageLimit(limit)| limit), after })
    }

    /// A page of this list as it is sent.
    pub fn page_body<T, U, K: Key>(
        &self,
        list: &'static str,
        page: Page<T, K>,
        row: impl FnMut(T) -> U,
    ) -> PageBody<U> {
        let next_cursor = page.next.as_ref().map(|position| cursor::seal(&self.state.cursor_key, list, position));
        PageBody { items: page.items.into_iter().map(row).collect(), page: PageInfo { next_cursor } }
    }

    /// Where the request came from: the other end of the connection.
    pub(crate) const fn address(&self) -> Option<IpAddr> {
        self.address
    }

    pub(crate) fn state(&self) -> &State {
        &self.state
    }
}

impl FromRequest for Door {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let state = request.app_data::<web::Data<State>>().cloned();
        let address = request.peer_addr().map(|peer| peer.ip());
        ready(state.map(|state| Self { state, address }).ok_or_else(|| Problem::internal("the state is not there")))
    }
}
