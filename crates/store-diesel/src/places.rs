//! Locations and specialties.
use clinic_core::ports::Places;
use clinic_core::{Location, LocationUse, Specialty};
use diesel::dsl::exists;
use diesel::prelude::*;
use kernel::{DoctorId, LocationId, Revision, StoreError, TimeZones, Zone};

use crate::convert::{Column, bytes, key, number, number_before};
use crate::schema::{appointments, doctor_specialties, doctors, locations, schedules, slots, specialties};
use crate::transaction::Transaction;

#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = locations)]
pub(crate) struct LocationRow {
    id: Vec<u8>,
    name: String,
    address: String,
    city: String,
    city_key: String,
    time_zone: String,
    revision: i64,
}

/// Reads a time zone by its IANA name.
pub(crate) fn zone(zones: &TimeZones, name: &str) -> Result<Zone, StoreError> {
    zones.zone(name).ok_or_else(|| Column("locations", "time_zone").corrupt())
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
            revision: number(location.revision),
        }
    }
}

impl LocationRow {
    pub(crate) fn location(self, zones: &TimeZones) -> Result<Location, StoreError> {
        Ok(Location {
            id: Column("locations", "id").id(&self.id, LocationId::new)?,
            name: self.name,
            address: self.address,
            city: self.city,
            zone: zone(zones, &self.time_zone)?,
            revision: Column("locations", "revision").revision(self.revision)?,
        })
    }
}

impl Places for Transaction {
    fn location(&mut self, id: LocationId) -> Result<Option<Location>, StoreError> {
        let row =
            self.run(|c| locations::table.find(bytes(id.uuid())).select(LocationRow::as_select()).first(c).optional())?;
        row.map(|row| row.location(self.zones())).transpose()
    }

    fn locations(&mut self) -> Result<Vec<Location>, StoreError> {
        // Ids are made in order of time (UUIDv7), so the oldest has the least.
        let rows = self.run(|c| locations::table.order(locations::id).select(LocationRow::as_select()).load(c))?;
        rows.into_iter().map(|row| row.location(self.zones())).collect()
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

    fn change_location(&mut self, location: &Location) -> Result<(), StoreError> {
        let row = LocationRow::from(location);
        let before = locations::table
            .find(bytes(location.id.uuid()))
            .filter(locations::revision.eq(number_before(location.revision)));
        self.run_on_one(|c| diesel::update(before).set(row).execute(c))
    }

    fn remove_location(&mut self, id: LocationId, revision: Revision) -> Result<(), StoreError> {
        let row = locations::table.find(bytes(id.uuid())).filter(locations::revision.eq(number(revision)));
        self.run_on_one_between_rows(|c| diesel::delete(row).execute(c))
    }

    fn doctors_at(&mut self, location: LocationId) -> Result<Vec<DoctorId>, StoreError> {
        let there = schedules::table
            .filter(schedules::location_id.eq(bytes(location.uuid())))
            .order(schedules::doctor_id)
            .select(schedules::doctor_id)
            .distinct();
        let ids: Vec<Vec<u8>> = self.run(|c| there.load(c))?;
        ids.iter().map(|id| Column("schedules", "doctor_id").id(id, DoctorId::new)).collect()
    }

    fn use_of(&mut self, location: LocationId) -> Result<LocationUse, StoreError> {
        let id = bytes(location.uuid());
        // People first: once none are left, no slot can be added, so the look for slots misses none.
        let people = diesel::select(
            exists(doctors::table.filter(doctors::location_id.eq(&id)))
                .or(exists(schedules::table.filter(schedules::location_id.eq(&id)))),
        );
        let people = self.run(|c| people.get_result(c))?;
        // Neither table has an index for this: it is asked when an administrator changes a place, and an index would be
        // paid for with every slot that is published.
        let times = diesel::select(
            exists(slots::table.filter(slots::location_id.eq(&id)))
                .or(exists(appointments::table.filter(appointments::location_id.eq(&id)))),
        );
        let times = self.run(|c| times.get_result(c))?;
        Ok(LocationUse { people, times })
    }

    fn add_specialty(&mut self, specialty: &Specialty) -> Result<(), StoreError> {
        let row = (specialties::code.eq(&specialty.code), specialties::name.eq(&specialty.name));
        self.run_on_one(|c| diesel::insert_into(specialties::table).values(row).execute(c))
    }

    fn change_specialty(&mut self, specialty: &Specialty) -> Result<(), StoreError> {
        let row = specialties::table.find(&specialty.code);
        self.run_on_one(|c| diesel::update(row).set(specialties::name.eq(&specialty.name)).execute(c))
    }

    fn remove_specialty(&mut self, code: &str) -> Result<(), StoreError> {
        let row = specialties::table.find(code);
        self.run_on_one_between_rows(|c| diesel::delete(row).execute(c))
    }

    fn is_practised(&mut self, code: &str) -> Result<bool, StoreError> {
        let with_it = doctor_specialties::table.filter(doctor_specialties::specialty_code.eq(code));
        self.run(|c| diesel::select(exists(with_it)).get_result(c))
    }
}
