// What the migrations make, as `diesel print-schema` reads it from SQLite; instants are of our own type.

mod joins;

diesel::table! {
    guards (kind, id) {
        kind -> Text,
        id -> Binary,
        revision -> BigInt,
    }
}

diesel::table! {
    locations (id) {
        id -> Binary,
        name -> Text,
        address -> Text,
        city -> Text,
        city_key -> Text,
        time_zone -> Text,
        revision -> BigInt,
    }
}

diesel::table! {
    specialties (code) {
        code -> Text,
        name -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::instant::Timestamp;

    accounts (id) {
        id -> Binary,
        role -> Text,
        status -> Text,
        email -> Text,
        email_key -> Text,
        full_name -> Text,
        name_key -> Text,
        phone -> Nullable<Text>,
        username -> Nullable<Text>,
        username_key -> Nullable<Text>,
        national_id -> Nullable<Text>,
        national_id_key -> Nullable<Text>,
        profile_pic -> Nullable<Text>,
        password_hash -> Text,
        email_verified_at -> Nullable<Timestamp>,
        created_at -> Timestamp,
        revision -> BigInt,
        password_set_at -> Nullable<Timestamp>,
        phone_tail -> Nullable<Text>,
        pending_email -> Nullable<Text>,
    }
}

diesel::table! {
    login_names (name) {
        name -> Text,
        account_id -> Binary,
    }
}

diesel::table! {
    searched_names (account_id) {
        account_id -> Binary,
        full_name -> Text,
        email -> Text,
    }
}

diesel::table! {
    search_keys (search_key, name_key, account_id) {
        search_key -> Text,
        name_key -> Text,
        account_id -> Binary,
    }
}

diesel::table! {
    doctors (id) {
        id -> Binary,
        account_id -> Binary,
        license_number -> Text,
        qualifications -> Nullable<Text>,
        experience_years -> Nullable<Integer>,
        fee_minor -> Nullable<BigInt>,
        fee_currency -> Nullable<Text>,
        accepting_bookings -> Bool,
        location_id -> Binary,
        revision -> BigInt,
    }
}

diesel::table! {
    doctor_specialties (doctor_id, specialty_code) {
        doctor_id -> Binary,
        specialty_code -> Text,
    }
}

diesel::table! {
    patients (id) {
        id -> Binary,
        account_id -> Binary,
        date_of_birth -> Nullable<Date>,
        gender -> Nullable<Text>,
        blood_group -> Nullable<Text>,
        address -> Nullable<Text>,
        emergency_contact -> Nullable<Text>,
        medical_history -> Nullable<Text>,
        revision -> BigInt,
    }
}

diesel::table! {
    schedules (id) {
        id -> Binary,
        doctor_id -> Binary,
        location_id -> Binary,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::instant::Timestamp;

    slots (id) {
        id -> Binary,
        schedule_id -> Binary,
        doctor_id -> Binary,
        location_id -> Binary,
        starts_at -> Timestamp,
        ends_at -> Timestamp,
        status -> Text,
        revision -> BigInt,
        utc_offset_seconds -> Nullable<Integer>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::instant::Timestamp;

    appointments (id) {
        id -> Binary,
        patient_id -> Binary,
        doctor_id -> Binary,
        location_id -> Binary,
        slot_id -> Binary,
        active_slot_id -> Nullable<Binary>,
        starts_at -> Timestamp,
        ends_at -> Timestamp,
        status -> Text,
        reason -> Nullable<Text>,
        notes -> Nullable<Text>,
        booked_by_role -> Text,
        received_by_role -> Nullable<Text>,
        revision -> BigInt,
        created_at -> Timestamp,
        updated_at -> Timestamp,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::instant::Timestamp;

    appointment_changes (appointment_id, revision) {
        appointment_id -> Binary,
        revision -> BigInt,
        changed_at -> Timestamp,
        changed_by -> Binary,
        changed_by_role -> Text,
        kind -> Text,
        from_status -> Nullable<Text>,
        from_slot_id -> Nullable<Binary>,
        from_starts_at -> Nullable<Timestamp>,
        from_ends_at -> Nullable<Timestamp>,
        to_status -> Text,
        to_slot_id -> Binary,
        to_starts_at -> Timestamp,
        to_ends_at -> Timestamp,
        reason_code -> Nullable<Text>,
        reason -> Nullable<Text>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::instant::Timestamp;

    sessions (id) {
        id -> Binary,
        account_id -> Binary,
        created_at -> Timestamp,
        expires_at -> Timestamp,
        ended_at -> Nullable<Timestamp>,
        user_agent -> Nullable<Text>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::instant::Timestamp;

    refresh_tokens (hash) {
        hash -> Binary,
        session_id -> Binary,
        issued_at -> Timestamp,
        expires_at -> Timestamp,
        used_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::instant::Timestamp;

    answers (account_id, idempotency_key) {
        account_id -> Binary,
        idempotency_key -> Text,
        fingerprint -> Binary,
        status -> Integer,
        body -> Text,
        subject -> Binary,
        revision -> BigInt,
        given_at -> Timestamp,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::instant::Timestamp;

    messages (id) {
        id -> Binary,
        kind -> Text,
        addressee -> Text,
        addressee_id -> Binary,
        appointment_id -> Nullable<Binary>,
        appointment_revision -> Nullable<BigInt>,
        created_at -> Timestamp,
        due_at -> Timestamp,
        status -> Text,
        attempts -> BigInt,
        failures -> BigInt,
        claimed_by -> Nullable<Binary>,
        claimed_until -> Nullable<Timestamp>,
        sent_at -> Nullable<Timestamp>,
        last_error -> Nullable<Text>,
        priority -> SmallInt,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::instant::Timestamp;

    delivery_attempts (message_id, attempt) {
        message_id -> Binary,
        attempt -> BigInt,
        ended_at -> Timestamp,
        outcome -> Text,
        detail -> Nullable<Text>,
    }
}

diesel::table! {
    use diesel::sql_types::*;

    preferences (account_id) {
        account_id -> Binary,
        email_appointments -> Bool,
        invitations_only -> Bool,
        language -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::instant::Timestamp;

    one_time_tokens (hash) {
        hash -> Binary,
        purpose -> Text,
        account_id -> Binary,
        issued_at -> Timestamp,
        expires_at -> Timestamp,
        used_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::instant::Timestamp;
    audit (id) {
        id -> Binary,
        done_at -> Timestamp,
        actor -> Nullable<Binary>,
        actor_role -> Nullable<Text>,
        action -> Text,
        subject -> Nullable<Binary>,
        address -> Nullable<Text>,
        detail -> Nullable<Text>,
        state -> Nullable<Binary>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::instant::Timestamp;
    audit_subjects (entry_id, subject) {
        entry_id -> Binary,
        subject -> Binary,
        done_at -> Timestamp,
    }
}

diesel::table! {
    audit_seals (seq) {
        seq -> BigInt,
        entry_id -> Binary,
        hash -> Binary,
        mac -> Nullable<Binary>,
    }
}

diesel::table! {
    settings (name) {
        name -> Text,
        value -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::instant::Timestamp;

    login_failures (subject_kind, subject) {
        subject_kind -> Text,
        subject -> Binary,
        failures -> BigInt,
        last_at -> Timestamp,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::instant::Timestamp;

    leases (name) {
        name -> Text,
        holder -> Binary,
        expires_at -> Timestamp,
    }
}

diesel::table! {
    additive_migrations (version) {
        version -> Text,
    }
}

diesel::table! {
    installation (id) {
        id -> SmallInt,
        calendar_domain -> Text,
    }
}
