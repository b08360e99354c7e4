use actix_web::http::StatusCode;
use kernel::words;

words! {
    /// The kinds of problems; a code never changes its meaning. Each has a heading in docs/problems.md.
    pub enum Code {
        /// The body is not JSON.
        MalformedJson = "malformed_json",
        /// An id in the path is not a UUID.
        MalformedPath = "malformed_path",
        /// A part of the request has the wrong shape.
        Invalid = "invalid",
        /// No token, or one that is not honoured.
        Unauthenticated = "unauthenticated",
        /// No such identifier, or another password.
        WrongCredentials = "wrong_credentials",
        /// The refresh token is unknown, expired or of an ended session.
        RefreshTokenInvalid = "refresh_token_invalid",
        /// The refresh token was used before.
        RefreshTokenReused = "refresh_token_reused",
        /// The token of a link is unknown, of another purpose, expired or used before.
        TokenInvalid = "token_invalid",
        /// The password is right, but an administrator has to open the account first.
        AccountWaiting = "account_waiting",
        /// The password is right, but the e-mail address is not proved yet.
        EmailUnverified = "email_unverified",
        /// The password is right, but the account is closed.
        AccountInactive = "account_inactive",
        /// The role never may.
        Forbidden = "forbidden",
        /// There is nothing at this path.
        NotFound = "not_found",
        /// There is no such slot.
        UnknownSlot = "unknown_slot",
        /// Some of the slots are unknown.
        UnknownSlots = "unknown_slots",
        /// There is no such doctor.
        UnknownDoctor = "unknown_doctor",
        /// There is no such patient.
        UnknownPatient = "unknown_patient",
        /// There is no such appointment.
        UnknownAppointment = "unknown_appointment",
        /// There is no such location.
        UnknownLocation = "unknown_location",
        /// There is no such specialty.
        UnknownSpecialty = "unknown_specialty",
        /// There is no such account.
        UnknownAccount = "unknown_account",
        /// There is no such session.
        UnknownSession = "unknown_session",
        /// There is no such message.
        UnknownMessage = "unknown_message",
        /// The path is known, the method is not.
        MethodNotAllowed = "method_not_allowed",
        /// Somebody has the slot, or the doctor is not there.
        SlotNotFree = "slot_not_free",
        /// The slot is not, or no longer, the time that was meant.
        SlotChanged = "slot_changed",
        /// The doctor has slots there.
        SlotOverlap = "slot_overlap",
        /// An appointment is in the slot.
        SlotHasAppointment = "slot_has_appointment",
        /// The patient has to be elsewhere.
        PatientBusy = "patient_busy",
        /// The patient's account is closed.
        PatientInactive = "patient_inactive",
        /// The doctor takes no new bookings.
        DoctorNotAccepting = "doctor_not_accepting",
        /// The appointment's status does not allow it.
        IllegalMove = "illegal_move",
        /// Another account has this e-mail address.
        EmailTaken = "email_taken",
        /// Another account has this username.
        UsernameTaken = "username_taken",
        /// Another account has this telephone number.
        PhoneTaken = "phone_taken",
        /// Another account has this national id.
        NationalIdTaken = "national_id_taken",
        /// There are as many administrators as there may be.
        TooManyAdmins = "too_many_admins",
        /// The list has this specialty.
        SpecialtyTaken = "specialty_taken",
        /// A doctor has this specialty.
        SpecialtyInUse = "specialty_in_use",
        /// Somebody or something is at the location.
        LocationInUse = "location_in_use",
        /// There is no other location.
        LastLocation = "last_location",
        /// The doctor's times at the old location are not over.
        DoctorHasSlotsToCome = "doctor_has_slots_to_come",
        /// Nobody closes their own account.
        OwnAccount = "own_account",
        /// Nobody could administer the installation any more.
        LastAdmin = "last_admin",
        /// It changed since it was read.
        Stale = "stale",
        /// The body is too large.
        PayloadTooLarge = "payload_too_large",
        /// The body is not JSON by its own account.
        UnsupportedMediaType = "unsupported_media_type",
        /// The slot has begun.
        SlotInPast = "slot_in_past",
        /// The slot begins too soon.
        NoticeTooShort = "notice_too_short",
        /// The slot begins too late.
        BeyondHorizon = "beyond_horizon",
        /// The visit has not begun.
        TooEarly = "too_early",
        /// The visit can no longer be cancelled.
        TooLateToCancel = "too_late_to_cancel",
        /// It begins too soon, or has begun.
        TooLateToMove = "too_late_to_move",
        /// The patient has enough appointments.
        PatientCapReached = "patient_cap_reached",
        /// The doctor has enough appointments that day.
        DoctorDayCapReached = "doctor_day_cap_reached",
        /// More slots than one call may make.
        TooManySlots = "too_many_slots",
        /// More slots than a day may have.
        TooManySlotsInDay = "too_many_slots_in_day",
        /// The key was used for another request.
        IdempotencyKeyReused = "idempotency_key_reused",
        /// `If-Match` is missing.
        PreconditionRequired = "precondition_required",
        /// There were too many failed logins.
        TooManyAttempts = "too_many_attempts",
        /// Too many names were asked for that others have.
        TooManyTakenNames = "too_many_taken_names",
        /// Too many passwords are being checked.
        TooManyLogins = "too_many_logins",
        /// The client asks too often.
        RateLimited = "rate_limited",
        /// Something in here did not work.
        Internal = "internal",
        /// Too many others are being served.
        Overloaded = "overloaded",
        /// The store cannot be reached, or everyone is busy.
        Unavailable = "unavailable",
        /// The store's node is not part of its cluster now.
        NotReady = "not_ready",
        /// Others won each race.
        Contended = "contended",
        /// The body did not come in time.
        RequestTimeout = "request_timeout",
        /// It may or may not have been done.
        OutcomeUnknown = "outcome_unknown",
    }
}

impl Code {
    /// The HTTP status that goes with it.
    pub const fn status(self) -> StatusCode {
        use StatusCode as S;
        match self {
            Self::MalformedJson | Self::MalformedPath => S::BAD_REQUEST,
            Self::Unauthenticated | Self::WrongCredentials | Self::RefreshTokenInvalid | Self::RefreshTokenReused => {
                S::UNAUTHORIZED
            }
            Self::AccountWaiting | Self::EmailUnverified | Self::AccountInactive | Self::Forbidden => S::FORBIDDEN,
            Self::NotFound
            | Self::UnknownSlot
            | Self::UnknownSlots
            | Self::UnknownDoctor
            | Self::UnknownPatient
            | Self::UnknownAppointment
            | Self::UnknownLocation
            | Self::UnknownSpecialty
            | Self::UnknownAccount
            | Self::UnknownSession
            | Self::UnknownMessage => S::NOT_FOUND,
            Self::MethodNotAllowed => S::METHOD_NOT_ALLOWED,
            Self::SlotNotFree
            | Self::SlotOverlap
            | Self::SlotHasAppointment
            | Self::SlotChanged
            | Self::PatientBusy
            | Self::PatientInactive
            | Self::DoctorNotAccepting
            | Self::IllegalMove
            | Self::EmailTaken
            | Self::UsernameTaken
            | Self::PhoneTaken
            | Self::NationalIdTaken
            | Self::TooManyAdmins
            | Self::SpecialtyTaken
            | Self::SpecialtyInUse
            | Self::LocationInUse
            | Self::LastLocation
            | Self::DoctorHasSlotsToCome
            | Self::OwnAccount
            | Self::LastAdmin => S::CONFLICT,
            Self::Stale => S::PRECONDITION_FAILED,
            Self::PayloadTooLarge => S::PAYLOAD_TOO_LARGE,
            Self::RequestTimeout => S::REQUEST_TIMEOUT,
            Self::UnsupportedMediaType => S::UNSUPPORTED_MEDIA_TYPE,
            Self::Invalid
            | Self::TokenInvalid
            | Self::SlotInPast
            | Self::NoticeTooShort
            | Self::BeyondHorizon
            | Self::TooEarly
            | Self::TooLateToCancel
            | Self::TooLateToMove
            | Self::PatientCapReached
            | Self::DoctorDayCapReached
            | Self::TooManySlots
            | Self::TooManySlotsInDay
            | Self::IdempotencyKeyReused => S::UNPROCESSABLE_ENTITY,
            Self::PreconditionRequired => S::PRECONDITION_REQUIRED,
            Self::TooManyAttempts | Self::TooManyTakenNames | Self::TooManyLogins | Self::RateLimited => {
                S::TOO_MANY_REQUESTS
            }
            Self::Internal => S::INTERNAL_SERVER_ERROR,
            Self::Overloaded | Self::Unavailable | Self::NotReady | Self::Contended | Self::OutcomeUnknown => {
                S::SERVICE_UNAVAILABLE
            }
        }
    }

    /// What people read, the same for every problem of this kind.
    pub const fn title(self) -> &'static str {
        match self {
            Self::MalformedJson => "Not JSON",
            Self::MalformedPath => "Not an id",
            Self::Invalid => "Not acceptable as sent",
            Self::Unauthenticated => "Not logged in",
            Self::WrongCredentials => "Wrong identifier or password",
            Self::RefreshTokenInvalid => "Refresh token not valid",
            Self::TokenInvalid => "Link not valid",
            Self::RefreshTokenReused => "Refresh token used before",
            Self::AccountWaiting => "Waits for an administrator",
            Self::EmailUnverified => "E-mail address not verified",
            Self::AccountInactive => "Account closed",
            Self::Forbidden => "Not for your role",
            Self::NotFound => "Nothing here",
            Self::UnknownSlot => "No such slot",
            Self::UnknownSlots => "No such slots",
            Self::UnknownDoctor => "No such doctor",
            Self::UnknownPatient => "No such patient",
            Self::UnknownAppointment => "No such appointment",
            Self::UnknownLocation => "No such location",
            Self::UnknownSpecialty => "No such specialty",
            Self::UnknownAccount => "No such account",
            Self::UnknownSession => "No such session",
            Self::UnknownMessage => "No such message",
            Self::MethodNotAllowed => "Method not allowed",
            Self::SlotNotFree => "Slot not free",
            Self::SlotOverlap => "Slots overlap",
            Self::SlotHasAppointment => "Slot has an appointment",
            Self::SlotChanged => "Slot changed",
            Self::PatientBusy => "Patient is busy then",
            Self::PatientInactive => "Patient's account closed",
            Self::DoctorNotAccepting => "Doctor takes no bookings",
            Self::IllegalMove => "Not from this status",
            Self::EmailTaken => "E-mail address taken",
            Self::UsernameTaken => "Username taken",
            Self::PhoneTaken => "Telephone number taken",
            Self::NationalIdTaken => "National id taken",
            Self::TooManyAdmins => "Enough administrators",
            Self::SpecialtyTaken => "Specialty listed already",
            Self::SpecialtyInUse => "Specialty in use",
            Self::LocationInUse => "Location in use",
            Self::LastLocation => "The last location",
            Self::DoctorHasSlotsToCome => "Doctor has slots to come",
            Self::OwnAccount => "Your own account",
            Self::LastAdmin => "Last administrator",
            Self::Stale => "Changed meanwhile",
            Self::PayloadTooLarge => "Body too large",
            Self::RequestTimeout => "Request timed out",
            Self::UnsupportedMediaType => "Not declared as JSON",
            Self::SlotInPast => "Slot has begun",
            Self::NoticeTooShort => "Too late to book",
            Self::BeyondHorizon => "Too far ahead",
            Self::TooEarly => "Too early",
            Self::TooLateToCancel => "Too late to cancel",
            Self::TooLateToMove => "Too late to move",
            Self::PatientCapReached => "Enough appointments",
            Self::DoctorDayCapReached => "Day is full",
            Self::TooManySlots => "Too many slots at once",
            Self::TooManySlotsInDay => "Too many slots in a day",
            Self::IdempotencyKeyReused => "Idempotency key used before",
            Self::PreconditionRequired => "If-Match is required",
            Self::TooManyAttempts => "Too many failed logins",
            Self::TooManyTakenNames => "Too many taken names",
            Self::TooManyLogins => "Too many logins at once",
            Self::RateLimited => "Too many requests",
            Self::Internal => "Our mistake",
            Self::Overloaded => "Too many at once",
            Self::Unavailable => "Not available now",
            Self::NotReady => "Not ready now",
            Self::Contended => "Too busy now",
            Self::OutcomeUnknown => "Outcome unknown",
        }
    }
}
