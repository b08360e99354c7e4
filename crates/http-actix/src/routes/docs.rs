//! Swagger UI, from this binary alone.

use std::sync::Arc;

use actix_web::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, LOCATION};
use actix_web::web::{self, ServiceConfig};
use actix_web::{HttpResponse, Responder};
use utoipa_swagger_ui::Config;

use crate::problem::{Code, Problem};

const INDEX: &str = "/api/docs/index.html";
const DESCRIPTION: &str = "/api/v1/openapi.json";

/// Swagger UI draws its icons from data addresses and sets styles on elements; it loads nothing from elsewhere.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
                      font-src 'self'; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

/// Not part of the description, and so not collected.
pub(crate) fn routes(config: &mut ServiceConfig) {
    let swagger = Arc::new(Config::from(DESCRIPTION).validator_url("none"));
    config
        .app_data(web::Data::from(swagger))
        .route("/", web::get().to(to_the_interface))
        .route("/api/docs", web::get().to(to_index))
        .route("/api/docs/{file}", web::get().to(file));
}

/// There are no pages for people yet: what there is to see is the interface. Not for ever, so that no browser keeps it.
async fn to_the_interface() -> impl Responder {
    HttpResponse::TemporaryRedirect().insert_header((LOCATION, INDEX)).finish()
}

async fn to_index() -> impl Responder {
    HttpResponse::PermanentRedirect().insert_header((LOCATION, INDEX)).finish()
}

async fn file(name: web::Path<String>, config: web::Data<Config<'static>>) -> Result<HttpResponse, Problem> {
    match utoipa_swagger_ui::serve(&name, config.into_inner()) {
        Ok(Some(file)) => Ok(HttpResponse::Ok()
            .insert_header((CONTENT_TYPE, file.content_type))
            .insert_header((CONTENT_SECURITY_POLICY, POLICY))
            .insert_header((CACHE_CONTROL, "public, max-age=300"))
            .body(file.bytes.into_owned())),
        Ok(None) => Err(Problem::new(Code::NotFound, "there is nothing at this path")),
        Err(error) => Err(Problem::internal(error)),
    }
}
