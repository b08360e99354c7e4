//! Patients, for themselves and for those who look after them.

mod contact;
mod emergency;
mod listing;
mod own;
mod reply;

use utoipa_actix_web::service_config::ServiceConfig;

pub(crate) use reply::{BloodGroupWord, GenderWord, PatientReply};

pub(crate) fn routes(config: &mut ServiceConfig) {
    config
        .service(own::get_my_patient)
        .service(own::change_my_patient)
        .service(listing::list_patients)
        .service(contact::get_patient)
        .service(contact::change_patient)
        .service(emergency::read_patient_in_emergency);
}
