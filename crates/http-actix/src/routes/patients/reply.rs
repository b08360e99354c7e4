use application::patients::{PatientView, ShownPatient};
use clinic_core::{BloodGroup, Gender, PatientEntry};
use serde::Serialize;
use utoipa::openapi::schema::{AnyOf, Schema};
use utoipa::openapi::{Ref, RefOr};
use utoipa::{PartialSchema, ToSchema};
use uuid::Uuid;

use crate::time::Date;
use crate::words::Spelled;

pub(crate) type GenderWord = Spelled<Gender>;
pub(crate) type BloodGroupWord = Spelled<BloodGroup>;

/// A patient in a list: name, date of birth and contact data.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PatientRow {
    /// Its identity.
    id: Uuid,
    /// The person's name.
    full_name: String,
    /// The account's.
    email: String,
    /// E.164.
    #[schema(required = true)]
    phone: Option<String>,
    /// Where a picture is.
    #[schema(required = true)]
    profile_pic: Option<String>,
    /// When the patient was born.
    #[schema(required = true)]
    date_of_birth: Option<Date>,
    /// Whether an earlier patient has the same name and date of birth; for staff only.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    possible_duplicate: Option<bool>,
}

/// Name, date of birth and contact data of a patient.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PatientContactReply {
    /// As in a list.
    #[serde(flatten)]
    row: PatientRow,
    /// Where the patient lives.
    #[schema(required = true)]
    address: Option<String>,
    /// Whom to call.
    #[schema(required = true)]
    emergency_contact: Option<String>,
}

/// All that is known of a patient.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PatientReply {
    /// Name, date of birth and contact data.
    #[serde(flatten)]
    contact: PatientContactReply,
    /// FHIR administrative-gender.
    #[schema(required = true)]
    gender: Option<GenderWord>,
    /// ABO and Rh(D).
    #[schema(required = true)]
    blood_group: Option<BloodGroupWord>,
    /// In their own words.
    #[schema(required = true)]
    medical_history: Option<String>,
}

/// As much of a patient as the caller may see.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub(crate) enum PatientViewReply {
    /// All of it.
    Whole(PatientReply),
    /// Name, date of birth and contact data.
    Contact(PatientContactReply),
}

/// What is all of it is also name and contact data, so this is no `oneOf`, which would be derived.
impl PartialSchema for PatientViewReply {
    fn schema() -> RefOr<Schema> {
        let named = [PatientReply::name(), PatientContactReply::name()].map(|name| Ref::from_schema_name(name).into());
        let description = Some("As much of a patient as the caller may see.".to_owned());
        RefOr::T(Schema::AnyOf(AnyOf { items: named.into(), description, ..AnyOf::default() }))
    }
}

impl ToSchema for PatientViewReply {
    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        schemas.push((PatientReply::name().into_owned(), PatientReply::schema()));
        schemas.push((PatientContactReply::name().into_owned(), PatientContactReply::schema()));
        PatientReply::schemas(schemas);
        PatientContactReply::schemas(schemas);
    }
}

impl From<ShownPatient> for PatientRow {
    fn from(ShownPatient { entry, possible_duplicate }: ShownPatient) -> Self {
        let PatientEntry { patient, full_name, email, phone, profile_pic } = entry;
        let date_of_birth = patient.date_of_birth.map(Date);
        Self { id: patient.id.uuid(), full_name, email, phone, profile_pic, date_of_birth, possible_duplicate }
    }
}

impl From<ShownPatient> for PatientContactReply {
    fn from(shown: ShownPatient) -> Self {
        let patient = &shown.entry.patient;
        let (address, emergency_contact) = (patient.address.clone(), patient.emergency_contact.clone());
        Self { row: shown.into(), address, emergency_contact }
    }
}

impl From<ShownPatient> for PatientReply {
    fn from(shown: ShownPatient) -> Self {
        let patient = &shown.entry.patient;
        Self {
            gender: patient.gender.map(Spelled),
            blood_group: patient.blood_group.map(Spelled),
            medical_history: patient.medical_history.clone(),
            contact: shown.into(),
        }
    }
}

/// A patient as they see themself.
impl From<PatientEntry> for PatientReply {
    fn from(entry: PatientEntry) -> Self {
        ShownPatient { entry, possible_duplicate: None }.into()
    }
}

impl From<PatientView> for PatientViewReply {
    fn from(view: PatientView) -> Self {
        match view {
            PatientView::Whole(shown) => Self::Whole(shown.into()),
            PatientView::Contact(shown) => Self::Contact(shown.into()),
        }
    }
}
