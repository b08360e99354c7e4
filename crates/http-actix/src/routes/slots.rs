//! Times that doctors put up for sale.

mod changing;
mod hours;
mod listing;
mod publishing;
mod reply;

use utoipa_actix_web::service_config::ServiceConfig;

use crate::problem::{Code, FieldError, Problem};

pub(crate) use listing::print;

/// Every route under `/slots`.
pub(crate) fn routes(config: &mut ServiceConfig) {
    config
        .service(publishing::publish_slots)
        .service(changing::remove_slots)
        .service(publishing::publish_slot)
        .service(listing::list_slots)
        .service(listing::get_slot)
        .service(changing::change_slot)
        .service(changing::remove_slot);
}

/// What rules say of the start of one slot.
const START: &[(Code, &str)] =
    &[(Code::SlotInPast, "/starts_at"), (Code::BeyondHorizon, "/starts_at"), (Code::TooManySlotsInDay, "/starts_at")];

/// Says of a rule's refusal which field of the body it is about.
fn naming(fields: &'static [(Code, &'static str)]) -> impl Fn(Problem) -> Problem {
    move |problem| match fields.iter().find(|(code, _)| *code == problem.code()) {
        Some((code, pointer)) => {
            let error = FieldError::new(*pointer, code.to_string(), problem.detail());
            problem.at(error)
        }
        None => problem,
    }
}
