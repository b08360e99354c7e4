//! Which codes each operation may answer, for its description in OpenAPI. The tests hold every problem that they are told
//! against it.

use std::borrow::Cow;
use std::collections::BTreeMap;

use kernel::Word;
use utoipa::openapi::path::{Operation, ParameterIn, PathItem};
use utoipa::openapi::schema::{AllOfBuilder, ObjectBuilder, Schema, SchemaType, Type};
use utoipa::openapi::{ContentBuilder, OpenApi, Ref, RefOr, Response};
use utoipa::{PartialSchema, ToSchema};

use super::Code::{
    self, AccountInactive, AccountWaiting, BeyondHorizon, Contended, DoctorDayCapReached, DoctorHasSlotsToCome,
    DoctorNotAccepting, EmailTaken, EmailUnverified, Forbidden, IdempotencyKeyReused, IllegalMove, Internal, Invalid,
    LastAdmin, LastLocation, LocationInUse, MalformedJson, MalformedPath, NationalIdTaken, NotFound, NotReady,
    NoticeTooShort, OutcomeUnknown, Overloaded, OwnAccount, PatientBusy, PatientCapReached, PatientInactive,
    PayloadTooLarge, PhoneTaken, PreconditionRequired, RateLimited, RefreshTokenInvalid, RefreshTokenReused,
    RequestTimeout, SlotChanged, SlotHasAppointment, SlotInPast, SlotNotFree, SlotOverlap, SpecialtyInUse,
    SpecialtyTaken, Stale, TokenInvalid, TooEarly, TooLateToCancel, TooLateToMove, TooManyAdmins, TooManyAttempts,
    TooManyLogins, TooManySlots, TooManySlotsInDay, TooManyTakenNames, Unauthenticated, Unavailable, UnknownAccount,
    UnknownAppointment, UnknownDoctor, UnknownLocation, UnknownMessage, UnknownPatient, UnknownSession, UnknownSlot,
    UnknownSlots, UnknownSpecialty, UnsupportedMediaType, UsernameTaken, WrongCredentials,
};
use super::{MEDIA_TYPE, ProblemDocument};

impl PartialSchema for Code {
    fn schema() -> RefOr<Schema> {
        one_of(Self::ALL)
            .description(Some("Which kind of problem it is; each operation says which it may answer."))
            .into()
    }
}

impl ToSchema for Code {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("ProblemCode")
    }
}

/// What an operation may answer beside what every one of its kind may.
#[expect(clippy::too_many_lines, reason = "one table, with a row for each operation")]
fn own_codes(operation: &str) -> &'static [Code] {
    match operation {
        "book_appointment" => &[
            UnknownSlot,
            UnknownDoctor,
            UnknownPatient,
            SlotNotFree,
            SlotChanged,
            PatientInactive,
            PatientBusy,
            DoctorNotAccepting,
            SlotInPast,
            NoticeTooShort,
            BeyondHorizon,
            PatientCapReached,
            DoctorDayCapReached,
        ],
        "reschedule_appointment" => &[
            UnknownAppointment,
            UnknownSlot,
            UnknownDoctor,
            SlotNotFree,
            SlotChanged,
            PatientInactive,
            PatientBusy,
            DoctorNotAccepting,
            IllegalMove,
            SlotInPast,
            NoticeTooShort,
            BeyondHorizon,
            TooLateToMove,
            PatientCapReached,
            DoctorDayCapReached,
        ],
        "reinstate_appointment" => &[
            UnknownAppointment,
            UnknownSlot,
            UnknownDoctor,
            UnknownPatient,
            SlotNotFree,
            SlotChanged,
            PatientInactive,
            PatientBusy,
            DoctorNotAccepting,
            IllegalMove,
            SlotInPast,
            NoticeTooShort,
            BeyondHorizon,
            PatientCapReached,
            DoctorDayCapReached,
        ],
        "cancel_appointment" => &[UnknownAppointment, IllegalMove, TooLateToCancel],
        "confirm_appointment" => &[UnknownAppointment, IllegalMove, SlotInPast],
        "refuse_appointment" | "enter_in_error_appointment" => &[UnknownAppointment, IllegalMove],
        "arrive_appointment" | "check_in_appointment" | "complete_appointment" | "no_show_appointment" => {
            &[UnknownAppointment, IllegalMove, TooEarly]
        }
        "get_appointment" | "get_appointment_history" | "change_appointment" => &[UnknownAppointment],
        "invite" => &[UnknownLocation, EmailTaken, UsernameTaken, PhoneTaken, NationalIdTaken, TooManyAdmins],
        "register" => &[
            Forbidden,
            UnknownLocation,
            EmailTaken,
            UsernameTaken,
            PhoneTaken,
            NationalIdTaken,
            TooManyLogins,
            TooManyTakenNames,
        ],
        "get_account" => &[UnknownAccount],
        "change_account" => &[UnknownAccount, EmailTaken, UsernameTaken, PhoneTaken, NationalIdTaken],
        "activate_account" => &[UnknownAccount, TooManyAdmins],
        "deactivate_account" => &[UnknownAccount, OwnAccount, LastAdmin],
        "change_me" => &[UsernameTaken, PhoneTaken, EmailTaken, NationalIdTaken, TooManyTakenNames],
        "change_password" => &[TooManyAttempts, TooManyLogins],
        "change_my_email" => &[EmailTaken, TooManyAttempts, TooManyLogins, TooManyTakenNames],
        "close_my_account" => &[LastAdmin, TooManyAttempts, TooManyLogins],
        "login" => {
            &[WrongCredentials, AccountWaiting, EmailUnverified, AccountInactive, TooManyAttempts, TooManyLogins]
        }
        "refresh" => &[RefreshTokenInvalid, RefreshTokenReused, AccountWaiting, EmailUnverified, AccountInactive],
        "reset_password" => &[TokenInvalid, TooManyLogins],
        "verify_email" => &[TokenInvalid, EmailTaken],
        "end_session" => &[UnknownSession],
        "get_doctor" => &[UnknownDoctor],
        "change_doctor" => &[UnknownDoctor, UnknownLocation, DoctorHasSlotsToCome],
        "get_location" | "change_location" => &[UnknownLocation, LocationInUse],
        "remove_location" => &[UnknownLocation, LocationInUse, LastLocation],
        "add_specialty" => &[SpecialtyTaken],
        "change_specialty" => &[UnknownSpecialty],
        "remove_specialty" => &[UnknownSpecialty, SpecialtyInUse],
        "get_message" | "send_message_again" => &[UnknownMessage],
        "get_patient" | "read_patient_in_emergency" => &[UnknownPatient],
        "change_patient" => {
            &[UnknownPatient, UsernameTaken, PhoneTaken, EmailTaken, NationalIdTaken, TooManyTakenNames]
        }
        "get_slot" => &[UnknownSlot],
        "publish_slot" | "publish_slots" => {
            &[UnknownDoctor, UnknownLocation, SlotOverlap, SlotInPast, BeyondHorizon, TooManySlots, TooManySlotsInDay]
        }
        "change_slot" => &[UnknownSlot, SlotOverlap, SlotHasAppointment, SlotInPast, BeyondHorizon, TooManySlotsInDay],
        "remove_slot" => &[UnknownSlot, SlotHasAppointment],
        "remove_slots" => &[UnknownSlots, SlotHasAppointment],
        "get_readiness" => &[NotReady],
        "get_security_contact" | "get_problem" => &[NotFound],
        _ => &[],
    }
}

/// What any operation of its kind may answer: with a body, guarded, changing something.
fn general_codes(method: Method, operation: &Operation) -> Vec<Code> {
    let mut codes = vec![Internal, Overloaded, Unavailable, Contended, RateLimited, Invalid];
    if method == Method::Writing {
        codes.push(OutcomeUnknown);
    }
    if operation.request_body.is_some() {
        codes.extend([MalformedJson, PayloadTooLarge, UnsupportedMediaType, RequestTimeout]);
    }
    if operation.security.as_ref().is_some_and(|needed| !needed.is_empty()) {
        codes.extend([Unauthenticated, Forbidden]);
    }
    for parameter in operation.parameters.iter().flatten() {
        let RefOr::T(parameter) = parameter else { continue };
        match (&parameter.parameter_in, parameter.name.as_str()) {
            (ParameterIn::Path, _) => codes.push(MalformedPath),
            (ParameterIn::Header, "If-Match") => codes.extend([Stale, PreconditionRequired]),
            (ParameterIn::Header, "Idempotency-Key") => codes.push(IdempotencyKeyReused),
            _ => {}
        }
    }
    codes
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Method {
    Reading,
    Writing,
}

/// Says of every problem that an operation describes which codes it may have.
pub(crate) fn name_codes(openapi: &mut OpenApi) {
    for item in openapi.paths.paths.values_mut() {
        for (method, operation) in operations(item) {
            let id = operation.operation_id.clone().unwrap_or_default();
            let mut by_status: BTreeMap<String, Vec<Code>> = BTreeMap::new();
            for code in general_codes(method, operation).iter().chain(own_codes(&id)) {
                by_status.entry(code.status().as_str().to_owned()).or_default().push(*code);
            }
            for (status, response) in &mut operation.responses.responses {
                if let (RefOr::T(response), Some(codes)) = (response, by_status.get(status)) {
                    narrow(response, codes);
                }
            }
        }
    }
}

fn operations(item: &mut PathItem) -> impl Iterator<Item = (Method, &mut Operation)> {
    let PathItem { get, post, patch, delete, .. } = item;
    let writing = [post, patch, delete].into_iter().flatten().map(|operation| (Method::Writing, operation));
    get.iter_mut().map(|operation| (Method::Reading, operation)).chain(writing)
}

/// A problem document whose code is one of these.
fn narrow(response: &mut Response, codes: &[Code]) {
    let narrowed = ObjectBuilder::new().property("code", one_of(codes));
    let schema = AllOfBuilder::new().item(Ref::from_schema_name(ProblemDocument::name())).item(narrowed);
    response.content.insert(MEDIA_TYPE.to_owned(), ContentBuilder::new().schema(Some(schema)).build().into());
}

fn one_of(codes: &[Code]) -> ObjectBuilder {
    let mut codes: Vec<&str> = codes.iter().map(|code| code.as_str()).collect();
    codes.sort_unstable();
    codes.dedup();
    ObjectBuilder::new().schema_type(SchemaType::Type(Type::String)).enum_values(Some(codes))
}
