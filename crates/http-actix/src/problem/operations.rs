//! The problems that each operation may answer, for its description in OpenAPI. The tests hold every problem that they are
//! told against it.

use std::borrow::Cow;
use std::collections::BTreeMap;

use actix_web::http::StatusCode;
use kernel::Word;
use utoipa::openapi::header::Header;
use utoipa::openapi::path::{Operation, Parameter, ParameterIn, PathItem};
use utoipa::openapi::schema::{
    AllOfBuilder, Components, KnownFormat, ObjectBuilder, Schema, SchemaFormat, SchemaType, Type,
};
use utoipa::openapi::{ContentBuilder, OpenApi, Ref, RefOr, Response, ResponseBuilder};
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
use crate::words::type_name;

impl PartialSchema for Code {
    fn schema() -> RefOr<Schema> {
        let mut codes = Self::ALL.to_vec();
        codes.sort_unstable_by_key(|code| code.as_str());
        one_of(&codes).description(Some("Kind of a problem; each operation says which it may answer.")).into()
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
        "get_location" => &[UnknownLocation],
        "change_location" => &[UnknownLocation, LocationInUse],
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
    let mut codes = match operation.operation_id.as_deref().unwrap_or_default() {
        // Answered from memory, and nobody is sent away.
        "get_health" | "get_jwks" => vec![],
        "get_readiness" => vec![Internal, Overloaded, Unavailable, Contended],
        "get_openapi" | "get_problem" | "get_security_contact" => vec![RateLimited],
        _ => vec![Internal, Overloaded, Unavailable, Contended, RateLimited, Invalid],
    };
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
            (ParameterIn::Path, _) if is_uuid(parameter) => codes.push(MalformedPath),
            (ParameterIn::Header, "If-Match") => codes.extend([Stale, PreconditionRequired]),
            (ParameterIn::Header, "Idempotency-Key") => codes.push(IdempotencyKeyReused),
            _ => {}
        }
    }
    codes
}

fn is_uuid(parameter: &Parameter) -> bool {
    let uuid = SchemaFormat::KnownFormat(KnownFormat::Uuid);
    matches!(&parameter.schema, Some(RefOr::T(Schema::Object(object))) if object.format.as_ref() == Some(&uuid))
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Method {
    Reading,
    Writing,
}

/// The problems of one status that an operation may answer, by their codes in order.
type Refusals = BTreeMap<StatusCode, Vec<Code>>;

/// Describes every problem that an operation may answer, each kind as a component that says its codes.
pub(crate) fn describe_problems(openapi: &mut OpenApi) {
    let components = openapi.components.get_or_insert_default();
    for item in openapi.paths.paths.values_mut() {
        for (method, operation) in operations(item) {
            for (status, codes) in refusals(method, operation) {
                let name = kind(operation, status, &codes);
                let response = Ref::from_response_name(format!("{name}Problem"));
                operation.responses.responses.insert(status.as_str().to_owned(), response.into());
                add(components, status, &name, &codes);
            }
        }
    }
}

fn operations(item: &mut PathItem) -> impl Iterator<Item = (Method, &mut Operation)> {
    let PathItem { get, post, patch, delete, .. } = item;
    let writing = [post, patch, delete].into_iter().flatten().map(|operation| (Method::Writing, operation));
    get.iter_mut().map(|operation| (Method::Reading, operation)).chain(writing)
}

fn refusals(method: Method, operation: &Operation) -> Refusals {
    let own = own_codes(operation.operation_id.as_deref().unwrap_or_default());
    let mut refusals = Refusals::new();
    for code in general_codes(method, operation).iter().chain(own) {
        refusals.entry(code.status()).or_default().push(*code);
    }
    for codes in refusals.values_mut() {
        codes.sort_unstable_by_key(|code| code.as_str());
        codes.dedup();
    }
    refusals
}

/// The name of these problems: that of the only code, of what every operation may answer, or of the operation and the status.
fn kind(operation: &Operation, status: StatusCode, codes: &[Code]) -> String {
    match codes {
        [code] => type_name(code.as_str()),
        [MalformedJson, MalformedPath] => "BadRequest".to_owned(),
        [Contended, Overloaded, Unavailable] => "ReadUnavailable".to_owned(),
        [Contended, OutcomeUnknown, Overloaded, Unavailable] => "WriteUnavailable".to_owned(),
        _ => {
            let id = operation.operation_id.as_deref().unwrap_or_default();
            type_name(id) + &type_name(status.canonical_reason().unwrap_or_default())
        }
    }
}

/// Adds a problem document whose code is one of these, and the response that has it.
fn add(components: &mut Components, status: StatusCode, name: &str, codes: &[Code]) {
    let problem = format!("{name}Problem");
    // A constant needs no name.
    let code = if codes.len() == 1 {
        one_of(codes).into()
    } else {
        let code = format!("{name}Code");
        components.schemas.insert(code.clone(), one_of(codes).into());
        Ref::from_schema_name(code).into()
    };
    let narrowed = ObjectBuilder::new().property::<_, RefOr<Schema>>("code", code);
    let schema = AllOfBuilder::new().item(Ref::from_schema_name(ProblemDocument::name())).item(narrowed);
    components.schemas.insert(problem.clone(), schema.into());
    components.responses.insert(problem.clone(), response(status, &problem, codes).into());
}

/// A response that says of each code what it means.
fn response(status: StatusCode, schema: &str, codes: &[Code]) -> Response {
    let told: Vec<_> = codes.iter().map(|code| format!("{} (`{code}`)", code.title())).collect();
    let content = ContentBuilder::new().schema(Some(Ref::from_schema_name(schema)));
    let response = ResponseBuilder::new().description(told.join("; ") + ".").content(MEDIA_TYPE, content.build());
    match status {
        StatusCode::UNAUTHORIZED => response.header("WWW-Authenticate", Header::default()).build(),
        StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE => {
            response.header("Retry-After", Header::default()).build()
        }
        _ => response.build(),
    }
}

fn one_of(codes: &[Code]) -> ObjectBuilder {
    let codes = codes.iter().map(|code| code.as_str());
    ObjectBuilder::new().schema_type(SchemaType::Type(Type::String)).enum_values(Some(codes))
}
