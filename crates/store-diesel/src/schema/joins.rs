//! Which tables are joined, and by what.

use super::*;

diesel::joinable!(appointments -> doctors (doctor_id));
diesel::joinable!(appointments -> patients (patient_id));
diesel::joinable!(doctor_specialties -> doctors (doctor_id));
diesel::joinable!(doctor_specialties -> specialties (specialty_code));
diesel::joinable!(doctors -> accounts (account_id));
diesel::joinable!(doctors -> locations (location_id));
diesel::joinable!(patients -> accounts (account_id));
diesel::joinable!(schedules -> doctors (doctor_id));
diesel::joinable!(schedules -> locations (location_id));
diesel::joinable!(search_keys -> accounts (account_id));
diesel::joinable!(sessions -> accounts (account_id));
diesel::joinable!(slots -> schedules (schedule_id));

diesel::allow_tables_to_appear_in_same_query!(audit, audit_seals, audit_subjects);
diesel::allow_tables_to_appear_in_same_query!(
    accounts,
    answers,
    appointment_changes,
    appointments,
    doctor_specialties,
    doctors,
    guards,
    locations,
    patients,
    refresh_tokens,
    schedules,
    search_keys,
    searched_names,
    sessions,
    slots,
    specialties,
);
