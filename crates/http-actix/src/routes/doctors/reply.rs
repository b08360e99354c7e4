use clinic_core::{DoctorEntry, Location};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::MoneyBody;

/// A doctor as everybody sees them.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DoctorReply {
    /// Its identity.
    id: Uuid,
    /// The person's name.
    full_name: String,
    /// Where a picture is.
    #[schema(required = true)]
    profile_pic: Option<String>,
    /// Codes.
    specialties: Vec<String>,
    /// Degrees and the like.
    #[schema(required = true)]
    qualifications: Option<String>,
    /// Whole years.
    #[schema(required = true)]
    experience_years: Option<u8>,
    /// What a visit costs.
    #[schema(required = true)]
    consultation_fee: Option<MoneyBody>,
    /// Whether new bookings are taken.
    accepting_bookings: bool,
    /// Where the doctor sees patients.
    location: LocationReply,
}

/// A place.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LocationReply {
    /// Its identity.
    id: Uuid,
    /// What people call it.
    name: String,
    /// Where it is.
    city: String,
    /// IANA.
    time_zone: &'static str,
}

/// A doctor as they see themself.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OwnDoctorReply {
    /// What everybody sees.
    #[serde(flatten)]
    doctor: DoctorReply,
    /// Under which licence the doctor practises.
    license_number: String,
}

impl From<DoctorEntry> for DoctorReply {
    fn from(entry: DoctorEntry) -> Self {
        let DoctorEntry { doctor, full_name, profile_pic, location } = entry;
        Self {
            id: doctor.id.uuid(),
            full_name,
            profile_pic,
            specialties: doctor.specialties,
            qualifications: doctor.qualifications,
            experience_years: doctor.experience_years,
            consultation_fee: doctor.consultation_fee.map(Into::into),
            accepting_bookings: doctor.accepting_bookings,
            location: location.into(),
        }
    }
}

impl From<Location> for LocationReply {
    fn from(location: Location) -> Self {
        Self { id: location.id.uuid(), name: location.name, city: location.city, time_zone: location.zone.name() }
    }
}

impl From<DoctorEntry> for OwnDoctorReply {
    fn from(entry: DoctorEntry) -> Self {
        Self { license_number: entry.doctor.license_number.clone(), doctor: entry.into() }
    }
}
