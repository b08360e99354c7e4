//! What people call the doctor and the location of a time.

use application::ports::Labels;
use diesel::prelude::*;
use kernel::{DoctorId, LocationId, StoreError, TimeZones};

use crate::convert::{Column, bytes};
use crate::places::zone;
use crate::schema::{accounts, doctors, locations};
use crate::transaction::Transaction;

/// The doctor's name, and the location's name, city and time zone. There always is a doctor and a location, also where
/// they come from an outer join.
pub(crate) type LabelsRow = (Option<String>, Option<String>, Option<String>, Option<String>);

/// The columns of a [`LabelsRow`]; the doctor's name is that of an account.
macro_rules! label_columns {
    ($full_name:expr) => {
        ($full_name.nullable(), locations::name.nullable(), locations::city.nullable(), locations::time_zone.nullable())
    };
}
pub(crate) use label_columns;

/// Reads the labels of a row of this table.
pub(crate) fn labels(zones: &TimeZones, table: &'static str, row: LabelsRow) -> Result<Labels, StoreError> {
    let (doctor_name, location_name, city, time_zone) = row;
    let location = || Column(table, "location_id").corrupt();
    Ok(Labels {
        doctor_name: doctor_name.ok_or_else(|| Column(table, "doctor_id").corrupt())?,
        location_name: location_name.ok_or_else(location)?,
        city: city.ok_or_else(location)?,
        zone: zone(zones, &time_zone.ok_or_else(location)?)?,
    })
}

/// The labels that an offer was read with, kept for the rest of the transaction: a booking shows what it has booked.
pub(crate) struct OfferLabels {
    pub(crate) doctor: DoctorId,
    pub(crate) location: LocationId,
    pub(crate) labels: Labels,
}

impl Transaction {
    /// The labels of a doctor's times at a location: those of the last offer if they are the same, or else by their keys.
    pub(crate) fn labels_of(&mut self, doctor: DoctorId, location: LocationId) -> Result<Option<Labels>, StoreError> {
        if let Some(offer) = &self.offer_labels
            && (offer.doctor, offer.location) == (doctor, location)
        {
            return Ok(Some(offer.labels.clone()));
        }
        let both = doctors::table
            .inner_join(accounts::table)
            .inner_join(locations::table.on(locations::id.eq(bytes(location.uuid()))))
            .filter(doctors::id.eq(bytes(doctor.uuid())))
            .select(label_columns!(accounts::full_name));
        let row = self.run(|c| both.first::<LabelsRow>(c).optional())?;
        row.map(|row| labels(self.zones(), "doctors", row)).transpose()
    }
}
