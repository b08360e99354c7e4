//! Visits: booking, moving, cancelling, the day itself, and looking back.

mod amending;
mod answer;
mod booking;
mod listing;
mod reply;
mod steps;
mod target;

pub(crate) use listing::{AppointmentOrderWord, AppointmentScopeWord};
pub(crate) use reply::AppointmentStatusWord;
use utoipa_actix_web::service_config::ServiceConfig;

/// Every route under `/appointments`.
pub(crate) fn routes(config: &mut ServiceConfig) {
    config
        .service(booking::book_appointment)
        .service(listing::list_appointments)
        .service(listing::get_appointment)
        .service(listing::get_appointment_history)
        .service(amending::change_appointment)
        .service(booking::reschedule_appointment)
        .service(steps::cancel_appointment)
        .service(steps::confirm_appointment)
        .service(steps::refuse_appointment)
        .service(steps::arrive_appointment)
        .service(steps::check_in_appointment)
        .service(steps::complete_appointment)
        .service(steps::no_show_appointment)
        .service(steps::enter_in_error_appointment)
        .service(steps::reinstate_appointment);
}
