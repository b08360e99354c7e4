use actix_web::{HttpResponse, post};
use application::accounts::{DoctorDetails, NewAccount, NewProfile, PatientDetails};
use identity_core::Password;
use kernel::{LocationId, Role, Word};
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;
use validator::Validate;

use super::reply::{AccountReply, RoleWord};
use crate::body::{self, RawBody};
use crate::checks;
use crate::door::Door;
use crate::problem::{Code, FieldError, Problem};
use crate::routes::doctors::PriceBody;
use crate::routes::patients::{BloodGroupWord, GenderWord};
use crate::time::Date;
use crate::words::Spelled;

/// A new account. The block of its role goes with it, and no other.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RegistrationBody {
    /// `patient` or `doctor`; others are not made here.
    role: RoleWord,
    /// Unique, whatever its case.
    #[validate(custom(function = "checks::email"))]
    #[schema(max_length = 254, format = Email)]
    email: String,
    /// At least 10 characters, at most 72 bytes, not easily guessed.
    #[validate(custom(function = "checks::password"))]
    #[schema(min_length = 10, max_length = 72, format = Password)]
    password: String,
    /// One line.
    #[validate(custom(function = "checks::line"))]
    #[schema(min_length = 1, max_length = 200)]
    full_name: String,
    /// Unique; with its country code, or as it is dialled in the clinic's country. Kept in E.164.
    #[validate(custom(function = "checks::phone"))]
    #[schema(example = "+442071838750")]
    phone: String,
    /// Unique, whatever its case; begins with a letter.
    #[validate(custom(function = "checks::username"))]
    #[schema(min_length = 3, max_length = 30)]
    username: Option<String>,
    /// Unique, whatever its case.
    #[validate(custom(function = "checks::national_id"))]
    #[schema(min_length = 4, max_length = 32)]
    national_id: Option<String>,
    /// Where a picture is: http or https.
    #[validate(custom(function = "checks::web_address"))]
    #[schema(max_length = 2000)]
    profile_pic: Option<String>,
    /// For patients, and not necessary.
    #[serde(default, deserialize_with = "body::part")]
    #[validate(nested)]
    patient: Option<PatientDetailsBody>,
    /// For doctors, and necessary.
    #[serde(default, deserialize_with = "body::part")]
    #[validate(nested)]
    doctor: Option<DoctorDetailsBody>,
}

/// What a patient says of themself.
#[derive(Default, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PatientDetailsBody {
    /// From the year `birth_year_min` (1900 unless set) to today.
    date_of_birth: Option<Date>,
    /// FHIR administrative-gender.
    gender: Option<GenderWord>,
    /// ABO and Rh(D).
    blood_group: Option<BloodGroupWord>,
    /// Where the patient lives.
    #[validate(custom(function = "checks::note"))]
    #[schema(max_length = 500)]
    address: Option<String>,
    /// Whom to call.
    #[validate(custom(function = "checks::note"))]
    #[schema(max_length = 500)]
    emergency_contact: Option<String>,
    /// In their own words.
    #[validate(custom(function = "checks::long_text"))]
    #[schema(max_length = 5000)]
    medical_history: Option<String>,
}

/// What a doctor says of themself.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct DoctorDetailsBody {
    /// One or more, by code or name.
    #[validate(custom(function = "checks::lines"))]
    #[schema(min_items = 1, max_items = 20)]
    specialties: Vec<String>,
    /// Under which licence the doctor practises.
    #[validate(custom(function = "checks::line"))]
    #[schema(min_length = 1, max_length = 200)]
    license_number: String,
    /// Degrees and the like.
    #[validate(custom(function = "checks::long_text"))]
    #[schema(max_length = 5000)]
    qualifications: Option<String>,
    /// Whole years.
    #[validate(range(max = 80, message = "must be at most 80"))]
    #[schema(maximum = 80)]
    experience_years: Option<u8>,
    /// Where the doctor sees patients; the first location unless said.
    location_id: Option<Uuid>,
    /// What a visit costs.
    #[serde(default, deserialize_with = "body::part")]
    #[validate(nested)]
    consultation_fee: Option<PriceBody>,
}

/// Only the role, whatever else is said.
#[derive(Deserialize)]
struct Claimed {
    role: serde_json::Value,
}

/// Makes a patient's or a doctor's account with its profile.
#[utoipa::path(
    tag = "auth",
    operation_id = "register",
    request_body = RegistrationBody,
    responses((status = 201, description = "The account.", body = AccountReply, headers(("Location"))))
)]
#[post("/auth/register")]
pub(crate) async fn register(door: Door, raw: RawBody) -> Result<HttpResponse, Problem> {
    raw.declared?;
    refuse_staff(&raw.bytes)?;
    let new = new_account(&door, body::parse(&raw.bytes)?)?;
    let address = door.address();
    let me = door.hashing().run(move |app| app.register(&new, address)).await.map_err(in_its_block)?;
    Ok(HttpResponse::Created().insert_header(("Location", "/api/v1/auth/me")).json(AccountReply::from(&me)))
}

/// Nobody makes a front desk or an administrator here, whatever the body says.
fn refuse_staff(bytes: &[u8]) -> Result<(), Problem> {
    let role = body::read::<Claimed>(bytes).ok().and_then(|Claimed { role }| Role::parse(role.as_str()?));
    match role {
        Some(Role::Receptionist | Role::Admin) => {
            Err(Problem::new(Code::Forbidden, "accounts of this role are made by an administrator"))
        }
        Some(Role::Patient | Role::Doctor) | None => Ok(()),
    }
}

/// The profile that goes with a role; the block of another role is refused.
pub(crate) fn profile_of(
    role: Role,
    patient: Option<PatientDetailsBody>,
    doctor: Option<DoctorDetailsBody>,
) -> Result<NewProfile, Problem> {
    match (role, patient, doctor) {
        (Role::Patient, patient, None) => Ok(NewProfile::Patient(patient.unwrap_or_default().into())),
        (Role::Doctor, None, Some(doctor)) => Ok(NewProfile::Doctor(doctor.try_into()?)),
        (Role::Doctor, None, None) => Err(Problem::invalid_field("/doctor", "required", "is required")),
        (Role::Receptionist, None, None) => Ok(NewProfile::Receptionist),
        (Role::Admin, None, None) => Ok(NewProfile::Admin),
        (Role::Patient, _, Some(_)) | (Role::Receptionist | Role::Admin, None, Some(_)) => {
            Err(of_another_role("/doctor"))
        }
        (Role::Doctor | Role::Receptionist | Role::Admin, Some(_), _) => Err(of_another_role("/patient")),
    }
}

fn new_account(door: &Door, body: RegistrationBody) -> Result<NewAccount, Problem> {
    let profile = profile_of(body.role.0, body.patient, body.doctor)?;
    Ok(NewAccount {
        email: checks::read("/email", &body.email)?,
        password: Some(Password::new(body.password)?),
        full_name: body.full_name,
        phone: Some(door.phone("/phone", &body.phone)?),
        username: body.username.map(|text| checks::read("/username", &text)).transpose()?,
        national_id: body.national_id.map(|text| checks::read("/national_id", &text)).transpose()?,
        profile_pic: body.profile_pic,
        profile,
    })
}

fn of_another_role(pointer: &str) -> Problem {
    Problem::invalid_field(pointer, "other_role", "is for another role")
}

/// A rule knows nothing of the blocks that its fields came in.
pub(crate) fn in_its_block(problem: Problem) -> Problem {
    if problem.code() == Code::UnknownLocation {
        return problem.at(FieldError::new("/doctor/location_id", "unknown_location", "there is no such location"));
    }
    problem.inside("/doctor", &["/specialties"]).inside("/patient", &["/date_of_birth"])
}

impl From<PatientDetailsBody> for PatientDetails {
    fn from(block: PatientDetailsBody) -> Self {
        Self {
            date_of_birth: block.date_of_birth.map(|Date(date)| date),
            gender: block.gender.map(|Spelled(gender)| gender),
            blood_group: block.blood_group.map(|Spelled(group)| group),
            address: block.address,
            emergency_contact: block.emergency_contact,
            medical_history: block.medical_history,
        }
    }
}

impl TryFrom<DoctorDetailsBody> for DoctorDetails {
    type Error = Problem;

    fn try_from(block: DoctorDetailsBody) -> Result<Self, Problem> {
        Ok(Self {
            specialties: block.specialties,
            license_number: block.license_number,
            qualifications: block.qualifications,
            experience_years: block.experience_years,
            location: block.location_id.map(LocationId::new),
            consultation_fee: block.consultation_fee.map(|fee| fee.read("/doctor/consultation_fee")).transpose()?,
        })
    }
}
