//! The whole of HTTP as one application: the server and the tests share it.

use actix_web::body::BoxBody;
use actix_web::dev::{ServiceFactory, ServiceRequest, ServiceResponse};
use actix_web::middleware::{NormalizePath, from_fn};
use actix_web::{App, Error, web};
use utoipa_actix_web::AppExt as _;

use crate::frame::{self, KnownPaths};
use crate::routes::{self, Description};
use crate::state::State;
use crate::{openapi, routes::docs};

/// Every route with all that surrounds it. Made once for each worker; what they share is the state.
pub fn service(
    state: web::Data<State>,
) -> App<
    impl ServiceFactory<ServiceRequest, Config = (), Response = ServiceResponse<BoxBody>, Error = Error, InitError = ()>,
> {
    let cors = frame::cors(&state.cors_origins);
    let (app, description) = App::new()
        .app_data(state)
        .into_utoipa_app()
        .openapi(openapi::head())
        .configure(routes::routes)
        .split_for_parts();
    let description = openapi::complete(description);
    app.app_data(web::Data::new(KnownPaths::of(&description)))
        .app_data(web::Data::new(Description::of(&description)))
        .configure(docs::routes)
        .default_service(web::to(frame::nowhere))
        // The last is the outermost.
        .wrap(from_fn(frame::limit))
        .wrap(NormalizePath::trim())
        .wrap(from_fn(frame::tell))
        .wrap(cors)
        // Once more, for what the one before this refuses itself.
        .wrap(from_fn(frame::tell))
        .wrap(from_fn(frame::compress))
        .wrap(from_fn(frame::protect))
}
