//! Doctors, with what their accounts and locations say.

use std::collections::BTreeMap;

use clinic_core::ports::{DoctorFilter, Doctors};
use clinic_core::{Doctor, DoctorEntry};
use diesel::dsl::exists;
use diesel::prelude::*;
use identity_core::AccountStatus;
use kernel::{
    AccountId, DoctorId, LocalDays, LocationId, Money, Page, PageRequest, Position, Role, SearchWords, Starts,
    StoreError, Word,
};
use scheduling_core::SlotStatus;

use crate::convert::{Column, bytes, coalesce, key, number, number_before};
use crate::index_hint::by_index;
use crate::instant::Instant;
use crate::paging::{self, page_by};
use crate::places::LocationRow;
use crate::schema::{accounts, doctor_specialties, doctors, locations, search_keys, slots};
use crate::search_keys::{key_of_name, too, with_words_too};
use crate::transaction::Transaction;

#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = doctors, treat_none_as_null = true, treat_none_as_default_value = false)]
pub(crate) struct DoctorRow {
    id: Vec<u8>,
    account_id: Vec<u8>,
    license_number: String,
    qualifications: Option<String>,
    experience_years: Option<i32>,
    fee_minor: Option<i64>,
    fee_currency: Option<String>,
    accepting_bookings: bool,
    location_id: Vec<u8>,
    revision: i64,
}

/// What the directory tells of an account.
#[derive(Queryable, Selectable)]
#[diesel(table_name = accounts)]
pub(crate) struct NameRow {
    full_name: String,
    name_key: String,
    profile_pic: Option<String>,
    status: String,
}

pub(crate) type EntryRow = (DoctorRow, NameRow, LocationRow);

type ListedRow = (Option<DoctorRow>, Option<NameRow>, Option<LocationRow>);

impl From<&Doctor> for DoctorRow {
    fn from(doctor: &Doctor) -> Self {
        Self {
            id: bytes(doctor.id.uuid()),
            account_id: bytes(doctor.account.uuid()),
            license_number: doctor.license_number.clone(),
            qualifications: doctor.qualifications.clone(),
            experience_years: doctor.experience_years.map(i32::from),
            fee_minor: doctor.consultation_fee.map(Money::amount_minor),
            fee_currency: doctor.consultation_fee.map(|fee| fee.currency().to_string()),
            accepting_bookings: doctor.accepting_bookings,
            location_id: bytes(doctor.location.uuid()),
            revision: number(doctor.revision),
        }
    }
}

fn doctor(row: DoctorRow, specialties: Vec<String>) -> Result<Doctor, StoreError> {
    let column = |name| Column("doctors", name);
    let consultation_fee = match (row.fee_minor, row.fee_currency) {
        (None, None) => None,
        (Some(minor), Some(currency)) => {
            Some(Money::new(minor, &currency).map_err(|_| column("fee_currency").corrupt())?)
        }
        (Some(_), None) | (None, Some(_)) => return Err(column("fee_currency").corrupt()),
    };
    Ok(Doctor {
        id: column("id").id(&row.id, DoctorId::new)?,
        account: column("account_id").id(&row.account_id, AccountId::new)?,
        specialties,
        license_number: row.license_number,
        qualifications: row.qualifications,
        experience_years: row
            .experience_years
            .map(|years| column("experience_years").number(years.into()))
            .transpose()?,
        consultation_fee,
        accepting_bookings: row.accepting_bookings,
        location: column("location_id").id(&row.location_id, LocationId::new)?,
        revision: column("revision").revision(row.revision)?,
    })
}

macro_rules! entries {
    () => {
        doctors::table.inner_join(accounts::table).inner_join(locations::table).select((
            DoctorRow::as_select(),
            NameRow::as_select(),
            LocationRow::as_select(),
        ))
    };
}

impl Transaction {
    /// Entries with the keys that they are sorted by. The specialties of all of them are one query.
    pub(crate) fn with_specialties(&mut self, rows: Vec<EntryRow>) -> Result<Vec<(DoctorEntry, String)>, StoreError> {
        let ids: Vec<_> = rows.iter().map(|(row, ..)| &row.id).collect();
        let codes = doctor_specialties::table
            .filter(doctor_specialties::doctor_id.eq_any(ids))
            .order((doctor_specialties::doctor_id, doctor_specialties::specialty_code))
            .select((doctor_specialties::doctor_id, doctor_specialties::specialty_code));
        let mut specialties: BTreeMap<Vec<u8>, Vec<String>> = BTreeMap::new();
        if !rows.is_empty() {
            for (id, code) in self.run(|c| codes.load::<(Vec<u8>, String)>(c))? {
                specialties.entry(id).or_default().push(code);
            }
        }
        let zones = self.zones();
        let entry = |(row, name, location): EntryRow| {
            let specialties = specialties.remove(&row.id).unwrap_or_default();
            let entry = DoctorEntry {
                doctor: doctor(row, specialties)?,
                full_name: name.full_name,
                profile_pic: name.profile_pic,
                location: location.location(zones)?,
                active: Column("accounts", "status").word::<AccountStatus>(&name.status)? == AccountStatus::Active,
            };
            Ok((entry, name.name_key))
        };
        rows.into_iter().map(entry).collect()
    }

    fn one_with_specialties(&mut self, row: Option<EntryRow>) -> Result<Option<DoctorEntry>, StoreError> {
        let entries = self.with_specialties(row.into_iter().collect())?;
        Ok(entries.into_iter().next().map(|(entry, _)| entry))
    }

    fn add_specialties(&mut self, doctor: &Doctor) -> Result<(), StoreError> {
        for code in &doctor.specialties {
            let row = (
                doctor_specialties::doctor_id.eq(bytes(doctor.id.uuid())),
                doctor_specialties::specialty_code.eq(code),
            );
            self.run_on_one_between_rows(|c| diesel::insert_into(doctor_specialties::table).values(row).execute(c))?;
        }
        Ok(())
    }
}

/// Narrows a query over accounts to the doctors who are wanted, but for their names. There always is a profile with a place.
/// The joins are outer ones because their order is kept ([`coalesce`]): doctors come in the order of an index over names.
macro_rules! wanted {
    ($accounts:expr, $filter:expr, $free_days:expr) => {{
        let mut query = $accounts
            .left_join(doctors::table.on(doctors::account_id.nullable().eq(accounts::id.nullable())))
            .left_join(locations::table.on(locations::id.nullable().eq(doctors::location_id.nullable())))
            .select((
                Option::<DoctorRow>::as_select(),
                Option::<NameRow>::as_select(),
                Option::<LocationRow>::as_select(),
            ))
            .filter(coalesce(accounts::status.nullable().eq(AccountStatus::Active.as_str()), false))
            .into_boxed();
        if let Some(code) = &$filter.specialty {
            let has = doctor_specialties::table
                .filter(doctor_specialties::doctor_id.nullable().eq(doctors::id.nullable()))
                .filter(doctor_specialties::specialty_code.eq(code));
            query = query.filter(coalesce(exists(has).nullable(), false));
        }
        if let Some(city) = &$filter.city {
            query = query.filter(coalesce(locations::city_key.nullable().eq(key(city)), false));
        }
        if let Some(accepting) = $filter.accepting_bookings {
            query = query.filter(coalesce(doctors::accepting_bookings.nullable().eq(accepting), false));
        }
        if let Some(location) = $filter.location {
            query = query.filter(coalesce(doctors::location_id.nullable().eq(bytes(location.uuid())), false));
        }
        if let Some(Starts { within, .. }) = &$filter.free_within {
            let free = by_index(slots::table, "slots_by_doctor_and_status")
                .filter(slots::doctor_id.nullable().eq(doctors::id.nullable()))
                .filter(slots::starts_at.ge(Instant::bound(within.start)))
                .filter(slots::starts_at.lt(Instant::bound(within.end)))
                .filter($free_days.clone())
                .filter(slots::status.eq(SlotStatus::Free.as_str()));
            let is_free = doctors::accepting_bookings.nullable().eq(true).and(exists(free));
            query = query.filter(coalesce(is_free, false));
        }
        query
    }};
}

impl Doctors for Transaction {
    fn doctor(&mut self, id: DoctorId) -> Result<Option<DoctorEntry>, StoreError> {
        let row = self.run(|c| entries!().filter(doctors::id.eq(bytes(id.uuid()))).first(c).optional())?;
        self.one_with_specialties(row)
    }

    fn doctor_of(&mut self, account: AccountId) -> Result<Option<DoctorEntry>, StoreError> {
        let row = self.run(|c| entries!().filter(doctors::account_id.eq(bytes(account.uuid()))).first(c).optional())?;
        self.one_with_specialties(row)
    }

    fn doctors(
        &mut self,
        filter: &DoctorFilter,
        page: &PageRequest<String>,
    ) -> Result<Page<DoctorEntry, String>, StoreError> {
        let (order, mut total) = (filter.order, page.total.start());
        let free_days = filter.free_within.as_ref().map_or_else(LocalDays::default, |starts| starts.days);
        let free_days = self.starts_on("slots", free_days)?;
        let rows: Vec<ListedRow> = match filter.name.as_deref().map(SearchWords::typed) {
            None => {
                let all =
                    || wanted!(accounts::table, filter, free_days).filter(accounts::role.eq(Role::Doctor.as_str()));
                self.count_into(&mut total, |c| all().count().get_result(c))?;
                let query = page_by!(all(), (accounts::name_key, accounts::id), order, page, paging::name);
                self.run(|c| query.load(c))?
            }
            Some(words) => {
                let Some((leading, others)) = self.leading_word(Role::Doctor, words.as_slice())? else {
                    return Ok(Page::empty(page));
                };
                let found = || {
                    let led = wanted!(search_keys::table.left_join(accounts::table), filter, free_days)
                        .filter(search_keys::search_key.eq(key_of_name(Role::Doctor, leading)));
                    with_words_too!(led, search_keys::name_key, search_keys::account_id, Role::Doctor, &others)
                };
                self.count_into(&mut total, |c| found().count().get_result(c))?;
                let by_name = (search_keys::name_key, search_keys::account_id);
                let query = page_by!(found(), (by_name.0, by_name.1), order, page, paging::name);
                self.run(|c| query.load(c))?
            }
        };
        let whole = |(doctor, name, location): ListedRow| Some((doctor?, name?, location?));
        let rows = rows.into_iter().map(|row| whole(row).ok_or(Column("doctors", "account_id").corrupt()));
        let rows = rows.collect::<Result<_, _>>()?;
        let rows = self.with_specialties(rows)?;
        let position =
            |(entry, key): &(DoctorEntry, String)| Position { key: key.clone(), id: entry.doctor.account.uuid() };
        Ok(Page::of(rows, page.limit, position).map(|(entry, _)| entry).with_total(total))
    }

    fn add_doctor(&mut self, doctor: &Doctor) -> Result<(), StoreError> {
        let row = DoctorRow::from(doctor);
        self.run_on_one_between_rows(|c| diesel::insert_into(doctors::table).values(row).execute(c))?;
        self.add_specialties(doctor)
    }

    fn change_doctor(&mut self, doctor: &Doctor) -> Result<(), StoreError> {
        let id = bytes(doctor.id.uuid());
        let row = DoctorRow::from(doctor);
        let before = doctors::table.find(&id).filter(doctors::revision.eq(number_before(doctor.revision)));
        self.run_on_one_between_rows(|c| diesel::update(before).set(row).execute(c))?;
        let old = doctor_specialties::table.filter(doctor_specialties::doctor_id.eq(&id));
        self.run(|c| diesel::delete(old).execute(c))?;
        self.add_specialties(doctor)
    }
}
