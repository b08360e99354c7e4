//! Locations and specialties.

use chrono_tz::Tz;
use clinic_core::ports::Places;
use clinic_core::{Location, Specialty};
use diesel::prelude::*;
use kernel::{LocationId, StoreError};

use crate::convert::{Column, bytes, key};
use crate::schema::{locations, specialties};
use crate::transaction::Transaction;

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = locations)]
pub(crate) struct LocationRow {
    id: Vec<u8>,
    name: String,
    address: String,
    city: String,
    city_key: String,
    time_zone: String,
}

/// Reads a time zone by its IANA name.
pub(crate) fn zone(name: &str) -> Result<Tz, StoreError> {
    Column("locations", "time_zone").parsed(name)
}

impl From<&Location> for LocationRow {
    fn from(location: &Location) -> Self {
        Self {
            id: bytes(location.id.uuid()),
            name: location.name.clone(),
            address: location.address.clone(),
            city: location.city.clone(),
            city_key: key(&location.city),
            time_zone: location.zone.name().to_owned(),
        }
    }
}

impl TryFrom<LocationRow> for Location {
    type Error = StoreError;

    fn try_from(row: LocationRow) -> Result<Self, StoreError> {
        Ok(Self {
            id: Column("locations", "id").id(&row.id, LocationId::new)?,
            name: row.name,
            address: row.address,
            city: row.city,
            zone: zone(&row.time_zone)?,
        })
    }
}

impl Places for Transaction {
    fn location(&mut self, id: LocationId) -> Result<Option<Location>, StoreError> {
        let row =
            self.run(|c| locations::table.find(bytes(id.uuid())).select(LocationRow::as_select()).first(c).optional())?;
        row.map(Location::try_from).transpose()
    }

    fn locations(&mut self) -> Result<Vec<Location>, StoreError> {
        // Ids are made in order of time (UUIDv7), so the oldest has the least.
        let rows = self.run(|c| locations::table.order(locations::id).select(LocationRow::as_select()).load(c))?;
        rows.into_iter().map(Location::try_from).collect()
    }

    fn add_location(&mut self, location: &Location) -> Result<(), StoreError> {
        let row = LocationRow::from(location);
        self.run_on_one(|c| diesel::insert_into(locations::table).values(row).execute(c))
    }

    fn specialties(&mut self) -> Result<Vec<Specialty>, StoreError> {
        let all = specialties::table.order(specialties::code).select((specialties::code, specialties::name));
        let rows: Vec<(String, String)> = self.run(|c| all.load(c))?;
        Ok(rows.into_iter().map(|(code, name)| Specialty { code, name }).collect())
    }
}
