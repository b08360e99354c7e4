//! Visits: booking, moving, cancelling, the day itself, and looking back.

mod amending;
mod answer;
mod booking;
mod listing;
mod reply;
mod steps;
mod target;

use utoipa_actix_web::service_config::ServiceConfig;

/// Every route under `/appointments`.
pub(crate) fn routes(config: &mut ServiceConfig) {
    config
        .service(booking::book)
        .service(listing::list)
        .service(listing::one)
        .service(listing::history)
        .service(amending::amend)
        .service(booking::reschedule)
        .service(steps::cancel)
        .service(steps::confirm)
        .service(steps::refuse)
        .service(steps::arrive)
        .service(steps::check_in)
        .service(steps::complete)
        .service(steps::no_show)
        .service(steps::enter_in_error)
        .service(steps::reinstate);
}
