//! Times that doctors put up for sale.

mod changing;
mod hours;
mod listing;
mod publishing;
mod reply;

use utoipa_actix_web::service_config::ServiceConfig;

use crate::problem::{Code, FieldError, Problem};

/// Every route under `/slots`.
pub(crate) fn routes(config: &mut ServiceConfig) {
    config
        .service(publishing::publish_many)
        .service(changing::remove_many)
        .service(publishing::publish)
        .service(listing::list)
        .service(listing::one)
        .service(changing::change)
        .service(changing::remove);
}

/// Says of a rule's refusal which field of the body it is about.
fn naming(fields: &'static [(Code, &'static str)]) -> impl Fn(Problem) -> Problem {
    move |problem| match fields.iter().find(|(code, _)| *code == problem.code()) {
        Some((code, pointer)) => {
            problem.at(FieldError::new(*pointer, code.to_string(), code.title()))
        }
        None => problem,
    }
}
