//! The directory of doctors.

mod changing;
mod listing;
mod money;
mod reply;

use utoipa_actix_web::service_config::ServiceConfig;

pub(crate) use listing::DoctorSortWord;
pub(crate) use money::{MoneyReply, PriceBody};
pub(crate) use reply::OwnDoctorReply;

pub(crate) fn routes(config: &mut ServiceConfig) {
    config
        .service(changing::get_my_doctor)
        .service(changing::change_my_doctor)
        .service(listing::list_doctors)
        .service(listing::get_doctor)
        .service(changing::change_doctor);
}
